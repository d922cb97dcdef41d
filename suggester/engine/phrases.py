"""Phrases that stand for a post: its title, parts of its title, and the anchors other posts use for it.

A phrase is known by a 64-bit hash of its stems, so that inflected mentions are found, that a table of 100,000
phrases is three small arrays, and that all phrases of a draft are looked up in a millisecond.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from suggester.engine.words import Word, words

Hashes = NDArray[np.uint64]
LONGEST = 8  # words
SHORT = 3  # words; a shorter phrase is not trimmed to one word
LONGEST_SPACELESS = 20  # characters, in scripts that write no spaces
TITLE, TITLE_PART, ANCHOR = 0, 1, 2
_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit of the running hash is lost
_MOST_BITS = 22  # of a hash, by which most words are told from all known phrases
_SPARSE = 16  # times as many places as known phrases, so that few others fall on the same
_PARTS = re.compile(r"\s*[:|–—?!(){}\[\]«»“”\"/：｜（）「」『』【】？！]+\s*|\s+-\s+|,\s+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A known phrase that stands in a text."""

    row: int  # of the post that the phrase stands for
    kind: int  # TITLE, TITLE_PART or ANCHOR
    strength: float  # 0 to 1: how surely these words mean that post
    first: int  # place of the phrase among the words of its block
    length: int  # in words


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """The known phrases of a text in columns: on a large site there are thousands."""

    rows: NDArray[np.int32]
    kinds: NDArray[np.int8]
    strengths: NDArray[np.float32]
    blocks: NDArray[np.int64]  # places of the blocks that they stand in
    firsts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def __iter__(self) -> Iterator[tuple[int, Hit]]:
        columns = (self.blocks, self.rows, self.kinds, self.strengths, self.firsts, self.lengths)
        for block, *values in zip(*(column.tolist() for column in columns), strict=True):
            yield block, Hit(*values)

    def of(self, row: int) -> Iterator[tuple[int, Hit]]:
        """Give the phrases that stand for one post, each with the place of its block."""
        return iter(self.only(self.rows == row))

    def joined(self, more: Hits) -> Hits:
        """Give these and some more."""
        return Hits(*(np.concatenate([getattr(self, name), getattr(more, name)]) for name in Hits.__slots__))

    def only(self, kept: NDArray[np.bool_]) -> Hits:
        """Give those that are marked."""
        return Hits(*(getattr(self, name)[kept] for name in Hits.__slots__))


class Rolled:
    """The hashes of a text's words and of its runs of words; those of each length are made once."""

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes
        self._made: dict[int, Hashes] = {}

    def __len__(self) -> int:
        return len(self.hashes)

    def of(self, length: int) -> Hashes:
        """Hash every run of `length` words."""
        if length not in self._made:
            self._made[length] = roll(self.hashes, length)
        return self._made[length]


class Sieve:
    """Tells that a hash is none of the known ones, by its first bits: quicker than a search."""

    def __init__(self, known: Hashes) -> None:
        bits = min(_MOST_BITS, (_SPARSE * len(known)).bit_length())
        self._above = np.uint64(63 - bits)  # shifted twice: all 64 bits at once would be none
        self._taken = np.zeros(1 << bits, bool)
        self._taken[self._places(known)] = True

    def _places(self, hashes: Hashes) -> Hashes:
        places: Hashes = hashes >> self._above >> np.uint64(1)
        return places

    def let_through(self, hashes: Hashes) -> NDArray[np.int64]:
        """Give the places of those that may be known, ascending."""
        return np.flatnonzero(self._taken[self._places(hashes)])


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """All phrases of a site, sorted by hash; one entry for each phrase and post it stands for."""

    hashes: Hashes
    rows: NDArray[np.int32]
    kinds: NDArray[np.int8]
    strengths: NDArray[np.float32]
    lengths: NDArray[np.int32]  # the lengths that occur at all, in words
    sieve: Sieve = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the sieve."""
        object.__setattr__(self, "sieve", Sieve(self.hashes))

    def hits(self, said: Rolled, starts: NDArray[np.int64]) -> Hits:
        """Find the known phrases of a text, given its words and at which of them each block starts.

        The last of `starts` is the end of the text. A phrase that would run over a block's end is none.
        """
        lengths = [length for length in self.lengths.tolist() if length <= len(said)]
        runs = np.concatenate([np.zeros(0, np.uint64), *map(said.of, lengths)])
        entries, places = look_up(self.hashes, runs, self.sieve)
        counts = [len(said) - length + 1 for length in lengths]
        firsts = np.concatenate([np.zeros(0, np.int64), *map(np.arange, counts)])[places]
        words = np.repeat(np.array(lengths, np.int64), counts)[places]
        blocks = np.searchsorted(starts, firsts, "right") - 1
        columns = (self.rows[entries], self.kinds[entries], self.strengths[entries])
        hits = Hits(*columns, blocks, firsts - starts[blocks], words)
        return hits.only(firsts + words <= starts[blocks + 1])


def look_up(known: Hashes, keys: Hashes, sieve: Sieve | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find each of some hashes wherever it stands among `known`, which are sorted; `sieve` is that of `known`.

    Gives places in `known`, and for each of them the place in `keys`; in the order of `keys`.
    """
    if not len(known):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    chosen = np.arange(len(keys)) if sieve is None else sieve.let_through(keys)
    wanted = keys[chosen]
    order = np.argsort(wanted)  # what is looked up in order is found quicker
    left = np.empty(len(wanted), np.int64)
    left[order] = np.searchsorted(known, wanted[order], "left")
    found = np.flatnonzero(known[np.minimum(left, len(known) - 1)] == wanted)
    left = left[found]
    times = np.searchsorted(known, wanted[found], "right") - left
    behind = np.cumsum(times) - times
    return np.arange(times.sum()) + np.repeat(left - behind, times), np.repeat(chosen[found], times)


