"""How the author of a site sets links: the words before, within and behind anchors, and how long anchors are.

Learned from the links that stand on the site, whatever its language. What is told of a word is the logarithm of how
much oftener it stands in a place than other words around links do; 0 where that is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from suggester.engine.generic import is_generic
from suggester.engine.lexicon import Floats
from suggester.engine.words import Word, words
from suggester.entities import Block, Body, Link

BEFORE, NEAR, FIRST, INSIDE, LAST, BEHIND = range(6)  # places of a word at an anchor
PLACES = 6
WINDOW = 12  # words on each side of an anchor that are counted as around it
LED = 5  # words before an anchor among which one may lead to it
USUALLY = 8.0  # times that each word is taken to have been seen, as often in each place as all words
SEEN = 3  # times from which a word is told of
FEWEST_LINKS = 10  # below, nothing is told
BINS = np.array([1, 2, 3, 4, 5, 7, 10, 15, 21], np.int64)  # numbers of words at which a bin of lengths begins
USUAL = np.array([0.16, 0.22, 0.17, 0.12, 0.14, 0.11, 0.06, 0.015, 0.005])  # shares of these bins, in round figures
AS_USUAL = 20.0  # anchors of usual lengths that each site is taken to have
STARTS, ENDS = "^", "$"  # of a block


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """The habits of a site's links."""

    terms: tuple[str, ...]
    odds: Floats  # shape (terms + 1, PLACES); the last row is that of words nothing is known of
    lengths: Floats  # shape (BINS,): how much oftener than usual anchors are so long
    places: dict[str, int] = field(repr=False)  # row of each term

    @classmethod
    def made(cls, terms: Sequence[str], odds: Floats, lengths: Floats) -> Style:
        """Put a style together."""
        return cls(tuple(terms), odds, lengths, {term: at for at, term in enumerate(terms)})

    def of(self, terms: Iterable[str]) -> Floats:
        """Look up some words, shape (words, PLACES)."""
        found: Floats = self.odds[np.array([self.places.get(term, -1) for term in terms], np.int64)]
        return found

    def of_lengths(self, lengths: NDArray[np.int64]) -> Floats:
        """Say how much oftener than usual anchors are of some lengths in words, each at least 1."""
        found: Floats = self.lengths[np.searchsorted(BINS, lengths, "right") - 1]
        return found


UNKNOWN = Style.made((), np.zeros((1, PLACES), np.float32), np.zeros(len(BINS), np.float32))


@dataclass(slots=True)
class Habits:
    """What is counted of a site's links while its posts go by."""

    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * (PLACES + 1)))
    lengths: list[int] = field(default_factory=list)

    def add(self, body: Body, lang: str) -> None:
        """Count the links of a post, wherever they lead; the words of blocks without links do not matter."""
        found: dict[int, list[Link]] = defaultdict(list)
        for link in body.links:
            found[link.block].append(link)
        for block in body.blocks:
            if block.linkable and block.index in found:
                own = words(block.text, lang)
                for link in found[block.index]:
                    self._count(block, own, link)

    def _count(self, block: Block, own: Sequence[Word], link: Link) -> None:
        inside = [at for at, word in enumerate(own) if word.start < link.end and word.end > link.start]
        if not inside or len(own) <= len(inside) + 2:  # a block that is all link is no prose
            return
        first, last = inside[0], inside[-1]
        self.counts[before(block, own, first)][BEFORE] += 1
        if telling := not is_generic(link.anchor):
            self.lengths.append(len(inside))
            self.counts[own[first].term][FIRST] += 1
            self.counts[own[last].term][LAST] += 1
            self.counts[behind(block, own, last)][BEHIND] += 1
        for at in range(max(0, first - WINDOW), min(len(own), last + WINDOW + 1)):
            count = self.counts[own[at].term]
            count[PLACES] += 1
            count[NEAR] += first - LED <= at < first
            count[INSIDE] += telling and first <= at <= last
            sign = before(block, own, at)
            if not at or sign != own[at - 1].term:
                self.counts[sign][PLACES] += 1
        self.counts[ENDS][PLACES] += last + WINDOW >= len(own)

    def finish(self) -> Style:
        """Give the style of the site; an unknown one where there are too few links."""
        counts = np.array(list(self.counts.values()), np.int32).reshape(-1, PLACES + 1)
        numbered = np.concatenate([np.arange(len(counts), dtype=np.int32)[:, None], counts], axis=1)
        return style_of(list(self.counts), numbered, np.array(self.lengths, np.int32))


def style_of(words: Sequence[str], counted: NDArray[np.int32], lengths: NDArray[np.int32]) -> Style:
    """Give the style of a site, an unknown one where there are too few links.

    Each row of `counted` is the place of a word among `words`, and its counts in some post, see `Habits`; a word may
    come more than once. `lengths` are those of the anchors.
    """
    if len(lengths) < FEWEST_LINKS:
        return UNKNOWN
    sums = np.zeros((len(words), PLACES + 1), np.int64)
    np.add.at(sums, counted[:, 0], counted[:, 1:])
    whole = sums.sum(axis=0)
    kept = sorted(np.flatnonzero(sums[:, PLACES] >= SEEN).tolist(), key=words.__getitem__)
    counts = sums[kept]
    share = whole[:PLACES] / whole[PLACES]
    odds = np.log((counts[:, :PLACES] + USUALLY * share) / (counts[:, PLACES:] + USUALLY) / share)
    told = np.append(odds, np.zeros((1, PLACES)), axis=0).astype(np.float32)
    return Style.made([words[at] for at in kept], told, _odds_of_lengths(lengths))


def _odds_of_lengths(lengths: NDArray[np.int32]) -> Floats:
    counts = np.bincount(np.searchsorted(BINS, lengths, "right") - 1, minlength=len(BINS))
    odds: Floats = np.log((counts + AS_USUAL * USUAL) / (counts.sum() + AS_USUAL) / USUAL).astype(np.float32)
    return odds


def before(block: Block, own: Sequence[Word], at: int) -> str:
    """Say what stands before a word of a block: the block's start, punctuation, else the word before."""
    return beside(block.text, own, at)[0]


def behind(block: Block, own: Sequence[Word], at: int) -> str:
    """Say what stands behind a word of a block: the block's end, punctuation, else the next word."""
    return beside(block.text, own, at + 1)[1]


def beside(text: str, own: Sequence[Word], at: int) -> tuple[str, str]:
    """Say what stands before a word, and what behind the one before it; `at` may be the number of words."""
    if at == 0 or at == len(own):
        return STARTS, ENDS
    between = text[own[at - 1].end : own[at].start]
    if between == " " or not (between := between.strip()):
        return own[at - 1].term, own[at].term
    return between[-1], between[0]
