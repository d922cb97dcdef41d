"""What the dates of two posts say: authors link to what is there already, and rather to what is recent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from suggester.engine.index import NO_DATE, Index

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


def day_of(index: Index, own: int | None, today: bool) -> int:
    """Give the day from which a draft looks at the site: its own, else that of the newest post."""
    if own is not None and not today:
        return int(index.posts.days[own])
    return int(index.posts.days.max(initial=NO_DATE))


def far(index: Index, rows: Rows, day: int) -> Floats:
    """Give the time between a day and the publishing of posts, ln(1 + days); 0 where one of them is unknown."""
    return np.asarray(np.log1p(np.abs(_behind(index, rows, day))), np.float32)


def newer(index: Index, rows: Rows, day: int) -> Floats:
    """Give 1 for posts published after a day, else 0."""
    return np.asarray(_behind(index, rows, day) < 0, np.float32)


def newer_by(index: Index, rows: Rows, day: int) -> Floats:
    """Give how long after a day posts were published, ln(1 + days); 0 for those that were there."""
    return np.asarray(np.log1p(np.maximum(-_behind(index, rows, day), 0)), np.float32)


def between(index: Index, rows: Rows, day: int) -> Floats:
    """Count the posts published between a day and each post, ln(1 + count)."""
    if day == NO_DATE:
        return np.zeros(len(rows), np.float32)
    days, order = index.posts.days, index.known_days
    places = np.searchsorted(order, days[rows])
    return np.where(days[rows] == NO_DATE, 0, np.log1p(np.abs(places - np.searchsorted(order, day)))).astype(np.float32)


def _behind(index: Index, rows: Rows, day: int) -> NDArray[np.float64]:
    """Days by which posts are older than a day; 0 where unknown."""
    days = index.posts.days[rows].astype(np.float64)
    return np.where((days == NO_DATE) | (day == NO_DATE), 0, day - days)
