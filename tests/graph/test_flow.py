"""Ranks over any links, with weighted beginnings, and what a link would change; held against a well-kept library."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.graph.equity import change
from suggester.graph.flow import DAMPING, Flow
from suggester.graph.lifting import CLOSE, Lifting
from suggester.graph.strength import pagerank

SIZE = 8
PAIRS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=40)
WEIGHTS = st.lists(st.floats(0.01, 10), min_size=SIZE, max_size=SIZE)


def matrix(pairs, size=SIZE):
    made = sparse.lil_matrix((size, size))
    for source, target in pairs:
        made[source, target] += 1
    return made.tocsr()


def known(links, teleport=None):
    graph = networkx.from_scipy_sparse_array(links.astype(bool).astype(float), create_using=networkx.DiGraph)
    weights = None if teleport is None else dict(enumerate(teleport))
    found = networkx.pagerank(graph, DAMPING, weights, max_iter=2000, tol=1e-13, weight=None)
    return np.array([found[row] for row in range(links.shape[0])])


def web(posts=300, links=1500, seed=3):
    """A site as sites are: a few posts get most of the links, many get none, some link to nothing."""
    dice = np.random.default_rng(seed)
    targets = np.minimum((dice.pareto(1.0, links) * 5).astype(int), posts - 1)
    return matrix(zip(dice.integers(0, posts * 2 // 3, links).tolist(), targets.tolist(), strict=True), posts)


@given(PAIRS, WEIGHTS)
def test_weighted_ranks_are_those_of_a_well_kept_library(pairs, weights):
    links, teleport = matrix(pairs), np.array(weights)
    assert pagerank(links, teleport, close=1e-12) == pytest.approx(known(links, teleport), abs=1e-8)


@pytest.mark.parametrize("teleport", [None, np.arange(300.0)])
def test_ranks_of_a_whole_site_are_those_of_a_well_kept_library(teleport):
    ours = pagerank(web(), teleport, close=CLOSE)
    assert ours * 300 == pytest.approx(known(web(), teleport) * 300, abs=1e-5)


@settings(max_examples=50)
@given(PAIRS, st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), st.integers(0, SIZE - 1))
def test_the_gain_of_a_link_is_told_without_adding_it(pairs, link, wanted):
    links, (source, target) = matrix(pairs), link
    if links[source, target]:
        return
    lifting = Lifting(Flow.of(links), np.array([wanted]))
    told = lifting.gain(source, target)
    assert told == pytest.approx(known(matrix([*pairs, link]))[wanted] - known(links)[wanted], rel=1e-3, abs=1e-7)
    lifting.add(source, target)
    assert lifting.total == pytest.approx(known(matrix([*pairs, link]))[wanted], abs=1e-7)


def test_a_link_from_a_strong_post_with_few_links_lifts_most():
    links = matrix([(0, 1), (2, 1), (3, 1), (1, 4), (5, 4), (5, 6), (5, 0)])
    lifting = Lifting(Flow.of(links), np.array([7]))
    sources = np.array([0, 1, 5, 6])
    assert sources[lifting.best_first(sources, np.full(4, 7), np.ones(4))[0]] == 1
    assert sources[lifting.best_first(sources, np.full(4, 7), np.array([1, 0.01, 1, 1]))[0]] != 1


def test_a_link_that_leads_away_from_what_it_linked_to_costs():
    lifting = Lifting(Flow.of(matrix([(0, 1)])), np.array([1]))
    assert lifting.gain(0, 2) < 0 < lifting.gain(3, 1)


def test_what_one_post_gains_the_others_lose():
    moved = change(web(), [(0, 299), (1, 299)])
    assert moved.gainers(1) == [299]
    assert moved.after.sum() == pytest.approx(moved.before.sum()) == pytest.approx(300)
    assert set(moved.losers(5)).isdisjoint({299})


def test_links_that_stand_already_change_nothing():
    links = matrix([(0, 1), (1, 2)])
    assert change(links, [(0, 1)]).gainers(3) == []


@pytest.mark.parametrize("weights", [np.ones(2), np.array([1.0, -1.0, 1.0]), np.zeros(3)])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match="teleport"):
        Flow.of(matrix([], 3), weights)


def test_an_empty_site_has_nothing_to_tell():
    assert Flow.of(matrix([], 0)).ranks(CLOSE).tolist() == []
