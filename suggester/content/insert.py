"""Puts links into raw content, and takes them out again, byte for byte.

Nothing is touched but the two places where the tags go. Every result is read again and compared with what was there
before; what cannot be proved safe is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape, unescape

from suggester.content.blocks import Outline, Span, outline
from suggester.content.elements import CROSSABLE
from suggester.content.tokens import ATTRIBUTES, END, ENTITY, TAG, TOKEN, clean
from suggester.entities import Anchor, Block, Link
from suggester.errors import AnchorMissing, AnchorRefused

_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")
_SCRIPT = re.compile(r"(?:javascript|data|vbscript):", re.IGNORECASE)
_JOINERS = "\u200d\ufe0e\ufe0f"
_END_TAG = "</a>"


def insert(content: str, anchor: Anchor, href: str) -> str:
    """Put a link to `href` on the anchor's words; AnchorMissing where they are gone, AnchorRefused where it is not safe."""
    before = outline(content)
    block, start = _place(before, anchor)
    end = start + len(_folded(anchor.text))
    raw_start, raw_end = _raw_span(clean(content), block, before.runs[block.index], start, end)
    tag = _start_tag(href)
    result = content[:raw_start] + tag + content[raw_start:raw_end] + _END_TAG + content[raw_end:]
    link = Link(href, block.text[start:end], block.index, start, end)
    _prove(content, before, result, link, anchor)
    return result


def remove(content: str, anchor: Anchor, href: str) -> str:
    """Take the link to `href` off the anchor's words, if it stands exactly as `insert` wrote it."""
    return _without(content, outline(content), anchor, href)


def _start_tag(href: str) -> str:
    if not href or _NOT_IN_ADDRESSES.search(href) or _SCRIPT.match(href):
        raise AnchorRefused(f"{href!r} is not an address a link may lead to; give the permalink of a post.")
    written = escape(href).replace("&#x27;", "'").replace("[", "&#91;").replace("]", "&#93;")  # brackets: no shortcodes
    return f'<a href="{written}">'


def _folded(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place where the anchor's words stand."""

    block: Block
    start: int
    familiar: int  # how many characters around it are as the anchor says
