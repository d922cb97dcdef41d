"""Links that others wrote are led elsewhere, or taken out, and come back byte for byte."""

import os
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.content.blocks import read
from suggester.content.rewrite import carried_over, put_back, relink, rewrite, unlink, written
from suggester.content.text import anchor_at
from suggester.entities import Anchor
from suggester.errors import AnchorMissing, AnchorRefused, ContentError
from tests.content.test_any_string import strings
from tests.content.test_every_site import each_site, needs_sites, posts_of

EVERY = 1 if os.environ.get("BENCH_ALL") else 10  # so many posts have one whose link is tried


def anchor_of(html, number=0):
    body = read(html)
    link = body.links[number]
    return anchor_at(body.blocks[link.block], link.start, link.end), link.href


@pytest.mark.parametrize(
    ("html", "href", "changed"),
    [
        ('<p>Feed <a href="/old/">rye</a>.</p>', "/new/", '<p>Feed <a href="/new/">rye</a>.</p>'),
        (
            "<p><A CLASS='k' HREF='/old/?a=1&b=2' rel=nofollow>rye</A></p>",
            "/o'new/?a=1&b",
            "<p><A CLASS='k' HREF='/o&#39;new/?a=1&amp;b' rel=nofollow>rye</A></p>",
        ),
        ("<p><a href=/old/>rye</a></p>", "/new/", "<p><a href=/new/>rye</a></p>"),
        ("<p><a href=/old/ class=k>rye</a></p>", "/n'ew", '<p><a href="/n\'ew" class=k>rye</a></p>'),
        ('<p><a\n  href = "/old">\nrye <b>x</b></a>', "/[new]", '<p><a\n  href = "/&#91;new&#93;">\nrye <b>x</b></a>'),
        (
            '<a href="/old" data-href="/old" title="/old">x</a>',
            "/n",
            '<a href="/n" data-href="/old" title="/old">x</a>',
        ),
        ('<a title="a > b" href="/old" href="/two">x</a>', "/n", '<a title="a > b" href="/n" href="/two">x</a>'),
        ('<h2><a href="/old">x</a></h2>', "/n", '<h2><a href="/n">x</a></h2>'),
        (
            '<figure><a href="/old"><img src="/old"></a></figure>',
            "/n",
            '<figure><a href="/n"><img src="/old"></a></figure>',
        ),
        ('<p>see <a href="">x</a></p>', "/n", '<p>see <a href="/n">x</a></p>'),
        (
            '<!-- wp:button --><div class="wp-block-button"><a class="k" href="/old">Go</a></div><!-- /wp:button -->',
            "/n",
            '<!-- wp:button --><div class="wp-block-button"><a class="k" href="/n">Go</a></div><!-- /wp:button -->',
        ),
    ],
)
def test_a_link_leads_elsewhere_and_nothing_else_changes(html, href, changed):
    anchor, old = anchor_of(html)
    before = written(html, anchor, old)
    assert rewrite(html, anchor, old, href) == changed
    assert put_back(changed, anchor, href, before) == html


@pytest.mark.parametrize(
    ("html", "taken"),
    [
        ('<p>Feed <a href="/x" class=k>rye</a>.</p>', "<p>Feed rye.</p>"),
        ('<p><a href="/x"><strong>rye</strong></a> bread</p>', "<p><strong>rye</strong> bread</p>"),
        ('<p><strong><a href="/x">rye</a></strong> bread</p>', "<p><strong>rye</strong> bread</p>"),
        ('<p>the<a href="/x"> rye\n</a >now</p>', "<p>the rye\nnow</p>"),
        ('<p>use <a href="/x"><code>rye()</code></a></p>', "<p>use <code>rye()</code></p>"),
        ('<h2><a href="/x">rye</a></h2>', "<h2>rye</h2>"),
        ('<p>a <a href="/x">rye</a> b <a href="/x">rye</a></p>', '<p>a rye b <a href="/x">rye</a></p>'),
        ('<p><a href="/x"><img src=a> R&amp;D</a></p>', "<p><img src=a> R&amp;D</p>"),
        ('<p><a href="/x"><img src=a></a></p>', "<p><img src=a></p>"),
        ('<a href="/x"><p>one</p><p>two</p></a>', "<p>one</p><p>two</p>"),
    ],
)
def test_a_link_is_taken_out_and_put_back(html, taken):
    anchor, href = anchor_of(html)
    result, old = unlink(html, anchor, href)
    assert result == taken
    assert old == written(html, anchor, href)
    assert relink(taken, anchor, old) == html


