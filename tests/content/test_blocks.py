import re
import time

import pytest

from suggester.content.blocks import KINDS, LINKABLE_KINDS, read
from suggester.entities import Block, Body, Link


def kinds_and_texts(html):
    return [(block.kind, block.text) for block in read(html).blocks]


def closed_words(html):
    return [[block.text[start:end] for start, end in block.closed] for block in read(html).blocks]


def test_a_post_is_read_into_blocks_and_links():
    html = '<h2>Bread</h2>\n<p>Feed&nbsp;the <a href="/starter?a=1&amp;b=2" rel="NoFollow me">'
    html += " <em>rye</em>\nstarter </a>.</p>"
    assert read(html) == Body(
        blocks=(
            Block(0, "heading", "Bread", linkable=False),
            Block(1, "paragraph", "Feed the rye starter .", linkable=True, closed=((9, 20),)),
        ),
        links=(Link("/starter?a=1&b=2", "rye starter", 1, 9, 20, ("nofollow", "me")),),
    )


def test_links_may_stand_in_prose_only():
    assert LINKABLE_KINDS == {"paragraph", "list_item", "quote", "table_cell", "definition"}
    assert set(KINDS) > LINKABLE_KINDS


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("", []),
        (" \n&nbsp;<p></p><br>", []),
        ("<p>one<p>two", [("paragraph", "one"), ("paragraph", "two")]),
        ("<P CLASS=x>one</P>", [("paragraph", "one")]),
        ("one</p>two</div>three", [("paragraph", "one"), ("paragraph", "two"), ("paragraph", "three")]),
        (
            "<ul><li>one<li>two<ul><li>three</ul></ul>",
            [("list_item", "one"), ("list_item", "two"), ("list_item", "three")],
        ),
        ("<ul><li><p>one</p><p>two</p></li></ul>", [("list_item", "one"), ("list_item", "two")]),
        ("<ul><li><h3>one</h3>two</li></ul>", [("heading", "one"), ("list_item", "two")]),
        ("<blockquote>one<p>two</p></blockquote>", [("quote", "one"), ("quote", "two")]),
        ("<blockquote><ul><li>one</ul></blockquote>", [("list_item", "one")]),
        (
            "<table><caption>of</caption><tr><th>head<td>one<td><p>two</table>after",
            [
                ("caption", "of"),
                ("other", "head"),
                ("table_cell", "one"),
                ("table_cell", "two"),
                ("paragraph", "after"),
            ],
        ),
        ("<div><table><tr><td>one</div>two</table></div>", [("table_cell", "one"), ("table_cell", "two")]),
        ("<dl><dt>term<dd>one<dd>two</dl>", [("other", "term"), ("definition", "one"), ("definition", "two")]),
        ("<h1>one<h2>two</h3>three", [("heading", "one"), ("heading", "two"), ("paragraph", "three")]),
        ("<figure><img src=x><figcaption>one</figcaption></figure>", [("caption", "one")]),
        ('<p class="wp-caption-text">one</p>', [("caption", "one")]),
        ("<pre>one\n\ntwo</pre>", [("code", "one two")]),
        ("<nav><p>Home, and more. Yes.</p></nav>", [("other", "Home, and more. Yes.")]),
        ("<form><p>Name</p><select><option>x</select></form>", [("other", "Name")]),
        (
            "<details><summary>one</summary>It is so. Yes.</details>",
            [("heading", "one"), ("paragraph", "It is so. Yes.")],
        ),
        ("<p><button>Buy</button></p>", [("button", "Buy")]),
        ("<p>https://video.example/watch?v=1</p>", [("embed", "https://video.example/watch?v=1")]),
        ("<p>a<!-- b -->c<!--more-->d</p>", [("paragraph", "ac"), ("paragraph", "d")]),
        ("<p>a<!--[if IE]><p>b</p><![endif]-->c", [("paragraph", "ac")]),
        ("<p>a<![CDATA[ <p>b</p> ]]>c<?php echo 1 ?>d<!doctype x>e</>f</ p>g", [("paragraph", "acdefg")]),
        ("<p>1 < 2 <3 a&lt;b&gt; AT&T &#8217; &notanentity;", [("paragraph", "1 < 2 <3 a<b> AT&T ’ ¬anentity;")]),
        ('<p title="a > b" data-x=\'<p>\' y=a"b>one</p>', [("paragraph", "one")]),
        ("<p>a\x00b\x0bc\x7f</p>", [("paragraph", "a b c")]),
        ("<p>a\ud800b</p>", [("paragraph", "a\ufffdb")]),
        ("<td>one<br>\n<BR/>two<br> three", [("table_cell", "one"), ("table_cell", "two three")]),
        ("<div>one.<br><br><br>two.</div>", [("paragraph", "one."), ("paragraph", "two.")]),
        ("<p>one<br/>two<hr>three</p>", [("paragraph", "one two"), ("paragraph", "three")]),
        (
            "<p>مرحبا <b>بالعالم</b></p><p>日本語<b>の</b>文章。</p><p>👩‍🚀 ok</p>",
            [("paragraph", "مرحبا بالعالم"), ("paragraph", "日本語の文章。"), ("paragraph", "👩‍🚀 ok")],
        ),
    ],
)
def test_html_is_read_as_browsers_show_it(html, blocks):
    assert kinds_and_texts(html) == blocks


