"""Pages as themes write them, block and classic, and pages as nobody should."""
# ruff: noqa: E501 - pages as they come

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.content.page import Page, decode, is_page, read_page
from suggester.content.urls import absolute
from suggester.entities import PLACES, PageLink

URL = "https://blog.example/post/"

BLOCK_SINGLE = """<!doctype html><html><head><title>Rye &#038; wheat &#8211; Blog</title>
<link rel="canonical" href="/post/"><meta name='robots' content='max-image-preview:large'></head>
<body class="wp-singular post-template-default single single-post postid-6 logged-in">
<a class="skip-link screen-reader-text" href="#wp--skip-link--target">Skip</a><div class="wp-site-blocks">
<header class="wp-block-template-part"><div class="wp-block-group"><p class="wp-block-site-title"><a href="/">Blog</a></p>
<nav class="wp-block-navigation" aria-label="x"><ul><li class="wp-block-navigation-item"><a href="/about/">About</a></ul></nav>
</div></header><main class="wp-block-group" id="wp--skip-link--target"><h1 class="wp-block-post-title">Rye</h1>
<div class="wp-block-post-author"><a href="/author/ann/">Ann</a></div>
<div class="entry-content alignfull wp-block-post-content"><p>See the <a href="/starter/" rel="NoFollow noopener">starter
 <em>jar</em></a> and <a href="https://other.example/x?a=1&amp;b=2">elsewhere</a>.
<p>Also <a href="#top">top</a> <a href="/post/#part">part</a> <a href="mailto:a@b.example">mail</a> <a name="x">x</a>
<ul class="wp-block-latest-posts"><li><a href="/latest/">Latest</a></ul>
<aside class="wp-block-group"><a href="/aside/">In an aside of the text</a></aside>
<figure><a href="/pictured/"><img src="x.png" alt="A loaf"></a></figure>
<div class="wp-block-query"><ul class="wp-block-post-template"><li class="wp-block-post"><a href="/listed/">Listed</a></ul></div>
<div class="yarpp yarpp-related"><a href="/akin/">Akin</a></div></div>
<div class="taxonomy-post_tag wp-block-post-terms"><a href="/tag/tea/" rel="tag">tea</a></div>
<nav class="wp-block-group"><div class="post-navigation-link-next wp-block-post-navigation-link"><a href="/next/">Next</a></div></nav>
<div class="wp-block-comments"><a href="https://bob.example/" rel="external nofollow ugc">Bob</a></div>
<div class="wp-block-query"><ul class="wp-block-post-template"><li><h2><a href="/more/">More</a></h2></ul></div></main>
<footer class="wp-block-template-part"><nav class="wp-block-navigation"><a href="/imprint/">Imprint</a></nav></footer>"""

CLASSIC = """<html><head><title>{kind}</title></head><body class="{classes}"><div id="page" class="site has-sidebar sidebar-right">
<header id="masthead" class="site-header"><h1 class="site-title"><a href="/">Blog</a></h1>
<nav id="site-navigation" class="main-navigation"><ul id="menu-main" class="menu"><li class="menu-item"><a href="/about/">About</a></ul>
</nav></header><div class="breadcrumbs"><a href="/cat/">Cat</a></div>
<main id="main" class="site-main">{main}</main>
<aside id="secondary" class="widget-area"><section class="widget widget_recent_entries"><ul><li><a href="/recent/">Recent</a></ul>
</section></aside><footer id="colophon" class="site-footer"><a href="/imprint/">Imprint</a></footer></div></body></html>"""
SINGLE = """<article class="post-6 hentry"><header class="entry-header"><h1>Rye</h1><span class="byline"><a href="/author/ann/">Ann</a>
</span></header><div class="entry-content"><p>The <a href="/starter/">starter</a><div class="page-links"><a href="/post/2/">2</a>
</div><div id="toc_container"><a href="/post/#a">A</a></div><div class='jp-relatedposts'><a href="/akin/">Akin</a></div></div>
<footer class="entry-footer"><a href="/category/x/">X</a></footer></article>
<nav class="navigation post-navigation"><div class="nav-links"><a href="/prev/" rel="prev">Prev</a></div></nav>
<div id="comments" class="comments-area"><a href="/post/?replytocom=1#respond">Reply</a></div>"""
LISTING = """<header class="page-header"><div class="archive-description"><a href="/best/">Best</a></div></header>
<article class="post-6 hentry"><header class="entry-header"><h2><a href="/a/">A</a></h2></header><div class="entry-content"><p>
<a href="/b/">from a</a></div></article><article class="hentry"><h2><a href="/c/">C</a></h2><div class="entry-summary">
<a href="/c/">Read on</a></div></article><nav class="navigation pagination"><a class="page-numbers" href="/page/2/">2</a></nav>
<nav class="navigation posts-navigation"><div class="nav-previous"><a href="/page/3/">Older</a></div></nav>"""


