from __future__ import annotations

import networkx
import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given
from hypothesis import strategies as st

from suggester.graph.strength import pagerank, strength


def matrix(pairs, size):
    made = sparse.lil_matrix((size, size), dtype=np.float32)
    for source, target in pairs:
        made[source, target] += 1
    return made.tocsr()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=30))
def test_ranks_are_those_of_a_well_kept_library(pairs):
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(7))
    graph.add_edges_from(pairs)
    known = networkx.pagerank(graph, alpha=0.85, max_iter=1000, tol=1e-9)
    assert pagerank(matrix(pairs, 7)) == pytest.approx([known[at] for at in range(7)], abs=1e-5)


def test_who_is_linked_to_most_is_the_strongest_source():
    told = strength(matrix([(0, 2), (1, 2), (2, 3)], 5))
    assert told.argmax() in (2, 3)
    assert told.max() == 1
    assert 0 < told[4] == told[0] < told[2]


def test_a_site_without_posts_has_no_strengths():
    assert strength(matrix([], 0)).tolist() == []