@pytest.mark.parametrize(
    "name", ["script", "style", "textarea", "iframe", "noscript", "svg", "template", "math", "video"]
)
def test_what_is_no_text_is_left_out(name):
    inside = (
        "<p>no" if name not in ("svg", "template", "math", "video") else f"<p>no<{name} a='>'><b>no</{name.upper()}>no"
    )
    assert kinds_and_texts(f"a<{name} x='>'>{inside}</{name}\n>b") == [("paragraph", "ab")]


@pytest.mark.parametrize(
    "html", ["<script>no", "<svg>no", "<!-- no", "<![CDATA[no", '<a href="no', "<p class='no>", "</no"]
)
def test_what_is_not_ended_goes_on_to_the_end(html):
    assert kinds_and_texts("<p>yes" + html) == [("paragraph", "yes")]


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("one\n\ntwo\r\n \r\nthree\nfour", [("paragraph", "one"), ("paragraph", "two"), ("paragraph", "three four")]),
        ("<em>one\n\ntwo</em> three", [("paragraph", "one"), ("paragraph", "two three")]),
        ("<p>one\n\ntwo</p>", [("paragraph", "one two")]),
        ("<div>It was so.\n\nIt is so.</div>", [("paragraph", "It was so."), ("paragraph", "It is so.")]),
    ],
)
def test_empty_lines_part_the_paragraphs_of_classic_content(html, blocks):
    assert kinds_and_texts(html) == blocks


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<div><div>Menu</div><span>12 May</span></div>", [("other", "Menu"), ("other", "12 May")]),
        ("<div><div><span>It rained.</span></div></div>", [("paragraph", "It rained.")]),
        (
            "<div>one two three four five six seven eight nine</div>",
            [("paragraph", "one two three four five six seven eight nine")],
        ),
        ("<div>雨が降った。</div>", [("paragraph", "雨が降った。")]),
        ('<div class="elementor-widget"><h2 class="elementor-heading-title">T</h2></div>', [("heading", "T")]),
        ('<div class="wp-block-button"><a href="/">Buy it. Now.</a></div>', [("button", "Buy it. Now.")]),
        ('<div id="toc_container"><ul><li>One</ul></div>', [("other", "One")]),
        ('<blockquote class="twitter-tweet"><p>Hi</p></blockquote>', [("embed", "Hi")]),
    ],
)
def test_text_right_inside_a_div_is_a_paragraph_when_it_is_prose(html, blocks):
    assert kinds_and_texts(html) == blocks


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<!-- wp:paragraph --><p>one</p><!-- /wp:paragraph -->", [("paragraph", "one")]),
        ('<!-- wp:heading {"level":3} --><h3>one</h3><!-- /wp:heading -->', [("heading", "one")]),
        (
            "<!-- wp:columns --><div><!-- wp:column --><div><!-- wp:list --><ul><!-- wp:list-item --><li>one</li>"
            "<!-- /wp:list-item --></ul><!-- /wp:list --></div><!-- /wp:column --></div><!-- /wp:columns -->",
            [("list_item", "one")],
        ),
        ('one<!-- wp:block {"ref":5} /-->two', [("paragraph", "one"), ("paragraph", "two")]),
        ('<!-- wp:latest-posts {"text":"<p>no</p>"} /-->', []),
        (
            "<!-- wp:embed --><figure><div>\nhttps://v.example/1\n</div><figcaption>c</figcaption></figure>",
            [("embed", "https://v.example/1"), ("caption", "c")],
        ),
        ("<!-- wp:shortcode -->[x]<!-- /wp:shortcode -->", [("shortcode", "[x]")]),
        ("<!-- wp:verse --><pre>one</pre><!-- /wp:verse -->", [("code", "one")]),
        (
            "<!-- wp:acme/card --><p>no</p><!-- wp:paragraph --><p>yes</p><!-- /wp:paragraph -->"
            "<p>no</p><!-- /wp:acme/card -->yes",
            [("other", "no"), ("paragraph", "yes"), ("other", "no"), ("paragraph", "yes")],
        ),
        ("<!-- /wp:group --><!-- wp:quote --><blockquote><p>one</p></blockquote>", [("quote", "one")]),
        (
            "<!-- wp:table --><figure><table><tbody><tr><td>one</td></tr></tbody></table></figure><!-- /wp:table -->",
            [("table_cell", "one")],
        ),
    ],
)
def test_wordpress_blocks_are_understood(html, blocks):
    assert kinds_and_texts(html) == blocks


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ('[caption id="a" width="3"]<img src="x"> One[/caption]', [("caption", "One")]),
        (
            'one\n\n[gallery ids="1,2"]\n\ntwo',
            [("paragraph", "one"), ("shortcode", '[gallery ids="1,2"]'), ("paragraph", "two")],
        ),
        ("[code]<p>x</p>[/code]", [("code", "<p>x</p>")]),
        ("a [source] b", [("paragraph", "a [source] b")]),
        ("[embed]https://v.example/1[/embed]", [("embed", "https://v.example/1")]),
        (
            '[vc_row a="b"][vc_column][vc_column_text]<p>one</p>\n\ntwo[/vc_column_text][/vc_column][/vc_row]',
            [("paragraph", "one"), ("paragraph", "two")],
        ),
        (
            '[et_pb_section][et_pb_text admin_label="x"]one[/et_pb_text][et_pb_button url="/" /][/et_pb_section]',
            [("paragraph", "one")],
        ),
        ("[fusion_title]one[/fusion_title]two", [("heading", "one"), ("paragraph", "two")]),
        ("[vc_raw_html]JTNDcCUzRQ==[/vc_raw_html]", [("code", "JTNDcCUzRQ==")]),
        ('[button url="/x"]Buy[/button]', [("shortcode", '[button url="/x"]Buy[/button]')]),
        ("[[caption]] is a shortcode", [("paragraph", "[[caption]] is a shortcode")]),
        ("[1] a note", [("paragraph", "[1] a note")]),
        (
            "<pre>fields[vc_column]</pre> <code>a[column][/column]</code> see [row]",
            [("code", "fields[vc_column]"), ("paragraph", "a[column][/column] see [row]")],
        ),
        ("[row][column]one[/column][/row]", [("paragraph", "one")]),
    ],
)
def test_shortcodes_are_understood(html, blocks):
    assert kinds_and_texts(html) == blocks


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("a <a href=x>b c</a> d", ["b c"]),
        ("a <a name=x>b</a> d", ["b"]),
        ("a <code>b</code> <kbd>c</kbd><sup>1</sup> d", ["b", "c", "1"]),
        ("a <del>b</del> c <button>d</button>", ["b", "d"]),
        ("a [x y=1] b [z]c[/z] d", ["[x y=1]", "[z]c[/z]"]),
        ("a [x] b [x]c[/x] d [/y]", ["[x] b [x]c[/x]", "[/y]"]),
        ("a [x b", ["[x b"]),
        ("a x] b", ["a x]"]),
        ("a [b [c] d] e", ["[b [c] d]"]),
        ("see https://a.example/b or www.c.example for more", ["https://a.example/b", "www.c.example"]),
        ("日本https://a.example/を見る", ["https://a.example/"]),
        (r"a \(x+y\) b $$z$$ c $latex q$ d $5 and $6", [r"\(x+y\)", "$$z$$", "$latex q$"]),
        ("<code>a <code>b</code> c</code> d", ["a b c"]),
    ],
)
def test_no_link_may_stand_inside_links_code_and_shortcodes(html, words):
    assert closed_words(f"<p>{html}</p>") == [words]


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<p><a href=x><img></a></p>", [("x", "", 0)]),
        ("<figure><a href=x><img></a></figure><p>one", [("x", "", 0)]),
        ("<a href=x><div>One</div><div>Two</div></a>", [("x", "One", 0)]),
        ("<p>a</p><a href=x>b<p>c</a>", [("x", "b", 1)]),
        ("<a href=x>b<a href=y>c</a>", [("x", "b", 0), ("y", "c", 0)]),
        ("<h2><a href=' x '>b</a></h2>", [(" x ", "b", 0)]),
        ("<a data-href=x title='href=y'>b</a>", []),
        ("<A HREF='x' href='y'>b</A>", [("x", "b", 0)]),
        ("[caption]<a href=x><img></a> c[/caption]", [("x", "", 0)]),
        ("<p>a <a href=x></a> b", [("x", "", 0)]),
        ("<a href=x>", [("x", "", 0)]),
        ("<script><a href=x>b</a></script>", []),
    ],
)
def test_every_link_is_listed_with_its_block(html, links):
    body = read(html)
    assert [(link.href, link.anchor, link.block) for link in body.links] == links
    assert all(body.blocks[link.block].text[link.start : link.end] == link.anchor for link in body.links)


