"""Which posts are worth reading as sources, for many targets at once: by rare words in common, and by meaning.

`sources` compares one target with every post, which would be a square of the site for all orphans. Here a target is
compared only with posts that share one of its rarest words, and of each word only as many posts are looked at as are
stated, so that the time grows with the number of targets, and hardly with the size of the site.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sparse

from suggester.engine.features import Floats, Rows
from suggester.engine.index import Index

AT_ONCE = 256  # targets
RAREST = 40  # words of a target, the weightiest
KNOWN_IN = 3_000  # posts; a word that stands in more of them is left out, unless a target would be left without
LOOKED_AT = 150  # posts of a target that are compared with it in meaning, too
WEIGHTS = {"words": 1.75, "title_words": 1.3, "meaning": 2.2}
"""What the nearness to the best, the share of the title and the cosine count; as in the ranker that is set by hand."""


def scout(targets: Rows, index: Index, most: int) -> Iterator[Rows]:
    """Give, for each target, the rows of the posts that speak of the same things, the most promising first.

    Whether they may link to it is not asked; posts that link to it already, and itself, are left out.
    """
    known_in = np.diff(index.body.indptr)
    said = index.body.copy()
    said.data = np.ones_like(said.data)
    linking = index.links.tocsc()
    for start in range(0, len(targets), AT_ONCE):
        rows = targets[start : start + AT_ONCE]
        words = (_rarest(index.head[rows], known_in) @ index.body).tocsr()
        titles = index.titles[rows]
        told = np.maximum(np.asarray(titles.sum(axis=1), np.float32).ravel(), 1e-9)
        titled = (_rarest(titles, known_in) @ said).tocsr()
        for at, row in enumerate(rows.tolist()):
            shut = np.append(linking.indices[linking.indptr[row] : linking.indptr[row + 1]], row)
            yield _best(row, words[at], titled[at], float(told[at]), shut, index, most)


def _rarest(texts: sparse.csr_matrix, known_in: Rows) -> sparse.csr_matrix:
    """Keep the weightiest words of each text that not too many posts say; the rarest of all where that leaves none."""
    kept = np.zeros(len(texts.data), bool)
    for start, end in zip(texts.indptr[:-1].tolist(), texts.indptr[1:].tolist(), strict=True):
        if start == end:
            continue
        known = known_in[texts.indices[start:end]]
        rare = np.flatnonzero(known <= max(KNOWN_IN, int(known.min())))
        kept[start + rare[np.argsort(-texts.data[start:end][rare], kind="stable")[:RAREST]]] = True
    only = texts.copy()
    only.data = np.where(kept, texts.data, 0).astype(np.float32)
    only.eliminate_zeros()
    return only


def _best(
    row: int, words: sparse.csr_matrix, titled: sparse.csr_matrix, told: float, shut: Rows, index: Index, most: int
) -> Rows:
    """Put the posts that share words with a target in order; `shut` are left out."""
    found = np.setdiff1d(np.union1d(_nearest(words).indices, _nearest(titled).indices), shut).astype(np.int64)
    if not len(found):
        return found
    likeness = _of(words, found)
    scores = WEIGHTS["words"] * likeness / max(float(likeness.max()), 1e-9)
    scores += WEIGHTS["title_words"] * _of(titled, found) / told
    if len(index.heads):
        scores += WEIGHTS["meaning"] * (index.means[found] @ index.heads[row])
    return np.asarray(found[np.lexsort((found, -scores))[:most]], np.int64)


def _nearest(scores: sparse.csr_matrix) -> sparse.csr_matrix:
    """Keep the highest scores of one row."""
    if scores.nnz <= LOOKED_AT:
        return scores
    kept = np.argpartition(-scores.data, LOOKED_AT - 1)[:LOOKED_AT]
    parts = (scores.data[kept], scores.indices[kept], np.array([0, len(kept)]))
    return sparse.csr_matrix(parts, shape=scores.shape)


def _of(scores: sparse.csr_matrix, columns: Rows) -> Floats:
    """Look up some columns of one row."""
    order = np.argsort(scores.indices, kind="stable")
    known, values = scores.indices[order], scores.data[order]
    if not len(known):
        return np.zeros(len(columns), np.float32)
    at = np.minimum(np.searchsorted(known, columns), len(known) - 1)
    return np.where(known[at] == columns, values[at], 0).astype(np.float32)
