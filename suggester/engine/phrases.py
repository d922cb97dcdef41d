"""Phrases that stand for a post: its title, parts of its title, and the anchors other posts use for it.

A phrase is known by a 64-bit hash of its stems, so that inflected mentions are found, that a table of 100,000
phrases is three small arrays, and that all phrases of a draft are looked up in a millisecond.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
_PARTS = re.compile(r"\s*[:|–—?!(){}\[\]«»“”\"/：｜（）「」『』【】？！]+\s*|\s+-\s+|,\s+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A known phrase that stands in a text."""

    row: int  # of the post that the phrase stands for
    kind: int  # TITLE, TITLE_PART or ANCHOR
    strength: float  # 0 to 1: how surely these words mean that post
    first: int  # place of the phrase among the words of the text
    length: int  # in words


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """All phrases of a site, sorted by hash; one entry for each phrase and post it stands for."""

    hashes: Hashes
    rows: NDArray[np.int32]
    kinds: NDArray[np.int8]
    strengths: NDArray[np.float32]
    lengths: NDArray[np.int32]  # the lengths that occur at all, in words

    def hits(self, hashes: Hashes) -> Iterator[Hit]:
        """Find the known phrases of a text, given the hashes of its words."""
        for length in self.lengths.tolist():
            if length > len(hashes):
                break
            rolled = roll(hashes, length)
            left = np.searchsorted(self.hashes, rolled, "left")
            at = np.flatnonzero(self.hashes[np.minimum(left, len(self.hashes) - 1)] == rolled)
            right = np.searchsorted(self.hashes, rolled[at], "right")
            for first, begin, end in zip(at.tolist(), left[at].tolist(), right.tolist(), strict=True):
                entries = slice(begin, end)
                rows, kinds, strengths = self.rows[entries], self.kinds[entries], self.strengths[entries]
                for row, kind, strength in zip(rows.tolist(), kinds.tolist(), strengths.tolist(), strict=True):
                    yield Hit(row, kind, strength, first, length)


def roll(hashes: Hashes, length: int) -> Hashes:
    """Hash every run of `length` words, given the hashes of the single words."""
    runs = max(0, len(hashes) - length + 1)
    rolled = np.full(runs, length, np.uint64)
    for at in range(length):
        rolled = (rolled ^ hashes[at : at + runs]) * _STEP
        rolled ^= rolled >> np.uint64(29)
    return rolled


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
