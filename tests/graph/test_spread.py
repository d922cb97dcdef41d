"""How links are spread: each bar counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sparse

from suggester.graph.spread import Target, binned, content_depths, depth_bars, homepage, spread_of
from tests.engine.garden import HOME, index_of, post


def linked(*to: int, words: str = "") -> str:
    return "<p>" + " ".join(f"<a href='/{each}/'>about {each} {words}</a>" for each in to) + "</p>"


POSTS = [
    post(1, "Hub", linked(2, 3, 4)),
    post(2, "Leaf", linked(1, words="hub")),
    post(3, "Fruit", linked(1, words="centre")),
    post(4, "Root", linked(1, words="middle")),
    post(5, "Alone", "<p>Nothing leads here.</p>"),
    post(6, "Hidden", linked(2, 3), status="draft"),
]


def test_posts_are_counted_by_links_in_and_out():
    found = spread_of(index_of(POSTS))
    assert found.inbound == [("0", 1), ("1", 3), ("2", 0), ("3", 1)]
    assert found.outbound == [("0", 1), ("1", 3), ("2", 0), ("3", 1)]
    assert found.usual_inbound == 1
    assert found.usual_outbound == 1


def test_targets_are_counted_by_their_anchors():
    assert spread_of(index_of(POSTS)).anchors == [("1", 0), ("2", 0), ("3", 1), ("4", 0), ("5+", 0)]
    same = [post(1, "Hub"), *(post(each, f"Post {each}", "<p><a href='/1/'>the hub</a></p>") for each in (2, 3, 4))]
    found = spread_of(index_of(same))
    assert found.anchors[0] == ("1", 1)
    assert found.alike == (Target(0, "the hub", 3),)


def test_links_are_told_for_a_thousand_words_by_length():
    long = "<p>" + "word " * 1000 + "<a href='/2/'>two</a> <a href='/3/'>three</a></p>"
    found = spread_of(index_of([post(1, "Long", long), post(2, "Two", linked(1)), post(3, "Three", "<p>word</p>")]))
    names = [name for name, _ in found.by_length]
    assert names == ["0–299", "1,000–1,499"]
    assert found.by_length[1][1] == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize(
    ("counts", "bars"),
    [
        ([], []),
        ([0, 0], [("0", 2), ("1", 0)]),
        ([0, 1, 7, 60], [("0", 1), ("1", 1), ("2", 0), ("3", 0), ("4", 0), ("5", 0), ("6–10", 1), ("11–20", 0),
                         ("21–50", 0), ("51+", 1)]),
    ],
)  # fmt: skip
def test_counts_fall_into_bars(counts, bars):
    assert binned(np.array(counts, np.int64)) == bars


@pytest.mark.parametrize(
    ("depths", "bars"),
    [
        ([], []),
        ([0, 1, 1, None], [("0", 1), ("1", 2), ("never", 1)]),
        ([0, 9, 7], [("0", 1), ("1", 0), ("2", 0), ("3", 0), ("4", 0), ("5", 0), ("6+", 2), ("never", 0)]),
    ],
)
def test_posts_are_counted_by_clicks(depths, bars):
    assert depth_bars(depths) == bars


def test_clicks_are_counted_over_links_in_texts():
    links = sparse.csr_matrix(np.array([[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]]))
    assert content_depths(links, 0) == [0, 1, 2, None]


def test_the_homepage_is_the_post_at_the_sites_own_address():
    index = index_of([post(1, "Leaf"), replace(post(2, "Home"), url=f"{HOME}/")])
    assert homepage(index) == 1
    assert homepage(index_of([post(1, "Leaf")])) is None
