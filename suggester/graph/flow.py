"""Where readers go from each post, as PageRank has it: ranks, and what a visit is worth to some wanted posts.

A reader at a post follows one of its links with probability DAMPING, each as likely as the others, and otherwise begins
anew at a post that `teleport` draws; from a post without links, always the latter. Brin and Page, "The Anatomy of a
Large-Scale Hypertextual Web Search Engine", 1998.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

DAMPING = 0.85
ROUNDS = 250  # most of them; the error falls by DAMPING in each, so that these reach 1e-17

Floats = NDArray[np.float64]
Pairs = Iterable[tuple[int, int]]  # rows of sources and targets


@dataclass(frozen=True, slots=True)
class Flow:
    """The links of a site as a walk over rows of posts; however often one links to another, it counts once."""

    links: sparse.csr_matrix  # 1 for each pair, shape (sources, targets)
    onwards: sparse.csr_matrix  # the same, each row of sum 1, or 0 where it has no link
    dangling: NDArray[np.bool_]  # posts without links
    teleport: Floats  # together 1

    @classmethod
    def of(cls, links: sparse.csr_matrix, teleport: Floats | None = None) -> Flow:
        """Read links, shape (sources, targets); `teleport` are weights of the posts, all alike where left out.

        ValueError where the weights are of another number than the posts, negative, or all zero.
        """
        count = links.shape[0]
        once = links.astype(bool).astype(np.float64).tocsr()
        once.eliminate_zeros()
        once.sort_indices()
        outlinks = np.diff(once.indptr)
        onwards = once.copy()
        onwards.data = np.repeat(1 / np.maximum(outlinks, 1), outlinks)
        return cls(once, onwards, outlinks == 0, _shares(teleport, count))

    def __len__(self) -> int:
        return len(self.teleport)

    @property
    def outlinks(self) -> NDArray[np.int64]:
        """How many others each post links to."""
        return np.asarray(np.diff(self.links.indptr), np.int64)

    def with_links(self, pairs: Pairs) -> Flow:
        """Give the flow once these links are added."""
        rows, columns = _columns(pairs)
        added = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=self.links.shape)
        return Flow.of((self.links + added).tocsr(), self.teleport)

    def ranks(self, close: float, start: Floats | None = None) -> Floats:
        """Give the PageRank of each post, together 1, by power iteration until a round moves less than `close` of it.

        p = (1 - d) q + d (Pᵀ p + (sum of p over posts without links) q), q the teleport. `start` saves rounds where it
        is near: the ranks before a link was added.
        """
        passed_on = self.onwards.T.tocsr()
        found = np.full(len(self), 1 / max(1, len(self))) if start is None else start
        for _ in range(ROUNDS):
            anew = 1 - DAMPING + DAMPING * found[self.dangling].sum()
            new = DAMPING * (passed_on @ found) + anew * self.teleport
            moved = float(np.abs(new - found).sum())
            found = new
            if moved < close:
                break
        return found

    def worth(self, wanted: Floats, close: float, start: Floats | None = None) -> Floats:
        """Give how much of `wanted` a reader sees from each post on, that post included, before beginning anew.

        v = wanted + d P v, the row of a post without links being the teleport; then wanted . ranks is
        (1 - d) teleport . v. It is the derivative by which a link is judged: a link is worth what its target is.
        """
        found = wanted.astype(np.float64) if start is None else start
        for _ in range(ROUNDS):
            new = wanted + DAMPING * self.ahead(found)
            moved = float(np.abs(new - found).max(initial=0))
            found = new
            if moved < close:
                break
        return found

    def ahead(self, values: Floats) -> Floats:
        """Give the mean value over where readers go from each post, as far as they follow links."""
        seen: Floats = self.onwards @ values
        seen[self.dangling] = self.teleport @ values
        return seen


def _columns(pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    listed = np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)
    return listed[:, 0], listed[:, 1]


def _shares(weights: Floats | None, count: int) -> Floats:
    if weights is None:
        return np.full(count, 1 / max(1, count))
    if len(weights) != count or (count and (weights.min() < 0 or not weights.sum() > 0)):
        raise ValueError("teleport takes one weight for each post, none below 0, and one above it at least")
    return np.asarray(weights / weights.sum() if count else weights, np.float64)
