"""How strong a post is as a source: what a link from it is worth to readers and search engines."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

DAMPING = 0.85  # Brin and Page, "The Anatomy of a Large-Scale Hypertextual Web Search Engine", 1998
ROUNDS = 100  # most of them; the error falls by DAMPING in each
CLOSE_ENOUGH = 1e-6  # summed change of all ranks in a round

Floats = NDArray[np.float64]


def pagerank(links: sparse.csr_matrix) -> Floats:
    """Give the PageRank of each post, together 1; `links` says who links to whom, shape (sources, targets).

    p(t) = (1 - d) / n + d * (sum of p(s) / outlinks(s) over the posts s that link to t + share of those without links),
    by power iteration; however often one post links to another, it counts once.
    """
    count = links.shape[0]
    if not count:
        return np.zeros(0)
    once = links.astype(bool).astype(np.float64).tocsr()
    outlinks = np.asarray(once.sum(axis=1)).ravel()
    passed_on = once.T.tocsr() @ sparse.diags(1 / np.maximum(outlinks, 1))
    dangling = outlinks == 0
    ranks = np.full(count, 1 / count)
    for _ in range(ROUNDS):
        lost = ranks[dangling].sum() / count
        new = (1 - DAMPING) / count + DAMPING * (passed_on @ ranks + lost)
        moved = float(np.abs(new - ranks).sum())
        ranks = new
        if moved < CLOSE_ENOUGH:
            break
    return ranks


def strength(links: sparse.csr_matrix) -> Floats:
    """Give the strength of each post as a source, 0 to 1: ln(1 + n * PageRank) as a share of the strongest one's.

    n * PageRank is 1 for a post as strong as the average.
    """
    told = np.log1p(links.shape[0] * pagerank(links))
    return np.asarray(told / max(float(told.max(initial=0)), 1e-9))
