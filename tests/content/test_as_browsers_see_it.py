"""The plain text and the links of well-formed HTML are those that a real HTML parser finds."""

from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from suggester.content.blocks import read
from tests.content.test_every_site import each_site, needs_sites, posts_of

words = st.text(alphabet="abc é日&<>\"' \n", min_size=1, max_size=12).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")
)


def element(tag, inside):
    return f"<{tag}>{''.join(inside)}</{tag.split()[0]}>"


inline = st.recursive(
    words,
    lambda inner: st.builds(
        element,
        st.sampled_from(["b", "em", "span title='a > b'", "code", "a href='/x?a&amp;b'"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
paragraph = st.builds(element, st.sampled_from(["p", "h2", 'p class="x"']), st.lists(inline, max_size=4))
FRAMES = [
    "<div>{}</div>",
    "<ul><li>{}</li></ul>",
    "<blockquote>{}</blockquote>",
    "<table><tbody><tr><td>{}</td></tr></tbody></table>",
    "{}<script>var a = '<p>';</script>",
    "<!-- x --><section>{}</section>",
]
container = st.recursive(
    paragraph,
    lambda inner: st.builds(
        lambda frame, inside: frame.replace("{}", "".join(inside)),
        st.sampled_from(FRAMES),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
HIDDEN = "script, style, textarea, svg, template, iframe, noscript, object, video, audio, select, canvas, math"


def squeezed(text):
    return "".join(text.split())


def as_parsed(html):
    tree = LexborHTMLParser(f"<body>{html}")
    hrefs = [node.attributes.get("href") or "" for node in tree.css("a[href]")]
    for node in tree.css(
        "script, style, textarea, svg, template, iframe, noscript, object, video, audio, select, canvas, math"
    ):
        node.decompose()
    return squeezed(tree.body.text() if tree.body else ""), hrefs


def as_read(html):
    body = read(html)
    return squeezed("".join(block.text for block in body.blocks)), [link.href for link in body.links]


@given(container.filter(lambda html: "<a" not in html.replace("<a href", "", 1)))
@settings(max_examples=300, deadline=None)
def test_well_formed_html_reads_as_it_is_parsed(html):
    assert as_read(html) == as_parsed(html)


@needs_sites
@each_site
def test_posts_people_wrote_read_as_they_are_parsed(path):
    posts = posts_of(path)[::5]
    alike = sum(as_read(html) == as_parsed(html) for html in posts)
    assert alike >= 0.95 * len(posts)
