"""When the nights of a site are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from suggester.entities import Settings
from suggester.store import Store
from suggester.tasks.queue.nights import SPREAD, last_night, lateness, next_night
from suggester.tasks.queue.worker import let_nights_begin

SITE = "https://blog.example"
LATE = timedelta(seconds=lateness(SITE))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def nights(settings: Settings, begin: datetime, days: int) -> list[datetime]:
    """All nights that a look each quarter of an hour sees."""
    seen = (last_night(settings, SITE, begin + timedelta(minutes=15 * step)) for step in range(96 * days))
    return list(dict.fromkeys(seen))


@pytest.mark.parametrize(
    ("zone", "hour", "before", "after"),
    [
        ("", "03:30", "2026-11-21 03:30", "2026-11-22 03:30"),
        ("UTC", "00:00", "2026-11-21 00:00", "2026-11-22 00:00"),
        ("Europe/Berlin", "03:30", "2026-11-21 02:30", "2026-11-22 02:30"),
        ("Pacific/Auckland", "03:30", "2026-11-20 14:30", "2026-11-21 14:30"),
        ("America/Los_Angeles", "23:30", "2026-11-21 07:30", "2026-11-22 07:30"),
        ("Asia/Kathmandu", "03:30", "2026-11-20 21:45", "2026-11-21 21:45"),
    ],
)
def test_a_night_is_at_the_hour_of_the_site(zone: str, hour: str, before: str, after: str):
    settings, now = Settings(refresh_at=hour, time_zone=zone), at("2026-11-21 12:00")
    assert last_night(settings, SITE, now) - LATE == at(before)
    assert next_night(settings, SITE, now) - LATE == at(after)


@pytest.mark.parametrize(
    ("hour", "first_day"), [("02:30", "2026-03-27"), ("02:30", "2026-10-23"), ("03:00", "2026-03-27")]
)
def test_every_day_has_one_night_where_the_clocks_change(hour: str, first_day: str):
    settings = Settings(refresh_at=hour, time_zone="Europe/Berlin")
    seen = nights(settings, at(first_day) + timedelta(hours=12), 4)
    assert len(seen) == 5
    assert {later - earlier for earlier, later in pairwise(seen)} <= {timedelta(hours=n) for n in (23, 24, 25)}


def test_an_hour_that_comes_twice_counts_the_first_time_and_one_left_out_as_it_would_have_been():
    settings = Settings(refresh_at="02:30", time_zone="Europe/Berlin")
    assert last_night(settings, SITE, at("2026-10-25 12:00")) - LATE == at("2026-10-25 00:30")
    assert last_night(settings, SITE, at("2026-03-29 12:00")) - LATE == at("2026-03-29 01:30")


def test_the_sites_of_an_hour_are_spread_over_it():
    late = sorted(lateness(f"https://{number}.example") for number in range(1000))
    assert late[0] < SPREAD / 20
    assert late[-1] > SPREAD * 19 / 20
    assert max(later - earlier for earlier, later in pairwise(late)) < 60


def test_the_nights_of_all_sites_begin_once_each_by_their_own_settings(store: Store):
    sites = [store.add_site(f"https://{name}.example", "s") for name in ("a", "b", "c")]
    store.change_settings(sites[1], {"refresh_nightly": False})
    store.change_settings(sites[2], {"time_zone": "Asia/Tokyo"})
    now = at("2026-11-21 12:00")
    assert let_nights_begin(store, now) == 0  # sites just connected have no night to catch up with
    assert let_nights_begin(store, now + timedelta(hours=8)) == 1  # half past three and an hour, in Tokyo
    for _ in range(3):
        let_nights_begin(store, now + timedelta(days=3))
    assert sorted(task.site_id for task in store.tasks.every()) == [sites[0], sites[2]]


def test_an_owner_who_moves_the_night_gets_no_second_one_until_it_comes(store: Store, site_id: int):
    now = at("2026-11-21 12:00")
    let_nights_begin(store, now)
    store.change_settings(site_id, {"refresh_at": "22:00"})
    assert let_nights_begin(store, now) == 0
    assert let_nights_begin(store, now + timedelta(hours=12)) == 1
