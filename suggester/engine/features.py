"""Named numbers about a draft and its candidates, one small function each.

Every function gives one value for each post of the index ("over all") or for each candidate row handed in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.encoding.protocol import Vectors
from suggester.engine.analysis import Analysis
from suggester.engine.index import Index
from suggester.engine.phrases import ANCHOR

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
NEIGHBOURS = 20  # similar posts whose own links are looked at
DEPTH = 1_000  # ranks are told apart down to this one
PASSAGES = 3  # of a draft that make a subject
LEAST_USUAL = 0.02  # of the cosines between a post and its neighbours
NEAREST = 50  # posts of each passage whose places are told apart
SAMPLE = 640  # scores that tell which are likely among the best; most of the others need not be put in order then
SPARE = 5  # of the sample
LEAST_POSITIVE = float(np.finfo(np.float32).smallest_subnormal)
FEW = 8  # vectors; so many are compared with all posts sooner one by one than at once


def similar_words(text: Analysis, index: Index) -> Floats:
    """TF-IDF cosine of the whole draft and each whole post, over all."""
    return likeness(text.whole, index.body)


def likeness(weights: sparse.csr_matrix, posts: sparse.csr_matrix) -> Floats:
    """Multiply a row of weights, shape (1, terms), with a matrix of terms x posts; touches only its own terms."""
    told: Floats = posts[weights.indices].T @ weights.data
    return told


def similar_meaning(texts: Sequence[Analysis], index: Index) -> list[Floats]:
    """Cosine of the mean embeddings of each draft and of each post, over all."""
    means = [text.mean[None] if len(text.mean) else text.vectors for text in texts]
    return [best(cosines) for cosines in _cosines(means, index.means, len(index))]


def similar_passages(texts: Sequence[Analysis], index: Index) -> list[Floats]:
    """Cosine of each of a draft's passages and the head of each post, shape (passages, posts); for several drafts."""
    return _cosines([text.vectors for text in texts], index.heads, len(index))


def best(cosines: Floats) -> Floats:
    """Give the highest of each column, 0 where there are no rows."""
    return cosines.max(axis=0) if len(cosines) else np.zeros(cosines.shape[1], np.float32)


def best_three(cosines: Floats) -> Floats:
    """Give the mean of the three highest of each column: a subject of the draft, not a remark in passing."""
    if len(cosines) <= PASSAGES:
        return cosines.mean(axis=0) if len(cosines) else best(cosines)
    return np.asarray(-np.partition(-cosines, PASSAGES - 1, axis=0)[:PASSAGES].mean(axis=0), np.float32)


def subject_share(cosines: Floats, rows: Rows) -> Floats:
    """Give how close each candidate is to a subject of the draft, as a share of the closest one."""
    subject = best_three(cosines[:, rows])
    return np.asarray(subject / max(float(subject.max(initial=0)), 1e-9), np.float32)


def passage_place(cosines: Floats) -> Floats:
    """Give 1 / place among the posts nearest to a passage, of the passage where that is best; 0 for the far ones."""
    places = np.zeros(cosines.shape[1], np.float32)
    for near in cosines:
        order = top(near, NEAREST)
        places[order] = np.maximum(places[order], 1 / np.arange(1, len(order) + 1, dtype=np.float32))
    return places


def _cosines(texts: Sequence[Vectors], posts: Vectors, count: int) -> list[Floats]:
    """Give, for each text, the cosine of each of its vectors and each post."""
    told = [vectors for vectors in texts if len(vectors)]
    vectors = np.concatenate(told) if told else np.zeros((0, 0), np.float32)
    if len(vectors) > FEW:
        cosines = vectors @ posts.T
    else:
        cosines = np.array([posts @ vector for vector in vectors], np.float32).reshape(len(vectors), count)
    ends = np.cumsum([len(vectors) for vectors in texts])
    return [cosines[end - len(vectors) : end] for vectors, end in zip(texts, ends.tolist(), strict=True)]


def nearer_than_usual(words: Floats, index: Index, rows: Rows) -> Floats:
    """Give how near each candidate is to the draft by words, as a share of how near its neighbours usually are."""
    return np.asarray(words[rows] / np.maximum(index.usual[rows], LEAST_USUAL), np.float32)


def title_rarity(text: Analysis, index: Index) -> Floats:
    """Summed rarity of the title's words that stand anywhere in the draft, over all."""
    said = text.whole.indices
    found: Floats = index.titled[said].T @ np.ones(len(said), np.float32)
    return found


def title_share(rarity: Floats, index: Index) -> Floats:
    """Share of the title's words, weighted by rarity, that stand in the draft, over all; given `title_rarity`."""
    return np.asarray(rarity / index.title_weights, np.float32)


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


def mentions(text: Analysis, index: Index) -> Floats:
    """How often titles, parts of them, and anchors in use stand in the draft for each post, over all."""
    return np.bincount(text.hits.rows, minlength=len(index)).astype(np.float32)


