"""Other words for the same post, and other posts for the same words: what a writer chooses is what is added."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from .conftest import only
from .sidebar import Sidebar
from .world import EditorWorld

pytestmark = only("trixie")  # what differs between releases is tested with the block editor

TARGET = "Gardening on Heavy Clay"
OTHER = "Leaf Mould: The Slowest Good Thing I Make"
FIRST = "Leaf mould has done more for my soil than any digging; that story is under gardening on heavy clay."
SECOND = "The clay here holds water until June, and a barrow sinks into it."
CONTENT = "\n\n".join(f"<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->" for text in (FIRST, SECOND))
MARKED = """() => {
    const frame = document.querySelector( 'iframe[name="editor-canvas"]' );
    const highlight = ( frame ? frame.contentWindow : window ).CSS.highlights.get( 'link-suggester' );
    return highlight ? [ ...highlight ].map( String ) : [];
}"""


def offer(page: Page, target: dict[str, Any]) -> None:
    """Let the service's own answer hold more to choose from."""
    clay = {"anchor": {"text": "clay", "before": "The ", "after": " here holds"}, "block": {"index": 1, "kind": "p"}}

    def handle(route: Route) -> None:
        answer = route.fetch().json()
        for suggestion in answer["body"]["suggestions"]:
            if suggestion["target"]["title"] == TARGET:
                suggestion["alternatives"] = [clay]
                suggestion["other_targets"] = [{"target": suggestion["target"] | target, "score": 0.4}]
        route.fulfill(json=answer)

    page.route(re.compile("posts.*suggestions"), handle)


def open_on(world: EditorWorld) -> tuple[Page, Sidebar]:
    page = world.page()
    offer(page, {"id": world.sample_id("leaf-mould"), "title": OTHER, "url": f"{world.url}/leaf-mould/"})
    world.editor(world.create_post(CONTENT), page)
    return page, Sidebar.open(page)


def menu(sidebar: Sidebar, name: str) -> Locator:
    """Open a menu of the suggestion, and give it."""
    sidebar.card(TARGET).get_by_role("button", name=name, exact=True).click()
    opened = sidebar.page.get_by_role("menu", name=name)
    opened.wait_for()
    return opened


def test_other_words_carry_the_link_when_they_were_chosen(editor_world: EditorWorld):
    page, sidebar = open_on(editor_world)
    menu(sidebar, "Other words").get_by_role("menuitem", name=re.compile("“clay”")).click()
    expect(sidebar.card(TARGET).locator("mark")).to_have_text("clay")
    sidebar.add(TARGET)
    link = f'The <a href="{editor_world.url}/clay-soil/">clay</a> here'
    assert editor_world.content(page) == CONTENT.replace("The clay here", link)
    page.evaluate("wp.data.dispatch( 'core/editor' ).undo()")
    assert editor_world.content(page) == CONTENT


def test_the_first_words_can_be_chosen_again(editor_world: EditorWorld):
    page, sidebar = open_on(editor_world)
    menu(sidebar, "Other words").get_by_role("menuitem", name=re.compile("“clay”")).click()
    menu(sidebar, "Other words").get_by_role("menuitem", name=re.compile("“gardening on heavy clay”")).click()
    sidebar.add(TARGET)
    assert f'<a href="{editor_world.url}/clay-soil/">gardening on heavy clay</a>.' in editor_world.content(page)


def test_the_keyboard_marks_the_words_it_comes_to_and_gets_its_place_back(editor_world: EditorWorld):
    page, sidebar = open_on(editor_world)
    button = sidebar.card(TARGET).get_by_role("button", name="Other words", exact=True)
    button.focus()
    assert page.evaluate(MARKED) == ["gardening on heavy clay"]
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name=re.compile("“clay”"))).to_be_focused()
    assert page.evaluate(MARKED) == ["clay"]
    page.keyboard.press("Enter")
    expect(button).to_be_focused()
    assert page.evaluate(MARKED) == ["clay"]


def test_another_post_is_linked_when_it_was_chosen(editor_world: EditorWorld):
    page, sidebar = open_on(editor_world)
    menu(sidebar, "Other posts").get_by_role("menuitem", name=re.compile(OTHER)).click()
    sidebar.card(OTHER).get_by_role("button", name=f"Add link from “gardening on heavy clay” to {OTHER}").click()
    expect(sidebar.done()).to_contain_text(OTHER)
    link = f'<a href="{editor_world.url}/leaf-mould/">gardening on heavy clay</a>'
    assert editor_world.content(page) == CONTENT.replace("gardening on heavy clay", link)
    with page.expect_response(re.compile("verdicts")):
        page.evaluate("window.dispatchEvent( new Event( 'pagehide' ) )")
    (told,) = (asked.body for asked in editor_world.front.asked if "verdicts" in asked.path)
    assert told["target_id"] == editor_world.sample_id("leaf-mould")
