"""Link equity and clusters of the sample site, and the runs that are made of them."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from suggester.entities import Plan, Rule
from suggester.errors import RequestError, UnknownPost
from suggester.graph.flow import Flow
from suggester.tasks.clusters import Clustered
from suggester.tasks.equity import Lifted
from suggester.tasks.service import Service

CLOSE = 1e-10


@pytest.fixture(scope="module")
def service(sample_service: Service) -> Service:
    return sample_service


@pytest.fixture(scope="module")
def site_id(service: Service) -> int:
    return service.find_site("").id


@pytest.fixture(scope="module")
def starving(service: Service, site_id: int) -> list[int]:
    weighed = service.equity(site_id)
    return weighed.index.posts.ids[np.flatnonzero(weighed.equity.starves)].tolist()


@pytest.fixture(scope="module")
def lifted(service: Service, site_id: int, starving: list[int]) -> Lifted:
    return service.lift(site_id, starving, links=4)


def worth(found: Lifted) -> float:
    """What the links add to the rank of the posts to be lifted on the average, each being made by its chance."""
    index, total = found.moved.index, 0.0
    rows = {post_id: row for row, post_id in enumerate(index.posts.ids.tolist())}
    wanted = [rows[post_id] for post_id in found.targets]
    flow = Flow.of(index.links)
    for made in product((True, False), repeat=len(found.plan.items)):
        pairs, chance = [], 1.0
        for item, one in zip(found.plan.items, made, strict=True):
            likely = item.score * (1 if item.shown else 0.5)
            chance *= likely if one else 1 - likely
            pairs += [(rows[item.source_id], rows[item.target_id])] if one else []
        total += chance * float(flow.with_links(pairs).ranks(CLOSE)[wanted].sum())
    return total - float(flow.ranks(CLOSE)[wanted].sum())


def test_links_chosen_by_lift_are_worth_more_than_those_chosen_by_score(service, site_id, starving, lifted):
    by_score = service.lift(site_id, starving, links=4, by_score=True)
    assert len(lifted.plan.items) == len(by_score.plan.items) == 4
    assert worth(lifted) > 1.02 * worth(by_score)
    mean = [sum(item.score for item in found.plan.items) / 4 for found in (lifted, by_score)]
    assert mean[0] <= mean[1]


def test_a_lift_is_made_of_suggestions_for_these_posts_alone(service, site_id, starving, lifted):
    assert {item.target_id for item in lifted.plan.items} <= set(starving)
    for item in lifted.plan.items:
        told = {one.target_id: one for one in service.suggestions(site_id, item.source_id, limit=300).items}
        assert told[item.target_id].score == item.score


def test_what_is_lifted_is_what_the_simulation_says(lifted):
    moved = lifted.moved
    rows = [moved.index.row(post_id) for post_id in lifted.targets]
    assert moved.change.after[rows].sum() > moved.change.before[rows].sum()
    assert set(moved.pairs) == {(item.source_id, item.target_id) for item in lifted.plan.items}


def test_the_same_links_are_chosen_each_time(service, site_id, starving, lifted):
    assert service.lift(site_id, starving, links=4).plan == lifted.plan


def test_the_owners_limits_hold_for_a_lift(service, site_id, starving):
    rules = service.change_rules(site_id, [Rule("most_per_target", number=1), Rule("most_per_run", number=3)])
    try:
        items = service.lift(site_id, starving, links=20).plan.items
    finally:
        service.change_rules(site_id, remove=[rule.id for rule in rules])
    assert len(items) == 3
    assert max(Counter(item.target_id for item in items).values()) == 1


def test_a_lift_becomes_a_run_whose_links_can_be_simulated(service, site_id, lifted):
    run = service.make_lift_run(site_id, lifted)
    assert (run.kind, run.state, run.counts["waiting"]) == ("equity", "planned", 4)
    _, edits = service.edits(site_id, run.id)
    service.choose(site_id, run.id, [edit.id for edit in edits])
    again = service.simulate_run(site_id, run.id)
    assert again.change.after == pytest.approx(lifted.moved.change.after)
    service.choose(site_id, run.id, [edit.id for edit in edits], chosen=False)
    assert service.simulate_run(site_id, run.id).pairs == ()
    service.delete_run(site_id, run.id)


@pytest.mark.parametrize("wanted", [[], [987654]])
def test_posts_to_lift_must_be_known(service, site_id, wanted):
    with pytest.raises((RequestError, UnknownPost)):
        service.lift(site_id, wanted)


def test_nothing_makes_no_run(service, site_id, lifted):
    empty = Plan((), 0, 0, 0, 0, 0)
    with pytest.raises(RequestError, match="nothing to make a run of"):
        service.make_lift_run(site_id, Lifted(empty, lifted.targets, lifted.moved))
    with pytest.raises(RequestError, match="nothing to make a run of"):
        service.make_clusters_run(site_id, empty)


@pytest.fixture(scope="module")
def clustered(service: Service, site_id: int) -> Clustered:
    return service.clusters(site_id)


def test_links_that_clusters_lack_are_suggested_between_these_posts_alone(service, site_id, clustered):
    made = service.missing_links(site_id, clustered, most=6)
    ids = clustered.index.posts.ids
    missing = {
        (int(ids[source]), int(ids[target]))
        for topic in clustered.topics
        for source, target in (*topic.to_pillar, *topic.from_pillar, *topic.within)
    }
    pairs = [(item.source_id, item.target_id) for item in made.items]
    assert 0 < len(pairs) <= 6
    assert set(pairs) <= missing
    run = service.make_clusters_run(site_id, made)
    assert (run.kind, run.counts["waiting"]) == ("clusters", len(pairs))
    service.delete_run(site_id, run.id)


def test_links_of_one_cluster_stay_in_it(service, site_id, clustered):
    topic = clustered.topics[0]
    made = service.missing_links(site_id, clustered, [topic.number], most=5)
    members = set(clustered.index.posts.ids[list(topic.members)].tolist())
    assert {post_id for item in made.items for post_id in (item.source_id, item.target_id)} <= members
    assert service.missing_links(site_id, clustered, [99]).items == ()


def test_every_public_post_is_in_one_cluster_or_none(clustered):
    seen = [row for topic in clustered.topics for row in topic.members] + clustered.clusters.apart.tolist()
    assert sorted(seen) == np.flatnonzero(clustered.index.posts.targets).tolist()


def test_no_posts_of_the_sample_compete(service, site_id):
    assert service.rivals(site_id).rivals == ()
