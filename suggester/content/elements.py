"""What each HTML element, WordPress block and shortcode means for the text inside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

KINDS = (
    "paragraph",
    "list_item",
    "quote",
    "table_cell",
    "definition",
    "heading",
    "caption",
    "code",
    "button",
    "embed",
    "shortcode",
    "other",
)
LINKABLE_KINDS = frozenset({"paragraph", "list_item", "quote", "table_cell", "definition"})


@dataclass(frozen=True, slots=True)
class Element:
    """An element that makes a block of its own."""

    kind: str = ""  # of the text right inside it; "" takes that of the parent
    locked: bool = False  # whether everything inside keeps this kind
    ends: frozenset[str] = frozenset()  # open elements that its start tag ends ...
    walls: frozenset[str] = frozenset()  # ... but not those outside of one of these


def _locked(kind: str, ends: str = "", walls: str = "") -> Element:
    return Element(kind, True, frozenset(ends.split()), frozenset(walls.split()))


_PLAIN = (
    "address article aside blockquote body center details dialog dir div dl fieldset figure footer header hgroup html"
    " li main menu ol p section table tbody td tfoot thead tr ul dd"
)
_CELLS = "td th caption"
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

ELEMENTS: dict[str, Element] = {name: Element() for name in _PLAIN.split()} | {
    "p": Element("paragraph"),
    "blockquote": Element("quote"),
    "li": Element("list_item", False, frozenset({"li"}), frozenset({"ul", "ol", "menu", "dir"})),
    "dd": Element("definition", False, frozenset({"dd", "dt"}), frozenset({"dl"})),
    "dt": _locked("other", "dd dt", "dl"),
    "table": Element("other"),
    "tr": Element("other", False, frozenset({"tr", "td", "th", "caption"}), frozenset({"table"})),
    "td": Element("table_cell", False, frozenset(_CELLS.split()), frozenset({"tr", "table"})),
    "th": _locked("other", _CELLS, "tr table"),
    "caption": _locked("caption", _CELLS, "tr table"),
    "figcaption": _locked("caption"),
    "pre": _locked("code"),
    "listing": _locked("code"),
    "summary": _locked("heading"),
    "legend": _locked("other"),
    "nav": _locked("other"),
    "form": _locked("other"),
    "hr": Element(),
}
ELEMENTS |= {name: _locked("heading", " ".join(HEADINGS), " ".join(ELEMENTS)) for name in HEADINGS}

TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
TABLE_WALLS = frozenset({"td", "th", "caption", "table"})

RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript"})
SKIPPED = frozenset({"svg", "math", "template", "object", "select", "audio", "video", "canvas", "datalist"})

CLOSED = frozenset("a code tt kbd samp var sup sub button label rt rp del s strike".split())  # no link stands in these
LASTING = frozenset({"a", "code", "tt", "s", "strike"})  # where these are not ended, browsers go on in the next block
CROSSABLE = frozenset(
    "abbr acronym b bdi bdo big cite dfn em font i ins mark nobr q small span strong time u".split()
)  # a link may hold one of these whole

ROLES = {
    "wp-caption-text": "caption",
    "gallery-caption": "caption",
    "wp-element-caption": "caption",
    "wp-block-button": "button",
    "elementor-button-wrapper": "button",
    "elementor-heading-title": "heading",
    "wp-block-embed": "embed",
    "wp-embedded-content": "embed",
    "twitter-tweet": "embed",
    "instagram-media": "embed",
    "toc_container": "other",
    "ez-toc": "other",
    "lwptoc": "other",
    "sharedaddy": "other",
    "jp-relatedposts": "other",
    "yarpp": "other",
    "screen-reader-text": "other",
    "nav-links": "other",
    "wp-block-navigation": "other",
}
ROLE = re.compile(rf"""\b(?:class|id)=["']?[^"'>]*?\b({"|".join(ROLES)})""")

FENCES = {
    "core/heading": "heading",
    "core/site-title": "heading",
    "core/post-title": "heading",
    "core/button": "button",
    "core/buttons": "button",
    "core/file": "button",
    "core/read-more": "button",
    "core/code": "code",
    "core/preformatted": "code",
    "core/verse": "code",
    "core/embed": "embed",
    "core/shortcode": "shortcode",
    "core/image": "caption",
    "core/gallery": "caption",
    "core/video": "caption",
    "core/audio": "caption",
}
OPEN_FENCES = frozenset(
    f"core/{name}"
    for name in (
        "paragraph list list-item quote pullquote table freeform html group columns column cover media-text details"
        " accordion accordion-item accordion-panel missing query post-template post-content"
    ).split()
)


def fence_kind(name: str) -> str:
    """Kind of the text right inside a WordPress block; "" where a link may stand, as far as the block is concerned.

    A block of another plugin checks its own HTML when the editor opens, so a link there could make it invalid.
    """
    return "" if name in OPEN_FENCES else FENCES.get(name, "other")


_BUILDER = re.compile(
    r"(?:vc|et_pb|fusion|av|cs|mk|nectar|tatsu|kc|ux|wpb|themify|qode|edgtf|mkdf|eltdf|cmsms|avia|tdc|thb)_\w+"
    r"|(?:su_)?(?:row|column|columns|col|section)(?:_inner)?|(?:one|two|three)_(?:half|third|fourth|fifth)(?:_last)?"
)
_BUILDER_ENDINGS = (
    (("code", "raw_html", "raw_js", "_js", "raw"), "code"),
    (("button", "btn"), "button"),
    (("title", "heading"), "heading"),
)
_SHORTCODES = {
    "caption": "caption",
    "wp_caption": "caption",
    "embed": "embed",
    "video": "embed",
    "audio": "embed",
    "gallery": "embed",
    "playlist": "embed",
}
_SHORTCODES |= dict.fromkeys(
    "code sourcecode source crayon highlight pre php html css javascript js python bash sql xml raw".split(), "code"
)


def shortcode_kind(name: str) -> str | None:
    """Kind of the text that a shortcode encloses; "" for a page builder's prose, None for one in running text."""
    if name in _SHORTCODES:
        return _SHORTCODES[name]
    if not _BUILDER.fullmatch(name):
        return None
    return next((kind for endings, kind in _BUILDER_ENDINGS if name.endswith(endings)), "")
