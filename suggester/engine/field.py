"""A draft laid out for choosing anchors: the words of its linkable blocks in a row, and the runs that may carry a link.

A run is given by the places of its first word and of the word behind its last. All is kept in arrays, so that the
thousands of runs of a draft are measured at once, for each target anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from suggester.engine.cues import clauses_of, cues_of, nouns_of
from suggester.engine.features import Floats
from suggester.engine.lexicon import Lexicon
from suggester.engine.spans import MOST_CHARACTERS, is_open, segments
from suggester.engine.style import BEFORE, BEHIND, ENDS, LED, NEAR, STARTS, UNKNOWN, Style, beside
from suggester.engine.words import KNOWN_TEXTS, SPACELESS, Word
from suggester.engine.words import words as words_of
from suggester.entities import Block

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_UNITS = 9  # of a run that is no quotation and no title
_SPACELESS_START = re.compile(f"[{SPACELESS}]")
_CLASSES = (r"[\u3041-\u309f]", r"[\u30a1-\u30ff]", r"[\u3400-\u9fff\uf900-\ufaff\u3005]", r"[\uac00-\ud7af]")
_CLASS = re.compile("|".join(f"({one})" for one in _CLASSES))
_GRAMMAR = 1  # hiragana: what stop words are elsewhere
_SPACED, _UNCLASSED = 0, 9
_OPENING, _CLOSING = frozenset('"“„‘«「『'), frozenset('"”“’»」』')
_MARK = re.compile(f"[{''.join(sorted(_OPENING | _CLOSING))}]")
_SENTENCE_ENDS = re.compile(r"[.!?…][\s\"'”’)]|[。！？]")
_FULL_STOPS = frozenset("。！？")
_QUOTED = re.compile(
    r"[“„]([^“”„]{3,100})[”“]|\"([^\"]{3,100})\"|«\s?([^«»]{3,100}?)\s?»|[「『]([^「」『』]{3,80})[」』]"
)


@dataclass(slots=True)
class _Row:
    """What is gathered while the blocks go by; one entry a word but for `units` and `extra`."""

    words: list[Word] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    block: list[int] = field(default_factory=list)
    part: list[int] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    stop: list[bool] = field(default_factory=list)
    capital: list[bool] = field(default_factory=list)
    capitals: list[bool] = field(default_factory=list)
    opened: list[bool] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)
    units: list[int] = field(default_factory=list)  # first word of each unit
    extra: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The words of all linkable blocks, one behind the other."""

    words: tuple[Word, ...]
    places: dict[str, int]  # of the distinct keys
    key: Ints  # of each word: what it is known by, as a place among the distinct keys
    block: Ints  # place of its block among the analysed ones
    part: Ints  # number of its stretch without punctuation, links and code
    sentence: Ints  # number of its sentence
    opens: Ints  # first word of its sentence
    stop: Flags
    capital: Flags
    capitals: Flags  # written in nothing else, as abbreviations are
    rarity: Floats  # 0 to 1: the rarest of the site
    column: Ints  # in the lexicon, -1 where unknown
    cue: Flags  # leads to a link: “see”, “read”
    noun: Flags  # what is linked: “post”, “series”
    clause: Flags  # of a sentence, not of a phrase: “we”, “is”
    opened: Flags  # a quotation mark right before it
    closed: Flags  # one right behind
    habits: Floats  # how the links of the site speak for it at each place of an anchor; shape (words, PLACES)
    style: Style
    starts: Ints  # characters
    ends: Ints
    first: Ints  # of each run
    behind: Ints

    def __len__(self) -> int:
        return len(self.words)


def lay_out(
    blocks: Sequence[Block],
    in_blocks: Sequence[Sequence[Word]],
    lexicon: Lexicon,
    lang: str,
    style: Style = UNKNOWN,
) -> Field:
    """Lay out a draft of a site whose links are of some style."""
    row = _Row()
    for at, (block, own) in enumerate(zip(blocks, in_blocks, strict=True)):
        if block.linkable and own:
            _add(row, at, block, own)
    return _field(row, lexicon, lang, style)