def places(html: str) -> dict[str, str]:
    page = read_page(html, URL)
    return {link.href.removeprefix("https://blog.example"): link.place for link in page.links}


def test_a_post_of_a_block_theme_is_read_whole():
    assert read_page(BLOCK_SINGLE, URL) == Page(
        URL,
        "Rye & wheat – Blog",
        URL,
        False,
        tuple(
            PageLink(URL, href if "://" in href else f"https://blog.example{href}", place, anchor, rel)
            for href, place, anchor, rel in [
                ("/", "menu", "Blog", ()),
                ("/about/", "menu", "About", ()),
                ("/author/ann/", "menu", "Ann", ()),
                ("/starter/", "content", "starter jar", ("nofollow", "noopener")),
                ("https://other.example/x?a=1&b=2", "content", "elsewhere", ()),
                ("/latest/", "archive", "Latest", ()),
                ("/aside/", "content", "In an aside of the text", ()),
                ("/pictured/", "content", "A loaf", ()),
                ("/listed/", "archive", "Listed", ()),
                ("/akin/", "related", "Akin", ()),
                ("/tag/tea/", "menu", "tea", ("tag",)),
                ("/next/", "related", "Next", ()),
                ("https://bob.example/", "widget", "Bob", ("external", "nofollow", "ugc")),
                ("/more/", "related", "More", ()),
                ("/imprint/", "footer", "Imprint", ()),
            ]
        ),
    )


FRAME = {"/": "menu", "/about/": "menu", "/cat/": "menu", "/recent/": "widget", "/imprint/": "footer"}


@pytest.mark.parametrize("classes", ["post-template-default single single-post postid-6", ""])
def test_a_post_of_a_classic_theme(classes):
    assert places(CLASSIC.format(kind="Post", classes=classes, main=SINGLE)) == FRAME | {
        "/author/ann/": "menu",
        "/starter/": "content",
        "/post/2/": "archive",
        "/akin/": "related",
        "/category/x/": "menu",
        "/prev/": "related",
        "/post/?replytocom=1": "widget",
    }


@pytest.mark.parametrize("classes", ["home blog", "archive category category-x paged", "search search-results"])
def test_a_list_of_posts_is_no_content(classes):
    assert places(CLASSIC.format(kind="List", classes=classes, main=LISTING)) == FRAME | {
        "/best/": "content",
        "/a/": "archive",
        "/b/": "archive",
        "/c/": "archive",
        "/page/2/": "archive",
        "/page/3/": "archive",
    }


def test_a_theme_that_says_nothing_is_understood_by_how_often_content_comes():
    one = '<div class="entry-content"><a href="/a/">A</a></div>'
    two = '<div class="entry-content"><a href="/b/">B</a></div>'
    assert places(one) == {"/a/": "content"}
    assert places(f"<main>{one}{two}</main>") == {"/a/": "archive", "/b/": "archive"}


def test_a_page_without_any_known_part_is_all_content_but_what_its_elements_say():
    html = '<nav><a href="/n/">N</a></nav><h1>X</h1><p><a href="/a/">A</a><aside><a href="/w/">W</a></aside><footer><a href="/f/">'
    assert places(html) == {"/n/": "menu", "/a/": "content", "/w/": "widget", "/f/": "footer"}


@pytest.mark.parametrize(
    ("html", "hrefs"),
    [
        ("<a href=/a/>A<a href=/b/>B", ["/a/", "/b/"]),
        ('<div class="entry-content"><p><b><a href="/a/">A</div></b></a>', ["/a/"]),
        ("<script>'<a href=/no/>'</script><!-- <a href=/no/> --><a href=/a/>A</a>", ["/a/"]),
        ("<noscript><a href=/no/></noscript><template><a href=/no/>x</a></template><a href=/a/>A</a>", ["/a/"]),
        ("<svg><a href=/no/></svg><a href='/a/'>A</a><svg><a href=/b/>", ["/a/", "/b/"]),
        ("<title><a href=/no/>x</title><a\nhref\n=\n/a/\n>A", ["/a/"]),
        ("<a href=/a/ href=/no/>A</a><A HREF=/b/>B</A>", ["/a/", "/b/"]),
        ("<a>none</a><a href>none</a><a href=''>none</a><a href='#x'>none</a>", []),
        ("<a href='https://['>none</a><a href='http://a b/'>none</a>", []),
        ("</div></main></p></a>" * 3 + "<a href=/a/>", ["/a/"]),
        ("<table><tr><td><div><a href=/a/>A</div><td><a href=/b/>B</table>", ["/a/", "/b/"]),
        ("[gallery]<a href=/a/>[x] y</a>", ["/a/"]),
        ("\x00\ud800<a href=/a/>\x00</a>", ["/a/"]),
        ("<a href=/a/", ["/a/"]),
        ("<", []),
        ("", []),
    ],
)
def test_messy_html_is_read_as_browsers_do(html, hrefs):
    assert [link.href for link in read_page(html, URL).links] == [f"https://blog.example{href}" for href in hrefs]


