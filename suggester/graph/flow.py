"""Where readers go from each post, as PageRank has it: ranks, and what a visit is worth to some wanted posts.

A reader at a post follows one of its links with probability DAMPING, each as likely as the others, and otherwise begins
anew at a post that `teleport` draws; from a post without links, always the latter. Brin and Page, "The Anatomy of a
Large-Scale Hypertextual Web Search Engine", 1998.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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

    links: sparse.csr_matrix  # 1 for each pair, or how likely the link is, shape (sources, targets)
    onwards: sparse.csr_matrix  # the same as shares of each row
    leaving: Floats  # what a row lacks to 1: all of it where there is no link
    teleport: Floats  # together 1

    @classmethod
    def of(cls, links: sparse.csr_matrix, teleport: Floats | None = None) -> Flow:
        """Read links, shape (sources, targets); `teleport` are weights of the posts, all alike where left out.

        ValueError where the weights are of another number than the posts, negative, or all zero.
        """
        once = links.astype(bool).astype(np.float64).tocsr()
        return cls._of_weights(once, _shares(teleport, links.shape[0]))

    @classmethod
    def _of_weights(cls, links: sparse.csr_matrix, teleport: Floats) -> Flow:
        links.eliminate_zeros()
        links.sort_indices()
        together = np.asarray(links.sum(axis=1), np.float64).ravel()
        onwards = links.copy()
        onwards.data = links.data / np.repeat(np.maximum(together, 1), np.diff(links.indptr))
        return cls(links, onwards, np.maximum(1 - together, 0), teleport)

    def __len__(self) -> int:
        return len(self.teleport)

    @property
    def outlinks(self) -> Floats:
        """How many others each post links to, likely links counted by how likely they are."""
        return np.asarray(self.links.sum(axis=1), np.float64).ravel()

    def with_links(self, pairs: Pairs) -> Flow:
        """Give the flow once these links are added."""
        rows, columns = _columns(pairs)
        added = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=self.links.shape)
        return Flow._of_weights((self.links + added).minimum(1).tocsr(), self.teleport)

    def with_likely(self, source: int, target: int, likely: float) -> Flow:
        """Give about the mean of the flows with and without a link, `likely` being the chance that it is made."""
        added = sparse.csr_matrix(([likely], ([source], [target])), shape=self.links.shape)
        return Flow._of_weights((self.links + added).minimum(1).tocsr(), self.teleport)

    def ranks(self, close: float, start: Floats | None = None) -> Floats:
        """Give the PageRank of each post, together 1, by power iteration until a round moves less than `close` of it.

        p = (1 - d) q + d (Pᵀ p + (sum of p over posts without links) q), q the teleport. `start` saves rounds where it
        is near: the ranks before a link was added.
        """
        onwards = self.onwards.T.tocsr()
        return iterated(lambda found: np.asarray(onwards @ found), self.leaving, self.teleport, close, start)

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
        seen: Floats = self.onwards @ values + self.leaving * float(self.teleport @ values)
        return seen


def iterated(
    passed_on: Callable[[Floats], Floats], leaving: Floats, teleport: Floats, close: float, start: Floats | None = None
) -> Floats:
    """Give the PageRank of a walk, see `Flow.ranks`; `passed_on` says what ranks become in one step along the links."""
    found = np.full(len(teleport), 1 / max(1, len(teleport))) if start is None else start
    for _ in range(ROUNDS):
        anew = 1 - DAMPING + DAMPING * float(leaving @ found)
        new = DAMPING * passed_on(found) + anew * teleport
        moved = float(np.abs(new - found).sum())
        found = new
        if moved < close:
            break
    return found


def _columns(pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    listed = np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)
    return listed[:, 0], listed[:, 1]


def _shares(weights: Floats | None, count: int) -> Floats:
    if weights is None:
        return np.full(count, 1 / max(1, count))
    if len(weights) != count or (count and (weights.min() < 0 or not weights.sum() > 0)):
        raise ValueError("teleport takes one weight for each post, none below 0, and one above it at least")
    return np.asarray(weights / weights.sum() if count else weights, np.float64)
