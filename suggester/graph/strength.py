"""How strong a post is as a source: what a link from it is worth to readers and search engines."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from suggester.graph.flow import Floats, Flow

CLOSE_ENOUGH = 1e-6  # summed change of all ranks in a round


def pagerank(links: sparse.csr_matrix, teleport: Floats | None = None, close: float = CLOSE_ENOUGH) -> Floats:
    """Give the PageRank of each post, together 1; `links` says who links to whom, shape (sources, targets).

    `teleport` are weights of the posts where readers begin, all alike where left out; see `graph.flow` for the
    formula. However often one post links to another, it counts once.
    """
    return Flow.of(links, teleport).ranks(close)


def strength(links: sparse.csr_matrix) -> Floats:
    """Give the strength of each post as a source, 0 to 1: ln(1 + n * PageRank) as a share of the strongest one's.

    n * PageRank is 1 for a post as strong as the average.
    """
    told = np.log1p(links.shape[0] * pagerank(links))
    return np.asarray(told / max(float(told.max(initial=0)), 1e-9))
