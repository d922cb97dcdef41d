"""Reads a post's content: its blocks with their plain text, and the links that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

from suggester.content.elements import KINDS, LINKABLE_KINDS
from suggester.content.tokens import clean
from suggester.content.walk import Hold, Mark, Region, Tie, Walk
from suggester.entities import Block, Body, Link

__all__ = ["KINDS", "LINKABLE_KINDS", "Outline", "outline", "read"]

Span = tuple[int, int]
_Place = tuple[int, int, int, str]  # block, start and end in its text, and the words there
_Held = tuple[Hold, int, int]  # what closes the text from where to where

_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
_FORMULA = re.compile(r"\$\$[^$]{1,500}\$\$|\$latex [^$]{1,500}\$|\\\(.{1,500}?\\\)|\\\[.{1,500}?\\\]")
_BRACKET = re.compile(r"[\[\]]")
_NAME = re.compile(r"\[(/?)([a-zA-Z][\w-]*)")
_SENTENCE_END = re.compile(r"[.!?:;…][\s\"'”’»)]|[.!?…]$|[。！？؟۔।]")
_ENOUGH_WORDS = 8


@dataclass(frozen=True, slots=True)
class Outline:
    """A body together with where everything in it stands in the raw content."""

    body: Body
    runs: tuple[tuple[Span, ...], ...]  # for each block the raw offsets of its text; an empty run is a line break
    ties: tuple[Tie, ...]  # for each link its two tags


def read(html: str) -> Body:
    """Read a post's content, raw or rendered, into blocks and links. Any string will do."""
    return outline(html).body


def outline(html: str) -> Outline:
    """Read a post's content and keep where everything stands."""
    content = clean(html)
    walk = Walk(content)
    blocks: list[Block] = []
    runs: list[tuple[Span, ...]] = []
    places: dict[int, _Place] = {}
    for region in walk.regions:
        text, holds = _fold(content, region)
        if not text and not _stranded(region, places):
            continue
        for hold, start, end in holds:
            if hold.tie >= 0 and (start < end or hold.tie not in places):
                _settle(places, hold.tie, (len(blocks), start, end, text[start:end]))
        blocks.append(_block(len(blocks), region, text, holds))
        runs.append(tuple(region.runs))
    settled = sorted(places)
    links = tuple(_link(walk.ties[tie], places[tie]) for tie in settled)
    return Outline(Body(tuple(blocks), links), tuple(runs), tuple(walk.ties[tie] for tie in settled))


def _stranded(region: Region, places: dict[int, _Place]) -> bool:
    """Whether a link ends here that has no text anywhere."""
    return any(mark.step < 0 <= mark.hold.tie and mark.hold.tie not in places for mark in region.marks)


def _settle(places: dict[int, _Place], tie: int, place: _Place) -> None:
    """Put a link where its first words stand."""
    if tie not in places or not places[tie][3]:
        places[tie] = place


def _link(tie: Tie, place: _Place) -> Link:
    block, start, end, anchor = place
    return Link(tie.href, anchor, block, start, end, tie.rel)


def _fold(content: str, region: Region) -> tuple[str, list[_Held]]:
    """Put a region's text on one line and say what stands between which inline tags."""
    pieces = [unescape(content[start:end]) if start < end else " " for start, end in region.runs]
    if not region.marks:
        return " ".join("".join(pieces).split()), []
    text, places = _fold_between(pieces, region.marks)
    return text, _held(text, region.marks, places)


def _fold_between(pieces: list[str], marks: list[Mark]) -> tuple[str, list[int]]:
    """Fold the pieces into one text; say how long it was at each mark."""
    text: list[str] = []
    places: list[int] = []
    length, gap = 0, False
    for start, end in pairwise([0, *(mark.at for mark in marks), len(pieces)]):
        chunk = "".join(pieces[start:end]) if start < end else ""
        words = chunk.split()
        if words:
            folded = " ".join(words)
            if length and (gap or chunk[0].isspace()):
                folded = " " + folded
            text.append(folded)
            length += len(folded)
            gap = chunk[-1].isspace()
        elif chunk:
            gap = True
        places.append(length)
    return "".join(text), places


