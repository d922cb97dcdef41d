"""What the links of a site bring: how often readers follow those of ours, those that stood there before, and which not.

Links are known by their place in the arrays of `Standing`, one for each pair of posts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from suggester.engine.index import DAY, NO_DATE, Index

DAYS_OF_A_MONTH = 365.25 / 12
RULE_OF_THREE = 3
"""No click among n leaves, with 95 % certainty, less than 3 / n of them to a link (Hanley and Lippman-Hand, "If
nothing goes wrong, is everything all right?", JAMA 249, 1983). So among three times as many clicks as a post has links,
one without any gets less than an equal share."""

Floats = NDArray[np.float64]
Pair = tuple[int, int]  # ids of source and target


@dataclass(frozen=True, slots=True)
class Group:
    """Some links and how often they are followed."""

    links: int
    clicks: int
    months: float  # that they stood there while clicks were counted, all together

    @property
    def rate(self) -> float | None:
        """Clicks on a hundred links in a month; None where they did not stand long enough to say."""
        return 100 * self.clicks / self.months if self.months >= 1 else None


@dataclass(frozen=True, slots=True)
class Compared:
    """Links of ours, and those that stood there before."""

    ours: Group
    others: Group


@dataclass(frozen=True, slots=True)
class Standing:
    """The links between the posts of a site, and what is known of each; all arrays are of one length."""

    sources: NDArray[np.int64]  # rows of the index
    targets: NDArray[np.int64]
    added: Floats  # when it was added by us, in seconds since 1970; NaN for the others
    began: Floats  # the earliest moment at which it can have stood there, as far as that is known; the same unit

    @property
    def ours(self) -> NDArray[np.bool_]:
        """Which of them were added by us."""
        return ~np.isnan(self.added)

    def find(self, index: Index, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the place of each pair, shape (pairs, 2); -1 for one that has no link."""
        asked, ids = pairs.reshape(-1, 2), index.posts.ids
        if not len(asked) or not len(self.sources):
            return np.full(len(asked), -1)
        rows = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
        keys = rows @ np.array([len(ids), 1])
        known = self.sources * len(ids) + self.targets  # ascending
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        return np.where((ids[rows] == asked).all(axis=1) & (known[at] == keys), at, -1)


def standing(index: Index, added: Mapping[Pair, datetime]) -> Standing:
    """List the links between the posts of a site, by the rows of source and target."""
    links = index.links if index.links.has_sorted_indices else index.links.sorted_indices()
    sources = np.repeat(np.arange(len(index), dtype=np.int64), np.diff(links.indptr))
    days = index.posts.days
    began = np.where(days == NO_DATE, 0.0, days.astype(np.float64) * DAY)[sources]
    bare = Standing(sources, links.indices.astype(np.int64), np.full(len(sources), np.nan), began)
    at = bare.find(index, np.array(list(added), np.int64))
    when = bare.added.copy()
    when[at[at >= 0]] = np.array([moment.timestamp() for moment in added.values()], np.float64)[at >= 0]
    return Standing(sources, bare.targets, when, np.fmax(began, when))


def compare(links: Standing, clicks: NDArray[np.int64], since: datetime, until: datetime) -> Compared:
    """Say how often links of ours are followed, and the others, while clicks were counted from `since` to `until`."""
    months = _months(links, since, until)
    ours = links.ours
    return Compared(_group(ours, clicks, months), _group(~ours, clicks, months))


def compare_within_posts(
    links: Standing, clicks: NDArray[np.int64], since: datetime, until: datetime
) -> Compared | None:
    """Say the same of the posts alone that hold links of both kinds, so that the readers are the same ones."""
    ours = links.ours
    both = np.intersect1d(links.sources[ours], links.sources[~ours])
    here = np.isin(links.sources, both)
    if not here.any():
        return None
    months = _months(links, since, until)
    return Compared(_group(ours & here, clicks, months), _group(~ours & here, clicks, months))


def dead_weight(links: Standing, clicks: NDArray[np.int64], posts: int) -> NDArray[np.int64]:
    """Give the links that nobody followed though readers of their post follow its others; best proven first.

    A post must have brought RULE_OF_THREE times as many clicks as it has links.
    """
    brought, has = totals(links, clicks, posts)
    proven = (has > 1) & (brought >= RULE_OF_THREE * has)
    found = np.flatnonzero(proven[links.sources] & (clicks == 0))
    certain = (brought / np.maximum(has, 1))[links.sources[found]]
    return np.asarray(found[np.lexsort((found, -certain))], np.int64)


def totals(links: Standing, clicks: NDArray[np.int64], posts: int) -> tuple[Floats, NDArray[np.int64]]:
    """Count, for each row of the index, the clicks on its links, and these links."""
    brought = np.asarray(np.bincount(links.sources, clicks, posts), np.float64)
    return brought, np.asarray(np.bincount(links.sources, minlength=posts), np.int64)


def expected(links: Standing, clicks: NDArray[np.int64], posts: int) -> Floats:
    """Say how many clicks each link would have if readers followed all links of its post alike."""
    brought, has = totals(links, clicks, posts)
    return np.asarray((brought / np.maximum(has, 1))[links.sources], np.float64)


def _months(links: Standing, since: datetime, until: datetime) -> Floats:
    seconds = until.timestamp() - np.maximum(links.began, since.timestamp())
    return np.maximum(seconds, 0.0) / DAY / DAYS_OF_A_MONTH


def _group(which: NDArray[np.bool_], clicks: NDArray[np.int64], months: Floats) -> Group:
    return Group(int(which.sum()), int(clicks[which].sum()), float(months[which].sum()))