def roll(hashes: Hashes, length: int) -> Hashes:
    """Hash every run of `length` words, given the hashes of the single words."""
    runs = max(0, len(hashes) - length + 1)
    rolled = np.full(runs, length, np.uint64)
    for at in range(length):
        rolled = (rolled ^ hashes[at : at + runs]) * _STEP
        rolled ^= rolled >> np.uint64(29)
    return rolled


def whole_hashes(phrases: Sequence[Sequence[str]]) -> Hashes:
    """Hash each phrase as a whole, given its terms, of which there is one at least."""
    flat = hashes_of([term for own in phrases for term in own])
    lengths = np.array([len(own) for own in phrases], np.int64)
    starts = np.cumsum(lengths) - lengths
    hashes = np.zeros(len(phrases), np.uint64)
    for length in np.unique(lengths).tolist():
        some = lengths == length
        hashes[some] = roll(flat, length)[starts[some]]
    return hashes


def occurrences(known: Hashes, lengths: Iterable[int], texts: Sequence[Hashes]) -> NDArray[np.int64]:
    """Count in how many texts each known phrase stands, given the hashes of their words.

    `known` are sorted, `lengths` those they may have, in words. Nearly all runs of words are no phrase, which a table
    of single bits tells quicker than a search.
    """
    flat = np.concatenate([np.zeros(0, np.uint64), *texts])
    if not len(known) or not len(flat):
        return np.zeros(len(known), np.int64)
    text_of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    sieve = Sieve(known)
    found = [np.zeros(0, np.int64)]
    for length in lengths:
        rolled = roll(flat, length)
        some = sieve.let_through(rolled)
        some = some[text_of[some] == text_of[some + length - 1]]  # a run that goes on in the next text is none
        at = np.minimum(np.searchsorted(known, rolled[some]), len(known) - 1)
        hit = known[at] == rolled[some]
        found.append(np.unique(text_of[some[hit]] * len(known) + at[hit]))
    return np.bincount(np.concatenate(found) % len(known), minlength=len(known))


def hashes_of(terms: Sequence[str]) -> Hashes:
    """Hash each term for itself."""
    return np.fromiter((_hash(term) for term in terms), np.uint64, len(terms))


@lru_cache(maxsize=200_000)
def _hash(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(errors="replace"), digest_size=8).digest(), "little")


def phrase(text: str, lang: str) -> tuple[Word, ...]:
    """Give the words of a phrase without stop words at its ends; empty where nothing, or too much, is left.

    Where trimming would leave a single word the phrase stays whole: “Hardening Off” is not “hardening”.
    """
    whole = words(text, lang)
    found = whole
    while found and found[0].stop:
        found = found[1:]
    while found and found[-1].stop:
        found = found[:-1]
    found = whole if len(found) == 1 and len(whole) <= SHORT else found
    spaceless = sum(word.end - word.start == 1 for word in found) > len(found) / 2
    return tuple(found) if len(found) <= (LONGEST_SPACELESS if spaceless else LONGEST) else ()


def title_parts(title: str) -> list[str]:
    """Cut a title where its author did: at colons, dashes, brackets; the whole title first."""
    parts = [part.strip() for part in _PARTS.split(title)]
    return [title, *(part for part in parts if part and part != title)]
