"""Posts that say the same and so compete with each other, in searches and for links.

How alike is too alike is told by the posts themselves: where a post is cut in two, its halves have a cosine of meaning
of 0.84 and of words of 0.4 (medians of five sites). Two posts that are as alike as the halves of one could be one.
See benchmarks/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.index import Index
from suggester.graph.clusters import Clusters
from suggester.graph.flow import Floats
from suggester.graph.nearest import Groups
from suggester.graph.series import of_one_series
from suggester.graph.strength import pagerank

MEANING = 0.85
WORDS, WORDS_ALONE = 0.4, 0.5  # the second where neither titles nor meaning speak for it
TITLES = 0.5
SAME = 0.8  # of words, from which on it is the same text rather than the same subject


@dataclass(frozen=True, slots=True)
class Rivals:
    """Posts that compete with each other, as rows of the index."""

    keep: int  # the one to keep: most posts link to it; of equals the strongest, the longest, the first
    others: tuple[int, ...]
    meaning: float | None  # mean cosine of the pairs, None where there are no vectors
    words: float
    same: bool  # whether two of them have the same text nearly word for word


def find_rivals(index: Index, clusters: Clusters) -> list[Rivals]:
    """Find posts that compete, the most alike first; parts and numbers of a series do not.

    Each post is compared with its nearest, so that time grows as that of finding those.
    """
    from scipy.sparse.csgraph import connected_components  # here: 10 MB that only this needs

    pairs = _pairs(index, clusters)
    if not len(pairs):
        return []
    alike = _alike(pairs, index)
    titles = index.posts.titles
    apart = [of_one_series(titles[one], titles[other]) for one, other in pairs.tolist()]
    kept = alike.held & ~np.array(apart, np.bool_)
    joined = sparse.csr_matrix(
        (np.ones(int(kept.sum())), (pairs[kept, 0], pairs[kept, 1])), shape=(len(index), len(index))
    )
    _, group = connected_components(joined, directed=False)
    of_pair = group[pairs[:, 0]]
    inbound, ranks = index.inbound(), pagerank(index.links)
    found = []
    for number in np.unique(of_pair[kept]).tolist():
        own = kept & (of_pair == number)
        rows = np.unique(pairs[own])
        best = rows[np.lexsort((rows, -index.posts.words[rows], -ranks[rows], -inbound[rows]))].tolist()
        meaning = float(alike.meaning[own].mean()) if len(index.heads) else None
        words = float(alike.words[own].mean())
        found.append(Rivals(best[0], tuple(best[1:]), meaning, words, bool((alike.words[own] >= SAME).any())))
    return sorted(found, key=lambda one: (-one.words, one.keep))


@dataclass(frozen=True, slots=True)
class _Alike:
    meaning: Floats
    words: Floats
    held: NDArray[np.bool_]


def _pairs(index: Index, clusters: Clusters) -> Groups:
    """Give each post with its nearest, each two once, of one language; shape (pairs, 2)."""
    near = clusters.near.tocoo()
    listed = np.unique(np.sort(np.stack([near.row, near.col], axis=1), axis=1), axis=0).astype(np.int64)
    langs = index.posts.langs
    return np.asarray(listed[langs[listed[:, 0]] == langs[listed[:, 1]]], np.int64)


def _alike(pairs: Groups, index: Index) -> _Alike:
    one, other = pairs[:, 0], pairs[:, 1]
    texts = index.body.T.tocsr()
    words = _cosines(texts[one], texts[other])
    titles = _cosines(index.titles[one], index.titles[other])
    if not len(index.heads):
        return _Alike(np.zeros(len(pairs)), words, words >= WORDS_ALONE)
    meaning = np.einsum("ij,ij->i", index.means[one], index.means[other]).astype(np.float64)
    held = (meaning >= MEANING) & (words >= WORDS) & ((titles >= TITLES) | (words >= WORDS_ALONE))
    return _Alike(meaning, words, held)


def _cosines(one: sparse.csr_matrix, other: sparse.csr_matrix) -> Floats:
    lengths = [np.sqrt(np.asarray(each.multiply(each).sum(axis=1), np.float64)).ravel() for each in (one, other)]
    dots = np.asarray(one.multiply(other).sum(axis=1), np.float64).ravel()
    return np.asarray(dots / np.maximum(lengths[0] * lengths[1], 1e-9))
