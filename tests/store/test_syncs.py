from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from suggester.entities import Post
from suggester.store import Change, Step, SyncState

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOIL = Post(1, "https://blog.example/soil/", "Soil", "")
SAND = Post(2, "https://blog.example/sand/", "Sand", "")


@pytest.fixture
def stopped(store, site_id):
    """A sync of everything that was stopped behind its first page."""
    store.begin_sync(site_id, NOON, None, "rest")
    store.save_step(site_id, Step((SOIL,), cursor="page 2"))
    return store.sync_state(site_id)


def later(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


def test_before_the_first_sync_nothing_is_known(store, site_id):
    assert store.sync_state(site_id) == SyncState()


def test_a_page_is_kept_together_with_the_place_to_go_on(stopped):
    assert stopped == SyncState(
        cursor="page 2", since=None, whole=True, started_at=NOON, source_name="rest", read=1, changed=1
    )


def test_a_step_keeps_all_it_learned(store, site_id, stopped):
    store.put_posts(site_id, [SAND])
    store.add_changes(site_id, [Change(1, "saved"), Change(2, "deleted"), Change(3, "saved")])
    last = store.waiting_changes(site_id, 2)[-1].number
    assert store.save_step(site_id, Step((SOIL,), frozenset({2}), {"/old/": 1}, changes_up_to=last)) == 0
    assert store.post_ids(site_id) == {1}
    assert store.addresses(site_id) == {"/old/": 1}
    assert [each.post_id for each in store.waiting_changes(site_id, 10)] == [3]
    state = store.sync_state(site_id)
    assert (state.cursor, state.read, state.changed, state.deleted) == ("page 2", 2, 1, 1)


@pytest.mark.parametrize("since", [None, later(-5)])
def test_a_stopped_sync_goes_on_where_it_was(store, site_id, stopped, since):
    assert store.begin_sync(site_id, later(2), since, "rest") == stopped


def test_a_sync_read_another_way_begins_anew(store, site_id, stopped):
    state = store.begin_sync(site_id, later(2), None, "xmlrpc")
    assert (state.cursor, state.started_at, state.read) == ("", later(2), 0)


def test_asking_for_everything_begins_a_partial_sync_anew(store, site_id):
    store.begin_sync(site_id, NOON, later(-24), "rest")
    store.save_step(site_id, Step((SOIL,), cursor="page 2"))
    state = store.begin_sync(site_id, later(1), None, "rest")
    assert (state.cursor, state.since, state.whole, state.started_at) == ("", None, True, later(1))


def test_a_finished_sync_says_when_it_began_and_how_long_it_took(store, site_id, stopped):
    store.fail_sync(site_id, later(1), "No answer; try again.")
    done = store.end_sync(site_id, later(2), 7.5, ["Some links could not be followed."])
    assert done == SyncState(
        whole=True,
        last_started_at=NOON,
        synced_at=later(2),
        seconds=7.5,
        source_name="rest",
        read=1,
        changed=1,
        notes=("Some links could not be followed.",),
    )


def test_the_next_sync_counts_from_nothing_and_remembers_the_last(store, site_id, stopped):
    store.end_sync(site_id, later(1), 7.5, ["A note."])
    state = store.begin_sync(site_id, later(5), later(-24), "rest")
    assert (state.read, state.changed, state.notes, state.whole) == (0, 0, (), False)
    assert (state.last_started_at, state.synced_at) == (NOON, later(1))


def test_a_failed_sync_says_why_and_keeps_its_place(store, site_id, stopped):
    store.fail_sync(site_id, later(1), "The site does not answer; try again.")
    state = store.sync_state(site_id)
    assert (state.error, state.error_at) == ("The site does not answer; try again.", later(1))
    assert (state.cursor, state.started_at) == ("page 2", NOON)


def test_a_first_sync_that_never_began_says_why(store, site_id):
    store.fail_sync(site_id, NOON, "The site refused us.")
    assert store.sync_state(site_id) == SyncState(error="The site refused us.", error_at=NOON)


def test_it_remembers_how_many_addresses_are_left_to_look_up(store, site_id):
    store.leave_lookups(site_id, 40)
    assert store.sync_state(site_id).lookups_left == 40


def test_a_failing_step_keeps_nothing_at_all(store, site_id, stopped):
    with pytest.raises(AttributeError):
        store.save_step(site_id, Step((SAND,), addresses={7: 1}, cursor="page 3"))
    assert store.post_ids(site_id) == {1}
    assert store.sync_state(site_id) == stopped


def test_the_next_sync_can_be_made_to_read_everything(store, site_id, stopped):
    store.end_sync(site_id, later(1), 2.0, ())
    store.begin_sync(site_id, later(2), later(0), "rest")
    store.want_everything_anew(site_id)
    state = store.sync_state(site_id)
    assert (state.last_started_at, state.started_at, state.cursor) == (None, None, "")
    assert state.synced_at == later(1)
    assert store.begin_sync(site_id, later(3), state.last_started_at, "rest").whole
