from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from suggester.entities import Anchor, Event, OtherTarget, Reason, Suggestion, Suggestions
from suggester.store import Made, Ripple, Store, Watched

NOW = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
SITE = "https://garden.example"
FOUND = Suggestion(
    source_id=1,
    target_id=2,
    anchor=Anchor("garden soil", "the ", " is", 3),
    score=0.8,
    shown=True,
    sentence="the garden soil is dark",
    reasons=(Reason("similar_text", "Both speak of soil", 0.7),),
    alternatives=(Anchor("soil", "", "", 4, "list_item"),),
    other_targets=(OtherTarget(3, 0.5),),
)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "suggester.db")
    opened.add_site(SITE, SITE)
    yield opened
    opened.close()


def watch(store: Store, *post_ids: int, **known: object) -> None:
    posts = [Watched(post_id, hash=b"1", title=f"Post {post_id}") for post_id in post_ids]
    store.save_ripple(1, store.begin_refresh(1, "asked", False, NOW), Ripple(watched=posts, **known))


def an_event(refresh_id: int, kind: str = "appeared") -> Event:
    return Event(1, refresh_id, kind, 1, 2, {"source": "Compost", "anchor": "garden soil"}, NOW)


def test_suggestions_come_back_as_they_were_made(store):
    watch(store, 1)
    found = Suggestions(1, (FOUND, replace(FOUND, target_id=3, anchor=None, shown=False)), {"unsure": 4})
    store.save_made(1, 1, [Made(found, "ranker-1")], NOW, renewed=1)
    assert store.stored_suggestions(1, 1) == found
    assert store.suggestions_to(1, 2) == [FOUND]
    assert list(store.suggested(1)) == [(1, 2, 0.8, True), (1, 3, 0.8, False)]
    assert store.refreshes(1)[0].renewed == 1


def test_suggestions_made_anew_take_the_place_of_those_before(store):
    watch(store, 1)
    for _ in range(2):
        store.save_made(1, 1, [Made(Suggestions(1, (FOUND,)), "x")], NOW)
    assert list(store.suggested(1)) == [(1, 2, 0.8, True)]


def test_what_was_never_made_is_told_from_what_came_to_nothing(store):
    watch(store, 1, 2)
    store.save_made(1, 1, [Made(Suggestions(1, (), {"excluded": 1}), "x")], NOW)
    assert store.stored_suggestions(1, 1) == Suggestions(1, (), {"excluded": 1})
    assert store.stored_suggestions(1, 2) is None


def test_a_source_is_due_until_its_suggestions_are_made(store):
    watch(store, 1, 2, due=(1, 2))
    store.save_made(1, 1, [Made(Suggestions(1, ()), "x")], NOW)
    assert store.due(1) == {2: ()}


def test_a_source_is_due_for_the_sake_of_some_targets_unless_it_was_due_anyway(store):
    watch(store, 1, 2, due=(1,), perhaps={2: (8, 7)})
    assert store.due(1) == {1: (), 2: (7, 8)}
    watch(store, 3, perhaps={1: (9,), 2: (9,), 3: (9,)})
    assert store.due(1) == {1: (), 2: (), 3: (9,)}
    store.save_made(1, 1, [], NOW, as_before=(2, 3))
    assert store.due(1) == {1: ()}


def test_what_is_known_of_a_post_changes_and_what_was_made_of_it_stays(store):
    watch(store, 1)
    store.save_made(1, 1, [Made(Suggestions(1, (FOUND,)), "x")], NOW)
    store.save_ripple(
        1, 1, Ripple(watched=[Watched(1, hash=b"2", title="Anew", inbound=3, links=(7, 8), broken=("/gone/",))])
    )
    known = Watched(1, b"2", "Anew", "", False, 3, (7, 8), ("/gone/",), False, "x", NOW)
    assert store.watched(1) == {1: known}
    assert list(store.suggested(1))


def test_a_post_that_is_gone_takes_its_suggestions_along(store):
    watch(store, 1, 2)
    store.save_made(1, 1, [Made(Suggestions(1, (FOUND,)), "x")], NOW)
    store.save_ripple(1, 1, Ripple(gone=[1], died=1))
    assert list(store.suggested(1)) == []
    assert store.watched(1).keys() == {2}
    assert store.refreshes(1)[0].died == 1


def test_a_refresh_that_was_stopped_goes_on_under_its_number(store):
    first = store.begin_refresh(1, "night", False, NOW)
    store.note_refresh(first, {"sync": 1.5}, read=10)
    assert store.begin_refresh(1, "asked", True, NOW) == first
    store.note_refresh(first, {"sync": 0.25, "renew": 2.0}, changed=3)
    done = store.end_refresh(first, NOW)
    assert (done.read, done.changed, done.seconds) == (10, 3, {"sync": 1.75, "renew": 2.0})
    assert (done.reason, done.whole, done.ended_at) == ("night", True, NOW)
    assert store.begin_refresh(1, "night", False, NOW) != first


def test_the_last_refresh_is_the_last_that_ended_well(store):
    assert store.last_refresh(1) is None
    well = store.begin_refresh(1, "night", False, NOW)
    store.end_refresh(well, NOW)
    failed = store.begin_refresh(1, "night", False, NOW)
    store.fail_refresh(failed, "The site does not answer; try again.", NOW)
    store.begin_refresh(1, "changes", False, NOW)
    assert store.last_refresh(1) == store.refreshes(1)[-1]
    assert [each.error for each in store.refreshes(1, at_most=2)] == ["", "The site does not answer; try again."]


def test_events_are_read_on_from_the_last_one_told(store):
    number = store.begin_refresh(1, "night", False, NOW)
    store.save_ripple(1, number, Ripple(events=[an_event(number, kind) for kind in ("died", "orphaned", "broken")]))
    first, *others = store.events(1)
    assert replace(first, id=0) == an_event(number, "died")
    assert store.events(1, after=first.id) == others
    assert [each.kind for each in store.events(1, at_most=2)] == ["died", "orphaned"]


def test_what_was_noticed_long_ago_is_forgotten_but_for_the_newest(store):
    number = store.begin_refresh(1, "night", False, NOW)
    moments = [NOW - timedelta(days=days) for days in (9, 5, 1)]
    store.save_ripple(1, number, Ripple(events=[replace(an_event(number), at=at) for at in moments]))
    assert store.forget_events(1, NOW - timedelta(days=3)) == 2
    (left,) = store.events(1)
    assert left.at == moments[2]
    assert store.forget_events(1, NOW) == 0


def test_all_of_a_site_goes_with_it(store):
    watch(store, 1)
    store.save_made(1, 1, [Made(Suggestions(1, (FOUND,)), "x", (an_event(1),))], NOW)
    store.remove_site(1)
    assert (store.refreshes(1), store.events(1), store.watched(1), list(store.suggested(1))) == ([], [], {}, [])
