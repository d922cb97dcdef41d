"""Topic clusters: which posts of a site speak of the same thing, how many such things there are, and who stands apart.

A post's place is its embedding (mean of head and passages) beside its words (latent semantic analysis, Deerwester et
al. 1990, of the index's TF-IDF) and its categories and tags, by rarity; without the first where there are no vectors.
Places are grouped finely by k-means, the groups joined by Ward's method (1963), and each way to cut its tree is settled
by a few rounds of k-means over the posts. Taken is the cut of the highest modularity (Newman and Girvan 2004) in the
graph of each post's nearest others: as many clusters as the posts themselves show. Chosen by measurement, see
benchmarks/README.md. Nothing is left to chance: the same index gives the same clusters.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from suggester.encoding.protocol import Vectors
from suggester.engine.index import Index
from suggester.graph.nearest import Groups, middles, nearest, unit

FEWEST_POSTS = 10  # below it there is nothing to cluster
FEWEST_IN_CLUSTER = 3
WORD_DIMENSIONS, TERM_DIMENSIONS = 50, 30
TERMS_COUNT = 0.4  # length of the part of categories and tags, beside 1 of all else; see benchmarks/README.md
FINE_GROUPS = 300
LARGE = 20_000  # posts, from which on there are more fine groups, so that neighbours can be sought in few of them
NEIGHBOURS = (5, 10)  # of each post, the fewest and the most: 0.6 times the root of the number of posts
CUTS = 12  # numbers of clusters that are tried
SETTLED = 3  # rounds
FENCE = 1.5  # interquartile ranges below the lower quarter, Tukey 1977: whoever is further from its cluster is apart
NOWHERE = -1

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which posts belong together; one entry for each row of the index."""

    of: Groups  # number of the cluster, the largest first; NOWHERE for posts that belong to none
    likeness: Floats  # cosine of each post and the middle of its cluster, or of the nearest one
    near: sparse.csr_matrix  # cosines of each post and its nearest others
    taken: NDArray[np.bool_]  # posts that could belong to one; the others are not public, or without text

    def __len__(self) -> int:
        return int(self.of.max(initial=NOWHERE)) + 1

    def members(self, number: int) -> Groups:
        """Give the rows of a cluster's posts."""
        return np.flatnonzero(self.of == number)

    @property
    def apart(self) -> Groups:
        """The rows of the posts that could belong to a cluster, and do not, the furthest off first."""
        rows = np.flatnonzero(self.taken & (self.of == NOWHERE))
        return rows[np.lexsort((rows, self.likeness[rows]))]


def find_clusters(index: Index) -> Clusters:
    """Find the topic clusters of a site; none where it has fewer than FEWEST_POSTS posts with text."""
    with threadpool_limits(1):  # sums in another order would be other clusters
        return _find(index)


def places(index: Index) -> Vectors:
    """Give the place of each post: vectors of length one, or zero for a post without a word."""
    said = _reduced(index.body.T.tocsr(), WORD_DIMENSIONS)
    if len(index.heads):
        said = unit(np.hstack([unit(index.heads + index.means), said]))
    return unit(np.hstack([said, TERMS_COUNT * _reduced(index.terms, TERM_DIMENSIONS)]))


def _reduced(texts: sparse.csr_matrix, dimensions: int) -> Vectors:
    """Give rows of length one, of a few dimensions that keep most of what tells the rows apart."""
    from sklearn.decomposition import TruncatedSVD  # here and below: 80 MB that only clusters need

    dimensions = min(dimensions, min(texts.shape) - 1)
    if dimensions < 1:
        return unit(np.asarray(texts.todense(), np.float32))
    with np.errstate(invalid="ignore"):  # of a variance that nobody asked for, where all texts are alike
        found = TruncatedSVD(dimensions, random_state=0).fit_transform(texts)
    return unit(np.asarray(found, np.float32))


