"""What is to be done for each site: nothing is lost, nothing doubled, and every site has its turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from suggester.errors import RequestError, UnknownTask
from suggester.store import Store, Task

NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NIGHT = timedelta(days=1)


def state(task: Task) -> tuple[int, str, str, int]:
    return task.site_id, task.kind, task.state, task.tries


@pytest.fixture
def sites(store: Store) -> list[int]:
    return [store.add_site(f"https://{name}.example", "s") for name in ("a", "b", "c")]


def claimed(store: Store, worker: str = "w", now: datetime = NOW, first: str = "") -> Task:
    task = store.tasks.claim(worker, now, first)
    assert task is not None
    return task


def test_fifty_saves_make_one_task(store: Store, site_id: int):
    added = [store.tasks.add(site_id, "changes", "changes", NOW + MINUTE, NOW) for _ in range(50)]
    assert (sum(added), len(store.tasks.every())) == (1, 1)


def test_what_is_wanted_sooner_is_due_sooner(store: Store, site_id: int):
    store.tasks.add(site_id, "refresh", "night", NOW + MINUTE, NOW)
    store.tasks.add(site_id, "refresh", "asked", NOW, NOW)
    store.tasks.add(site_id, "refresh", "asked", NOW + NIGHT, NOW)
    assert [(each.due_at, each.reason) for each in store.tasks.every()] == [(NOW, "night")]


def test_a_change_told_while_changes_are_taken_up_waits_for_the_next_time(store: Store, site_id: int):
    store.tasks.add(site_id, "changes", "changes", NOW, NOW)
    first = claimed(store)
    assert store.tasks.add(site_id, "changes", "changes", NOW, NOW)
    assert store.tasks.claim("w2", NOW) is None  # never two at once for a site
    assert store.tasks.done(first.id, "w", NOW)
    assert claimed(store).id != first.id


def test_a_task_of_no_known_kind_is_refused(store: Store, site_id: int):
    with pytest.raises(RequestError, match="A task is one of refresh, changes, audit, digest, not 'dance'"):
        store.tasks.add(site_id, "dance", "asked", NOW, NOW)


def test_nothing_is_begun_before_its_time(store: Store, site_id: int):
    store.tasks.add(site_id, "refresh", "night", NOW + MINUTE, NOW)
    assert (store.tasks.claim("w", NOW), store.tasks.count_due(NOW)) == (None, 0)
    assert claimed(store, now=NOW + MINUTE).tries == 1


def test_what_a_wrong_clock_put_off_for_a_year_is_done_when_the_clock_is_right_again(store: Store, site_id: int):
    store.tasks.add(site_id, "refresh", "night", NOW + 365 * NIGHT, NOW + 365 * NIGHT)
    assert claimed(store)


def test_sites_take_turns_however_much_one_of_them_wants(store: Store, sites: list[int]):
    order = []
    for site in sites:
        store.tasks.add(site, "refresh", "night", NOW - MINUTE if site == sites[0] else NOW, NOW)
    for _ in range(6):
        task = claimed(store)
        order.append(task.site_id)
        store.tasks.put_back(task.id, "w", NOW - MINUTE, NOW, counted=False, gave_way=True)
    assert order == [*sites, *sites]
    assert [(task.tries, task.slices) for task in store.tasks.every()] == [(0, 2)] * 3


def test_what_a_person_waits_for_can_go_first(store: Store, sites: list[int]):
    store.tasks.add(sites[0], "refresh", "night", NOW - MINUTE, NOW)
    store.tasks.add(sites[1], "changes", "changes", NOW, NOW)
    assert claimed(store, first="changes").site_id == sites[1]


def test_many_workers_never_get_the_same_task_nor_the_same_site(store: Store, sites: list[int]):
    for site in sites:
        for kind in ("refresh", "changes"):
            store.tasks.add(site, kind, "night", NOW, NOW)
    got: list[Task | None] = []
    workers = [Thread(target=lambda n=number: got.append(store.tasks.claim(f"w{n}", NOW))) for number in range(12)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert sorted(task.site_id for task in got if task) == sites
    assert store.tasks.claim("late", NOW) is None


def test_only_who_claimed_a_task_can_end_it(store: Store, site_id: int):
    store.tasks.add(site_id, "refresh", "night", NOW, NOW)
    task = claimed(store)
    assert not store.tasks.beat(task.id, "other")
    assert not store.tasks.done(task.id, "other", NOW)
    assert not store.tasks.fail(task.id, "other", "why", NOW)
    assert not store.tasks.put_back(task.id, "other", NOW, NOW)
    assert store.tasks.beat(task.id, "w")
    assert store.tasks.done(task.id, "w", NOW)
    assert not store.tasks.done(task.id, "w", NOW)


def test_a_refresh_that_ends_well_makes_good_what_failed_and_goes_on_with_the_digest(store: Store, site_id: int):
    for kind in ("changes", "refresh"):
        store.tasks.add(site_id, kind, "night", NOW, NOW)
        store.tasks.fail(claimed(store).id, "w", "The site is away.", NOW)
    store.tasks.add(site_id, "refresh", "night", NOW, NOW)
    store.tasks.done(claimed(store).id, "w", NOW, then=("digest",))
    assert [state(task) for task in store.tasks.every()] == [(site_id, "digest", "waiting", 0)]


def test_a_failure_is_kept_once_with_when_why_and_how_often(store: Store, site_id: int):
    for day in range(3):
        store.tasks.add(site_id, "refresh", "night", NOW + day * NIGHT, NOW)
        store.tasks.fail(claimed(store, now=NOW + day * NIGHT).id, "w", f"Reason {day}.", NOW + day * NIGHT)
    (kept,) = store.tasks.every(state="failed")
    assert (kept.why, kept.changed_at, kept.tries, kept.kind) == ("Reason 2.", NOW + 2 * NIGHT, 1, "refresh")


def test_what_is_put_back_becomes_one_with_what_waits(store: Store, site_id: int):
    store.tasks.add(site_id, "changes", "changes", NOW, NOW)
    task = claimed(store)
    store.tasks.add(site_id, "changes", "changes", NOW, NOW)
    store.tasks.put_back(task.id, "w", NOW + MINUTE, NOW, why="The site is away.")
    assert [state(each) for each in store.tasks.every()] == [(site_id, "changes", "waiting", 1)]


def test_a_killed_worker_s_task_is_taken_away_once_and_only_while_its_beat_stands_still(store: Store, site_id: int):
    store.tasks.add(site_id, "refresh", "night", NOW, NOW)
    task = claimed(store)
    store.tasks.beat(task.id, "w")
    assert not store.tasks.take_away(task, NOW, NOW, 6, "Killed.")  # it has beaten since it was looked at
    beaten = store.tasks.one(task.id)
    assert store.tasks.take_away(beaten, NOW, NOW, 6, "Killed.")
    assert not store.tasks.take_away(beaten, NOW, NOW, 6, "Killed.")
    assert [state(each) for each in store.tasks.every()] == [(site_id, "refresh", "waiting", 1)]
    assert not store.tasks.beat(task.id, "w")


def test_a_task_that_kills_every_worker_is_given_up(store: Store, site_id: int):
    store.tasks.add(site_id, "refresh", "night", NOW, NOW)
    for _ in range(3):
        store.tasks.take_away(claimed(store), NOW, NOW, 3, "Killed.")
    assert [(each.state, each.tries, each.why) for each in store.tasks.every()] == [("failed", 3, "Killed.")]


def test_what_failed_can_be_done_again_or_forgotten(store: Store, sites: list[int]):
    for site in sites:
        store.tasks.add(site, "refresh", "night", NOW, NOW)
        store.tasks.fail(claimed(store).id, "w", "Away.", NOW)
    first, second, third = store.tasks.every(state="failed")
    again = store.tasks.again(first.id, NOW)
    assert (again.state, again.tries, again.due_at) == ("waiting", 0, NOW)
    store.tasks.forget(second.id)
    assert {each.id for each in store.tasks.every()} == {first.id, third.id}
    claimed(store)
    with pytest.raises(UnknownTask, match="is under way"):
        store.tasks.forget(first.id)
    with pytest.raises(UnknownTask, match="suggester queue"):
        store.tasks.again(second.id, NOW)


def test_a_site_that_is_removed_takes_its_tasks_along(store: Store, site_id: int):
    store.tasks.add(site_id, "refresh", "night", NOW, NOW)
    claimed(store)
    store.remove_site(site_id)
    assert (store.tasks.every(), store.tasks.nights()) == ([], [])


def test_a_night_is_begun_by_one_of_many_processes(store: Store, site_id: int):
    store.tasks.take_night(site_id, NOW, "night", NOW)
    got: list[bool] = []
    begin = [
        Thread(target=lambda: got.append(store.tasks.take_night(site_id, NOW + NIGHT, "night", NOW + NIGHT)))
        for _ in range(8)
    ]
    for thread in begin:
        thread.start()
    for thread in begin:
        thread.join()
    assert (sum(got), len(store.tasks.every())) == (1, 1)


@pytest.mark.parametrize(
    ("nights", "begun"),
    [
        ([0], [False]),  # the first is only noted
        ([0, 1, 1, 2], [False, True, False, True]),
        ([0, 9], [False, True]),  # missed nights are caught up once
        ([0, 1, 0, 1, 2], [False, True, False, False, True]),  # put back by a day
        ([0, 400, 1, 2], [False, True, False, True]),  # wrong by a year, and right again
    ],
)
def test_nights_are_counted_whatever_the_clock_does(store: Store, site_id: int, nights: list[int], begun: list[bool]):
    told = [store.tasks.take_night(site_id, NOW + n * NIGHT, "night", NOW + n * NIGHT + MINUTE) for n in nights]
    assert told == begun