def _add(row: _Row, at: int, block: Block, own: Sequence[Word]) -> None:
    offset, text = len(row.words), block.text
    parts = list(segments(block, own))
    row.part += [offset + first for first, behind in parts for _ in range(behind - first)]
    row.words += own
    row.block += [at] * len(own)
    row.sentence += _sentences(row.sentence[-1] + 1 if row.sentence else 0, text, own)
    _add_signs(row, text, own)
    row.capital += [text[word.start].isupper() for word in own]
    row.capitals += [word.end - word.start > 1 and text[word.start : word.end].isupper() for word in own]
    _add_quoted(row, offset, block, own)
    if not _SPACELESS_START.search(text):
        row.keys += [word.term for word in own]
        row.stop += [word.stop for word in own]
        row.units += range(offset, offset + len(own))
        return
    classes = [_class_of(text, word) for word in own]
    row.keys += _keys(own, classes)
    row.stop += [word.stop or kind == _GRAMMAR for word, kind in zip(own, classes, strict=True)]
    begins = {first for first, _ in parts}
    row.units += [
        offset + place
        for place in range(len(own))
        if place in begins or not _joined(own[place - 1], own[place], classes[place - 1], classes[place])
    ]


def _add_signs(row: _Row, text: str, own: Sequence[Word]) -> None:
    """Add what stands before and behind each word of a block; between most of them it is just a space."""
    row.before.append(STARTS)
    for at, (left, right) in enumerate(pairwise(own), 1):
        if text[left.end : right.start] == " ":
            row.before.append(left.term)
            row.after.append(right.term)
        else:
            before, behind = beside(text, own, at)
            row.before.append(before)
            row.after.append(behind)
    row.after.append(ENDS)


def _add_quoted(row: _Row, offset: int, block: Block, own: Sequence[Word]) -> None:
    """Add where quotation marks stand, and what stands between them."""
    text = block.text
    if not _MARK.search(text):
        row.opened += [False] * len(own)
        row.closed += [False] * len(own)
        return
    row.opened += [text[max(0, word.start - 1) : word.start] in _OPENING for word in own]
    row.closed += [text[word.end : word.end + 1] in _CLOSING for word in own]
    row.extra += [(offset + first, offset + behind) for first, behind in _quoted(block, own)]


def _sentences(first: int, text: str, own: Sequence[Word]) -> Iterator[int]:
    """Number the sentences of a block; give that of each word."""
    end = own[0].start
    for word in own:
        if word.start - end > 1:
            first += _SENTENCE_ENDS.search(text, end, word.start) is not None
        elif word.start > end:
            first += text[end] in _FULL_STOPS
        end = word.end
        yield first


def _class_of(text: str, word: Word) -> int:
    if text[word.start] < "\u0e00" or not _SPACELESS_START.match(text, word.start):
        return _SPACED
    found = _CLASS.match(text, word.start)
    return found.lastindex or _UNCLASSED if found else _UNCLASSED


def _joined(left: Word, right: Word, left_class: int, right_class: int) -> bool:
    """Whether two neighbours are characters of one run of a script without spaces."""
    return left_class == right_class != _SPACED and left.end == right.start


def _keys(own: Sequence[Word], classes: Sequence[int]) -> list[str]:
    """Give what each word is known by: its term; in scripts without spaces a pair of characters."""
    keys = []
    for place, (word, kind) in enumerate(zip(own, classes, strict=True)):
        if kind == _SPACED:
            keys.append(word.term)
        elif place + 1 < len(own) and _joined(word, own[place + 1], kind, classes[place + 1]):
            keys.append(word.term + own[place + 1].term)
        elif place and _joined(own[place - 1], word, classes[place - 1], kind):
            keys.append(own[place - 1].term + word.term)
        else:
            keys.append(word.term)
    return keys


