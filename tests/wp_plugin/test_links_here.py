"""The links that stand in the post on screen: what is wrong with them is listed, shown, and put right in one click."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import only
from .sidebar import Sidebar
from .test_choices import MARKED
from .world import EditorWorld, switch_editor

pytestmark = only("trixie")  # what differs between releases is tested with the block editor

NEW_ADDRESS = "Use the new address"
CLASSIC_MARKED = {
    "visual": "String( Array.from( document.querySelector( '#content_ifr' ).contentWindow.CSS.highlights"
    ".get( 'link-suggester' ) || [] )[ 0 ] || '' )",
    "text": "( document.querySelector( '#content ~ div[aria-hidden] mark' ) || { textContent: '' } ).textContent",
}


def paragraph(html: str) -> str:
    return f"<!-- wp:paragraph -->\n<p>{html}</p>\n<!-- /wp:paragraph -->"


def old_link(world: EditorWorld) -> str:
    """An address that only leads on to a post."""
    return f"{world.url}/?p={world.sample_id('clay-soil')}"


def problem(section: Locator, words: str) -> Locator:
    return section.locator(".link-suggester-problems > li").filter(has_text=words)


def open_health(world: EditorWorld, content: str) -> tuple[Page, Locator]:
    page = world.editor(world.create_post(content))
    return page, Sidebar.open(page).section("This post’s links")


def test_a_redirected_link_gets_its_new_address_in_one_step_of_undo(editor_world: EditorWorld):
    before = paragraph(
        f'More on <em>soil</em> &amp; <a class="x" href="{old_link(editor_world)}" rel="nofollow">heavy clay</a>.'
    )
    page, section = open_health(editor_world, before)
    stood = editor_world.content(page)
    item = problem(section, "heavy clay")
    expect(item).to_contain_text("leads to an old address")
    item.get_by_role("button", name=NEW_ADDRESS).click()
    expect(item).to_contain_text("has its new address")
    expect(item).to_be_focused()
    assert editor_world.content(page) == stood.replace(old_link(editor_world), f"{editor_world.url}/clay-soil/")
    expect(problem(section, "heavy clay")).to_have_count(0, timeout=20_000)
    page.evaluate("wp.data.dispatch( 'core/editor' ).undo()")
    assert editor_world.content(page) == stood


def test_of_two_redirected_links_each_can_be_put_right(editor_world: EditorWorld):
    link = f'<a href="{old_link(editor_world)}">heavy clay</a>'
    page, section = open_health(editor_world, f"{paragraph(f'One: {link}.')}\n\n{paragraph(f'Another: {link}.')}")
    for left in (2, 1):
        items = problem(section, "heavy clay")
        expect(items).to_have_count(left, timeout=20_000)
        expect(section.get_by_role("button", name=NEW_ADDRESS)).to_have_count(left)
        items.first.get_by_role("button", name=NEW_ADDRESS).click()
    expect(problem(section, "heavy clay")).to_have_count(0, timeout=20_000)
    assert editor_world.content(page).count(f'href="{editor_world.url}/clay-soil/"') == 2


def test_links_that_say_nothing_and_words_that_lead_to_two_posts_are_listed(editor_world: EditorWorld):
    clay, mould = (f"{editor_world.url}/{slug}/" for slug in ("clay-soil", "leaf-mould"))
    _, section = open_health(
        editor_world,
        paragraph(f'All about clay is <a href="{clay}">here</a>.')
        + "\n\n"
        + paragraph(f'What <a href="{clay}">my soil</a> was, and what <a href="{mould}">my soil</a> is now.'),
    )
    expect(problem(section, "here").first).to_contain_text("do not say where the link leads")
    expect(problem(section, "my soil")).to_have_count(1)
    expect(problem(section, "my soil")).to_contain_text("The same words link to different posts")
    expect(section.get_by_role("button", name=NEW_ADDRESS)).to_have_count(0)


@pytest.mark.parametrize("kind", ["paragraph", "heading"])
def test_show_marks_where_the_link_stands(editor_world: EditorWorld, kind: str):
    link = f'<a href="{old_link(editor_world)}">heavy clay</a>'
    last = {
        "paragraph": paragraph(f"Then there is {link}."),
        "heading": f'<!-- wp:heading -->\n<h2 class="wp-block-heading">On {link}</h2>\n<!-- /wp:heading -->',
    }[kind]
    filler = [paragraph(f"Row {number} was raked, and the heavy clay stayed where it was.") for number in range(40)]
    page, section = open_health(editor_world, "\n\n".join([*filler, last]))
    problem(section, "heavy clay").get_by_role("button", name="Show").click()
    assert page.evaluate(MARKED) == ["heavy clay"]
    expect(editor_world.block(page, 40)).to_be_in_viewport()
    page.mouse.move(10, 400)
    assert page.evaluate(MARKED) == ["heavy clay"]


def classic_box(world: EditorWorld, content: str, mode: str) -> tuple[Page, Locator]:
    world.allow("twemoji", "s.w.org")
    page = world.classic_editor(world.create_post(content))
    switch_editor(page, mode)
    page.locator("#link-suggester").scroll_into_view_if_needed()
    box = Sidebar(page)
    box.wait()
    return page, box.section("This post’s links")


def written(page: Page) -> str:
    return str(page.evaluate("linkSuggester.classicAdapter.draft().content"))


@pytest.mark.parametrize("mode", ["visual", "text"])
def test_the_classic_editor_puts_a_redirected_link_right_too(editor_world: EditorWorld, mode: str):
    link = f'<a class="x" href="{old_link(editor_world)}" rel="nofollow">heavy <em>clay</em></a>'
    page, section = classic_box(editor_world, f"Slugs &amp; snails.\n\nMore on {link}, as is.", mode)
    before = written(page)
    item = problem(section, "heavy clay")
    item.get_by_role("button", name=NEW_ADDRESS).click()
    expect(item).to_contain_text("has its new address")
    assert written(page) == before.replace(old_link(editor_world), f"{editor_world.url}/clay-soil/")
    if mode == "visual":
        page.frame_locator("#content_ifr").locator("body").press("Control+z")
    else:
        page.locator("#content").press("Control+z")
    assert written(page) == before


@pytest.mark.parametrize("mode", ["visual", "text"])
def test_the_classic_editor_shows_where_the_link_stands(editor_world: EditorWorld, mode: str):
    link = f'<a href="{old_link(editor_world)}">heavy clay</a>'
    filler = "\n\n".join(f"Row {number} was raked, and the heavy clay stayed where it was." for number in range(60))
    page, section = classic_box(editor_world, f"<h2>On {link}</h2>\n{filler}", mode)
    problem(section, "heavy clay").get_by_role("button", name="Show").click()
    page.wait_for_timeout(300)
    assert page.evaluate(CLASSIC_MARKED[mode]) == "heavy clay"
    place = page.locator("#content_ifr" if mode == "visual" else "#content")
    expect(place).to_be_in_viewport()