def test_a_div_that_is_ended_in_a_cell_does_not_end_one_outside():
    html = '<div class="widget"><table><tr><td></div><a href="/a/">A</a></table></div><p><a href="/b/">B</a>'
    assert places(html) == {"/a/": "widget", "/b/": "content"}


def test_links_go_by_the_base_that_the_page_names():
    html = '<base href="https://blog.example/deep/"><base href="/no/"><a href="x/">X</a>'
    assert [link.href for link in read_page(html, URL).links] == ["https://blog.example/deep/x/"]


@pytest.mark.parametrize(
    ("html", "header", "noindex"),
    [
        ("", "", False),
        ("<meta name=robots content='noindex, follow'>", "", True),
        ("<meta name='ROBOTS' content='NOINDEX'>", "", True),
        ("<meta name=googlebot content='none'>", "", True),
        ("<meta name=robots content='max-image-preview:none'>", "", False),
        ("<meta name=robots content='index, follow'>", "", False),
        ("<meta name=bingbot content=noindex>", "", False),
        ("", "noindex", True),
        ("", "noarchive, noindex", True),
        ("", "googlebot: noindex", True),
        ("", "otherbot: noindex, nofollow", False),
        ("", "otherbot: noindex\nnoindex", True),
        ("", "max-image-preview:none", False),
    ],
)
def test_what_a_page_tells_search_engines(html, header, noindex):
    assert read_page(html, URL, {"x-robots-tag": header}).noindex == noindex


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Käse".encode(), "text/html; charset=UTF-8", "Käse"),
        ("Käse".encode("latin-1"), "text/html; charset=iso-8859-1", "Käse"),
        ("“Käse”".encode("cp1252"), "text/html; charset=latin1", "“Käse”"),
        (b"<meta charset=windows-1251>" + "Сыр".encode("cp1251"), "text/html", "<meta charset=windows-1251>Сыр"),
        ("チーズ".encode("shift_jis"), "text/html; charset='Shift_JIS'", "チーズ"),
        (b"\xef\xbb\xbf" + "Käse".encode(), "text/html; charset=latin1", "Käse"),
        (b"\xff\xfe" + "Käse".encode("utf-16-le"), "", "Käse"),
        (b"<meta charset=utf-16>x", "", "<meta charset=utf-16>x"),
        (b"a\xffb", "", "a\ufffdb"),
        (b"K\xc3\xa4se", "text/html; charset=zip", "Käse"),
        (b"K\xc3\xa4se", "text/html; charset=punycode", "Käse"),
        (b"K\xc3\xa4se", "text/html; charset=windows-9999", "Käse"),
    ],
)
def test_a_page_is_read_in_its_encoding(body, content_type, text):
    assert decode(body, content_type) == text


@pytest.mark.parametrize(
    ("content_type", "body", "page"),
    [
        ("text/html; charset=UTF-8", b"", True),
        ("application/xhtml+xml", b"", True),
        ("application/pdf", b"<html>", False),
        ("application/rss+xml", b"", False),
        ("", b"\n<!DOCTYPE html>", True),
        ("", b"%PDF-1.7", False),
    ],
)
def test_what_is_a_page(content_type, body, page):
    assert is_page(content_type, body) == page


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<div><table><td>" + "<p>" * 100 + "</div>" * 100_000,
        "<a href=/x/>" + "x<b>" * 200_000,
        "<svg>" * 100_000,
        "<!--" * 200_000,
        "<a href='" * 100_000,
        "<title>" * 100_000,
        "<" * 1_000_000,
    ],
)
def test_a_page_made_to_be_slow_is_not(html):
    begun = time.perf_counter()
    read_page(html, URL)
    assert time.perf_counter() - begun < 5


PIECES = st.sampled_from(
    "<a href=/x/> <a href='//[' </a> <div class='entry-content'> </div> <main> </main> <nav> </nav> <li> <table> <td> </table>"
    " <body class=blog> <base href=x:> <svg> </svg> <script> </script> <!-- --> <title> <meta name=robots content=none> &#0; &amp"
    " [x] \ud800 \x00 < > \" ' text".split(" ")
)


@settings(max_examples=200)
@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join), st.text(max_size=30))
def test_whatever_comes_is_read_and_every_link_is_an_address(html, url):
    for link in read_page(html, url).links:
        assert absolute(link.href) == link.href
        assert link.place in PLACES


@settings(max_examples=200)
@given(st.binary(max_size=60), st.text(max_size=30))
def test_whatever_bytes_come_are_text(body, content_type):
    assert isinstance(decode(body, content_type), str)
