"""Where each character of a block's text stands in the raw content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import unescape

from suggester.content.tokens import ENTITY

Span = tuple[int, int]


def offsets(content: str, runs: Sequence[Span]) -> tuple[str, list[Span]]:
    """Fold the runs into one text, as `read` does, and say for each of its characters which raw characters it is."""
    text: list[str] = []
    spans: list[Span] = []
    gap: Span | None = None
    for character, span in _characters(content, runs):
        if character.isspace():
            gap = (gap or span)[0], span[1]
            continue
        if gap and text:
            text.append(" ")
            spans.append(gap)
        gap = None
        text.append(character)
        spans.append(span)
    return "".join(text), spans


def _characters(content: str, runs: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    for start, end in runs:
        if start == end:
            yield " ", (start, end)
        at = start
        for entity in ENTITY.finditer(content, start, end):
            decoded = unescape(entity[0])
            if decoded != entity[0]:
                yield from _plain(content, at, entity.start())
                yield from ((character, entity.span()) for character in decoded)
                at = entity.end()
        yield from _plain(content, at, end)


def _plain(content: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    return ((content[at], (at, at + 1)) for at in range(start, end))
