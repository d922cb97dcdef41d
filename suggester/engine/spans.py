"""Runs of words in a block that could carry a link to a given post, and what each is worth."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from suggester.engine.generic import is_generic
from suggester.engine.lexicon import Lexicon
from suggester.engine.words import SPACELESS, Word
from suggester.entities import Block

MOST_WORDS = 8
MOST_CHARACTERS = 80
FEWEST_CHARACTERS = 3
FEWEST_SPACELESS = 3  # characters of an anchor in a script without spaces
LEAST_RARITY = 3.0  # of the rarest word of an anchor: in a twentieth of the posts (ln(N / df) + 1)
MOST_IDLE = 1  # words inside an anchor that say nothing of the target
MOST_STOPS = 3  # stop words between two words of a title
IDLE_COST = 1.5  # what such a word costs, in units of rarity
_JOINS = re.compile(r"[\s\u00a0]*|[\s\u00a0]*[-‐‑–/&+'’][\s\u00a0]*")
_SPACELESS_RUN = re.compile(rf"[{SPACELESS}]")
LEAST_TOGETHER = 2.0  # of the rarest word where there are several
_HIRAGANA = re.compile(r"[\u3040-\u309f\s、。]+")  # grammar, hardly ever a subject
_PARTICLES = "のをにはがでともへや"
_KATAKANA, _HANGUL = re.compile(r"[\u30a1-\u30fa\u30fc]{2}"), re.compile(r"[\uac00-\ud7af]{2}")  # within a word
_SCRIPTS = (re.compile(r"[\u30a1-\u30ffー]"), re.compile(r"[\u3400-\u9fff々]"), re.compile(r"[A-Za-z0-9+#.]"))


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words in a block, as a possible anchor."""

    block: int  # place among the analysed blocks
    start: int
    end: int
    worth: float  # 0 to about 1: how well the words speak of the target
    known: bool = False  # whether the site itself calls the target so: its title, or an anchor in use

    def within(self, other: Span) -> bool:
        """Whether the other run holds all of this one."""
        return self.block == other.block and other.start <= self.start and self.end <= other.end


