"""Runs of words out of titles and headings: “drip irrigation” of “How drip irrigation saved our summer”.

A text that says such a run, which few other posts say, most likely speaks of what the title speaks of. They only help
to find and rank a post; anchors are made of whole titles, of their parts and of anchors in use (see `phrases`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from suggester.engine.phrases import Hashes, Rolled, Sieve, hashes_of, look_up, occurrences, roll
from suggester.engine.words import words

LONGEST = 5  # words
SAID_BY = 50  # posts; what more of them say tells nothing
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fragments:
    """All fragments of a site's titles, or of its headings, sorted by hash; one entry for each fragment and post."""

    hashes: Hashes
    rows: NDArray[np.int32]
    strengths: Floats  # 1 / the number of posts that say it, or are cut to it where these are more
    sieve: Sieve = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the sieve."""
        object.__setattr__(self, "sieve", Sieve(self.hashes))

    def mentioned(self, said: Rolled, posts: int) -> tuple[Floats, Floats]:
        """Give the strength of the strongest fragment of each post's title that stands in a text, 0 for none.

        First of any fragment, then of those of two words and more.
        """
        runs = [said.of(length) for length in range(2, LONGEST + 1)]
        longer = self._strongest(np.concatenate(runs), posts)
        return np.maximum(longer, self._strongest(said.of(1), posts)), longer

    def _strongest(self, said: Hashes, posts: int) -> Floats:
        strongest = np.zeros(posts, np.float32)
        entries, _ = look_up(self.hashes, said, self.sieve)
        np.maximum.at(strongest, self.rows[entries], self.strengths[entries])
        return strongest


def fragments(named: Iterable[tuple[int, str, str]], sequences: Sequence[Hashes], posts: int) -> Fragments:
    """Cut titles or headings, each with the row of its post and its language, and weigh the pieces.

    How telling they are is seen in a sample of the posts' words, hashed.
    """
    hashes, rows = _cut(named)
    known, times = np.unique(hashes, return_counts=True)
    said = occurrences(known, range(1, LONGEST + 1), sequences) * (posts / max(1, len(sequences)))
    count = np.maximum(said, times)
    kept = count <= SAID_BY
    return Fragments(
        hashes=np.repeat(known[kept], times[kept]),
        rows=rows[np.repeat(kept, times)],
        strengths=np.repeat(1 / np.maximum(count[kept], 1), times[kept]).astype(np.float32),
    )


def _cut(named: Iterable[tuple[int, str, str]]) -> tuple[Hashes, NDArray[np.int32]]:
    """Give the hashes of the runs of words that begin and end with a word of their own, and the row of each.

    Sorted by hash, then by row; a row has each once. All titles are cut at once, as if they were one text.
    """
    found = [(row, words(text, lang)) for row, text, lang in named]
    hashed = hashes_of([word.term for _, own in found for word in own])
    stops = np.array([word.stop for _, own in found for word in own], bool)
    title_of = np.repeat(np.arange(len(found)), [len(own) for _, own in found])
    row_of = np.repeat(np.array([row for row, _ in found], np.int32), [len(own) for _, own in found])
    cut, cut_of = [], []
    for length in range(1, LONGEST + 1):
        rolled = roll(hashed, length)
        first = np.arange(len(rolled))
        last = first + length - 1
        first = first[(title_of[first] == title_of[last]) & ~stops[first] & ~stops[last]]
        cut.append(rolled[first])
        cut_of.append(row_of[first])
    hashes, rows = np.concatenate(cut), np.concatenate(cut_of)
    order = np.lexsort((rows, hashes))
    hashes, rows = hashes[order], rows[order]
    fresh = np.ones(len(hashes), bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (rows[1:] != rows[:-1])
    return hashes[fresh], rows[fresh]
