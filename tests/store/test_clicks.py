"""Clicks as they are kept: counted once, put together, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from suggester.entities import Anchor, Clicked, Counting, Edit, Verdict
from suggester.errors import UnknownSite
from suggester.store import Store

TABLES = ("clicked", "click_batch", "counting")
NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
HEAP = Clicked(1, "https://garden.example/heap/", "2026-11", 3, "the heap", 2)
TAG = Clicked(1, "https://garden.example/tag/worms/", "2026-11", 2, "worms")


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(address, tmp_path / "data")
    for name in ("garden", "other"):
        opened.add_site(f"https://{name}.example", f"https://{name}.example")
    yield opened
    opened.close()


def told(store: Store, site_id: int = 1) -> list[tuple[object, ...]]:
    lines = store.clicked_lines(site_id, "2000-01")
    return [(line.source_id, line.target_id, line.month, line.anchor, line.clicks) for line in lines]


def test_what_is_known_has_another_stamp_when_anything_is_added(store: Store):
    stamps = [store.clicks_stamp(1)]
    store.add_clicks(1, "batch-one", [HEAP], NOW)
    stamps.append(store.clicks_stamp(1))
    store.add_verdict(1, Verdict(5, 6, "accepted", "worms", NOW))
    stamps.append(store.clicks_stamp(1))
    store.runs.add(1, "orphans", "Repair", [], 0, 0)
    stamps.append(store.clicks_stamp(1))
    store.add_clicks(1, "batch-one", [HEAP], NOW)
    assert len(set(stamps)) == 4
    assert store.clicks_stamp(1) == stamps[-1]


def test_a_batch_counts_once_however_often_it_comes(store: Store):
    assert [store.add_clicks(1, "batch-one", [HEAP, TAG], NOW) for _ in range(3)] == [2, 0, 0]
    assert set(told(store)) == {(1, 2, "2026-11", "the heap", 3), (1, None, "2026-11", "worms", 2)}
    assert store.add_clicks(2, "batch-one", [HEAP], NOW) == 1
    assert told(store, 2) == [(1, 2, "2026-11", "the heap", 3)]


def test_batches_add_up_by_link_month_and_anchor(store: Store):
    store.add_clicks(1, "batch-one", [HEAP, HEAP, replace(HEAP, month="2026-10"), replace(HEAP, anchor="a heap")], NOW)
    store.add_clicks(1, "batch-two", [replace(HEAP, clicks=4)], NOW)
    assert sorted(told(store)) == [
        (1, 2, "2026-10", "the heap", 3),
        (1, 2, "2026-11", "a heap", 3),
        (1, 2, "2026-11", "the heap", 3 + 3 + 4),
    ]
    assert {line.month for line in store.clicked_lines(1, "2026-11")} == {"2026-11"}


def test_where_a_link_leads_is_kept_once_it_is_known(store: Store):
    store.add_clicks(1, "batch-one", [replace(HEAP, target_id=None)], NOW)
    store.add_clicks(1, "batch-two", [HEAP], NOW)
    store.add_clicks(1, "batch-three", [replace(HEAP, target_id=None)], NOW)
    assert told(store) == [(1, 2, "2026-11", "the heap", 9)]


def test_odd_text_is_kept_as_far_as_the_database_can(store: Store):
    odd = replace(HEAP, href="https://garden.example/" + "ä" * 1900, anchor="nul\0 日本 " + "x" * 480)
    assert store.add_clicks(1, "batch-odd", [odd], NOW) == 1
    (line,) = store.clicked_lines(1, "2026-11")
    assert (line.href, line.clicks, line.anchor[-480:]) == (odd.href, 3, "x" * 480)


def test_whether_clicks_are_counted_is_what_the_plugin_said_last(store: Store):
    assert store.counting(1) is None
    on = Counting(counts=True, since=NOW)
    off = Counting(counts=False, since=NOW, until=NOW + timedelta(days=9))
    store.add_clicks(1, "batch-one", [], NOW, on)
    store.add_clicks(1, "batch-two", [], NOW)
    assert store.counting(1) == on
    store.add_clicks(1, "batch-three", [], NOW, off)
    assert store.counting(1) == off
    assert store.counting(2) is None


def test_what_is_long_past_is_forgotten(store: Store):
    store.add_clicks(1, "batch-old", [replace(HEAP, month="2023-11"), replace(HEAP, month="2023-12")], NOW)
    store.add_clicks(2, "batch-old", [replace(HEAP, month="2023-11")], NOW)
    store.forget_clicks(1, "2023-12", NOW - timedelta(days=1))
    assert [line.month for line in store.clicked_lines(1, "2000-01")] == ["2023-12"]
    assert [line.month for line in store.clicked_lines(2, "2000-01")] == ["2023-11"]
    assert store.add_clicks(1, "batch-old", [HEAP], NOW) == 0
    store.forget_clicks(1, "2023-12", NOW + timedelta(days=1))
    assert store.add_clicks(1, "batch-old", [HEAP], NOW) == 1


def test_links_of_ours_are_those_that_runs_put_in_and_that_people_accepted(store: Store):
    words = Anchor("heap", "the ", " here", 0)
    states = {2: "applied", 3: "undone", 4: "waiting", 10: "kept"}
    edits = [Edit(0, 0, 1, target, "insert", words, "/x/") for target in states]
    edits.append(Edit(0, 0, 1, 11, "rewrite", words, "/x/", "/y/"))
    run = store.runs.add(1, "orphans", "Repair", edits, 0, 0)
    assert store.added_links(1) == []
    with store._write() as connection:
        for target, state in {**states, 11: "applied"}.items():
            here = f"where run_id = {run.id} and target_id = {target}"
            connection.exec_driver_sql(f"update edit set state = '{state}' {here}")
    store.add_verdict(1, Verdict(5, 6, "accepted", "worms", NOW))
    store.add_verdict(1, Verdict(5, 7, "dismissed", "worms", NOW))
    store.add_verdict(2, Verdict(8, 9, "accepted", "worms", NOW))
    assert {(each.source_id, each.target_id) for each in store.added_links(1)} == {(1, 2), (1, 10), (5, 6)}
    assert {each.at.tzinfo for each in store.added_links(1)} == {UTC}


def test_a_site_that_is_not_there_gets_no_clicks(store: Store):
    with pytest.raises(UnknownSite):
        store.add_clicks(9, "batch-one", [HEAP], NOW)
    store.add_clicks(1, "batch-one", [HEAP], NOW, Counting(counts=True, since=NOW))
    store.remove_site(1)
    with store._read() as connection:
        left = [connection.exec_driver_sql(f"select count(*) from {name}").scalar() for name in TABLES]
    assert left == [0, 0, 0]
