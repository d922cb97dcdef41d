"""Runs of words in a block: where they may begin and end, and which say something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from suggester.engine.generic import is_generic
from suggester.engine.words import SPACELESS, Word
from suggester.entities import Block

MOST_CHARACTERS = 80
FEWEST_CHARACTERS = 3
FEWEST_SPACELESS = 3  # characters of an anchor in a script without spaces
LEAST_RARITY = 3.0  # of the rarest word of an anchor: in a twentieth of the posts (ln(N / df) + 1)
_JOINS = re.compile(r"[\s\u00a0]*|[\s\u00a0]*[-‐‑–/&+'’][\s\u00a0]*")
_SPACELESS_RUN = re.compile(rf"[{SPACELESS}]")
BRACKETS = (("(", ")"), ("[", "]"), ("（", "）"))
LEAST_TOGETHER = 2.0  # of the rarest word where there are several
_HIRAGANA = re.compile(r"[\u3040-\u309f\s、。]+")  # grammar, hardly ever a subject
_PARTICLES = "のをにはがでともへや"
_KATAKANA, _HANGUL = re.compile(r"[\u30a1-\u30fa\u30fc]{2}"), re.compile(r"[\uac00-\ud7af]{2}")  # within a word
_SCRIPTS = (re.compile(r"[\u30a1-\u30ffー]"), re.compile(r"[\u3400-\u9fff々]"), re.compile(r"[A-Za-z0-9+#.]"))


def segments(block: Block, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Cut a block's words where no anchor may run on: at punctuation, at links, code and shortcodes."""
    first, text, closed = 0, block.text, block.closed
    for at, (left, right) in enumerate(pairwise(words), 1):
        gap = text[left.end : right.start]
        if (gap != " " and not _JOINS.fullmatch(gap)) or (closed and _is_closed(block, left.end, right.start + 1)):
            yield first, at
            first = at
    if words:
        yield first, len(words)


def is_open(block: Block, start: int, end: int) -> bool:
    """Whether a link may stand on block.text[start:end]."""
    return block.linkable and not _is_closed(block, start, end)


def _is_closed(block: Block, start: int, end: int) -> bool:
    return any(start < closed_end and closed_start < end for closed_start, closed_end in block.closed)


def is_name(block: Block, word: Word) -> bool:
    """Whether a word is written as a name."""
    return block.text[word.start].isupper() and not word.stop


def common_run(block: Block, title: str) -> tuple[int, int] | None:
    """Find the longest run that a block shares with a title, for scripts that write no spaces."""
    if not _SPACELESS_RUN.search(title):
        return None
    match = SequenceMatcher(None, block.text, title, autojunk=False).find_longest_match()
    start, end = _unbroken(block.text, match.a, match.a + match.size, match.b == 0, match.b + match.size == len(title))
    if end - start < FEWEST_SPACELESS:
        return None
    while start > 0 and _same_script(block.text[start - 1], block.text[start]) and end - start < MOST_CHARACTERS // 2:
        start -= 1
    while end < len(block.text) and _same_script(block.text[end - 1], block.text[end]):
        end += 1
    text = block.text[start:end].strip()
    start += len(block.text[start:end]) - len(block.text[start:end].lstrip())
    if len(text) <= MOST_CHARACTERS // 2 and is_open(block, start, start + len(text)):
        return start, start + len(text)
    return None


def _unbroken(text: str, start: int, end: int, begins: bool, ends: bool) -> tuple[int, int]:
    """Leave out half Korean words and loose Japanese particles, where the title goes on otherwise."""
    if not begins and _HANGUL.fullmatch(text[max(0, start - 1) : start + 1]):
        start = text.find(" ", start, end) + 1 or end
    while begins and _HANGUL.fullmatch(text[max(0, start - 1) : start + 1]):
        start -= 1
    if not ends and _HANGUL.fullmatch(text[max(0, end - 1) : end + 1]):
        end = max(start, text.rfind(" ", start, end))
    while not begins and start < end and text[start] in _PARTICLES:
        start += 1
    while not ends and start < end and text[end - 1] in _PARTICLES:
        end -= 1
    return start, end


def cuts_word(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is part of a word of katakana, or begins within one of hangul, which particles end."""
    first, last = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return bool(_KATAKANA.fullmatch(first) or _HANGUL.fullmatch(first) or _KATAKANA.fullmatch(last))


def balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the bracket that closes one within text[start:end], or leave out what a bracket opens or closes there."""
    for opening, closing in BRACKETS:
        run = text[start:end]
        depth = run.count(opening) - run.count(closing)
        if depth == 1 and text[end : end + 1] == closing:
            end += 1
        elif depth > 0:
            end = start + len(run[: run.rindex(opening)].rstrip())
        elif depth < 0 and text[start - 1 : start] == opening:
            start -= 1
        elif depth < 0:
            kept = run[run.index(closing) + 1 :].lstrip()
            start = end - len(kept)
    return (start, end) if start < end else (start, start)


def _same_script(left: str, right: str) -> bool:
    return any(script.match(left) and script.match(right) for script in _SCRIPTS)


def is_telling(text: str, words: Sequence[Word], rarities: Sequence[float]) -> bool:
    """Whether these words, read alone, say something: no phrase of courtesy, no bare number, not too common."""
    if is_generic(text) or len(text) < FEWEST_CHARACTERS or not any(character.isalpha() for character in text):
        return False
    if any(_SPACELESS_RUN.match(character) for character in text):
        return not _HIRAGANA.fullmatch(text)
    content = [rarity for word, rarity in zip(words, rarities, strict=True) if not word.stop]
    return bool(content) and (max(content) >= LEAST_RARITY or (len(content) > 1 and max(content) >= LEAST_TOGETHER))
