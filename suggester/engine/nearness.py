"""How near a post usually is to its neighbours, so that a text can be nearer to it than usual.

Some posts are a little like everything (long ones, lists of news); being like them says less.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

Floats = NDArray[np.float32]
NEIGHBOURS = 10
SAMPLE = 500  # posts that stand for all of a larger site
SPREAD = np.uint64(
    0x9E3779B97F4A7C15
)  # 2 to the power of 64, divided by the golden ratio: spreads its multiples evenly
AT_ONCE = 2_000  # posts compared with the sample in one go


def usual(texts: sparse.csr_matrix, ids: NDArray[np.int64] | None = None) -> Floats:
    """Give the mean TF-IDF cosine of each post and its nearest ten others; `texts` is posts x terms.

    The sample is chosen by the ids (by default the rows), so that it stays nearly the same as posts come and go.
    """
    posts = texts.shape[0]
    numbers = np.arange(posts) if ids is None else ids
    sample = np.sort(np.argsort(numbers.astype(np.uint64) * SPREAD, kind="stable")[:SAMPLE])
    others = texts[sample].T.tocsr()
    count = max(1, min(len(sample) - 1, round(NEIGHBOURS * len(sample) / max(posts, 1))))
    found = [np.zeros(0, np.float32)]
    for start in range(0, posts, AT_ONCE):
        cosines = np.asarray((texts[start : start + AT_ONCE] @ others).todense(), np.float32)
        rows = np.arange(start, start + len(cosines))
        cosines[np.isin(rows, sample), np.flatnonzero(np.isin(sample, rows))] = 0  # not itself
        found.append(-np.partition(-cosines, count - 1, axis=1)[:, :count].mean(axis=1))
    return np.concatenate(found).astype(np.float32)
