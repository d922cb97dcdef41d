"""Runs of words out of titles and headings: “drip irrigation” of “How drip irrigation saved our summer”.

A text that says such a run, which few other posts say, most likely speaks of what the title speaks of. They only help
to find and rank a post; anchors are made of whole titles, of their parts and of anchors in use (see `phrases`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    cut: dict[int, dict[int, None]] = defaultdict(dict)
    for row, text, lang in named:
        for key in _cut(text, lang):
            cut[key][row] = None
    rows_of = {key: list(rows) for key, rows in cut.items()}
    known = np.array(sorted(rows_of), np.uint64)
    said = occurrences(known, range(1, LONGEST + 1), sequences) * (posts / max(1, len(sequences)))
    times = np.array([len(rows_of[key]) for key in known.tolist()], np.int64)
    count = np.maximum(said, times)
    kept = count <= SAID_BY
    return Fragments(
        hashes=np.repeat(known[kept], times[kept]),
        rows=np.array([row for key in known[kept].tolist() for row in rows_of[key]], np.int32),
        strengths=np.repeat(1 / np.maximum(count[kept], 1), times[kept]).astype(np.float32),
    )


def _cut(title: str, lang: str) -> Iterator[int]:
    """Give the hashes of the runs of words that begin and end with a word of their own."""
    found = words(title, lang)
    hashed = hashes_of([word.term for word in found])
    for length in range(1, LONGEST + 1):
        for at, key in enumerate(roll(hashed, length).tolist()):
            if not found[at].stop and not found[at + length - 1].stop:
                yield key
