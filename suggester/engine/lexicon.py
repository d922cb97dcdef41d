"""Words with their rarity: TF-IDF over the posts of one site.

Weights are those of scikit-learn's `TfidfTransformer` with `sublinear_tf`: (1 + ln tf) * (ln((1 + N) / (1 + df)) + 1),
rows of length one. They are reckoned here, since loading that package alone takes longer than a small site's night.
Terms in more than `COMMON` of the posts say nothing and are left out; so are terms of a single post, unless they stand
in a title, since they can never meet another post's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.ragged import Ragged

Floats = NDArray[np.float32]
Places = NDArray[np.int64] | NDArray[np.int32]
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

    def columns(self, texts: Iterable[Sequence[str]]) -> Ragged:
        """Give the column of each term of some texts, -1 where it is unknown."""
        place, lengths, found = self.column.get, [0], []
        for text in texts:
            found += [place(term, -1) for term in text]
            lengths.append(len(text))
        return Ragged(np.array(found, np.int64), np.cumsum(lengths))

    def weighed(self, texts: Ragged) -> sparse.csr_matrix:
        """Turn texts, given by the columns of their terms (-1 for unknown ones), into rows of length one."""
        known = texts.values >= 0
        width = max(1, len(self.terms))
        keys, times = np.unique(texts.rows[known] * width + texts.values[known], return_counts=True)
        rows, columns = np.divmod(keys, width)
        values = _weights(times.astype(np.float32), columns, rows, len(texts), self.idf)
        starts = np.searchsorted(rows, np.arange(len(texts) + 1))
        return sparse.csr_matrix((values, columns.astype(np.int32), starts), shape=(len(texts), len(self.terms)))


def lexicon_of(
    counted: Ragged, words: Sequence[str], titled: NDArray[np.int32]
) -> tuple[Lexicon, sparse.csr_matrix, NDArray[np.int64]]:
    """Give the lexicon of a site, the TF-IDF rows of its posts, and the column of each word, -1 for those left out.

    `counted` has a row for each post, of words (by their place in `words`) and how often they stand there; `titled`
    are the words that stand in a title. Columns are in the order of the alphabet, however the words came in.
    """
    columns, counts = counted.values[:, 0], counted.values[:, 1].astype(np.float32)
    matrix = sparse.csr_matrix((counts, columns, counted.starts), shape=(len(counted), len(words)), dtype=np.float32)
    telling = _telling(np.bincount(columns, minlength=len(words)), len(counted), titled)
    kept = np.array(sorted(np.flatnonzero(telling).tolist(), key=words.__getitem__), np.int64)
    column = np.full(len(words), -1, np.int64)
    column[kept] = np.arange(len(kept))
    if not len(kept):
        empty = sparse.csr_matrix((len(counted), 0), dtype=np.float32)
        return Lexicon.of((), np.zeros(0, np.float32)), empty, column
    rows = matrix[:, kept]
    rows.sort_indices()
    frequency = np.bincount(rows.indices, minlength=len(kept))
    idf = (np.log((1 + len(counted)) / (1 + frequency)) + 1).astype(np.float32)
    rows.data = _weights(rows.data, rows.indices, Ragged(rows.indices, rows.indptr).rows, len(counted), idf)
    return Lexicon.of([words[at] for at in kept.tolist()], idf), rows, column


def _weights(times: Floats, columns: Places, rows: Places, count: int, idf: Floats) -> Floats:
    """Weigh terms by how often they stand in their rows, of which there are `count`; each row gets the length one."""
    weights = (1 + np.log(times)) * idf[columns]
    norms = np.sqrt(np.bincount(rows, weights.astype(np.float64) ** 2, minlength=count))
    values: Floats = (weights / norms[rows]).astype(np.float32)
    return values


def _telling(frequency: NDArray[np.int64], posts: int, titled: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say for each word whether it tells posts apart, given in how many posts it stands."""
    if posts < FEW_POSTS:
        return frequency > 0
    telling: NDArray[np.bool_] = (frequency >= 2) & (frequency <= COMMON * posts)
    telling[titled] |= (frequency[titled] > 0) & (frequency[titled] <= COMMON * posts)
    return telling
