import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.content.append import append
from suggester.content.blocks import read
from suggester.content.insert import remove
from suggester.content.text import anchor_at
from suggester.entities import NewText
from suggester.errors import AnchorMissing, AnchorRefused, ContentError
from tests.content.test_any_string import strings

NEW = NewText("See also: Rye bread.", "Rye bread", 0)
LINKED = 'See also: <a href="/rye">Rye bread</a>.'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Feed it.", "</p>"),
        ("<p>Feed it.", "\n</p>\n<p>More.</p>"),
        ("Feed it.", "\n\nMore."),
        ("<p>Feed <b>it.</b>", "</p>"),
        ("<p>Feed <b><i>it.</i> </b>", "</p>"),
        ("<p>Feed <a href='/x'>it</a>", "</p>"),
        ("<p>Feed it.<sup>1</sup>", "</p>"),
        ("<p>R&amp;D &#8217;n&nbsp;roll&hellip;", "</p>"),
        ("<!-- wp:paragraph -->\n<p>Feed it.", "</p>\n<!-- /wp:paragraph -->"),
        ("<p>Feed it.", "<br></p>"),
        ("<p>Feed it.", "<img src='/a.jpg'></p>"),
        ("<p>Feed [it]", "</p>"),
        ("<P CLASS=a>Feed <EM>it</EM>", "</P>"),
    ],
)
def test_the_sentence_goes_behind_the_last_words_of_its_block(before, after):
    assert append(before + after, NEW, "/rye") == f"{before} {LINKED}{after}"


def test_it_goes_into_the_block_it_is_meant_for():
    html = "<h2>One</h2><p>Two.</p><ul><li>Three</li></ul>"
    assert append(html, NewText("See: Rye.", "Rye", 2, "list_item"), "/rye") == html.replace(
        "Three", 'Three See: <a href="/rye">Rye</a>.'
    )


def test_no_space_is_put_between_sentences_that_need_none():
    new = NewText("関連記事：ライ麦パン。", "ライ麦パン", 0)
    assert append("<p>毎日。</p>", new, "/r") == '<p>毎日。関連記事：<a href="/r">ライ麦パン</a>。</p>'


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("R&D <b>", "R&amp;D &lt;b&gt;"),
        ("[gallery] night", "&#91;gallery&#93; night"),
        ("also", "also"),
        ("two\n spaces", "two spaces"),
    ],
)
def test_the_sentence_is_text_and_never_markup(title, written):
    result = append("<p>Feed it.</p>", NewText(f"See also: {title}.", title, 0), "/r")
    assert result == f'<p>Feed it. See also: <a href="/r">{written}</a>.</p>'


@pytest.mark.parametrize(
    ("html", "new", "error", "why"),
    [
        ("<p>Feed it.</p>", NewText("See also: Rye.", "Rye", 1), AnchorMissing, "not there any more"),
        ("<p>Feed it.</p>", NewText("See also: Rye.", "Rye", 0, "quote"), AnchorMissing, "not there any more"),
        ("", NEW, AnchorMissing, "not there any more"),
        ("<p>Feed it.</p>", NewText("See also: Rye.", "Wheat", 0), AnchorMissing, "in the sentence"),
        ("<p>Feed it.</p>", NewText("", " ", 0), AnchorMissing, "in the sentence"),
        ("<h2>Feed it</h2>", NewText("See: Rye.", "Rye", 0, "heading"), AnchorRefused, "No link may stand"),
        ("<p>Feed <a href='/x'>it", NEW, AnchorRefused, "by hand"),
        ("<p>Feed it [x", NEW, AnchorRefused, "by hand"),
        ("<p>Feed <!-- it", NewText("See: Rye\x01.", "Rye", 0), AnchorRefused, "by hand"),
    ],
)
def test_what_cannot_be_proved_safe_is_refused(html, new, error, why):
    with pytest.raises(error, match=why):
        append(html, new, "/rye")


@pytest.mark.parametrize("href", ["", "/a b", "javascript:x()"])
def test_an_address_that_is_none_is_refused(href):
    with pytest.raises(AnchorRefused, match="not an address"):
        append("<p>Feed it.</p>", NEW, href)


@given(strings, st.sampled_from(["Rye bread", "R&D <b>", "[x] y", "日本語"]), st.data())
@settings(max_examples=800, deadline=None)
def test_a_sentence_in_any_string_leaves_all_else_as_it_is_or_is_refused(html, title, data):
    blocks = read(html).blocks
    if not blocks:
        return
    block = data.draw(st.sampled_from(blocks))
    try:
        result = append(html, NewText(f"See also: {title}.", title, block.index, block.kind), "/t?a=1&b=2")
    except ContentError:
        return
    start = next((at for at, (one, two) in enumerate(zip(html, result, strict=False)) if one != two), len(html))
    added = len(result) - len(html)
    assert any(result[:at] + result[at + added :] == html for at in range(max(0, start - added), start + 1))
    after = read(result).blocks
    assert [each.text for each in after if each.index != block.index] == [
        each.text for each in blocks if each.index != block.index
    ]
    changed = after[block.index].text
    assert changed.startswith(block.text)
    assert changed.endswith(f"See also: {title}.")
    at = changed.rindex(title)
    assert remove(result, anchor_at(after[block.index], at, at + len(title)), "/t?a=1&b=2") != result