def segments(block: Block, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Cut a block's words where no anchor may run on: at punctuation, at links, code and shortcodes."""
    first = 0
    for at, (left, right) in enumerate(pairwise(words), 1):
        gap = block.text[left.end : right.start]
        if (gap != " " and not _JOINS.fullmatch(gap)) or _is_closed(block, left.end, right.start + 1):
            yield first, at
            first = at
    if words:
        yield first, len(words)


def is_open(block: Block, start: int, end: int) -> bool:
    """Whether a link may stand on block.text[start:end]."""
    return block.linkable and not _is_closed(block, start, end)


def _is_closed(block: Block, start: int, end: int) -> bool:
    return any(start < closed_end and closed_start < end for closed_start, closed_end in block.closed)


@dataclass(frozen=True, slots=True)
class Speaking:
    """The terms that speak of a target, and what each is worth."""

    title: Mapping[str, float]
    head: Mapping[str, float]  # rare words of its first paragraphs
    whole: float  # what all words of the title are worth together

    def worth(self, term: str) -> float:
        """Give what a term is worth, 0 where it says nothing of the target."""
        return self.title.get(term) or self.head.get(term, 0.0)

    def in_order(self, first: str, second: str) -> bool:
        """Whether both terms stand in the title, in this order."""
        places = {term: at for at, term in enumerate(self.title)}
        return first in places and second in places and places[first] < places[second]


@dataclass(frozen=True, slots=True)
class Ground:
    """A block as anchors are looked for in it; the same for every target."""

    block: Block
    words: Sequence[Word]
    runs: tuple[tuple[int, int], ...]  # `segments`
    rare: tuple[int, ...]  # before each word, how many words that say something have gone by

    @classmethod
    def of(cls, block: Block, words: Sequence[Word], lexicon: Lexicon) -> Ground:
        """Look at a block once for all targets."""
        says = (not word.stop and lexicon.rarity(word.term) > 0 for word in words)
        return cls(block, words, tuple(segments(block, words)), tuple(accumulate(says, initial=0)))

    def may_speak(self, word: Word) -> bool:
        """Whether a word may begin or end an anchor: no stop word, and none of a script without spaces."""
        return not word.stop and not _is_spaceless(self.block, word)


def windows(at: int, ground: Ground, marks: Sequence[int], target: Speaking) -> Iterator[Span]:
    """Find runs that begin and end with words that speak of the target (`marks`, in order), within a segment.

    Rare words inside that say nothing of the target cost a little, so that the run is no longer than it need be. Stop
    words inside are for words of the title in their order, as in “garden in the shade”. A single word is enough only
    where it is a name. Scripts without spaces have `common_runs` instead.
    """
    for first, behind in ground.runs:
        own = marks[bisect_left(marks, first) : bisect_left(marks, behind)]
        for begin, left in enumerate(own):
            yield from _windows_from(at, ground, own[begin:], target, (first, behind), left)


def _windows_from(
    at: int, ground: Ground, marks: Sequence[int], target: Speaking, run: tuple[int, int], left: int
) -> Iterator[Span]:
    block, words, rare = ground.block, ground.words, ground.rare
    covered: dict[str, float] = {}
    speaking = 0  # words from `left` on that are rare and speak of the target, so that they are not idle
    for before, right in pairwise([left, *marks]):
        idle = rare[right] - rare[left] - speaking
        if not _belongs(words, target, left, before, right) or idle > MOST_IDLE:
            return
        speaking += rare[right + 1] - rare[right]
        if words[right].term in covered:
            continue  # said already: the run would be longer than it need be
        covered[words[right].term] = target.worth(words[right].term)
        value = (sum(covered.values()) - IDLE_COST * idle) / max(target.whole, 1e-9)
        start, end = _widened(block, words, left, right, *run)
        if is_open(block, start, end) and (right > left or is_name(block, words[left])):
            yield Span(at, start, end, min(1.0, value))


def _belongs(words: Sequence[Word], target: Speaking, left: int, before: int, right: int) -> bool:
    """Whether a run from `left` may go on from the word at `before` to the one at `right`."""
    if right - left >= MOST_WORDS or words[right].end - words[left].start > MOST_CHARACTERS:
        return False
    stops = sum(word.stop for word in words[before + 1 : right])
    return not stops or (stops <= MOST_STOPS and target.in_order(words[before].term, words[right].term))


def _widened(block: Block, words: Sequence[Word], left: int, right: int, first: int, behind: int) -> tuple[int, int]:
    """Take in the rest of a name, so that it is not cut in half: capitalised neighbours of a capitalised word."""
    while left > first and is_name(block, words[left]) and is_name(block, words[left - 1]) and left - 1 > 0:
        left -= 1
    while right + 1 < behind and is_name(block, words[right]) and is_name(block, words[right + 1]):
        right += 1
    if right - left >= MOST_WORDS:
        return words[left].start, words[left + MOST_WORDS - 1].end
    return words[left].start, words[right].end


def _is_spaceless(block: Block, word: Word) -> bool:
    return _SPACELESS_RUN.match(block.text, word.start) is not None


def is_name(block: Block, word: Word) -> bool:
    """Whether a word is written as a name."""
    return block.text[word.start].isupper() and not word.stop


def common_runs(at: int, block: Block, title: str) -> Iterator[Span]:
    """Find the longest run that a block shares with a title, for scripts that write no spaces."""
    if not _SPACELESS_RUN.search(title):
        return
    match = SequenceMatcher(None, block.text, title, autojunk=False).find_longest_match()
    start, end = _unbroken(block.text, match.a, match.a + match.size, match.b == 0, match.b + match.size == len(title))
    shared = end - start
    if shared < FEWEST_SPACELESS:
        return
    while start > 0 and _same_script(block.text[start - 1], block.text[start]) and end - start < MOST_CHARACTERS // 2:
        start -= 1
    while end < len(block.text) and _same_script(block.text[end - 1], block.text[end]):
        end += 1
    text = block.text[start:end].strip()
    start += len(block.text[start:end]) - len(block.text[start:end].lstrip())
    if len(text) <= MOST_CHARACTERS // 2 and is_open(block, start, start + len(text)):
        yield Span(at, start, start + len(text), min(1.0, shared / max(len(title), 1)))


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
