"""The nearest posts of each post, without ever comparing all with all in memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.encoding.protocol import Vectors

AT_ONCE = 1_000  # posts compared with others in one go
EXACT = 20_000  # posts up to which each is compared with all others; beyond, with those of the nearest groups
PROBED = 12  # groups that a post's neighbours are sought in

Groups = NDArray[np.int64]  # one number for each post, 0 and up


def nearest(vectors: Vectors, count: int, groups: Groups | None = None) -> sparse.csr_matrix:
    """Give the cosines of each post and its nearest others, shape (posts, posts), at most `count` in a row.

    `vectors` are of length one (or zero). `groups` are used where there are more than EXACT posts: a post is then
    compared with those of the PROBED groups whose middles are nearest to its own group's, as inverted file indexes do.
    """
    posts = len(vectors)
    if posts < 2:
        return sparse.csr_matrix((posts, posts), dtype=np.float32)
    parts = _by_group(vectors, groups) if groups is not None and posts > EXACT else _all(posts)
    found = [_best(vectors, rows, others, count) for rows, others in parts]
    sources, targets, cosines = (np.concatenate([part[at] for part in found]) for at in range(3))
    return sparse.csr_matrix((cosines, (sources, targets)), shape=(posts, posts))


def _all(posts: int) -> Iterator[tuple[Groups, Groups]]:
    everyone = np.arange(posts)
    for start in range(0, posts, AT_ONCE):
        yield everyone[start : start + AT_ONCE], everyone


def _by_group(vectors: Vectors, groups: Groups) -> Iterator[tuple[Groups, Groups]]:
    members = [np.flatnonzero(groups == group) for group in range(int(groups.max()) + 1)]
    centres = middles(vectors, groups)
    for group, own in enumerate(members):
        near = np.argsort(-(centres @ centres[group]), kind="stable")[:PROBED]
        others = np.sort(np.concatenate([members[each] for each in {group, *near.tolist()}]))
        for start in range(0, len(own), AT_ONCE):
            yield own[start : start + AT_ONCE], others


def _best(vectors: Vectors, rows: Groups, others: Groups, count: int) -> tuple[Groups, Groups, NDArray[np.float32]]:
    cosines = vectors[rows] @ vectors[others].T
    cosines[np.arange(len(rows)), np.searchsorted(others, rows)] = -2  # not itself
    most = min(count, len(others) - 1)
    if most < 1:
        return rows[:0], others[:0], np.zeros(0, np.float32)
    kept = np.argpartition(-cosines, most - 1, axis=1)[:, :most]
    values = np.take_along_axis(cosines, kept, axis=1).ravel().astype(np.float32)
    near = values > 0
    return np.repeat(rows, most)[near], others[kept.ravel()][near], values[near]


def middles(vectors: Vectors, groups: Groups) -> Vectors:
    """Give the mean direction of each group, of length one, shape (groups, dimension)."""
    count = int(groups.max(initial=-1)) + 1
    chosen = np.flatnonzero(groups >= 0)
    taken = sparse.csr_matrix((np.ones(len(chosen), np.float32), (groups[chosen], chosen)), shape=(count, len(groups)))
    return unit(np.asarray(taken @ vectors, np.float32))


def unit(vectors: Vectors) -> Vectors:
    """Scale rows to length one; zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