def _quoted(block: Block, own: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Find what stands between quotation marks."""
    if _OPENING.isdisjoint(block.text):
        return
    starts = [word.start for word in own]
    for found in _QUOTED.finditer(block.text):
        start, end = found.span(found.lastindex or 0)
        first, behind = np.searchsorted(starts, [start, end]).tolist()
        if first < behind and is_open(block, start, end):
            yield first, behind


def _field(row: _Row, lexicon: Lexicon, lang: str, style: Style) -> Field:
    places: dict[str, int] = {}
    key = np.array([places.setdefault(each, len(places)) for each in row.keys], np.int64)
    columns = np.array([lexicon.column.get(each, -1) for each in places], np.int64)
    rarity = np.append(lexicon.idf, np.float32(0))[columns] / max(float(lexicon.idf.max(initial=1)), 1)
    terms, starts, ends, _ = zip(*row.words, strict=True) if row.words else ((), (), (), ())
    sentence = np.array(row.sentence, np.int64)
    cues, nouns, clauses = cues_of(lang), nouns_of(lang), clauses_of(lang)
    first, behind = _runs(row)
    return Field(
        words=tuple(row.words),
        places=places,
        key=key,
        block=np.array(row.block, np.int64),
        part=np.array(row.part, np.int64),
        sentence=sentence,
        opens=np.searchsorted(sentence, sentence),
        stop=np.array(row.stop, bool),
        capital=np.array(row.capital, bool),
        capitals=np.array(row.capitals, bool),
        rarity=rarity.astype(np.float32)[key],
        column=columns[key],
        cue=np.array([term in cues for term in terms], bool),
        noun=np.array([term in nouns for term in terms], bool),
        clause=np.array([term in clauses for term in terms], bool),
        opened=np.array(row.opened, bool),
        closed=np.array(row.closed, bool),
        habits=_habits(row, terms, style),
        style=style,
        starts=np.array(starts, np.int64),
        ends=np.array(ends, np.int64),
        first=first,
        behind=behind,
    )


def _habits(row: _Row, terms: Sequence[str], style: Style) -> Floats:
    """Say how the style speaks for each word as the first, an inner, or the last one of an anchor, and what is beside.

    A word speaks for what stands LED words behind it at most, if it is of the same sentence.
    """
    own = style.of(terms)
    sentence, near = np.array(row.sentence, np.int64), own[:, NEAR].copy()
    own[:, NEAR] = 0
    for step in range(2, min(LED, len(own) - 1) + 1):
        led = np.where(sentence[step:] == sentence[:-step], near[:-step], 0)
        own[step:, NEAR] = np.maximum(own[step:, NEAR], led)
    own[:, BEFORE], own[:, BEHIND] = style.of(row.before)[:, BEFORE], style.of(row.after)[:, BEHIND]
    return own


def _runs(row: _Row) -> tuple[Ints, Ints]:
    """List the runs: one to nine units of one stretch that do not end with a stop word, and quotations."""
    if not row.words:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    units = np.array([*row.units, len(row.words)], np.int64)
    first, last = units[:-1], units[1:] - 1  # words of each unit
    part, stop = np.array(row.part, np.int64), np.array(row.stop, bool)
    begins, goes_on = np.array([row.words[at].start for at in first.tolist()], np.int64), part[first]
    ends = np.array([row.words[at].end for at in last.tolist()], np.int64)
    of_last, may_end = part[last], ~stop[last]
    kept = np.zeros((len(first), MOST_UNITS), bool)  # by first unit and number of units
    for more in range(min(MOST_UNITS, len(first))):
        till = len(first) - more
        fits = (goes_on[:till] == of_last[more:]) & (ends[more:] - begins[:till] <= MOST_CHARACTERS)
        kept[:till, more] = fits & may_end[more:]
    kept[:, 0] &= ~stop[first]
    unit, further = np.nonzero(kept)
    wide = len(row.words) + 1
    runs = units[unit] * wide + units[unit + further + 1]  # ascending
    if row.extra:
        quoted = np.unique(np.array(row.extra, np.int64) @ [wide, 1])
        at = np.searchsorted(runs, quoted)
        new = np.append(runs, -1)[at] != quoted
        runs = np.insert(runs, at[new], quoted[new])
    found, behind = np.divmod(runs, wide)
    return found, behind


def is_spaceless(key: str) -> bool:
    """Whether a key is of a script that writes no spaces."""
    return _SPACELESS_START.match(key) is not None


@lru_cache(maxsize=KNOWN_TEXTS)
def keys_of(text: str, lang: str) -> tuple[tuple[str, bool], ...]:
    """Give the keys of a short text's words, and whether each is a stop word."""
    own = words_of(text, lang)
    classes = [_class_of(text, word) for word in own]
    stops = (word.stop or kind == _GRAMMAR for word, kind in zip(own, classes, strict=True))
    return tuple(zip(_keys(own, classes), stops, strict=True))
