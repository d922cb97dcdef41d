from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from suggester.entities import Event
from suggester.errors import RequestError
from suggester.store import Change, Store
from suggester.store.digests import FAILED, SENT, WAITING, DigestWish
from suggester.store.figures import Queued, SiteFigures
from suggester.store.suggestions import Ripple, Watched

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
PLACES = [("email", "anna@blog.example"), ("webhook", "")]


def night(store: Store, site_id: int, *kinds: str) -> int:
    refresh_id = store.begin_refresh(site_id, "night", False, NOW)
    events = [Event(site_id, refresh_id, kind, 1, 2, {"source": "日本 \U0001f9c5"}, NOW) for kind in kinds]
    watched = [Watched(1, target=True), Watched(2, target=True, inbound=1), Watched(3)]
    store.save_ripple(site_id, refresh_id, Ripple(watched=watched, events=events))
    store.note_refresh(refresh_id, {"sync": 1.5})
    store.end_refresh(refresh_id, NOW)
    return refresh_id


def test_digests_go_nowhere_until_the_owner_decides(store: Store, site_id: int):
    assert store.digest_wish(site_id) == DigestWish()
    wished = store.change_digest_wish(site_id, emails=("a@b.example",), webhook=b"\x00locked")
    assert store.digest_wish(site_id) == wished == DigestWish(("a@b.example",), b"\x00locked")
    store.change_digest_wish(site_id, private="chat.lan")
    assert store.digest_wish(site_id).emails == ("a@b.example",)


def test_a_digest_is_kept_with_where_it_goes_and_what_it_took_in(store: Store, site_id: int):
    made = store.add_digest(site_id, "key", {"counts": {"broken": 1}}, 7, PLACES, NOW)
    (row,) = store.digests(site_id)
    assert (row.id, row.key, row.body, row.made_at) == (made, "key", {"counts": {"broken": 1}}, NOW)
    assert [(each.channel, each.address, each.state) for each in row.deliveries] == [
        (*each, WAITING) for each in PLACES
    ]
    assert store.told_up_to(site_id) == 7
    store.pass_over(site_id, 9)
    assert store.told_up_to(site_id) == 9


def test_only_what_is_due_is_sent(store: Store, site_id: int):
    store.add_digest(site_id, "one", {}, 1, PLACES, NOW)
    store.add_digest(site_id, "two", {}, 2, PLACES[:1], NOW)
    first, second = store.digests(site_id)[1].deliveries
    store.note_delivery(first.id, SENT, "", NOW, NOW)
    store.note_delivery(second.id, WAITING, "It does not answer.", NOW + timedelta(hours=1), NOW)
    assert [row.key for row in store.due_deliveries(site_id, NOW)] == ["two"]
    assert [row.key for row in store.due_deliveries(site_id, NOW + timedelta(hours=1))] == ["one", "two"]
    assert [row.key for row in store.due_deliveries(site_id, None)] == ["one", "two"]
    assert store.next_delivery(site_id) == NOW
    waits = store.due_deliveries(site_id, None)[0].deliveries
    assert [(each.tries, each.error) for each in waits] == [(1, "It does not answer.")]


def test_what_was_given_up_can_wait_again_and_what_was_sent_cannot(store: Store, site_id: int):
    store.add_digest(site_id, "one", {}, 1, PLACES, NOW)
    first, second = store.digests(site_id)[0].deliveries
    store.note_delivery(first.id, SENT, "", NOW, NOW)
    store.note_delivery(second.id, FAILED, "It refuses.", NOW, NOW)
    assert store.next_delivery(site_id) is None
    store.send_again(site_id, second.id, NOW)
    assert store.next_delivery(site_id) == NOW
    with pytest.raises(RequestError):
        store.send_again(site_id, first.id, NOW)


def test_deliveries_that_nobody_wants_are_dropped(store: Store, site_id: int):
    store.add_digest(site_id, "one", {}, 1, PLACES, NOW)
    store.drop_deliveries([store.digests(site_id)[0].deliveries[0].id])
    assert [each.channel for each in store.digests(site_id)[0].deliveries] == ["webhook"]


def test_what_a_refresh_noticed_is_counted_and_found_by_kind(store: Store, site_id: int):
    one, two = night(store, site_id, "broken", "broken", "appeared"), night(store, site_id, "linked")
    found = store.count_events([one, two], ["broken", "linked"])
    assert found == {one: {"broken": 2, "linked": 0}, two: {"broken": 0, "linked": 1}}
    assert [each.what["source"] for each in store.events_of(one, "broken", 1)] == ["日本 \U0001f9c5"]
    assert store.count_events([], ["broken"]) == {}


def test_a_site_is_counted_as_its_last_refresh_left_it(store: Store, site_id: int):
    other = store.add_site("https://other.example", "https://other.example")
    refresh_id = night(store, site_id)
    store.fail_refresh(store.begin_refresh(site_id, "night", False, NOW), "It does not answer.", NOW)
    last = store.last_refreshes()
    assert last[other] is None
    done = last[site_id]
    assert done
    assert (done.id, done.ended_at, done.seconds) == (refresh_id, NOW, {"sync": 1.5})
    assert store.site_figures(site_id) == SiteFigures(posts=3, orphans=1, suggestions=0)
    assert store.site_figures(other) == SiteFigures()


def test_what_waits_and_what_was_given_up_is_counted_over_all_sites(store: Store, site_id: int):
    assert store.queued() == Queued()
    store.tasks.add(site_id, "refresh", "night", NOW, NOW)
    store.add_changes(site_id, [Change(1, "saved")])
    store.add_digest(site_id, "one", {}, 1, PLACES, NOW)
    assert store.queued() == Queued({("refresh", "waiting"): 1}, {WAITING: 2}, 1)