def _find(index: Index) -> Clusters:
    everyone = places(index)
    taken = index.posts.targets & (np.abs(everyone).sum(axis=1) > 0)
    rows = np.flatnonzero(taken)
    own = everyone[rows]
    fine = _fine_groups(own)
    fewest, most = NEIGHBOURS
    near = nearest(own, int(np.clip(0.6 * np.sqrt(len(own)), fewest, most)), fine)
    of, likeness = np.full(len(index), NOWHERE), np.zeros(len(index), np.float32)
    if len(rows) >= FEWEST_POSTS:
        found = _best_cut(own, fine, near)
        centres = middles(own, found)
        likeness[rows] = (own @ centres.T).max(axis=1)
        of[rows] = _in_order(_left_out(found, likeness[rows]))
    return Clusters(of, likeness, _over_all(near, rows, len(index)), taken)


def _fine_groups(vectors: Vectors) -> Groups:
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    count = FINE_GROUPS if len(vectors) <= LARGE else int(np.sqrt(len(vectors))) * 3
    if len(vectors) <= count:
        return np.arange(len(vectors))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # of posts that are all alike
        found = (
            MiniBatchKMeans(count, random_state=0, n_init=1, batch_size=2048, init_size=3 * count, max_iter=4)
            .fit(vectors)
            .labels_
        )
    return np.unique(found, return_inverse=True)[1].astype(np.int64)


def _best_cut(vectors: Vectors, fine: Groups, near: sparse.csr_matrix) -> Groups:
    both_ways = near.maximum(near.T).tocoo()
    best, highest = np.zeros(len(vectors), np.int64), 0.0
    for cut in _cuts(vectors, fine):
        found = modularity(both_ways, cut)
        if found > highest + 1e-9:
            best, highest = cut, found
    return best


def _cuts(vectors: Vectors, fine: Groups) -> Iterator[Groups]:
    """Give several ways to cluster, from few to many clusters, each settled."""
    from scipy.cluster.hierarchy import fcluster, ward

    tree = ward(middles(vectors, fine).astype(np.float64))
    most = max(2, min(len(vectors) // 5, int(2 * np.sqrt(len(vectors)))))
    for count in sorted(set(np.geomspace(2, most, CUTS).round().astype(int).tolist())):
        found = fcluster(tree, count, "maxclust")[fine] - 1
        for _ in range(SETTLED):
            found = np.argmax(vectors @ middles(vectors, found).T, axis=1)
            found = np.unique(found, return_inverse=True)[1]
        yield found.astype(np.int64)


def modularity(graph: sparse.coo_matrix, groups: Groups) -> float:
    """Give the share of a graph's weight within groups, less what chance would put there (Newman and Girvan 2004)."""
    total = float(graph.data.sum())
    if not total:
        return 0.0
    within = float(graph.data[groups[graph.row] == groups[graph.col]].sum())
    degrees = np.asarray(graph.sum(axis=1), np.float64).ravel()
    held = np.bincount(groups, weights=degrees)
    return within / total - float((held * held).sum()) / total**2


def _left_out(found: Groups, likeness: Floats) -> Groups:
    """Take out who is too far from its cluster, and clusters of too few."""
    lower, upper = np.quantile(likeness, (0.25, 0.75))
    kept = np.where(likeness < lower - FENCE * (upper - lower), NOWHERE, found)
    sizes = np.bincount(kept[kept >= 0], minlength=int(found.max()) + 1)
    return np.where((kept >= 0) & (sizes[kept] >= FEWEST_IN_CLUSTER), kept, NOWHERE)


def _in_order(found: Groups) -> Groups:
    """Number clusters from the largest on; of equal ones, the one with the first post goes first."""
    numbers, first, sizes = np.unique(found[found >= 0], return_index=True, return_counts=True)
    order = numbers[np.lexsort((first, -sizes))]
    renamed = np.full(int(found.max(initial=NOWHERE)) + 2, NOWHERE)  # the last is for NOWHERE
    renamed[order] = np.arange(len(order))
    return renamed[found]


def _over_all(near: sparse.csr_matrix, rows: Groups, count: int) -> sparse.csr_matrix:
    found = near.tocoo()
    return sparse.csr_matrix((found.data, (rows[found.row], rows[found.col])), shape=(count, count))