def test_a_link_that_is_not_ended_keeps_the_next_block_closed():
    assert closed_words("<p><a href=x>a</p><p>b</p>") == [["a"], ["b"]]
    assert closed_words("<p><sup>a</p><p>b</p>") == [["a"], []]


HOSTILE = r"""
<a " | <!-- | <a b='" | [a_ | [code] | [caption]x | <![CDATA[ | <div> | <li> | <code>x | </div> | <svg> | <td><div>
<!-- wp:a --> | <div></p><li></li> | & | <button>x<p> | [ | ] | \( | $$ | <a href=x><p> | www. | <script> | <select>
<a href=x>b | <!-- wp:a --><!-- /wp:b --> | [x]a | [/x] | <p>a<br> | <video a=" | <a =a | &#x | [row] | <li><ul>
"""


@pytest.mark.parametrize("piece", ["\n", *(piece.strip() for piece in re.split(r"[|\n]", HOSTILE.strip()))])
def test_reading_takes_linear_time_whatever_comes_in(piece):
    html = piece * (250_000 // len(piece))
    started = time.process_time()
    read(html)
    assert time.process_time() - started < 4


def test_a_post_of_two_megabytes_is_read_in_seconds():
    html = (
        "<!-- wp:paragraph --><p>Some <b>words</b> &amp; <a href='/x'>a link</a>.</p><!-- /wp:paragraph -->\n" * 21_000
    )
    started = time.process_time()
    body = read(html)
    assert len(body.blocks) == len(body.links) == 21_000
    assert time.process_time() - started < 10
