"""Audits as they are kept: scores for good, the faults of the last one, and what is new in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from suggester.entities import Anchor, Audit, Event, Fault, Post
from suggester.errors import RequestError
from suggester.store import Store

NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
HERE = Anchor("old heap", "See the ", " there.", 2)
BROKEN = Fault("broken", 1, "Nothing is found there.", None, "/old-heap/", HERE)
OTHER = Fault("broken", 7, "Nothing is found there.", None, "/other/", Anchor("other", "", "", 0), "https://x.example/")
ALONE = Fault("orphan", 3, "No other post links here.")


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(address, tmp_path / "data")
    opened.add_site("https://garden.example", "https://garden.example")
    yield opened
    opened.close()


def audit(*faults: Fault, looked_for: tuple[str, ...] = ("broken", "orphan"), score: float = 71.5) -> Audit:
    counts = {kind: sum(fault.kind == kind for fault in faults) for kind in looked_for}
    return Audit(0, 1, NOW, score, {"reach": 60.0}, counts, {"broken": 9}, {"broken": 4.5}, posts=12, links=30)


def put(store: Store, *faults: Fault, **fields: object) -> Audit:
    made = audit(*faults, **fields)
    return store.put_audit(made, {kind: [each for each in faults if each.kind == kind] for kind in made.counts})


def test_an_audit_comes_back_as_it_was_kept(store: Store):
    made = put(store, BROKEN, OTHER, ALONE)
    assert store.audits(1) == [made]
    assert store.last_audit(1) == made
    assert (made.counts, made.score, made.fresh, made.gone) == ({"broken": 2, "orphan": 1}, 71.5, {}, {})
    assert [row.fault for row in store.faults(made.id, "broken")] == [BROKEN, OTHER]
    assert [row.fault for row in store.faults(made.id, "orphan")] == [ALONE]


def test_a_site_that_was_never_audited_has_no_audit(store: Store):
    assert (store.audits(1), store.last_audit(1)) == ([], None)


def test_faults_are_given_page_by_page(store: Store):
    faults = [Fault("orphan", at, "No other post links here.") for at in range(10)]
    made = put(store, *faults)
    assert [row.fault.post_id for row in store.faults(made.id, "orphan", 3, 6)] == [6, 7, 8]


def test_what_is_new_and_what_is_gone_is_counted_against_the_audit_before(store: Store):
    first = put(store, BROKEN, ALONE)
    second = put(store, OTHER, BROKEN)
    assert (second.fresh, second.gone) == ({"broken": 1}, {"orphan": 1})
    assert store.last_audit(1) == second
    assert [(row.fault, row.fresh) for row in store.faults(second.id, "broken")] == [(OTHER, True), (BROKEN, False)]
    assert [row.fault for row in store.faults(second.id, "broken", fresh_only=True)] == [OTHER]
    assert store.faults(first.id, "broken") == []
    assert [each.id for each in store.audits(1)] == [first.id, second.id]


def test_a_second_link_of_the_same_words_is_new_all_the_same(store: Store):
    put(store, BROKEN)
    assert put(store, BROKEN, BROKEN).fresh == {"broken": 1}


def test_what_nobody_looked_for_before_is_neither_new_nor_gone(store: Store):
    put(store, BROKEN, looked_for=("broken",))
    assert put(store, BROKEN, ALONE).fresh == {}
    last = put(store, BROKEN, looked_for=("broken",))
    assert (last.fresh, last.gone) == ({}, {})


def test_an_event_is_told_with_the_audit_or_not_at_all(store: Store):
    refresh = store.begin_refresh(1, "night", False, NOW)
    seen: list[tuple[int, Audit | None]] = []

    def word(made: Audit, before: Audit | None) -> Event:
        seen.append((made.id, before))
        return Event(1, refresh, "audited" if len(seen) == 1 else "unheard of", None, None, {"why": "So."}, NOW)

    made = store.put_audit(audit(), {}, word)
    assert [(each.kind, each.what) for each in store.events(1)] == [("audited", {"why": "So."})]
    assert seen == [(made.id, None)]
    with pytest.raises(RequestError):
        store.put_audit(audit(), {}, word)
    assert store.audits(1) == [made]


def test_an_audit_goes_with_its_site(store: Store):
    put(store, BROKEN)
    store.remove_site(1)
    assert store.audits(1) == []


def test_posts_that_search_engines_leave_out_are_known(store: Store):
    store.put_posts(1, [Post(at, f"https://garden.example/{at}/", "T", "", noindex=at == 2) for at in (1, 2, 3)])
    assert store.noindex(1) == {2}
