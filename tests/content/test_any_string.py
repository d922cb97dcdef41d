"""Whatever comes in: reading never fails, and links go in and out without a trace."""

import re
from html import unescape

from hypothesis import example, given, settings
from hypothesis import strategies as st

from suggester.content.blocks import KINDS, LINKABLE_KINDS, outline, read
from suggester.content.insert import insert, remove
from suggester.content.language import detect
from suggester.content.links import Address, Resolver, resolve_body
from suggester.content.offsets import offsets
from suggester.content.text import anchor_at, plain, sentence_around
from suggester.content.tokens import clean
from suggester.entities import Site
from suggester.errors import ContentError

TAGS = """
<p>|</p>|<P class='x'>|<div>|</div>|<ul>|<li>|</li>|</ul>|<table>|<tr>|<td>|</table>|<br>|<hr/>|<b>|</b>|<em>|</em>
<span title="a > b">|</span>|<a href="/x">|<a name=n>|</a>|<code>|</code>|<h2>|</h2>|<button>|</button>
<script>|</script>|<svg>|</svg>|<!--|-->|<!-- wp:paragraph -->|<!-- /wp:paragraph -->|<!-- wp:acme/x {"a":1} -->
<!-- wp:block {"ref":1} /-->|<![CDATA[|]]>|[caption]|[/caption]|[vc_row]|[/vc_row]|[code]|[/code]|[x y="z"]|[/x]|[|]
<pre>|</pre>|<blockquote>|<sup>1</sup>|<a|</|=|/|$$|\\(|<|>|"|'|&|&amp;|&nbsp;|&#8217;|&notit;|&#0;|&#1;
"""
TEXTS = [" ", "\n", "\n\n", "\u3000", "\xa0", "\x00", "one", "two", "rye starter", "https://a.example/", "日本語", "。"]
TEXTS += ["العربية", "\U0001f469\u200d\U0001f680", "e\u0301"]
PIECES = re.split(r"[|\n]", TAGS.strip()) + TEXTS
messy = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
strings = st.one_of(messy, st.text(max_size=200), st.text(alphabet="<>/ab\"'=&;![]- \n", max_size=120))


@given(strings)
@example("<p>&#1;</p>")
@example("<p>a<br></p>")
@settings(max_examples=600, deadline=None)
def test_any_string_is_read_into_a_sound_body(html):
    body = read(html)
    assert [block.index for block in body.blocks] == list(range(len(body.blocks)))
    for block in body.blocks:
        assert block.kind in KINDS
        assert block.linkable == (block.kind in LINKABLE_KINDS)
        assert block.text == " ".join(block.text.split())
        assert block.text.encode().decode() == block.text
        assert list(block.closed) == sorted(block.closed)
        assert all(0 <= start < end <= len(block.text) for start, end in block.closed)
        assert all(one[1] <= two[0] for one, two in zip(block.closed, block.closed[1:], strict=False))
    for link in body.links:
        assert body.blocks[link.block].text[link.start : link.end] == link.anchor


@given(strings)
@settings(max_examples=400, deadline=None)
def test_offsets_and_reading_agree(html):
    whole = outline(html)
    content = clean(html)
    for block, runs in zip(whole.body.blocks, whole.runs, strict=True):
        text, spans = offsets(content, runs)
        assert text == block.text
        assert all(start <= end for start, end in spans)
        assert all(
            letter == " " or letter in unescape(content[start:end])
            for letter, (start, end) in zip(text, spans, strict=True)
        )


@given(strings, st.data())
@settings(max_examples=800, deadline=None)
def test_a_link_in_any_string_comes_out_without_a_trace_or_is_refused(html, data):
    blocks = [block for block in read(html).blocks if block.text]
    if not blocks:
        return
    block = data.draw(st.sampled_from(blocks))
    start = data.draw(st.integers(0, len(block.text) - 1))
    end = data.draw(st.integers(start + 1, len(block.text)))
    anchor = anchor_at(block, start, end)
    try:
        linked = insert(html, anchor, "/t?a=1&b=2")
    except ContentError:
        return
    words = " ".join(anchor.text.split())
    assert remove(linked, anchor, "/t?a=1&b=2") == html
    assert linked.replace('<a href="/t?a=1&amp;b=2">', "", 1).replace("</a>", "") == html.replace("</a>", "")
    assert [found.text for found in read(linked).blocks] == [found.text for found in read(html).blocks]
    assert ("/t?a=1&b=2", words) in [(link.href, link.anchor) for link in read(linked).links]


@given(strings, strings)
@example("0", "//[")
@settings(max_examples=300, deadline=None)
def test_no_string_breaks_the_helpers(one, other):
    resolver = Resolver(Site("https://b.example"), [Address(1, one, (other,)), Address(2, other)])
    resolver.add_redirect(other, 2)
    assert resolver.resolve(one, other) in (None, 1, 2)
    assert isinstance(resolver.is_internal(one, other), bool)
    assert isinstance(resolver.address("/a", other), str)
    resolve_body(read(one), resolver, other)
    assert plain(one) == " ".join(plain(one).split())
    assert detect(one, other, other) is not None
    if one:
        start, end = sentence_around(one, 0, 1)
        assert 0 <= start <= 0 < 1 <= end <= len(one)
