"""The classic editor: the box under it, and links that land where they should and nowhere else."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .conftest import on, only
from .world import EditorWorld, switch_editor

CONTENT = """\
Every autumn I lift the <strong>whole bed</strong> &amp; cover it with leaf mould \N{SNAIL} <em>slugs</em> love it.

I also keep a wormery in the shed for the kitchen scraps. A caf\N{LATIN SMALL LETTER E WITH ACUTE} table stands on it.
<ul>
 \t<li>Sow green manures such as field beans before the frost.</li>
 \t<li>Save <em>runner bean</em> seed for the next year.</li>
</ul>
<blockquote>The best cure for carrot fly is a fleece.</blockquote>
<h2>A cold frame</h2>
[gallery ids="1,2"]
<table>
<tbody>
<tr>
<td>May</td>
<td>Harden off the tomatoes in a cold frame.</td>
</tr>
</tbody>
</table>
<pre>a cold frame</pre>
&nbsp;

Read <a class="x" href="https://b.example/" data-mark="kept">the almanac</a> \N{EN DASH} "as is",
&lt;b&gt; and a\N{NO-BREAK SPACE}hard space."""
CONTENT = CONTENT.replace("\n", "\r\n")  # browsers send a text area's lines so
MODES = ("visual", "text")
IN_BOTH_MODES = on("mode", ("bookworm", "visual"), ("newest", "visual"), ("trixie", "text"))


class Place(NamedTuple):
    """An anchor, and what carries the link then."""

    words: str
    before: str
    block: int
    linked: str


PLACES = (
    Place("cover it", "&", 0, "cover it"),
    Place("lift the whole bed", "autumn I ", 0, "lift the <strong>whole bed</strong>"),
    Place("whole bed & cover", "lift the ", 0, "<strong>whole bed</strong> &amp; cover"),
    Place("whole", "the ", 0, "whole"),
    Place("leaf mould \N{SNAIL} slugs", "with ", 0, "leaf mould \N{SNAIL} <em>slugs</em>"),
    Place("\N{SNAIL} slugs", "mould ", 0, "\N{SNAIL} <em>slugs</em>"),
    Place("caf\N{LATIN SMALL LETTER E WITH ACUTE} table", "a ", 1, "caf\N{LATIN SMALL LETTER E WITH ACUTE} table"),
    Place("field beans", "such as ", 2, "field beans"),
    Place("Save runner bean seed", "", 3, "Save <em>runner bean</em> seed"),
    Place("carrot fly", "cure for ", 4, "carrot fly"),
    Place("cold frame", "in a ", 7, "cold frame"),
    Place("a hard space", "and ", 10, "a\N{NO-BREAK SPACE}hard space"),
)


@pytest.fixture(autouse=True)
def _drawn_emoji(editor_world: EditorWorld) -> None:
    """WordPress has pictures of the emoji that the browser lacks on another machine; it may ask for those."""
    editor_world.allow("twemoji", "s.w.org")


def open_box(world: EditorWorld, post_id: int, mode: str, page: Page | None = None) -> Page:
    page = world.classic_editor(post_id, page)
    switch_editor(page, mode)
    page.locator("#link-suggester").scroll_into_view_if_needed()
    return page


def card(page: Page, title: str) -> Locator:
    return page.locator("#link-suggester .link-suggester-card", has_text=title)


def add(page: Page, title: str) -> None:
    card(page, title).get_by_role("button", name=re.compile("^Add ")).click()
    expect(card(page, title)).to_have_count(0)


def content(page: Page) -> str:
    """What would be saved now."""
    return str(page.evaluate("linkSuggester.classicAdapter.draft().content"))


def press(page: Page, mode: str, keys: str) -> None:
    """Press keys in the editor, as a writer does."""
    if mode == "visual":
        page.frame_locator("#content_ifr").locator("body").press(keys)
    else:
        page.locator("#content").press(keys)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.click("#save-post")
    expect(page.locator("#message")).to_be_visible()


def suggestion(number: int, place: Place) -> dict[str, Any]:
    target = {"id": 900 + number, "url": f"https://a.example/?p={number}&q=1", "title": f"Target {number}."}
    return {
        "source_id": 1,
        "target": target | {"type": "post", "type_label": "Post", "published": None, "edit_url": ""},
        "anchor": {"text": place.words, "before": place.before, "after": ""},
        "block": {"index": place.block, "kind": "paragraph"},
        "sentence": place.words,
        "score": 0.9,
        "confidence": "high",
        "shown": True,
        "reasons": [],
        "alternatives": [],
        "other_targets": [],
        "new_text": None,
    }


def suggest(page: Page, *suggestions: dict[str, Any]) -> None:
    """Let the browser hear these suggestions, whatever the service would say; nothing else is made up."""
    links = {
        "words": 80,
        "internal": 0,
        "external": 0,
        "per_1000": 0,
        "recommended": [3, 10],
        "inbound": 0,
        "problems": [],
    }
    answer = {"source_id": 1, "suggestions": suggestions, "dropped": {}, "links": links, "meta": {"format": 1}}

    def handle(route: Route) -> None:
        is_asked = route.request.method == "POST" and "/suggestions" in route.request.url
        route.fulfill(json={"status": 200, "body": answer}) if is_asked else route.fallback()

    page.route("**/link-suggester/v1/**", handle)
    page.route("**/*rest_route=*link-suggester*", handle)
    page.route("**/verdicts*", lambda route: route.fulfill(json={"status": 200, "body": {"received": 1}}))


def test_nothing_is_asked_before_the_box_is_seen(editor_world: EditorWorld):
    post_id = editor_world.create_post(CONTENT)
    page = editor_world.page(classic=True, viewport={"width": 1200, "height": 400})
    editor_world.classic_editor(post_id, page)
    page.wait_for_timeout(800)
    assert not editor_world.front.paths("/suggestions")
    page.locator("#link-suggester").scroll_into_view_if_needed()
    expect(card(page, "Wormery")).to_be_visible()
    assert len(editor_world.front.paths("/suggestions")) == 1


@IN_BOTH_MODES
def test_a_link_is_added_undone_redone_and_saved(editor_world: EditorWorld, mode: str):
    post_id = editor_world.create_post(CONTENT)
    page = open_box(editor_world, post_id, mode)
    before = content(page)
    assert before == CONTENT.replace("\r\n", "\n")
    add(page, "Wormery")
    after = content(page)
    link = re.search(r'<a href="([^"]+)">([^<]+)</a>', after)
    assert link
    assert link[1] == editor_world.url + "/wormery/"
    assert "wormery" in link[2]
    assert after.replace(link[0], link[2]) == before
    press(page, mode, "Control+z")
    assert content(page) == before
    press(page, mode, "Control+Shift+z")
    assert content(page) == after
    save(page)
    assert editor_world.stored(post_id) == CONTENT.replace(link[2], link[0])


@IN_BOTH_MODES
def test_every_link_lands_on_the_right_words_and_changes_nothing_else(editor_world: EditorWorld, mode: str):
    post_id = editor_world.create_post(CONTENT)
    page = editor_world.page(classic=True)
    suggest(page, *(suggestion(number, place) for number, place in enumerate(PLACES)))
    open_box(editor_world, post_id, mode, page)
    for number, place in enumerate(PLACES):
        before = content(page)
        add(page, f"Target {number}.")
        link = f'<a href="https://a.example/?p={number}&amp;q=1">{place.linked}</a>'
        assert content(page) == before.replace(place.linked, link, 1) or place.linked == "cold frame"
        assert content(page).replace(link, place.linked) == before
        press(page, mode, "Control+z")
        assert content(page) == before
    editor_world.allow("beforeunload")  # WordPress takes a change of modes for a change of the text
    page.reload()
    open_box(editor_world, post_id, mode, page)
    add(page, "Target 4.")
    add(page, "Target 8.")
    add(page, "Target 10.")
    save(page)
    stored = editor_world.stored(post_id)
    assert stored.count('<a href="https://a.example/') == 3
    assert re.sub(r'<a href="https://a\.example/[^"]*">(.*?)</a>', r"\1", stored) == CONTENT
    assert '<td>Harden off the tomatoes in a <a href="https://a.example/?p=10&amp;q=1">cold frame</a>.</td>' in stored


@IN_BOTH_MODES
def test_undo_in_the_list_takes_the_link_out_after_more_was_written(editor_world: EditorWorld, mode: str):
    post_id = editor_world.create_post("I keep a wormery in the shed for the kitchen scraps.")
    page = open_box(editor_world, post_id, mode)
    add(page, "Wormery")
    press(page, mode, "Control+End")
    page.keyboard.type(" More.")
    page.locator("#link-suggester").get_by_role("button", name="Undo").click()
    expect(card(page, "Wormery")).to_be_visible()
    assert content(page) == "I keep a wormery in the shed for the kitchen scraps. More."


@IN_BOTH_MODES
def test_a_sentence_is_added_and_undone(editor_world: EditorWorld, mode: str):
    post_id = editor_world.create_post(CONTENT)
    page = editor_world.page(classic=True)
    block = {"index": 1, "kind": "paragraph"}
    added = {"sentence": "See also: A cold frame.", "anchor": "A cold frame", "block": block}
    suggest(page, suggestion(0, PLACES[0]) | {"anchor": None, "block": None, "sentence": "", "new_text": added})
    open_box(editor_world, post_id, mode, page)
    before = content(page)
    add(page, "Target 0.")
    written = 'stands on it. See also: <a href="https://a.example/?p=0&amp;q=1">A cold frame</a>.'
    assert content(page) == before.replace("stands on it.", written)
    press(page, mode, "Control+z")
    assert content(page) == before


@IN_BOTH_MODES
def test_the_place_is_marked_without_taking_the_focus_or_changing_the_text(editor_world: EditorWorld, mode: str):
    post_id = editor_world.create_post(CONTENT)
    page = open_box(editor_world, post_id, mode)
    press(page, mode, "Control+Home")
    before = content(page)
    marked = {
        "visual": "String( Array.from( document.querySelector( '#content_ifr' ).contentWindow.CSS.highlights"
        ".get( 'link-suggester' ) || [] )[ 0 ] || '' )",
        "text": "( document.querySelector( '#content ~ div[aria-hidden] mark' ) || { textContent: '' } ).textContent",
    }[mode]
    card(page, "Wormery").hover()
    assert "wormery" in page.evaluate(marked)
    assert page.evaluate("document.activeElement.id") == {"visual": "content_ifr", "text": "content"}[mode]
    assert content(page) == before
    page.locator("#title").hover()
    assert page.evaluate(marked) == ""


def test_words_that_would_cut_other_formatting_are_refused_in_words(editor_world: EditorWorld):
    post_id = editor_world.create_post(CONTENT)
    page = editor_world.page(classic=True)
    suggest(page, suggestion(0, Place("the whole", "lift ", 0, "")))
    open_box(editor_world, post_id, "visual", page)
    before = content(page)
    card(page, "Target 0.").get_by_role("button", name=re.compile("^Add ")).click()
    expect(page.locator("#link-suggester")).to_contain_text("would change other parts of the text")
    assert content(page) == before


@pytest.mark.parametrize(("mode", "other"), [MODES, MODES[::-1]])
def test_the_list_follows_what_is_written_and_in_which_mode(editor_world: EditorWorld, mode: str, other: str):
    post_id = editor_world.create_post("Nothing of note.")
    page = open_box(editor_world, post_id, mode)
    expect(page.locator("#link-suggester")).to_contain_text("Nothing to suggest")
    press(page, mode, "Control+End")
    page.keyboard.type(" I also keep a wormery in the shed for the kitchen scraps.")
    expect(card(page, "Wormery")).to_be_visible()
    switch_editor(page, other)
    add(page, "Wormery")
    linked = content(page)
    assert linked.count("/wormery/") == 1
    switch_editor(page, mode)
    assert content(page) == linked


def test_what_is_dismissed_stays_away(editor_world: EditorWorld):
    post_id = editor_world.create_post(CONTENT)
    page = open_box(editor_world, post_id, "visual")
    card(page, "Wormery").get_by_role("button", name="Not this one").click()
    expect(card(page, "Wormery")).to_have_count(0)
    editor_world.allow("beforeunload")  # WordPress takes a change of modes for a change of the text
    page.reload()
    editor_world.front.until("/verdicts")
    open_box(editor_world, post_id, "visual", page)
    expect(page.locator("#link-suggester .link-suggester-outbound")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#link-suggester")).to_contain_text("uggest")
    expect(card(page, "Wormery")).to_have_count(0)
    assert [each.body["verdict"] for each in editor_world.front.asked if "/verdicts" in each.path] == ["dismissed"]


def test_with_the_service_down_one_writes_and_saves_as_before(editor_world: EditorWorld):
    editor_world.allow("/suggestions")
    editor_world.front.mode = "down"
    post_id = editor_world.create_post("Slugs.")
    page = open_box(editor_world, post_id, "visual")
    expect(page.locator("#link-suggester")).to_contain_text("does not answer")
    press(page, "visual", "Control+End")
    page.keyboard.type(" Snails.")
    save(page)
    assert editor_world.stored(post_id) == "Slugs. Snails."


@only("trixie")
def test_writers_without_the_visual_editor_have_the_box_too(editor_world: EditorWorld):
    editor_world.wordpress.php("update_user_meta( 1, 'rich_editing', 'false' ); return 1;")
    try:
        post_id = editor_world.create_post(CONTENT)
        page = editor_world.classic_editor(post_id)
        page.locator("#link-suggester").scroll_into_view_if_needed()
        add(page, "Wormery")
        assert "/wormery/" in page.locator("#content").input_value()
    finally:
        editor_world.wordpress.php("update_user_meta( 1, 'rich_editing', 'true' ); return 1;")


@only("trixie")
@pytest.mark.parametrize(
    ("classic", "type"),
    [pytest.param(False, "post", id="the block editor"), pytest.param(True, "note", id="a type that was left out")],
)
def test_there_is_no_box_where_it_has_no_business(editor_world: EditorWorld, classic: bool, type: str):
    left = "update_option( 'link_suggester_post_types', $given['types'] ); return 1;"
    editor_world.wordpress.php(left, types=["post", "page"])
    try:
        post_id = editor_world.create_post("Slugs.", type=type)
        page = editor_world.page(classic=classic)
        page.goto(editor_world.editor_address(post_id))
        assert page.locator("#link-suggester, script[src*=classic-editor]").count() == 0
    finally:
        editor_world.wordpress.php(left, types=[])
