"""Puts links into raw content, and takes them out again, byte for byte.

Nothing is touched but the two places where the tags go. Every result is read again and compared with what was there
before; what cannot be proved safe is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape

from suggester.content.blocks import Outline, outline
from suggester.content.elements import CROSSABLE
from suggester.content.offsets import Span, offsets
from suggester.content.spots import Spot, most_familiar
from suggester.content.tokens import END, TAG, TOKEN, clean
from suggester.entities import Anchor, Block, Link
from suggester.errors import AnchorRefused

_NOT_IN_ADDRESSES = re.compile("[\x00-\x20\x7f\ud800-\udfff]")
_SCRIPT = re.compile(r"(?:javascript|data|vbscript):", re.IGNORECASE)
END_TAG = "</a>"
read_again = lru_cache(maxsize=3)(outline)  # one post is read several times while links go in and out
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def insert(content: str, anchor: Anchor, href: str) -> str:
    """Put a link on the anchor's words; AnchorMissing where they are gone, AnchorRefused where it may do harm."""
    opening = start_tag(href)
    before = read_again(content)
    spot = _spot_for(before, anchor)
    start, end = _widened(content, *raw_span(content, before, spot))
    result = content[:start] + opening + content[start:end] + END_TAG + content[end:]
    _prove(content, before, result, anchor, Link(href, spot.words, spot.block.index, spot.start, spot.end))
    return result


def remove(content: str, anchor: Anchor, href: str) -> str:
    """Take the link off the anchor's words, where it stands exactly as `insert` wrote it."""
    before = read_again(content)
    result = _without(content, before, anchor, href)
    after = read_again(result).body
    if len(after.links) != len(before.body.links) - 1 or texts(after.blocks) != texts(before.body.blocks):
        raise AnchorRefused(f"Taking the link off “{anchor.text}” would change the text; edit the post by hand.")
    return result


def _spot_for(before: Outline, anchor: Anchor) -> Spot:
    words = " ".join(anchor.text.split())
    linkable = [block for block in before.body.blocks if block.linkable]
    spots = list(spots_of(linkable, words)) if words else []
    if not spots and words and any(words in block.text for block in before.body.blocks):
        raise AnchorRefused(f"“{words}” stands only where no link may stand, as in a heading or a caption.")
    spot = spots[most_familiar(spots, anchor)]
    if any(start < spot.end and end > spot.start for start, end in spot.block.closed):
        raise AnchorRefused(f"“{words}” already carries a link, or is code or a shortcode; choose other words.")
    return spot


def spots_of(blocks: Iterable[Block], words: str) -> Iterator[Spot]:
    """Give every place where these words stand."""
    for block in blocks:
        at = block.text.find(words)
        while at >= 0:
            yield Spot(block, at, at + len(words))
            at = block.text.find(words, at + 1)


def raw_span(content: str, before: Outline, spot: Spot) -> Span:
    """Say where the words stand in the raw content; AnchorRefused where that is not sure."""
    text, spans = offsets(clean(content), before.runs[spot.block.index])
    if text != spot.block.text:
        raise AnchorRefused(f"The text around “{spot.words}” cannot be followed in the post's HTML; link it by hand.")
    cuts_entity = any(0 < at < len(text) and spans[at - 1] == spans[at] for at in (spot.start, spot.end))
    if cuts_entity or any(_cuts_letter(text, at) for at in (spot.start, spot.end)):
        raise AnchorRefused(f"A link on “{spot.words}” would cut a character in two; choose whole words.")
    return spans[spot.start][0], spans[spot.end - 1][1]


def _cuts_letter(text: str, at: int) -> bool:
    """Whether what a reader sees as one letter or emoji goes on over this place."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    if ord(left) in _FLAG_LETTERS and ord(right) in _FLAG_LETTERS:
        return True
    joined = _ZERO_WIDTH_JOINER in (left, right)
    return joined or unicodedata.category(right).startswith("M") or ord(right) in _SKIN_TONES


def _widened(content: str, start: int, end: int) -> Span:
    """Take in the tags right beside the words where the words cover the whole of an element, so that none is cut."""
    unopened, unended = _loose_tags(content, start, end)
    for name in unopened:
        at = content.rfind("<", 0, start)
        tag = TOKEN.match(content, max(at, 0))
        if not tag or tag.end() != start or tag[END] or tag[TAG] is None or tag[TAG].lower() != name:
            raise _cut(content, start, end)
        start = at
    for name in reversed(unended):
        tag = TOKEN.match(content, end)
        if not tag or not tag[END] or tag[TAG].lower() != name:
            raise _cut(content, start, end)
        end = tag.end()
    return start, end


def _loose_tags(content: str, start: int, end: int) -> tuple[list[str], list[str]]:
    """Name the elements that end here without beginning here, and those that begin without ending."""
    unopened: list[str] = []
    unended: list[str] = []
    for token in TOKEN.finditer(content, start, end):
        name = (token[TAG] or "").lower()
        if name not in CROSSABLE or (token[END] and unended and unended[-1] != name):
            raise _cut(content, start, end)
        if not token[END]:
            unended.append(name)
        elif unended:
            unended.pop()
        else:
            unopened.append(name)
    return unopened, unended


def _cut(content: str, start: int, end: int) -> AnchorRefused:
    return AnchorRefused(f"A link on {content[start:end][:80]!r} would cut through other markup; choose other words.")


def start_tag(href: str) -> str:
    """Write the tag that begins a link; AnchorRefused where a link may not lead there."""
    return f'<a href="{as_value(href)}">'


def as_value(href: str) -> str:
    """Write an address to stand between double quotes; AnchorRefused where a link may not lead there."""
    if not href or _NOT_IN_ADDRESSES.search(href) or _SCRIPT.match(href):
        raise AnchorRefused(f"{href!r} is not an address a link may lead to; give the permalink of a post.")
    return escape(href).replace("&#x27;", "'").replace("[", "&#91;").replace("]", "&#93;")  # no shortcode may arise


def texts(blocks: Iterable[Block]) -> list[tuple[str, str]]:
    """Give what may not change when a link goes in or out."""
    return [(block.kind, block.text) for block in blocks]


def _prove(content: str, before: Outline, result: str, anchor: Anchor, link: Link) -> None:
    """Read the result again: the texts as before, one link more, and taking it out gives the original."""
    after = read_again(result)
    links = list(after.body.links)
    if link in links:
        links.remove(link)
    as_before = links == list(before.body.links) and texts(after.body.blocks) == texts(before.body.blocks)
    if not as_before or len(links) == len(after.body.links):
        raise AnchorRefused(f"A link on “{anchor.text}” would change how the post reads; choose other words.")
    if _without(result, after, anchor, link.href) != content:
        raise AnchorRefused(f"A link on “{anchor.text}” could not be taken out again; choose other words.")


def _without(content: str, before: Outline, anchor: Anchor, href: str) -> str:
    opening, words = start_tag(href), " ".join(anchor.text.split())
    spots, ties = [], []
    for link, tie in zip(before.body.links, before.ties, strict=True):
        ours = tie.closed and content[slice(*tie.opened)] == opening and content[slice(*tie.closed)] == END_TAG
        if ours and link.href == href and link.anchor == words:
            spots.append(Spot(before.body.blocks[link.block], link.start, link.end))
            ties.append(tie)
    tie = ties[most_familiar(spots, anchor)]
    opened, closed = tie.opened, tie.closed or tie.opened
    return content[: opened[0]] + content[opened[1] : closed[0]] + content[closed[1] :]
