import pytest

from suggester.content.blocks import read
from suggester.content.insert import insert, remove
from suggester.content.text import anchor_at
from suggester.entities import Anchor
from suggester.errors import AnchorMissing, AnchorRefused


def anchor_on(html, words):
    block = next(block for block in read(html).blocks if words in block.text)
    start = block.text.index(words)
    return anchor_at(block, start, start + len(words))


@pytest.mark.parametrize(
    ("html", "words", "linked"),
    [
        ("<p>Feed the rye starter.</p>", "rye starter", "<p>Feed the ‹rye starter›.</p>"),
        ("Feed the\nrye\n\nstarter", "the rye", "Feed ‹the\nrye›\n\nstarter"),
        ("<P CLASS=a>Feed <B>it</B></P>", "it", "<P CLASS=a>Feed <B>‹it›</B></P>"),
        ("<p><strong>foo</strong> bar baz</p>", "foo bar", "<p>‹<strong>foo</strong> bar› baz</p>"),
        ("<p>baz bar <em><b>foo</b></em></p>", "bar foo", "<p>baz ‹bar <em><b>foo</b></em>›</p>"),
        ("<p><i>a</i> b <i>c</i></p>", "a b c", "<p>‹<i>a</i> b <i>c</i>›</p>"),
        ("<p>a <span class='x'>b</span> c</p>", "a b c", "<p>‹a <span class='x'>b</span> c›</p>"),
        ("<p>R&amp;D &#8217;n&nbsp;roll</p>", "R&D", "<p>‹R&amp;D› &#8217;n&nbsp;roll</p>"),
        ("<p>R&amp;D &#8217;n&nbsp;roll</p>", "’n roll", "<p>R&amp;D ‹&#8217;n&nbsp;roll›</p>"),
        ("<p>fat &amp; acid</p>", "&", "<p>fat ‹&amp;› acid</p>"),
        (
            '<!-- wp:paragraph {"a":"rye"} --><p title="rye">rye</p><!-- /wp:paragraph -->',
            "rye",
            '<!-- wp:paragraph {"a":"rye"} --><p title="rye">‹rye›</p><!-- /wp:paragraph -->',
        ),
        ("[rye x='rye']\n\nof rye", "of rye", "[rye x='rye']\n\n‹of rye›"),
        ("[vc_column_text]Feed rye[/vc_column_text]", "rye", "[vc_column_text]Feed ‹rye›[/vc_column_text]"),
        ("<p>サワードウの作り方</p>", "ドウの", "<p>サワー‹ドウの›作り方</p>"),
        ("<p>أطعم الخميرة</p>", "الخميرة", "<p>أطعم ‹الخميرة›</p>"),
        ("<p>a\x00b c</p>", "b c", "<p>a\x00‹b c›</p>"),
        ("<p>x <a href='/y'>y</a> z", "z", "<p>x <a href='/y'>y</a> ‹z›"),
        ("<ul><li>rye<li>wheat", "wheat", "<ul><li>rye<li>‹wheat›"),
    ],
)
def test_a_link_goes_on_the_words_and_comes_off_again(html, words, linked):
    anchor = anchor_on(html, words)
    result = insert(html, anchor, "/starter/")
    assert result == linked.replace("‹", '<a href="/starter/">').replace("›", "</a>")
    assert remove(result, anchor, "/starter/") == html


@pytest.mark.parametrize(
    ("href", "written"),
    [
        ("https://b.example/?p=1&x=2", "https://b.example/?p=1&amp;x=2"),
        ("/a\"b'c<d>", "/a&quot;b'c&lt;d&gt;"),
        ("/[gallery]", "/&#91;gallery&#93;"),
        ("/日本語/", "/日本語/"),
    ],
)
def test_the_address_is_escaped(href, written):
    result = insert("<p>rye</p>", anchor_on("<p>rye</p>", "rye"), href)
    assert result == f'<p><a href="{written}">rye</a></p>'
    assert read(result).links[0].href == href
    assert remove(result, anchor_on(result, "rye"), href) == "<p>rye</p>"


@pytest.mark.parametrize("href", ["", "/a b", "/a\n", "javascript:x()", "DATA:text/html,x", "/\ud800", "/\x00"])
def test_an_address_that_is_none_is_refused(href):
    with pytest.raises(AnchorRefused, match="not an address"):
        insert("<p>rye</p>", anchor_on("<p>rye</p>", "rye"), href)