def test_what_was_edited_elsewhere_in_the_meantime_stays():
    html = '<p>Feed <a href="/old" rel="nofollow">rye</a> daily.</p>'
    anchor, old = anchor_of(html)
    before = written(html, anchor, old)
    edited = "<p>New.</p>" + rewrite(html, anchor, old, "/new").replace("daily", "often").replace("nofollow", "ugc")
    back = '<p>New.</p><p>Feed <a href="/old" rel="ugc">rye</a> often.</p>'
    assert put_back(edited, anchor, "/new", before) == back
    taken, old_link = unlink(html, anchor, old)
    assert relink("<p>New rye.</p>" + taken.replace("daily", "often"), anchor, old_link) == (
        '<p>New rye.</p><p>Feed <a href="/old" rel="nofollow">rye</a> often.</p>'
    )


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ('<p>a <a href="/x">rye', "not ended"),
        ('<p>1 <<a href="/x">b</a> 2</p>', "change the text"),
        ('<div class="wp-block-button"><a href="/x">Go</a></div>', "button"),
        ('<!-- wp:acme/card --><p><a href="/x">rye</a></p><!-- /wp:acme/card -->', "another plugin"),
        ('<!-- wp:acme/card --><h2><a href="/x">rye</a></h2><!-- /wp:acme/card -->', "another plugin"),
        ('<!-- wp:file --><div><a href="/x"><img></a></div><!-- /wp:file -->', "another plugin"),
        ('<p><a href="/x"></a></p>', "there twice"),
    ],
)
def test_a_link_that_has_to_stay_is_not_taken_out(html, why):
    anchor, href = anchor_of(html)
    with pytest.raises(ContentError, match=why):
        unlink(html, anchor, href)


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ('<!-- wp:acme/card {"to":["\\/x"]} --><p><a href="/x">rye</a></p><!-- /wp:acme/card -->', "in its settings"),
        ('<p><a href="/x">rye</a> or <a href="/x">rye</a></p>'.replace(" or ", "<br>"), "more than once"),
        ('<p>a <a href="/x"', "holds nothing"),
    ],
)
def test_a_link_that_cannot_be_changed_safely_stays(html, why):
    anchor, href = anchor_of(html)
    with pytest.raises(AnchorRefused, match=why):
        rewrite(html, Anchor(anchor.text, "x", "x", 9), href, "/new")


@pytest.mark.parametrize("href", ["", "javascript:x()", "/a b", "data:text/html,x"])
def test_an_address_that_is_none_is_refused(href):
    with pytest.raises(AnchorRefused, match="not an address"):
        rewrite('<p><a href="/x">rye</a></p>', Anchor("rye", "", "", 0), "/x", href)


def test_a_link_that_leads_elsewhere_by_now_is_missing():
    html = '<p><a href="/y">rye</a></p>'
    for change in (rewrite, unlink, put_back):
        with pytest.raises(AnchorMissing, match="look for link changes again"):
            change(html, Anchor("rye", "", "", 0), "/x", *(["/z"] if change is not unlink else []))


@pytest.mark.parametrize(
    "edited", ["<p>Feed wheat.</p>", "<p>Feed <b>rye</b>.</p>", '<p>Feed <a href="/y">rye</a>.</p>', "<p>rye Rye</p>"]
)
def test_a_link_does_not_come_back_where_its_place_has_changed(edited):
    anchor, href = anchor_of('<p>Feed <a href="/x"><i>rye</i></a>.</p>')
    _, old = unlink('<p>Feed <a href="/x"><i>rye</i></a>.</p>', anchor, href)
    with pytest.raises(ContentError):
        relink(edited, anchor, old)


