"""Words with their rarity: TF-IDF over the posts of one site.

Weights are those of scikit-learn's `TfidfTransformer` with `sublinear_tf`: (1 + ln tf) * (ln((1 + N) / (1 + df)) + 1),
rows of length one. Terms in more than `COMMON` of the posts say nothing and are left out; so are terms of a single
post, unless they stand in a title, since they can never meet another post's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

Floats = NDArray[np.float32]
COMMON = 0.4  # share of the posts; as the TF-IDF baseline has it
FEW_POSTS = 5  # below this many posts nothing is too common or too rare


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The terms of a site that tell its posts apart, and how rare each is."""

    terms: tuple[str, ...]
    idf: Floats  # one for each of `terms`
    column: dict[str, int] = field(repr=False)

    @classmethod
    def of(cls, terms: Sequence[str], idf: Floats) -> Lexicon:
        """Put a lexicon together from its terms and their rarities."""
        return cls(tuple(terms), idf, {term: at for at, term in enumerate(terms)})

    def rarity(self, term: str) -> float:
        """Give the inverse document frequency of a term, 0 where it is too common or unknown."""
        at = self.column.get(term)
        return 0.0 if at is None else self.idf.item(at)

    def vectors(self, texts: Iterable[Iterable[str]]) -> sparse.csr_matrix:
        """Turn lists of terms into TF-IDF rows of length one, shape (texts, terms)."""
        indptr, indices, data = [0], [], []
        for text in texts:
            counts = Counter(map(self.column.get, text))
            counts.pop(None, 0)
            columns = np.fromiter(counts.keys(), np.int32, len(counts))
            weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[columns]
            norm = float(np.linalg.norm(weights))
            indices.append(columns)
            data.append(weights / norm if norm else weights)
            indptr.append(indptr[-1] + len(columns))
        return _csr(indptr, indices, data, len(self.terms))


@dataclass(slots=True)
class Counts:
    """Term counts of the posts seen so far; becomes a lexicon and matrices once all have been seen."""

    ids: dict[str, int] = field(default_factory=dict)
    titled: set[int] = field(default_factory=set)  # terms that stand in a title
    rows: list[tuple[NDArray[np.int32], Floats]] = field(default_factory=list)

    def add(self, terms: Iterable[str], title: Iterable[str]) -> None:
        """Count one post; `terms` are all its terms, `title` those of its title."""
        counts = Counter(terms)
        ids = self.ids
        columns = np.array([ids.setdefault(term, len(ids)) for term in counts], np.int32)
        self.titled.update(ids[term] for term in title if term in ids)
        self.rows.append((columns, np.fromiter(counts.values(), np.float32, len(counts))))

    def finish(self) -> tuple[Lexicon, sparse.csr_matrix]:
        """Give the lexicon and the TF-IDF rows of the posts in the order they were added."""
        from sklearn.feature_extraction.text import TfidfTransformer

        counted = _csr(
            np.cumsum([0, *(len(columns) for columns, _ in self.rows)]),
            [columns for columns, _ in self.rows],
            [counts for _, counts in self.rows],
            len(self.ids),
        )
        kept = np.flatnonzero(self._telling(np.bincount(counted.indices, minlength=len(self.ids))))
        if not len(kept):
            return Lexicon.of((), np.zeros(0, np.float32)), _csr(np.zeros(len(self.rows) + 1, np.int64), [], [], 0)
        transformer = TfidfTransformer(sublinear_tf=True)
        rows = transformer.fit_transform(counted[:, kept]).astype(np.float32)
        terms = np.array(list(self.ids), dtype=object)[kept]
        return Lexicon.of(terms.tolist(), transformer.idf_.astype(np.float32)), rows

    def _telling(self, frequency: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say for each term whether it tells posts apart, given in how many posts it stands."""
        posts = len(self.rows)
        if posts < FEW_POSTS:
            return np.ones(len(frequency), bool)
        telling: NDArray[np.bool_] = (frequency >= 2) & (frequency <= COMMON * posts)
        titled = np.fromiter(self.titled, np.int64, len(self.titled))
        telling[titled] |= frequency[titled] <= COMMON * posts
        return telling


def _csr(
    indptr: Sequence[int] | NDArray[np.int64],
    indices: list[NDArray[np.int32]],
    data: list[Floats],
    width: int,
) -> sparse.csr_matrix:
    flat = np.concatenate(indices) if indices else np.zeros(0, np.int32)
    values = np.concatenate(data) if data else np.zeros(0, np.float32)
    return sparse.csr_matrix((values, flat, np.asarray(indptr)), shape=(len(indptr) - 1, width), dtype=np.float32)