@pytest.mark.parametrize(
    ("html", "words", "why"),
    [
        ("<p>feed <b>the rye</b> starter</p>", "rye starter", "cut through"),
        ("<p><b> the</b> rye</p>", "the rye", "cut through"),
        ("<p>the<br>rye</p>", "the rye", "cut through"),
        ("<p>the<!-- x --> rye</p>", "the rye", "cut through"),
        ("<p>the<img src=x> rye</p>", "the rye", "cut through"),
        ("<p>the <x-y>rye</x-y></p>", "the rye", "cut through"),
        ("<p>the <b>rye</i></b></p>", "the rye", "cut through"),
        ("<p>the <a href=x>rye</a></p>", "rye", "already carries"),
        ("<p>the <a href=x>rye</a></p>", "the rye", "already carries"),
        ("<p>the <code>rye</code></p>", "rye", "already carries"),
        ("<p>the [x y=rye]</p>", "rye", "already carries"),
        ("<p>the [x]rye[/x]</p>", "rye", "already carries"),
        ("<p>at https://rye.example/ now</p>", "rye", "already carries"),
        ("<h2>the rye</h2>", "rye", "no link may stand"),
        ("<figure><figcaption>the rye</figcaption></figure>", "rye", "no link may stand"),
        ("<!-- wp:acme/card --><p>rye</p><!-- /wp:acme/card -->", "rye", "no link may stand"),
        ("<p>cafe\u0301 au</p>", "cafe", "in two"),
        ("<p>\U0001f468\u200d\U0001f469 x</p>", "\U0001f468", "in two"),
        ("<p>\U0001f44d\U0001f3fd x</p>", "\U0001f44d", "in two"),
        ("<p>\U0001f1eb\U0001f1f7 x</p>", "\U0001f1eb", "in two"),
        ("<p>a &notit; b</p>", "it;", "in two"),
    ],
)
def test_what_cannot_be_proved_safe_is_refused(html, words, why):
    with pytest.raises(AnchorRefused, match=why):
        insert(html, anchor_on(html, words), "/x")


@pytest.mark.parametrize("words", ["wheat", "", " ", "title", "amp", "rye  bread"])
def test_words_that_are_gone_are_missing(words):
    with pytest.raises(AnchorMissing):
        insert('<p title="title">rye &amp; x</p>', Anchor(words, "", "", 0), "/x")


@pytest.mark.parametrize(
    ("html", "anchor", "linked"),
    [
        (
            "<p>new</p><p>feed the rye now</p>",
            Anchor("rye", "feed the ", " now", 0),
            "<p>new</p><p>feed the {rye} now</p>",
        ),
        (
            "<p>a rye b</p><p>feed the rye now</p>",
            Anchor("rye", "feed the ", " now", 0),
            "<p>a rye b</p><p>feed the {rye} now</p>",
        ),
        (
            "<p>eat the rye now</p><p>x rye</p>",
            Anchor("rye", "feed the ", " now", 1),
            "<p>eat the {rye} now</p><p>x rye</p>",
        ),
        ("<p>a rye b</p><p>a rye b</p>", Anchor("rye", "a ", " b", 1), "<p>a rye b</p><p>a {rye} b</p>"),
        ("<p>a rye b, c rye d</p>", Anchor("rye", "c ", " d", 0), "<p>a rye b, c {rye} d</p>"),
        ("<p>the rye, rye</p>", Anchor("rye", "the rye, ", "", 0), "<p>the rye, {rye}</p>"),
        ("<p>rye</p><p>of rye</p>", Anchor("rye", "", "", 0), "<p>{rye}</p><p>of rye</p>"),
        ("<p>only rye here</p>", Anchor("rye", "rewritten ", " since", 7), "<p>only {rye} here</p>"),
        ("<h2>rye</h2><p>the rye</p>", Anchor("rye", "", "", 0), "<h2>rye</h2><p>the {rye}</p>"),
        ("<p>a\n rye &amp; b</p>", Anchor("rye & b", "a ", "", 0), "<p>a\n {rye &amp; b}</p>"),
    ],
)
def test_words_that_moved_are_found_by_what_stands_around_them(html, anchor, linked):
    result = insert(html, anchor, "/x")
    assert result == linked.replace("{", '<a href="/x">').replace("}", "</a>")
    assert remove(result, anchor, "/x") == html


@pytest.mark.parametrize(
    ("html", "anchor"),
    [
        ("<p>a rye b</p><p>a rye b</p>", Anchor("rye", "a ", " b", 5)),
        ("<p>a rye b, c rye d</p>", Anchor("rye", "", "", 0)),
        ("<p>a rye b, c rye d</p>", Anchor("rye", "xyz", "xyz", 0)),
    ],
)
def test_words_that_stand_there_twice_are_refused_without_more_to_go_by(html, anchor):
    with pytest.raises(AnchorRefused, match="more than once"):
        insert(html, anchor, "/x")


def test_only_our_own_link_is_taken_out():
    html = '<p>a <a href="/x">rye</a> b</p><p>c <a href="/x">rye</a> d <a class="k" href="/x">wheat</a></p>'
    assert remove(html, Anchor("rye", "c ", " d", 1), "/x") == html.replace('c <a href="/x">rye</a>', "c rye")
    with pytest.raises(AnchorMissing):
        remove(html, Anchor("rye", "c ", " d", 1), "/y")
    with pytest.raises(AnchorMissing):
        remove(html, Anchor("wheat", "d ", "", 1), "/x")
    with pytest.raises(AnchorRefused):
        remove(html, Anchor("rye", "", "", 5), "/x")


def test_a_link_whose_going_would_make_new_markup_stays():
    with pytest.raises(AnchorRefused, match="change the text"):
        remove('<p>1 <<a href="/x">b</a> 2</p>', Anchor("b", "1 <", " 2", 0), "/x")


def test_several_links_come_off_in_any_order():
    html = "<p>one <b>two</b> three</p>"
    anchors = {words: anchor_on(html, words) for words in ("one", "two", "three")}
    linked = html
    for words, anchor in anchors.items():
        linked = insert(linked, anchor, f"/{words}")
    for words in ("two", "one", "three"):
        linked = remove(linked, anchors[words], f"/{words}")
    assert linked == html
