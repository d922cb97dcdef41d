"""What other tools would propose: the posts nearest by words, and those that carry the same tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suggester.engine.index import NO_DATE, Index
from suggester.engine.reading import Reading
from suggester.engine.words import SPACELESS

LIST = 50  # posts proposed for one
MOST_COMMON = 0.4  # of the posts may have a word; of few posts that have much in common none may be left
WORD = rf"(?u)[{SPACELESS}]{{2}}|\b[^\W{SPACELESS}][\w+#-]*\b"  # where a script has no spaces, pairs of characters

Floats = NDArray[np.float64]


class NearestByWords:
    """Plain TF-IDF cosine of the body and each title, title and body, as related-posts plugins do at their best.

    Settings as in scikit-learn's documentation for texts of mixed lengths: logarithmic counts, and no words that stand
    in more than 40 of 100 posts; no stems, no list of stop words.
    """

    def __init__(self, readings: Sequence[tuple[int, str, str]]) -> None:
        self._row = {post_id: row for row, (post_id, _, _) in enumerate(readings)}
        self._bodies = [body for _, _, body in readings]
        texts = [f"{title} {title} {body}" for _, title, body in readings]
        fitted: tuple[Any, Any] = _fit(texts, MOST_COMMON) or _fit(texts, 1.0) or (None, None)
        self._words, self._posts = fitted

    def scores(self, post_id: int) -> Floats:
        """Give how near each post is, in the order they were handed in."""
        if self._words is None:
            return np.zeros(len(self._bodies))
        text = self._words.transform([self._bodies[self._row[post_id]]])
        return np.asarray((text @ self._posts.T).todense(), np.float64).ravel()


def _fit(texts: Sequence[str], most_common: float) -> tuple[Any, Any] | None:
    """Learn the words of a site; None where none are left."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(sublinear_tf=True, max_df=most_common, token_pattern=WORD)
    try:
        return words, words.fit_transform(texts)
    except ValueError:
        return None


def same_tags(index: Index, post_id: int) -> Floats:
    """Give how many tags and categories each post shares with one; of equals the newer one counts for more."""
    row = index.row(post_id)
    if row is None or not index.terms.shape[1]:
        return np.zeros(len(index))
    carried = (index.terms != 0).astype(np.float64)
    shared = np.asarray((carried @ carried[row].T).todense(), np.float64).ravel()
    days = np.where(index.posts.days == NO_DATE, 0, index.posts.days).astype(np.float64)
    span = max(1.0, float(np.ptp(days)) + 1)
    return np.where(shared > 0, shared + (days - days.min(initial=0)) / span, 0.0)


def best(scores: Floats, index: Index, closed: Iterable[int]) -> tuple[int, ...]:
    """Give the ids of the posts with the highest scores above 0, without those that may not be proposed."""
    open_ = index.posts.targets & ~np.isin(index.posts.ids, list(closed)) & (scores > 0)
    order = np.argsort(-np.where(open_, scores, -1.0), kind="stable")[: min(LIST, int(open_.sum()))]
    return tuple(index.posts.ids[order].tolist())


def words_of(reading: Reading) -> tuple[int, str, str]:
    """Give what is compared of a post: its id, its title and its text."""
    return reading.post.id, reading.post.title, " ".join(block.text for block in reading.body.blocks)