def _held(text: str, marks: list[Mark], places: list[int]) -> list[_Held]:
    found: list[_Held] = []
    starts: dict[str, int] = {}
    for mark, place in zip(marks, places, strict=False):
        if mark.step > 0:
            starts[mark.hold.name] = place
        else:
            found.append(_trimmed(text, mark.hold, starts.pop(mark.hold.name), place))
    open_still = {mark.hold.name: mark.hold for mark in marks if mark.hold.name in starts}
    return found + [_trimmed(text, hold, starts[name], len(text)) for name, hold in open_still.items()]


def _trimmed(text: str, hold: Hold, start: int, end: int) -> _Held:
    if text[start : start + 1] == " ":
        start += 1
    return (hold, start, end) if start < end else (hold, end, end)


def _block(index: int, region: Region, text: str, holds: list[_Held]) -> Block:
    written, shortcodes = _written(text)
    spans = _merged([(start, end) for _, start, end in holds if start < end] + written)
    kind = _kind(region, text)
    if kind in LINKABLE_KINDS:
        if shortcodes and _covers(written, text):
            kind = "shortcode"
        elif kind == "paragraph" and _ADDRESS.fullmatch(text):
            kind = "embed"
        elif any(hold.name == "button" for hold, _, _ in holds) and _covers(spans, text):
            kind = "button"
    return Block(index, kind, text, kind in LINKABLE_KINDS, spans)


def _kind(region: Region, text: str) -> str:
    if not text:
        return region.kind if region.kind not in LINKABLE_KINDS and region.kind else "other"
    if region.fence and (not region.kind or region.kind in LINKABLE_KINDS):
        return region.fence
    if region.kind:
        return region.kind
    return "paragraph" if region.root or _is_prose(text) else "other"


def _is_prose(text: str) -> bool:
    return bool(_SENTENCE_END.search(text)) or text.count(" ") >= _ENOUGH_WORDS


def _covers(spans: Iterable[Span], text: str) -> bool:
    """Whether nothing but white space stands outside of the spans."""
    at = 0
    for start, end in spans:
        if text[at:start].strip():
            return False
        at = max(at, end)
    return not text[at:].strip()


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    if len(spans) < 2:
        return tuple(spans)
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _written(text: str) -> tuple[list[Span], bool]:
    """Find addresses, formulas and brackets, which are more than text; say whether there are shortcodes among them."""
    spans: list[Span] = []
    if "://" in text or "www." in text:
        spans += [found.span() for found in _ADDRESS.finditer(text)]
    if "$" in text or "\\" in text:
        spans += [found.span() for found in _FORMULA.finditer(text)]
    if "[" not in text and "]" not in text:
        return spans, False
    brackets = list(_brackets(text))
    return sorted(spans + _pairs(text, brackets)), any(_NAME.match(text, start) for start, _ in brackets)


def _brackets(text: str) -> Iterator[Span]:
    """Find the outermost brackets; one that is not ended reaches to the end, one not begun comes from the start."""
    depth = start = 0
    for found in _BRACKET.finditer(text):
        if found[0] == "[":
            start = start if depth else found.start()
            depth += 1
        elif depth < 2:
            yield (start if depth else 0), found.end()
            depth = 0
        else:
            depth -= 1
    if depth:
        yield start, len(text)


def _pairs(text: str, brackets: list[Span]) -> list[Span]:
    """Close what stands between a shortcode and its end, too."""
    spans = list(brackets)
    opened: dict[str, int] = {}
    for start, end in brackets:
        name = _NAME.match(text, start)
        if name and not name[1]:
            opened.setdefault(name[2], start)
        elif name and name[2] in opened:
            spans.append((opened.pop(name[2]), end))
    return spans
