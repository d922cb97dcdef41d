"""Where text ends and markup begins: one pattern for everything in a post's content that is not text.

Whatever lies between two tokens is text. The pattern never gives up half-way: a tag, comment or CDATA section that is
not ended reaches to the end, as it does in browsers, so that reading takes linear time whatever comes in.
"""

from __future__ import annotations

import re
from html import unescape

_WHITE = r"[ \t\n\f\r]"
_NAME = r"[^ \t\n\f\r/>]"
_VALUE = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+)"""
_ATTRIBUTES = rf"(?:[ \t\n\f\r/]++|{_NAME}[^ \t\n\f\r/>=]*+(?:{_WHITE}*+={_WHITE}*+{_VALUE}?+)?+)*+"

TOKEN = re.compile(
    rf"""
    <(?: (?P<end>/?)(?P<tag>[a-zA-Z]{_NAME}*+)(?P<attributes>{_ATTRIBUTES})(?:>|\Z)
       | !--(?:-?>|(?P<comment>.*?)(?:--!?>|\Z))
       | !\[CDATA\[.*?(?:\]\]>|\Z)
       | [!?/][^>]*+(?:>|\Z)
     )
    | (?<!\[)\[(?P<shut>/?)(?P<shortcode>[a-zA-Z][\w-]*+)(?=[\s\]/])[^\[\]<>]*+\](?!\])
    """,
    re.VERBOSE | re.DOTALL,
)
END, TAG, ATTRIBUTES, COMMENT, SHUT, SHORTCODE = range(1, 7)  # the groups, by number because it is quicker

_ATTRIBUTE = re.compile(
    rf"""({_NAME}[^ \t\n\f\r/>=]*+)(?:{_WHITE}*+={_WHITE}*+(?:"([^"]*+)"?|'([^']*+)'?|([^ \t\n\f\r>]++))?+)?+"""
)
_FENCE = re.compile(r"\s*(/?)wp:([a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)\s*+(?:\{.*\}\s*)?(/?)\s*\Z", re.DOTALL)
ENTITY = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")  # what html.unescape looks at

_ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


def clean(content: str) -> str:
    """Put a space for each control character and U+FFFD for each lone surrogate; offsets stay as they are."""
    return _ODD.sub(lambda odd: "\ufffd" if odd[0] >= "\ud800" else " ", content) if _ODD.search(content) else content


def attributes(text: str) -> dict[str, str]:
    """Read the attributes of a start tag, names in lower case, entities decoded; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found


def attribute_span(text: str, name: str) -> tuple[int, int] | None:
    """Say where an attribute's value stands, between its quotes; None where there is none. The first of a name counts.

    `text` is what stands between a tag's name and its end.
    """
    for found in _ATTRIBUTE.finditer(text):
        if found[1].lower() == name:
            return found.span(found.lastindex) if found.lastindex and found.lastindex > 1 else None
    return None


def fence(comment: str) -> tuple[str, bool, bool] | None:
    """Read a block comment: the block's name, whether it ends one, whether it stands alone; None for other comments."""
    found = _FENCE.match(comment)
    if not found:
        return None
    name = found[2] if "/" in found[2] else "core/" + found[2]
    return name, bool(found[1]), bool(found[3])