@pytest.mark.parametrize("broken", ["", "<p>", "rye", "<a href=x>rye", "</a>", "<a>rye</a>"])
def test_a_link_that_was_not_kept_whole_does_not_come_back(broken):
    with pytest.raises(AnchorRefused):
        relink("<p>rye</p>", Anchor("rye", "", "", 0), broken)
    with pytest.raises(AnchorRefused):
        put_back('<p><a href="/x">rye</a></p>', Anchor("rye", "", "", 0), "/x", broken.replace("=x", ""))


@pytest.mark.parametrize(
    ("old", "url", "there"),
    [
        ("/old/#part", "https://b.example/new/", "/new/#part"),
        ("/old/?p=1&utm_source=x", "https://b.example/new/", "/new/"),
        ("https://b.example/old", "https://b.example/new/", "https://b.example/new/"),
        ("//b.example/old", "https://b.example/new/", "https://b.example/new/"),
        ("?p=7&tab=a b#c", "https://b.example/new/", "https://b.example/new/?tab=a+b#c"),
        ("/?p=7&tab=2", "https://b.example/?p=8", "/?p=8"),
        ("/old/#", "/new/", "/new/"),
        ("/old/#a", "/new/#b", "/new/#b"),
    ],
)
def test_the_part_of_the_page_is_carried_over(old, url, there):
    assert carried_over(old, url) == there


@given(strings, st.sampled_from(["/t?a=1&b=2", "/o'x", "/[y]", "https://b.example/日本/#z"]), st.data())
@settings(max_examples=800, deadline=None)
def test_a_link_in_any_string_changes_and_comes_back_or_is_left_alone(html, href, data):
    body = read(html)
    if not body.links:
        return
    number = data.draw(st.integers(0, len(body.links) - 1))
    outcomes = [outcome for _, outcome in change_and_back(html, number, href)]
    assert "damaged" not in outcomes


@needs_sites
@each_site
def test_the_links_of_every_post_change_and_come_back(path, capsys):
    outcomes = Counter()
    for seed, html in enumerate(posts_of(path)[::EVERY]):
        if links := read(html).links:
            number = random.Random(seed).randrange(len(links))
            outcomes.update(change_and_back(html, number, "https://b.example/?p=7&from=[a]'\"<b>#x"))
    with capsys.disabled():
        print(f"\n{path.name.split('.')[0]}: {dict(outcomes)}")  # noqa: T201
    assert not any(outcome == "damaged" for _, outcome in outcomes)
    for verb in ("rewritten", "unlinked"):
        done = sum(count for (said, outcome), count in outcomes.items() if (said, outcome) == (verb, "done"))
        tried = sum(count for (said, _), count in outcomes.items() if said == verb)
        assert done >= 0.95 * tried > 0


def change_and_back(html, number, href):
    anchor, old = anchor_of(html, number)
    yield "rewritten", rewritten_and_back(html, anchor, old, href)
    yield "unlinked", unlinked_and_back(html, anchor, old)


def rewritten_and_back(html, anchor, old, href):
    try:
        before, result = written(html, anchor, old), rewrite(html, anchor, old, href)
    except ContentError:
        return "refused"
    same_texts = texts_of(result) == texts_of(html)
    there = Counter(link.href for link in read(result).links)
    there.subtract(link.href for link in read(html).links)
    led = {where: count for where, count in there.items() if count} == ({href: 1, old: -1} if href != old else {})
    return "done" if same_texts and led and put_back(result, anchor, href, before) == html else "damaged"


def unlinked_and_back(html, anchor, href):
    try:
        result, old = unlink(html, anchor, href)
    except ContentError:
        return "refused"
    same_texts = texts_of(result) == texts_of(html)
    fewer = len(read(result).links) == len(read(html).links) - 1
    return "done" if same_texts and fewer and relink(result, anchor, old) == html else "damaged"


def texts_of(html):
    return [(block.kind, block.text) for block in read(html).blocks if block.text]
