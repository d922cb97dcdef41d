"""Assigning links over a whole site: limits held, as many targets helped as can be, the same each time."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import maximum_flow

from suggester.engine.assign import NO_ROOM, RUN_FULL, SAME_WORDS, WORDS_TAKEN, Offer, assign, one_by_one


def links(offers, **asked):
    """The links assigned, as source, target and words."""
    chosen = assign(offers, **asked).chosen
    return [(offers[at].source, offers[at].target, offers[at].words[anchor]) for at, anchor in chosen.items()]


def test_the_most_valuable_source_links_first():
    offers = [Offer(1, 9, 0.4, ("a",)), Offer(2, 9, 0.8, ("b",))]
    assert links(offers, needs={9: 1}, rooms={1: 1, 2: 1}) == [(2, 9, "b")]


def test_every_target_is_helped_before_any_is_helped_twice():
    offers = [Offer(1, 8, 0.9, ("a",)), Offer(2, 8, 0.8, ("b",)), Offer(2, 9, 0.1, ("c",))]
    assert links(offers, needs={8: 2, 9: 2}, rooms={1: 1, 2: 1}) == [(1, 8, "a"), (2, 9, "c")]


def test_a_target_makes_way_where_it_can_be_helped_elsewhere():
    offers = [Offer(1, 8, 0.9, ("a",)), Offer(2, 8, 0.2, ("b",)), Offer(1, 9, 0.5, ("c",))]
    assert links(offers, needs={8: 1, 9: 1}, rooms={1: 1, 2: 1}) == [(2, 8, "b"), (1, 9, "c")]


def test_a_target_is_called_by_other_words_where_there_are_some():
    offers = [Offer(1, 9, 0.9, ("rye", "rye bread")), Offer(2, 9, 0.8, ("rye", "dark rye"))]
    assert links(offers, needs={9: 2}, rooms={1: 1, 2: 1}) == [(1, 9, "rye"), (2, 9, "dark rye")]


def test_a_target_is_never_called_the_same_by_all():
    offers = [Offer(source, 9, 1 - source / 10, ("rye",)) for source in (1, 2, 3)]
    assert links(offers, needs={9: 3}, rooms={1: 1, 2: 1, 3: 1}) == [(1, 9, "rye")]
    mixed = [*offers, Offer(4, 9, 0.1, ("dark rye",))]
    assert len(links(mixed, needs={9: 4}, rooms=dict.fromkeys((1, 2, 3, 4), 1))) == 4


def test_anchors_that_cannot_stand_beside_each_other_do_not():
    clash = [
        Offer(1, 8, 0.9, ("rye",), ((0, 9, 0),)),
        Offer(1, 9, 0.8, ("rye bread", "a loaf"), ((0, 8, 0),)),
    ]
    assert links(clash, needs={8: 1, 9: 1}, rooms={1: 5}) == [(1, 8, "rye"), (1, 9, "a loaf")]


def test_the_run_has_a_limit_and_the_best_come_first():
    offers = [Offer(1, 7, 0.5, ("a",)), Offer(2, 8, 0.9, ("b",)), Offer(3, 9, 0.7, ("c",))]
    found = assign(offers, {7: 1, 8: 1, 9: 1}, {1: 1, 2: 1, 3: 1}, most=2)
    assert (found.chosen, found.unserved) == ({1: 0, 2: 0}, {7: RUN_FULL})


@pytest.mark.parametrize(
    ("offers", "rooms", "used", "reason"),
    [
        ([Offer(1, 9, 0.5, ("a",))], {}, {}, NO_ROOM),
        ([Offer(1, 9, 0.5, ("a",))], {1: 1}, {9: {"a"}}, SAME_WORDS),
        ([Offer(1, 8, 0.9, ("a",), ((0, 9, 0),)), Offer(1, 9, 0.5, ("a",), ((0, 8, 0),))], {1: 2}, {}, WORDS_TAKEN),
    ],
)
def test_it_says_why_a_target_gets_no_link(offers, rooms, used, reason):
    assert assign(offers, {8: 1, 9: 1}, rooms, used).unserved[9] == reason


@st.composite
def sites(draw):
    """Offers between a few sources and targets, some of whose anchors clash, with room for a few links each."""
    pairs = draw(st.sets(st.tuples(st.integers(0, 7), st.integers(100, 111)), max_size=40))
    rooms = {source: draw(st.integers(0, 3)) for source in range(8)}
    words = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3, unique=True).map(tuple)
    plain = [Offer(*pair, draw(st.integers(1, 9)) / 10, draw(words)) for pair in sorted(pairs)]
    return [with_clashes(offer, plain) for offer in plain], rooms


def with_clashes(offer: Offer, others: list[Offer]) -> Offer:
    """In one source no two links stand on the same words."""
    beside = [other for other in others if other.source == offer.source and other.target != offer.target]
    found = [
        (own, other.target, anchor)
        for other in beside
        for own, word in enumerate(offer.words)
        for anchor, theirs in enumerate(other.words)
        if word == theirs
    ]
    return Offer(offer.source, offer.target, offer.value, offer.words, tuple(found))


@settings(max_examples=300)
@given(sites(), st.integers(1, 3), st.one_of(st.none(), st.integers(1, 12)))
def test_on_any_site_no_limit_is_broken(site, per_target, most):
    offers, rooms = site
    needs = dict.fromkeys(range(100, 112), per_target)
    found = links(offers, needs=needs, rooms=rooms, most=most)
    assert len(set(found)) == len({(source, target) for source, target, _ in found}) == len(found)
    assert len({(source, word) for source, _, word in found}) == len(found)  # the same words never lead to two
    assert all(count <= rooms[source] for source, count in Counter(source for source, _, _ in found).items())
    to = Counter(target for _, target, _ in found)
    assert all(count <= per_target for count in to.values())
    assert most is None or len(found) <= most
    for target, count in to.items():
        assert count == 1 or len({word for _, other, word in found if other == target}) > 1


@given(sites())
def test_the_order_in_which_offers_come_changes_nothing(site):
    offers, rooms = site
    needs = dict.fromkeys(range(100, 112), 2)
    assert sorted(links(offers, needs=needs, rooms=rooms)) == sorted(links(offers[::-1], needs=needs, rooms=rooms))


@settings(max_examples=300)
@given(sites())
def test_as_many_targets_are_helped_as_any_assignment_could_help(site):
    """Beside a flow from targets to sources, which is the most there can be where no anchors clash."""
    offers = [Offer(one.source, one.target, one.value, (f"{one.source}-{one.target}",)) for one in site[0]]
    found = assign(offers, dict.fromkeys(range(100, 112), 1), site[1])
    assert len(found.chosen) == most_helped(offers, site[1])


def most_helped(offers: list[Offer], rooms: dict[int, int]) -> int:
    begin, end = 20, 21
    capacity = np.zeros((22, 22), np.int32)
    for offer in offers:
        capacity[offer.target - 100, 12 + offer.source] = capacity[begin, offer.target - 100] = 1
    for source, room in rooms.items():
        capacity[12 + source, end] = room
    return int(maximum_flow(sparse.csr_matrix(capacity), begin, end).flow_value)


def test_offers_are_taken_one_by_one_within_the_same_limits():
    offers = [
        Offer(1, 10, 0.0, ("one",)),
        Offer(1, 11, 0.0, ("two",), ((0, 10, 0),)),
        Offer(2, 10, 0.0, ("one",)),
        Offer(3, 10, 0.0, ("three",)),
        Offer(3, 11, 0.0, ("four",)),
    ]
    seen = []

    def next_best(taken):
        seen.append(list(taken))
        return range(len(offers))

    found = one_by_one(offers, {10: 2, 11: 2}, {1: 2, 2: 1, 3: 1}, {}, None, next_best)
    assert list(found.chosen) == [0, 3]  # 1 clashes in its source, 2 says the same words, 4 finds its source full
    assert seen == [[], [0], [0, 3]]
    assert found.unserved[11]
    assert list(one_by_one(offers, {10: 2, 11: 2}, {1: 2, 2: 1, 3: 1}, {}, 1, next_best).chosen) == [0]
