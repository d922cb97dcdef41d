"""Whatever becomes of the service, writing goes on: the editor types and saves, and one sentence says what is wrong."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.real.harness.service import Service

from .conftest import on, only
from .world import EditorWorld

CONTENT = """<!-- wp:paragraph -->
<p>A cold frame keeps slugs off the lettuce.</p>
<!-- /wp:paragraph -->

<!-- wp:paragraph -->
<p>Damping off kills seedlings on the windowsill.</p>
<!-- /wp:paragraph -->"""
TYPED = CONTENT.replace("lettuce.", "lettuce. Mostly.")
DEBOUNCE_MS = 2500
DOWN = "The link suggester does not answer. Your post is safe; check that the service runs, then try again."
SLOW = "The link suggester took too long to answer. Your post is safe; try again in a minute."
KEY = "The link suggester did not accept the key of this site; make a new one with “suggester keys new”"
STRANGER = "What answers at the service’s address is no link suggester that this plugin can speak to; check the address"
EMPTY = "The link suggester has not read this site yet; run “suggester sync”, then try again."
MODES = [
    ("bookworm", "down", DOWN),
    ("trixie", "down", DOWN),
    ("newest", "down", DOWN),
    ("trixie", "slow", SLOW),
    ("trixie", "version", STRANGER),
    ("trixie", "key", KEY),
    ("trixie", "html", STRANGER),
    ("trixie", "broken", DOWN),
]


def write_on(world: EditorWorld, page: Page, post_id: int) -> None:
    """Type, wait until the panel would ask again, and save."""
    world.block(page, 0).click()
    page.keyboard.press("End")
    page.keyboard.type(" Mostly.")
    page.wait_for_timeout(DEBOUNCE_MS)
    world.save(page)
    assert world.stored(post_id) == TYPED


@on("mode sentence", *MODES)
def test_the_editor_works_as_before_and_says_one_sentence_once(editor_world: EditorWorld, mode: str, sentence: str):
    editor_world.allow("link-suggester/v1")
    post_id = editor_world.create_post(CONTENT)
    page = editor_world.editor(post_id)
    with editor_world.impatient():
        editor_world.front.mode = mode
        panel = editor_world.sidebar(page)
        said = panel.locator(".link-suggester-trouble p")
        expect(said).to_have_count(1, timeout=15_000)
        expect(said).to_contain_text(sentence)
        write_on(editor_world, page, post_id)
        expect(said).to_have_count(1)
        expect(page.locator(".components-notice.is-error")).to_have_count(0)
        assert len(editor_world.front.paths("/suggestions")) <= 2


def test_the_console_of_the_browser_stays_clean(editor_world: EditorWorld):
    editor_world.allow("link-suggester/v1")
    post_id = editor_world.create_post(CONTENT)
    page = editor_world.page()
    logged: list[str] = []
    page.on("console", lambda message: logged.append(f"{message.text} {message.location['url']}"))
    editor_world.front.mode = "down"
    editor_world.editor(post_id, page)
    panel = editor_world.sidebar(page)
    panel.get_by_role("button", name="Links to this post").click()
    expect(panel.locator(".link-suggester-trouble p")).to_have_text([DOWN, DOWN])
    assert [line for line in logged if "link-suggester" in line] == []


@only("trixie")
def test_it_comes_back_when_the_service_does(editor_world: EditorWorld):
    editor_world.allow("link-suggester/v1")
    page = editor_world.editor(editor_world.create_post(CONTENT))
    editor_world.front.mode = "down"
    panel = editor_world.sidebar(page)
    panel.get_by_role("button", name="Try again").wait_for()
    editor_world.front.mode = "through"
    panel.get_by_role("button", name="Try again").click()
    panel.locator(".link-suggester-card").first.wait_for()
    expect(panel.locator(".link-suggester-trouble")).to_have_count(0)


@only("trixie")
def test_a_writer_is_not_told_what_only_an_administrator_can_do(editor_world: EditorWorld):
    editor_world.allow("link-suggester/v1")
    post_id = editor_world.create_post(CONTENT, author="writer")
    editor_world.front.mode = "key"
    page = editor_world.editor(post_id, user="writer")
    panel = editor_world.sidebar(page)
    expect(panel.locator(".link-suggester-trouble p")).to_contain_text("ask an administrator to connect it again")
    expect(panel.get_by_role("link", name="Open the settings")).to_have_count(0)


@only("trixie")
def test_a_site_that_was_never_read_says_how_to_begin(editor_world: EditorWorld, tmp_path: Path):
    editor_world.allow("link-suggester/v1")
    unread = Service(tmp_path / "unread")
    try:
        key = unread.connect(editor_world.wordpress)
        unread.start()
        editor_world.point_at(unread.url, key)
        post_id = editor_world.create_post(CONTENT)
        page = editor_world.editor(post_id)
        said = editor_world.sidebar(page).locator(".link-suggester-trouble p")
        expect(said).to_have_count(1)
        expect(said).to_have_text(EMPTY)
        write_on(editor_world, page, post_id)
    finally:
        unread.stop()


def test_a_post_that_is_not_known_yet_gets_suggestions_all_the_same(editor_world: EditorWorld):
    editor_world.allow("link-suggester/v1")
    post_id = editor_world.create_post(CONTENT)
    page = editor_world.editor(post_id)
    panel = editor_world.sidebar(page)
    panel.locator(".link-suggester-card").first.wait_for()
    panel.get_by_role("button", name="Links to this post").click()
    expect(panel.locator(".link-suggester-trouble p")).to_have_text(
        "The link suggester does not know this post yet; it will after its next sync."
    )
    write_on(editor_world, page, post_id)


@only("trixie")
def test_without_a_connection_nothing_is_asked_of_anybody(editor_world: EditorWorld):
    editor_world.unplug()
    post_id = editor_world.create_post(CONTENT)
    page = editor_world.editor(post_id)
    panel = editor_world.sidebar(page)
    expect(panel.locator(".link-suggester-trouble p")).to_have_count(1)
    expect(panel).to_contain_text("not connected yet")
    expect(panel.get_by_role("link", name="Open the settings")).to_have_attribute(
        "href", f"{editor_world.url}/wp-admin/{editor_world.settings_page}"
    )
    write_on(editor_world, page, post_id)
    assert editor_world.front.asked == []


@only("trixie")
def test_the_classic_editor_says_it_too_and_saves(editor_world: EditorWorld):
    editor_world.allow("link-suggester/v1")
    post_id = editor_world.create_post("<p>A cold frame keeps slugs off the lettuce.</p>")
    editor_world.front.mode = "down"
    page = editor_world.classic_editor(post_id)
    box = page.locator("#link-suggester")
    box.scroll_into_view_if_needed()
    said = box.locator(".link-suggester-trouble p")
    expect(said).to_have_count(1)
    expect(said).to_have_text(DOWN)
    page.locator("#title").fill("Renamed")
    page.locator("#save-post").click()
    page.locator("#message").wait_for()
    assert "<p>" in editor_world.stored(post_id) or "A cold frame" in editor_world.stored(post_id)
