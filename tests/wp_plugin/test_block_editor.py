"""Links are put on the right words in the block editor: one click, one step of its undo, and nothing else changes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import only
from .sidebar import Sidebar
from .world import EditorWorld

TARGET = "Gardening on Heavy Clay"
ANCHOR = "gardening on heavy clay"
SENTENCE = "Leaf mould has done more for my soil than any digging; that story is under gardening on heavy clay."
AT_BOTH_ENDS = only("bookworm", "newest")  # the oldest and the newest release: what holds there holds between them
LINK = re.compile(r'<a href="http://127\.0\.0\.1:\d+/clay-soil/">(.*?)</a>', re.S)
WRITTEN = "wp.blocks.serialize( wp.data.select( 'core/block-editor' ).getBlocks() )"  # as this release writes it


def paragraph(html: str = SENTENCE) -> str:
    return f"<!-- wp:paragraph -->\n<p>{html}</p>\n<!-- /wp:paragraph -->"


def linked(content: str, words: str = ANCHOR) -> str:
    """The content with our link on these words, its address left out."""
    before, found, after = content.partition(words)
    assert found, f"{words} does not stand in {content}"
    return f"{before}<a>{words}</a>{after}"


def without_address(content: str) -> str:
    return LINK.sub(r"<a>\1</a>", content)


def undo(page: Page) -> None:
    page.evaluate("wp.data.dispatch( 'core/editor' ).undo()")


def redo(page: Page) -> None:
    page.evaluate("wp.data.dispatch( 'core/editor' ).redo()")


def test_a_link_is_added_undone_done_again_and_saved(editor_world: EditorWorld):
    content = f"{paragraph('Every November I carry home forty sacks of leaves.')}\n\n{paragraph()}"
    post_id = editor_world.create_post(content, "Leaf mould")
    page = editor_world.editor(post_id)
    sidebar = Sidebar.open(page)
    sidebar.add(TARGET)
    assert without_address(editor_world.content(page)) == linked(content)
    undo(page)
    assert editor_world.content(page) == content
    redo(page)
    assert without_address(editor_world.content(page)) == linked(content)
    editor_world.save(page)
    assert without_address(editor_world.stored(post_id)) == linked(content)
    assert LINK.sub(r"\1", editor_world.stored(post_id)) == content


@AT_BOTH_ENDS
def test_what_was_typed_before_and_after_is_undone_apart_from_the_link(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    sidebar = Sidebar.open(page)
    editor_world.block(page, 0).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Before")
    typed = editor_world.content(page)
    sidebar.add(TARGET)
    with_link = editor_world.content(page)
    editor_world.block(page, 0).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" after")
    undo(page)
    assert editor_world.content(page) == with_link
    undo(page)
    assert editor_world.content(page) == typed


@AT_BOTH_ENDS
def test_undo_in_the_sidebar_takes_out_the_link_alone_when_more_was_written(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    sidebar = Sidebar.open(page)
    sidebar.add(TARGET)
    editor_world.block(page, 0).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" More.")
    sidebar.undo()
    assert editor_world.content(page) == paragraph(f"{SENTENCE} More.")
    expect(sidebar.card(TARGET)).to_be_visible()


PLACES = {
    "a group": (
        '<!-- wp:group -->\n<div class="wp-block-group">{paragraph}</div>\n<!-- /wp:group -->',
        SENTENCE,
        ANCHOR,
    ),
    "a column": (
        '<!-- wp:columns -->\n<div class="wp-block-columns"><!-- wp:column -->\n<div class="wp-block-column">'
        "{paragraph}</div>\n<!-- /wp:column --></div>\n<!-- /wp:columns -->",
        SENTENCE,
        ANCHOR,
    ),
    "a list": (
        "<!-- wp:list -->\n<ul><!-- wp:list-item -->\n<li>{text}</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->",
        SENTENCE,
        ANCHOR,
    ),
    "a quote": (
        '<!-- wp:quote -->\n<blockquote class="wp-block-quote">{paragraph}</blockquote>\n<!-- /wp:quote -->',
        SENTENCE,
        ANCHOR,
    ),
    "a table": (
        '<!-- wp:table -->\n<figure class="wp-block-table"><table><tbody><tr><td>Leaves</td><td>{text}</td></tr>'
        "</tbody></table></figure>\n<!-- /wp:table -->",
        SENTENCE,
        ANCHOR,
    ),
    "the classic block": ("{text}\n\nAnother [b] paragraph.", SENTENCE, ANCHOR),
    "italic words": ("{paragraph}", SENTENCE.replace("heavy", "<em>heavy</em>"), "gardening on <em>heavy</em> clay"),
    "bold words": ("{paragraph}", SENTENCE.replace(ANCHOR, f"<strong>{ANCHOR}</strong>"), ANCHOR),
    "entities": ("{paragraph}", f"Slugs &amp; snails &lt;3 R&amp;D. {SENTENCE}", ANCHOR),
    "a no-break space": (
        "{paragraph}",
        SENTENCE.replace("heavy clay", "heavy&nbsp;clay"),
        "gardening on heavy&nbsp;clay",
    ),
    "emoji": ("{paragraph}", f"👩‍🌾🥕 Ünïcödé 🇩🇪. {SENTENCE} 🎉", ANCHOR),
    "lines of source": ("{paragraph}", SENTENCE.replace("heavy clay", "heavy\nclay"), "gardening on heavy\nclay"),
    "another script": ("{paragraph}", f"האכילו את המחמצת. {SENTENCE}", ANCHOR),
}


@AT_BOTH_ENDS
@pytest.mark.parametrize("where", PLACES)
def test_the_link_lands_on_the_right_words_of(editor_world: EditorWorld, where: str):
    template, text, words = PLACES[where]
    content = template.replace("{paragraph}", paragraph(text)).replace("{text}", text)
    post_id = editor_world.create_post(content, "Leaf mould")
    page = editor_world.editor(post_id)
    before = page.evaluate(WRITTEN)
    Sidebar.open(page).add(TARGET)
    assert without_address(page.evaluate(WRITTEN)) == linked(before, words)
    assert page.evaluate("wp.data.select( 'core/block-editor' ).getBlocks().every( ( { isValid } ) => isValid )")
    editor_world.save(page)
    assert without_address(editor_world.stored(post_id)) in (linked(content, words), linked(before, words))


def test_a_suggestion_never_edits_a_synced_pattern(editor_world: EditorWorld):
    pattern = editor_world.create_post(paragraph(), "Shared words", type="wp_block", status="publish")
    content = f'<!-- wp:block {{"ref":{pattern}}} /-->\n\n{paragraph("Leaves rot slowly, and the worms like them.")}'
    page = editor_world.editor(editor_world.create_post(content))
    expect(editor_world.canvas(page).get_by_text(ANCHOR)).to_be_visible()
    sidebar = Sidebar.open(page)
    sidebar.show_all()
    expect(sidebar.panel.get_by_role("button", name=re.compile(f"^Add link from “{ANCHOR}”"))).to_have_count(0)
    assert editor_world.stored(pattern) == paragraph()


def test_the_words_of_the_post_are_linked_though_a_synced_pattern_holds_them_too(editor_world: EditorWorld):
    pattern = editor_world.create_post(paragraph(), "Shared words", type="wp_block", status="publish")
    content = f'<!-- wp:block {{"ref":{pattern}}} /-->\n\n{paragraph()}'
    post_id = editor_world.create_post(content)
    page = editor_world.editor(post_id)
    Sidebar.open(page).add(TARGET)
    editor_world.save(page)
    assert without_address(editor_world.stored(post_id)) == linked(content)
    assert editor_world.stored(pattern) == paragraph()


@AT_BOTH_ENDS
def test_what_was_dismissed_stays_away_after_a_reload(editor_world: EditorWorld):
    post_id = editor_world.create_post(paragraph())
    page = editor_world.editor(post_id)
    Sidebar.open(page).dismiss(TARGET)
    page = editor_world.editor(post_id, page)
    editor_world.front.until("/verdicts")
    sidebar = Sidebar.open(page)
    sidebar.show_all()
    assert [asked.body["verdict"] for asked in editor_world.front.asked if "verdicts" in asked.path] == ["dismissed"]
    expect(sidebar.panel.get_by_role("link", name=TARGET)).to_have_count(0)


@AT_BOTH_ENDS
def test_a_dismissal_can_be_undone(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    sidebar = Sidebar.open(page)
    sidebar.dismiss(TARGET)
    sidebar.undo()
    expect(sidebar.card(TARGET)).to_be_visible()
    assert not editor_world.front.paths("verdicts")


@only("newest")
def test_nothing_moves_under_the_pointer_when_what_was_done_is_settled(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    sidebar = Sidebar.open(page)
    sidebar.dismiss(TARGET)
    sidebar.done().hover()
    editor_world.front.until("/verdicts")
    expect(sidebar.done()).to_contain_text("not be suggested")
    expect(sidebar.done().get_by_role("button", name="Undo")).to_have_count(0)
    page.mouse.move(10, 300)
    expect(sidebar.done()).to_have_count(0)


def test_a_new_post_gets_suggestions_before_it_is_saved(editor_world: EditorWorld):
    page = editor_world.editor()
    sidebar = Sidebar.open(page)
    expect(sidebar.panel).to_contain_text("as soon as the post has some text")
    page.evaluate(
        "( content ) => wp.data.dispatch( 'core/block-editor' ).insertBlocks("
        " wp.blocks.createBlock( 'core/paragraph', { content } ) )",
        SENTENCE,
    )
    expect(sidebar.panel.get_by_role("link", name=TARGET)).to_be_visible(timeout=20_000)
    sidebar.add(TARGET)
    assert without_address(editor_world.content(page)) == linked(paragraph())


@AT_BOTH_ENDS
def test_a_long_post_is_answered_and_its_one_link_added(editor_world: EditorWorld):
    filler = (
        "Row by row the beds were raked and sown, and nobody hurried that long wet morning by the shed door, number"
    )
    blocks = [paragraph(f"{filler} {number}, as it was every year since then.") for number in range(199)]
    content = "\n\n".join([*blocks[:150], paragraph(), *blocks[150:]])
    post_id = editor_world.create_post(content)
    page = editor_world.editor(post_id)
    sidebar = Sidebar.open(page)
    sidebar.card(TARGET).hover()
    expect(editor_world.block(page, 150)).to_be_in_viewport()
    sidebar.add(TARGET)
    editor_world.save(page)
    assert without_address(editor_world.stored(post_id)) == linked(content)


def test_nothing_is_asked_before_the_sidebar_is_seen(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    page.wait_for_timeout(1000)
    assert editor_world.front.paths("/posts/") == []
    Sidebar.open(page)
    assert len(editor_world.front.paths("suggestions")) == 1


@AT_BOTH_ENDS
def test_typing_goes_on_while_suggestions_load(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    with editor_world.wordpress.switched(slow=1500):
        page.get_by_role("button", name="Link suggestions", exact=True).first.click()
        page.locator(".link-suggester-skeleton").wait_for()
        editor_world.block(page, 0).click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" Slugs do not mind. Nor do I.", delay=120)
    Sidebar(page).wait()
    page.keyboard.type(" At all.")
    assert editor_world.content(page) == paragraph(f"{SENTENCE} Slugs do not mind. Nor do I. At all.")
    expect(Sidebar(page).card(TARGET)).to_be_visible()


@AT_BOTH_ENDS
def test_the_list_renews_itself_as_the_text_changes(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph("Leaves rot slowly.")))
    sidebar = Sidebar.open(page)
    editor_world.block(page, 0).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(f" {SENTENCE}")
    expect(sidebar.card(TARGET)).to_be_visible(timeout=20_000)
    assert editor_world.content(page) == paragraph(f"Leaves rot slowly. {SENTENCE}")


@AT_BOTH_ENDS
def test_the_keyboard_alone_adds_a_link_and_keeps_its_place(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    sidebar = Sidebar.open(page)
    button = sidebar.card(TARGET).get_by_role("button", name=f"Add link from “{ANCHOR}” to {TARGET}")
    button.focus()
    page.keyboard.press("Enter")
    expect(sidebar.done()).to_be_visible()
    page.keyboard.press("Tab")
    expect(sidebar.done().get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(sidebar.done()).to_have_count(0)
    assert editor_world.content(page) == paragraph()
    expect(page.locator(".link-suggester-list > li").first).to_be_focused()


def test_a_suggestion_under_the_mouse_is_marked_in_the_text(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    Sidebar.open(page).card(TARGET).hover()
    marked = """() => {
        const frame = document.querySelector( 'iframe[name="editor-canvas"]' );
        const highlight = ( frame ? frame.contentWindow : window ).CSS.highlights.get( 'link-suggester' );
        return highlight ? [ ...highlight ].map( String ) : [];
    }"""
    assert page.evaluate(marked) == [ANCHOR]
    page.mouse.move(10, 400)
    assert page.evaluate(marked) == []


def test_a_new_sentence_is_added_at_the_end_of_its_block(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.sample_id("leaf-mould"))
    before = page.evaluate(WRITTEN)
    sidebar = Sidebar.open(page)
    sidebar.show_all()
    sidebar.panel.get_by_role("button", name=re.compile("^Add sentence")).first.click()
    expect(sidebar.done()).to_be_visible(timeout=20_000)
    after = page.evaluate(WRITTEN)
    assert after.count("<a href=") == before.count("<a href=") + 1
    assert re.sub(r" [^.>]*<a href=[^>]*>[^<]*</a>\.?</p>", "</p>", after) == before
    sidebar.undo()
    assert page.evaluate(WRITTEN) == before


def test_the_panel_before_publishing_says_what_waits_and_opens_the_sidebar(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    page.get_by_role("button", name="Publish", exact=True).first.click()
    line = page.locator(".editor-post-publish-panel .link-suggester-waiting")
    expect(line).to_have_text("1 good link is waiting.", timeout=20_000)
    page.locator(".editor-post-publish-panel").get_by_role("button", name="Show link suggestions").click()
    expect(Sidebar(page).card(TARGET)).to_be_visible()


@AT_BOTH_ENDS
def test_an_author_sees_suggestions_but_adds_none_to_posts_of_others(editor_world: EditorWorld):
    editor_world.allow("/templates/")  # WordPress 6.1 itself asks for what an author may not see
    post_id = editor_world.create_post(paragraph(), author="writer")
    editor_world.allow("/templates/")  # WordPress 6.1 itself asks for what an author may not see
    post_id = editor_world.create_post(paragraph(), author="writer")
    page = editor_world.editor(post_id, user="writer")
    sidebar = Sidebar.open(page)
    sidebar.add(TARGET)
    expect(sidebar.panel.get_by_role("button", name="Add it there")).to_have_count(0)
    editor_world.save(page)
    assert without_address(editor_world.stored(post_id)) == linked(paragraph())


@AT_BOTH_ENDS
def test_in_text_mode_the_post_is_left_alone(editor_world: EditorWorld):
    page = editor_world.editor(editor_world.create_post(paragraph()))
    page.evaluate(
        "( { ...wp.data.dispatch( 'core/edit-post' ), ...wp.data.dispatch( 'core/editor' ) } )"
        ".switchEditorMode( 'text' )"
    )
    sidebar = Sidebar.open(page)
    sidebar.card(TARGET).get_by_role("button", name=re.compile("^Add ")).first.click()
    expect(sidebar.panel).to_contain_text("Switch to the visual editor")
    assert editor_world.content(page) == paragraph()


def test_the_sidebar_opens_by_itself_with_the_suggestion_at_hand(editor_world: EditorWorld):
    post_id, target = editor_world.sample_id("leaf-mould"), editor_world.sample_id("clay-soil")
    page = editor_world.editor(post_id, **{"link-suggester-target": str(target)})
    sidebar = Sidebar(page)
    sidebar.wait()
    expect(sidebar.panel.get_by_role("link", name=re.compile("opens in a new tab")).first).to_contain_text(TARGET)
