"""What the dates of posts say of a draft's targets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log, log1p

import numpy as np
import pytest

from suggester.engine import dates
from suggester.engine.index import NO_DATE
from tests.engine.garden import index_of, post

START = datetime(2024, 1, 1, tzinfo=UTC)
SITE = index_of([post(at, f"P{at}", published=None if day is None else START + timedelta(day))
                 for at, day in enumerate([0, 10, 20, 40, None], 1)])  # fmt: skip
ALL = np.arange(5)
near = pytest.approx


def test_a_draft_looks_from_its_own_day_and_a_new_one_from_the_day_of_the_newest_post():
    first, newest = int(SITE.posts.days[0]), int(SITE.posts.days[3])
    assert dates.day_of(SITE, 0, today=False) == first
    assert dates.day_of(SITE, None, today=False) == dates.day_of(SITE, 0, today=True) == newest
    assert dates.day_of(SITE, 4, today=False) == NO_DATE
    assert dates.day_of(index_of([]), None, today=False) == NO_DATE


def test_posts_that_came_later_are_newer_the_later_the_more():
    day = dates.day_of(SITE, 1, today=False)
    assert dates.newer(SITE, ALL, day).tolist() == [0, 0, 1, 1, 0]
    assert dates.newer_by(SITE, ALL, day).tolist() == near([0, 0, log(11), log(31), 0])
    assert dates.far(SITE, ALL, day).tolist() == near([log(11), 0, log(11), log(31), 0])


def test_posts_in_between_are_counted_whichever_came_first():
    day = dates.day_of(SITE, 1, today=False)
    assert dates.between(SITE, ALL, day).tolist() == near([log1p(1), 0, log1p(1), log1p(2), 0])


def test_where_a_date_is_unknown_nothing_is_said():
    for say in (dates.newer, dates.newer_by, dates.far, dates.between):
        assert say(SITE, ALL, NO_DATE).tolist() == [0] * 5
