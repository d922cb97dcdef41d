"""Small helpers on plain text: one-line titles, sentences, anchors."""

from __future__ import annotations

import re
from datetime import datetime
from os.path import commonprefix

from suggester.content.blocks import read
from suggester.entities import Anchor, Block

CONTEXT = 32  # characters that an anchor keeps on each side

_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st sr jr vs etc e.g i.e cf no nos vol fig approx dept inc ltd co corp u.s u.k u.n a.m p.m"
    " bzw z.b d.h usw evtl ca nr str m mme mlle p.ex art av sra srta dra pág ej núm p.es sig ecc jan feb mar apr jun"
    " jul aug sep sept oct nov dec".split()
)
_SENTENCE_END = re.compile(r"[.!?…؟۔।]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』）”’]*")
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘«]*\Z")


def plain(html: str) -> str:
    """Turn a title or an excerpt into one line of plain text."""
    return " ".join(block.text for block in read(html).blocks if block.text)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Find the sentence, or the sentences, in which text[start:end] stands."""
    begins, ends = 0, len(text)
    for found in _SENTENCE_END.finditer(text):
        if not _ends_sentence(text, found):
            continue
        if found.end() <= start:
            begins = found.end()
        elif found.end() >= end:
            ends = found.end()
            break
    while begins < start and text[begins].isspace():
        begins += 1
    return begins, ends


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    if not found[0].startswith("."):
        return True
    word = _LAST_WORD.search(text, max(0, found.start() - 20), found.start())
    last = word[0].lower() if word else ""
    behind = text[found.end() :].lstrip()[:1] if found.end() < len(text) else ""
    return last not in _ABBREVIATIONS and not (len(last) == 1 and last.isalpha()) and not behind.islower()


def plural(count: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(at: datetime | None) -> str:
    """Write a day, as in "3 Mar 2025"; "" where it is not known."""
    return f"{at.day} {at:%b %Y}" if at else ""


def anchor_at(block: Block, start: int, end: int) -> Anchor:
    """Quote block.text[start:end] so that it is found again after edits elsewhere."""
    before = block.text[max(0, start - CONTEXT) : start]
    return Anchor(block.text[start:end], before, block.text[end : end + CONTEXT], block.index, block.kind)


def find_anchor(text: str, anchor: Anchor) -> int:
    """Find the occurrence of an anchor with the most familiar surroundings; -1 where it does not stand."""
    best, familiar = -1, -1
    at = text.find(anchor.text)
    while at >= 0 and anchor.text:
        score = _shared(text[:at][::-1], anchor.before[::-1]) + _shared(text[at + len(anchor.text) :], anchor.after)
        if score > familiar:
            best, familiar = at, score
        at = text.find(anchor.text, at + 1)
    return best


def _shared(one: str, other: str) -> int:
    """Count the characters two texts begin with in common."""
    return len(commonprefix([one, other]))
