"""Named numbers about a draft and its candidates, one small function each.

Every function gives one value for each post of the index ("over all") or for each candidate row handed in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from suggester.encoding.protocol import Vectors
from suggester.engine.analysis import Analysis
from suggester.engine.index import Index
from suggester.engine.phrases import ANCHOR

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
NEIGHBOURS = 20  # similar posts whose own links are looked at
DEPTH = 1_000  # ranks are told apart down to this one


def similar_words(text: Analysis, index: Index) -> Floats:
    """TF-IDF cosine of the whole draft and each whole post, over all."""
    return dense(text.whole @ index.body)


def similar_meaning(texts: Sequence[Analysis], index: Index) -> list[Floats]:
    """Cosine of the mean embeddings of each draft and of each post, over all; several at once are quicker."""
    return _closest([text.mean[None] if len(text.mean) else text.vectors for text in texts], index.means, len(index))


def similar_passage(texts: Sequence[Analysis], index: Index) -> list[Floats]:
    """Cosine of each draft's best passage and the head of each post, over all; several at once are quicker."""
    return _closest([text.vectors for text in texts], index.heads, len(index))


def _closest(texts: Sequence[Vectors], posts: Vectors, count: int) -> list[Floats]:
    """Give, for each text, the cosine of each post and the nearest of the text's vectors."""
    told = [vectors for vectors in texts if len(vectors)]
    cosines = np.concatenate(told) @ posts.T if told else np.zeros((0, count), np.float32)
    ends = np.cumsum([len(vectors) for vectors in texts])
    return [
        cosines[end - len(vectors) : end].max(axis=0) if len(vectors) else np.zeros(count, np.float32)
        for vectors, end in zip(texts, ends.tolist(), strict=True)
    ]


def title_rarity(text: Analysis, index: Index) -> Floats:
    """Summed rarity of the title's words that stand anywhere in the draft, over all."""
    present = np.zeros(len(index.lexicon.terms), np.float32)
    present[text.whole.indices] = 1
    return np.asarray(index.titles @ present, np.float32)


def title_share(rarity: Floats, index: Index) -> Floats:
    """Share of the title's words, weighted by rarity, that stand in the draft, over all; given `title_rarity`."""
    whole = np.asarray(index.titles.sum(axis=1), np.float32).ravel()
    return np.asarray(rarity / np.maximum(whole, 1e-9), np.float32)


def title_mentioned(text: Analysis, index: Index) -> Floats:
    """How surely a title, or a part of one, that stands in the draft word for word means its post, over all."""
    return _strongest(text, index, anchors=False)


def anchor_mentioned(text: Analysis, index: Index) -> Floats:
    """How surely words that stand in the draft lead to a post where other posts link them, over all."""
    return _strongest(text, index, anchors=True)


def _strongest(text: Analysis, index: Index, anchors: bool) -> Floats:
    strongest = np.zeros(len(index), np.float32)
    of_kind = (text.hits.kinds == ANCHOR) == anchors
    np.maximum.at(strongest, text.hits.rows[of_kind], text.hits.strengths[of_kind])
    return strongest


def linked_by_neighbours(text: Analysis, index: Index, similar: Floats) -> Floats:
    """How often the most similar posts link to each post, weighted by their similarity, over all."""
    nearest = top(similar, NEIGHBOURS)
    weighted: Floats = index.links[nearest].T @ similar[nearest]
    return weighted


def cited_together(text: Analysis, index: Index, linked: Rows) -> Floats:
    """How many posts that link to what the draft links to also link to each post (logarithm), over all."""
    if not len(linked):
        return np.zeros(len(index), np.float32)
    citing = (np.asarray(index.links[:, linked].sum(axis=1)).ravel() > 0).astype(np.float32)
    together: Floats = np.log1p(index.links.T @ citing)
    return together


def block_words(text: Analysis, index: Index, rows: Rows) -> Floats:
    """TF-IDF cosine of the draft's best block and the head of each candidate."""
    if not text.each.shape[0]:
        return np.zeros(len(rows), np.float32)
    return dense((index.head[rows] @ text.each.T).max(axis=1))


def same_terms(text: Analysis, index: Index, rows: Rows) -> Floats:
    """Cosine of categories and tags weighted by rarity, for each candidate."""
    own = {f"{term.taxonomy}:{term.name}" for term in text.draft.post.terms}
    columns = [at for at, name in enumerate(index.term_names) if name in own] if own else []
    if not columns:
        return np.zeros(len(rows), np.float32)
    shared = np.asarray(index.terms[rows][:, columns].sum(axis=1)).ravel()
    return np.asarray(shared / np.sqrt(len(columns)), np.float32)


def top(scores: Floats, count: int) -> Rows:
    """Give the rows of the highest positive scores, best first; ties by row."""
    count = min(count, len(scores))
    if not count:
        return np.zeros(0, np.int64)
    best = np.argpartition(-scores, count - 1)[:count]
    best = best[scores[best] > 0]
    return best[np.lexsort((best, -scores[best]))]


def rank(scores: Floats, rows: Rows) -> Floats:
    """Give 1 / (1 + ln(1 + place)) for each of `rows`: 1 for the best of all posts, falling slowly."""
    places = np.full(len(scores), DEPTH, np.float32)
    order = top(scores, DEPTH)
    places[order] = np.arange(len(order))
    return (1 / (1 + np.log1p(places[rows]))).astype(np.float32)


def dense(matrix: object) -> Floats:
    """Flatten a sparse row or column."""
    return np.asarray(matrix.todense(), np.float32).ravel()  # type: ignore[attr-defined]
