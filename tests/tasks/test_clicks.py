"""What links bring: clicks joined with what was suggested, on a blog that can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from suggester.entities import Clicked, Counting
from suggester.graph.followed import DAYS_OF_A_MONTH
from suggester.tasks.clicks import SETTLED, AnchorClicks, DeadLink, MonthClicks, forget_old_clicks, months_until
from suggester.tasks.service import Service
from tests.toys_source import HOME

from .clicked import BEFORE, BEGAN, LAST, NOW, YOUNG, clicked, count, serve


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = serve(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def counted(service: Service) -> Service:
    count(service)
    return service


def test_clicks_are_told_by_month_on_links_of_ours_and_on_others(counted: Service):
    report = counted.clicks(1, now=NOW)
    assert report.months[1:] == (MonthClicks(BEFORE, 0, 4), MonthClicks(LAST, 12, 4 + 20 + 20 + 9 + 5))
    assert report.clicks == 74
    assert [month.month for month in counted.clicks(1, 1, NOW).months] == [LAST]


def test_links_are_listed_by_how_often_they_are_followed(counted: Service):
    links = counted.clicks(1, now=NOW).links
    told = [(each.source_id, each.target_id, each.clicks, each.ours, each.anchor) for each in links]
    assert told == [
        (2, 3, 20, False, "rye"),
        (2, 4, 20, False, "scales"),
        (1, 4, 12, True, "how long dough rises"),
        (3, 4, 9, False, "Proof"),
        (1, 2, 8, False, "the starter"),
        (1, None, 5, False, "all breads"),
    ]
    assert links[4].months[1:] == (4, 4)
    assert links[-1].href == f"{HOME}/category/bread/"


def test_links_of_ours_are_compared_for_as_long_as_they_stood_there(counted: Service):
    found = counted.clicks(1, 36, NOW)
    assert found.all_links is not None
    ours, others = found.all_links.ours, found.all_links.others
    assert (ours.links, ours.clicks, others.links, others.clicks) == (1, 12, 6, 57)
    assert ours.months == pytest.approx(50 / DAYS_OF_A_MONTH, rel=1e-3)
    assert others.months == pytest.approx(6 * 200 / DAYS_OF_A_MONTH, rel=1e-3)
    assert ours.rate == pytest.approx(100 * 12 / (50 / DAYS_OF_A_MONTH), rel=1e-3)
    assert found.same_posts is not None
    assert (found.same_posts.ours, found.same_posts.others.links, found.same_posts.others.clicks) == (ours, 2, 8)


def test_links_that_stood_there_for_no_time_have_no_rate(service: Service):
    service.take_clicks(1, "batch-one", [clicked(1, 4, 3)], Counting(counts=True, since=NOW - timedelta(days=3)))
    found = service.clicks(1, now=NOW)
    assert found.all_links is not None
    assert (found.all_links.ours.clicks, found.all_links.ours.rate) == (3, None)


def test_dead_weight_is_what_nobody_followed_in_a_post_whose_other_links_are(counted: Service):
    assert counted.clicks(1, now=NOW).dead == (DeadLink(1, 3, 20, 3, ours=False),)
    assert counted.anchors_of(1, [(1, 3), (1, 99)]) == {(1, 3): "click here"}


@pytest.mark.parametrize(
    ("days", "clicks", "dead"),
    [(SETTLED.days + 1, 2, 1), (SETTLED.days - 1, 2, 0), (SETTLED.days + 1, 1, 0)],
    ids=["counted long enough", "not counted long enough", "too few clicks to say"],
)
def test_dead_weight_needs_time_and_clicks(service: Service, days: int, clicks: int, dead: int):
    lines = [clicked(1, 2, 7), clicked(1, 4, clicks)]
    since = NOW - timedelta(days=days)
    service.take_clicks(1, "batch-one", lines, Counting(counts=True, since=since))
    report = service.clicks(1, now=NOW)
    assert (len(report.dead), report.judged_from) == (dead, since + SETTLED)


def test_a_post_that_was_changed_lately_has_no_dead_weight_yet(counted: Service):
    assert {each.source_id for each in counted.clicks(1, now=NOW).dead} == {1}
    later = counted.clicks(1, now=YOUNG + SETTLED)
    assert {(each.source_id, each.target_id) for each in later.dead} == {(1, 3), (2, 5)}


def test_the_best_anchors_are_followed_more_than_others_in_the_same_posts(counted: Service):
    assert counted.clicks(1, now=NOW).anchors == (
        AnchorClicks("rye", 3, 1, 20, 40 / 3),
        AnchorClicks("scales", 4, 1, 20, 40 / 3),
        AnchorClicks("how long dough rises", 4, 1, 12, pytest.approx(20 / 3)),
        AnchorClicks("the starter", 2, 1, 8, pytest.approx(20 / 3)),
    )


def test_the_same_words_in_several_posts_are_one_anchor(service: Service):
    lines = [clicked(1, 4, 9, "Proof"), clicked(2, 4, 6, "proof"), clicked(2, 4, 3, "scales")]
    service.take_clicks(1, "batch-one", lines, Counting(counts=True, since=BEGAN))
    (proof, _) = service.clicks(1, now=NOW).anchors
    assert (proof.links, proof.clicks, proof.expected) == (2, 15, pytest.approx(9 / 3 + 9 / 3 * 6 / 9))


def test_a_target_that_was_unknown_is_found_when_it_is_told(service: Service):
    line = Clicked(1, f"{HOME}/post-2/", LAST, 3, "x")
    service.store.add_clicks(1, "batch-one", [line], NOW)
    assert [each.target_id for each in service.clicks(1, now=NOW).links] == [2]


def test_before_anything_was_told_there_is_nothing_to_say(service: Service):
    report = service.clicks(1, now=NOW)
    assert (report.counting, report.clicks, list(report.links), report.all_links, report.dead) == (
        None,
        0,
        [],
        None,
        (),
    )
    assert report.judged_from is None


def test_what_was_counted_is_told_after_counting_ended(counted: Service):
    ended = NOW - timedelta(days=20)
    counted.take_clicks(1, "batch-off", [], Counting(counts=False, since=BEGAN, until=ended))
    report = counted.clicks(1, 36, NOW)
    assert report.counting is not None
    assert (report.clicks, report.dead, report.judged_from) == (74, (), None)
    assert report.all_links is not None
    assert report.all_links.ours.months == pytest.approx(30 / DAYS_OF_A_MONTH, rel=1e-3)


def test_clicks_are_kept_for_three_years(counted: Service):
    forget_old_clicks(counted.store, 1, NOW + timedelta(days=365 * 3 - 70))
    assert counted.clicks(1, now=NOW).clicks == 74
    counted.store.add_clicks(1, "batch-two", [replace(clicked(1, 2, 1), month=months_until(NOW, 37)[0])], NOW)
    forget_old_clicks(counted.store, 1, NOW)
    assert [line.month for line in counted.store.clicked_lines(1, "2000-01") if line.month < BEFORE] == []


@pytest.mark.parametrize(
    ("now", "count", "named"),
    [
        (datetime(2026, 2, 28, tzinfo=UTC), 3, ("2025-12", "2026-01", "2026-02")),
        (datetime(2026, 12, 31, tzinfo=UTC), 1, ("2026-12",)),
    ],
)
def test_months_are_named_over_the_turn_of_the_year(now: datetime, count: int, named: tuple[str, ...]):
    assert months_until(now, count) == named