def linked_by_neighbours(text: Analysis, index: Index, similar: Floats) -> Floats:
    """How many of the most similar posts link to each post, weighted by their similarity, over all."""
    nearest = top(similar, NEIGHBOURS)
    links = index.links[nearest]
    weights = np.repeat(similar[nearest], np.diff(links.indptr))  # however often one of them does
    return np.bincount(links.indices, weights, minlength=len(index)).astype(np.float32)


def cited_together(text: Analysis, index: Index, linked: Rows) -> Floats:
    """How many posts that link to what the draft links to also link to each post (logarithm), over all."""
    return _cited_by(np.unique(index.linking[linked].indices), index)


def cited_beside(index: Index, own: int | None, rows: Rows) -> Floats:
    """How many posts link both to the draft and to each candidate (logarithm)."""
    if own is None:
        return np.zeros(len(rows), np.float32)
    return _cited_by(index.linking_to(own), index)[rows]


def _cited_by(citing: Rows, index: Index) -> Floats:
    """Count the links from some posts to each post (logarithm)."""
    if not len(citing):
        return np.zeros(len(index), np.float32)
    links = index.links[citing]
    return np.log1p(np.bincount(links.indices, links.data, minlength=len(index)).astype(np.float32))


def links_back(index: Index, own: int | None, rows: Rows) -> Floats:
    """Give 1 for candidates that link to the draft, else 0."""
    if own is None:
        return np.zeros(len(rows), np.float32)
    return np.isin(rows, index.linking_to(own)).astype(np.float32)


def like_linked(index: Index, linked: Rows, rows: Rows) -> Floats:
    """How close each candidate is in meaning to the closest of the posts that the draft links to already."""
    if not len(linked) or not len(index.means):
        return np.zeros(len(rows), np.float32)
    return best(index.means[linked] @ index.means[rows].T)


def block_words(text: Analysis, index: Index, rows: Rows) -> Floats:
    """TF-IDF cosine of the draft's best block and the head of each candidate."""
    if not text.each.shape[0]:
        return np.zeros(len(rows), np.float32)
    terms, places = np.unique(text.each.indices, return_inverse=True)
    weights = np.zeros((len(terms) + 1, text.each.shape[0]), np.float32)  # the last row is that of all other terms
    weights[places, np.repeat(np.arange(text.each.shape[0]), np.diff(text.each.indptr))] = text.each.data
    place = np.full(index.head.shape[1], len(terms))
    place[terms] = np.arange(len(terms))
    heads = index.head[rows]
    only = sparse.csr_matrix((heads.data, place[heads.indices], heads.indptr), shape=(len(rows), len(terms) + 1))
    return np.asarray((only @ weights).max(axis=1), np.float32)


def same_terms(text: Analysis, index: Index, rows: Rows) -> Floats:
    """Cosine of categories and tags weighted by rarity, for each candidate."""
    own = {f"{term.taxonomy}:{term.name}" for term in text.draft.post.terms}
    carried = np.fromiter((name in own for name in index.term_names), np.float32, len(index.term_names))
    if not carried.any():
        return np.zeros(len(rows), np.float32)
    return np.asarray((index.terms @ carried)[rows] / np.sqrt(carried.sum()), np.float32)


def top(scores: Floats, count: int) -> Rows:
    """Give the rows of the highest positive scores, best first; ties by row."""
    rows = _best(scores, count)
    return rows[np.argsort(-scores[rows], kind="stable")][:count]


def _best(scores: Floats, count: int) -> Rows:
    """Give the rows of the highest positive scores in their order; more than asked for where several are as high."""
    if count <= 0:
        return np.zeros(0, np.int64)
    rows = np.flatnonzero(scores >= _likely(scores, count))
    if len(rows) < count:
        rows = np.flatnonzero(scores > 0)
    if len(rows) <= count:
        return rows
    values = scores[rows]
    least = np.partition(values, len(rows) - count)[len(rows) - count]
    return np.asarray(rows[values >= least], np.int64)


def _likely(scores: Floats, count: int) -> float:
    """Give a positive score that most likely so many reach, and not many more: a sample tells it."""
    step = max(1, len(scores) // SAMPLE)
    sample, among = scores[::step], int(1.2 * count / step) + SPARE
    least = float(np.partition(sample, len(sample) - among)[len(sample) - among]) if among < len(sample) // 2 else 0.0
    return least if least > 0 else LEAST_POSITIVE


def rank(scores: Floats, rows: Rows) -> Floats:
    """Give 1 / (1 + ln(1 + place)) for each of `rows`: 1 for the best of all posts, falling slowly."""
    places = np.full(len(scores), DEPTH, np.float32)
    order = top(scores, DEPTH)
    places[order] = np.arange(len(order))
    return (1 / (1 + np.log1p(places[rows]))).astype(np.float32)


def share(scores: Floats, rows: Rows) -> Floats:
    """Give the scores of `rows` as shares of the highest of all posts."""
    return np.asarray(scores[rows] / max(float(scores.max(initial=0)), 1e-9), np.float32)


def dense(matrix: object) -> Floats:
    """Flatten a sparse row or column."""
    return np.asarray(matrix.todense(), np.float32).ravel()  # type: ignore[attr-defined]
