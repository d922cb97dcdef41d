"""Planning the repair of a whole site, on the sample site."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from suggester.content.insert import insert, remove
from suggester.engine.words import fold
from suggester.entities import Plan, Rule, Verdict
from suggester.errors import RequestError
from suggester.store import Store
from suggester.tasks import helpers
from suggester.tasks.readings import read_posts
from suggester.tasks.service import Service
from tests.toys import LetterEncoder


@pytest.fixture(scope="module")
def service(sample_service: Service) -> Service:
    return sample_service


@pytest.fixture(scope="module")
def site_id(service: Service) -> int:
    return service.find_site("").id


@pytest.fixture(scope="module")
def plan(service: Service, site_id: int) -> Plan:
    return service.plan(site_id)


def linked(store: Store, site_id: int) -> dict[int, set[int]]:
    """Who is linked to by whom, counted from the bodies and nothing else."""
    found: dict[int, set[int]] = defaultdict(set)
    for reading in read_posts(store, site_id):
        if reading.post.status == "publish":
            for link in reading.body.links:
                if link.target is not None and link.target != reading.post.id:
                    found[link.target].add(reading.post.id)
    return found


def targets(store: Store, site_id: int) -> set[int]:
    return {post.id for post in store.posts(site_id) if post.may_be_target}


def test_orphans_are_those_that_no_body_links_to(service: Service, site_id: int, plan: Plan):
    sources = linked(service.store, site_id)
    counted = Counter(len(sources[post_id]) for post_id in targets(service.store, site_id))
    assert (plan.orphans_before, plan.nearly_before) == (counted[0], counted[1])
    assert {card.id for card in service.nearly_orphans(site_id)} == {
        post_id for post_id in targets(service.store, site_id) if len(sources[post_id]) == 1
    }


def test_it_says_what_would_change(service: Service, site_id: int, plan: Plan):
    sources = linked(service.store, site_id)
    for item in plan.items:
        sources[item.target_id].add(item.source_id)
    counted = Counter(len(sources[post_id]) for post_id in targets(service.store, site_id))
    assert (plan.orphans_after, plan.nearly_after) == (counted[0], counted[1])
    assert plan.orphans_after < plan.orphans_before
    assert plan.posts_touched == len({item.source_id for item in plan.items})


def test_each_orphan_gets_a_link_or_a_reason(service: Service, site_id: int, plan: Plan):
    orphans = {card.id for card in service.orphans(site_id)}
    repaired = {item.target_id for item in plan.items}
    assert repaired | plan.unrepaired.keys() == orphans
    assert not repaired & plan.unrepaired.keys()
    assert all(plan.unrepaired.values())


def test_each_is_what_its_source_is_suggested(service: Service, site_id: int, plan: Plan):
    for item in plan.items:
        told = {one.target_id: one for one in service.suggestions(site_id, item.source_id, limit=300).items}
        own = told[item.target_id]
        assert (item.score, item.reasons) == (own.score, own.reasons)
        assert item.anchor in (own.anchor, *own.alternatives)


def test_no_post_is_asked_for_more_than_it_can_bear(service: Service, site_id: int, plan: Plan):
    asked = Counter(item.source_id for item in plan.items)
    assert max(asked.values()) <= 3
    for source_id, count in asked.items():
        report = service.suggestions(site_id, source_id).links
        assert report.internal + count <= max(1, report.words * report.recommended[1] / 1000)


def test_no_link_twice_and_anchors_varied(plan: Plan):
    assert len({(item.source_id, item.target_id) for item in plan.items}) == len(plan.items)
    words = defaultdict(list)
    for item in plan.items:
        assert item.anchor is not None
        words[item.target_id].append(fold(item.anchor.text))
    assert all(len(said) == 1 or len(set(said)) > 1 for said in words.values())


def test_all_anchors_of_a_post_can_be_linked_and_taken_out_again(service: Service, site_id: int, plan: Plan):
    for source_id in {item.source_id for item in plan.items}:
        before = content = service.store.post(site_id, source_id).content
        own = [item for item in plan.items if item.source_id == source_id]
        for item in own:
            content = insert(content, item.anchor, f"https://backplot.example/?p={item.target_id}")
        for item in reversed(own):
            content = remove(content, item.anchor, f"https://backplot.example/?p={item.target_id}")
        assert content == before


def test_the_same_is_planned_each_time(service: Service, site_id: int, plan: Plan):
    assert service.plan(site_id) == plan


def test_helpers_in_processes_of_their_own_plan_the_same(service, site_id, plan, monkeypatch):
    monkeypatch.setattr(helpers, "WORTH_PROCESSES", 1)
    assert service.plan(site_id) == plan


def test_helpers_reach_a_database_server_and_the_files_in_it(service, plan, on_postgres, tmp_path, monkeypatch):
    monkeypatch.setattr(helpers, "WORTH_PROCESSES", 10)
    moved = service.move(service.find_site("").id, on_postgres, keep=True)
    elsewhere = Service.open(tmp_path / "elsewhere", database=on_postgres, load_encoder=LetterEncoder, threads=2)
    assert elsewhere.plan(moved.site_id) == plan
    elsewhere.close()


def test_a_plan_for_some_posts_is_for_them_alone(service: Service, site_id: int, plan: Plan):
    wanted = {item.target_id for item in plan.items[:2]}
    found = service.plan(site_id, targets=wanted, per_target=1)
    assert {item.target_id for item in found.items} == wanted
    assert len(found.items) == len(wanted)


def test_the_best_links_are_taken_where_a_run_has_room_for_few(service: Service, site_id: int, plan: Plan):
    assert len(service.plan(site_id, most=3).items) == 3
    assert "run_full" in service.plan(site_id, most=3).unrepaired.values()


def test_only_sure_links_are_planned_where_that_is_wished(service: Service, site_id: int, plan: Plan):
    found = service.plan(site_id, least_score=0.3)
    assert found.items
    assert all(item.score >= 0.3 for item in found.items)
    assert len(found.items) < len(plan.items)


@pytest.mark.parametrize(("kind", "counted"), [("most_per_run", None), ("most_per_source", "source_id")])
def test_the_owners_limits_hold(service: Service, site_id: int, kind: str, counted: str | None):
    rules = service.change_rules(site_id, [Rule(kind, number=1)])
    try:
        items = service.plan(site_id).items
    finally:
        service.change_rules(site_id, remove=[rule.id for rule in rules])
    assert items
    if counted:
        assert max(Counter(getattr(item, counted) for item in items).values()) == 1
    else:
        assert len(items) == 1


@pytest.mark.parametrize("kind", ["always", "keyword"])
def test_posts_that_say_what_the_owner_laid_down_are_looked_at_however_far_off_they_are(service, site_id, kind):
    tools, pallets = 432, 104  # nothing in common but what the rule says
    assert pallets not in {item.source_id for item in service.plan(site_id, targets=[tools]).items}
    rules = service.change_rules(site_id, [Rule(kind, "builders' merchant", tools)])
    try:
        items = service.plan(site_id, targets=[tools]).items
    finally:
        service.change_rules(site_id, remove=[rule.id for rule in rules])
    assert {item.source_id: item.anchor.text for item in items}[pallets] == "builders' merchant"


class Stopping:
    """Has enough after the first posts."""

    def start(self, stage: str, total: int | None = None) -> None:
        assert stage == "plan"
        assert total

    def advance(self, n: int = 1) -> None:
        raise InterruptedError

    def finish(self) -> None:
        pass


def test_it_can_be_stopped(service: Service, site_id: int):
    with pytest.raises(InterruptedError):
        service.plan(site_id, progress=Stopping())


def test_a_plan_without_room_for_a_link_is_refused(service: Service, site_id: int):
    with pytest.raises(RequestError, match="from 1 on"):
        service.plan(site_id, per_target=0)


def test_what_was_dismissed_is_not_planned(service: Service, site_id: int, plan: Plan):
    first = plan.items[0]
    service.add_verdict(site_id, Verdict(first.source_id, first.target_id, "dismissed"))
    again = service.plan(site_id, targets=[first.target_id])
    assert first.source_id not in {item.source_id for item in again.items}
