from __future__ import annotations

from datetime import UTC, datetime

import pytest

from suggester.entities import Verdict
from suggester.errors import KeyRefused, RequestError
from suggester.store import Change

AT = datetime(2026, 5, 1, tzinfo=UTC)


def test_verdicts_come_back_in_the_order_they_were_said(store, site_id):
    said = [
        Verdict(1, 2, "accepted", "soil", AT),
        Verdict(3, 4, "dismissed", "", AT),
        Verdict(1, 2, "dismissed", "", AT),
    ]
    for each in said:
        store.add_verdict(site_id, each)
    assert store.verdicts(site_id) == said
    assert store.verdicts(site_id, 1) == [said[0], said[2]]
    assert store.verdicts(site_id, 9) == []


def test_a_verdict_without_a_moment_gets_the_present_one(store, site_id):
    store.add_verdict(site_id, Verdict(1, 2, "accepted"))
    assert (datetime.now(UTC) - store.verdicts(site_id)[0].at).total_seconds() < 60


def test_verdicts_of_one_site_say_nothing_of_another(store, site_id):
    store.add_verdict(site_id, Verdict(1, 2, "accepted"))
    assert store.verdicts(store.add_site("https://b.example", "https://b.example")) == []


def test_any_other_verdict_is_refused(store, site_id):
    with pytest.raises(RequestError, match="one of accepted, dismissed, not 'maybe'"):
        store.add_verdict(site_id, Verdict(1, 2, "maybe"))


def test_a_key_speaks_for_its_site_alone(store, site_id):
    other = store.add_site("https://b.example", "https://b.example")
    keys = {site_id: store.add_key(site_id, "plugin"), other: store.add_key(other, "plugin")}
    assert {store.site_for_key(key): key for key in keys.values()} == keys


def test_a_key_is_long_random_and_not_kept(store, site_id, tmp_path):
    key, second = store.add_key(site_id, "plugin"), store.add_key(site_id, "plugin")
    assert key.startswith("sug_")
    assert len(key) > 40
    assert key != second
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir() if file.is_file())
    assert key.encode() not in kept
    assert key.removeprefix("sug_").encode() not in kept


@pytest.mark.parametrize("wrong", ["", "sug_", "sug_guess", "half \ud800", "' or 1=1 --"])
def test_a_wrong_key_is_refused_with_what_to_do(store, site_id, wrong):
    store.add_key(site_id, "plugin")
    with pytest.raises(KeyRefused, match="`suggester keys new` makes one"):
        store.site_for_key(wrong)


def test_a_revoked_key_is_refused(store, site_id):
    key, kept = store.add_key(site_id, "plugin"), store.add_key(site_id, "second")
    assert [each.name for each in store.keys(site_id)] == ["plugin", "second"]
    assert store.revoke_key(site_id, "plugin") == 1
    assert store.site_for_key(kept) == site_id
    with pytest.raises(KeyRefused):
        store.site_for_key(key)


def test_changes_wait_in_the_order_they_were_told(store, site_id):
    told = [Change(5, "saved"), Change(3, "permalink", "https://blog.example/old/"), Change(5, "trashed")]
    assert store.add_changes(site_id, told) == 3
    assert store.count_changes(site_id) == 3
    waiting = store.waiting_changes(site_id, 2)
    assert [(each.post_id, each.kind, each.old_url) for each in waiting] == [
        (5, "saved", ""),
        (3, "permalink", "https://blog.example/old/"),
    ]
    assert waiting[0].number < waiting[1].number


def test_no_changes_are_no_trouble(store, site_id):
    assert store.add_changes(site_id, []) == 0
    assert store.waiting_changes(site_id, 10) == []


def test_any_other_change_is_refused_and_none_of_its_company_is_kept(store, site_id):
    with pytest.raises(RequestError, match="one of saved, trashed, restored, deleted, permalink, not 'eaten'"):
        store.add_changes(site_id, [Change(1, "saved"), Change(2, "eaten")])
    assert store.count_changes(site_id) == 0
