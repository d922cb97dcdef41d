"""Who hoards the rank of a site, and who starves."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.engine.policy import Policy
from suggester.graph.equity import equity
from tests.engine.garden import index_of, post

LONG = "<p>" + "soil and seeds and rain " * 60 + "</p>"
SHORT = "<p>A few words about beans.</p>"


def link(*ids):
    return "".join(f"<p><a href='/{each}/'>more of it</a></p>" for each in ids)


def site():
    """All lead to 1, which is long and leads nowhere; 9 is long, and nothing leads there."""
    others = [
        post(number, f"Post {number}", SHORT * (10 - number) + link(1, 2 + (number - 1) % 7)) for number in range(2, 9)
    ]
    return index_of([post(1, "Strong", LONG), *others, post(9, "Forgotten", LONG + link(2, 3, 4, 5))])


def test_a_strong_post_without_links_hoards():
    index = site()
    found = equity(index, Policy())
    assert np.flatnonzero(found.hoards).tolist() == [index.row(1)]
    assert found.passed_on[index.row(1)] == 0
    assert found.ranks.sum() == pytest.approx(len(index))


def test_a_long_post_that_nothing_leads_to_starves():
    index = site()
    assert np.flatnonzero(equity(index, Policy()).starves).tolist() == [index.row(9)]
    worth = np.arange(len(index), 0, -1.0)  # what is known of the posts says otherwise
    assert not equity(index, Policy(), worth=worth).starves[index.row(9)]


def test_what_is_passed_on_is_what_is_received():
    found = equity(site(), Policy())
    assert found.received.sum() == pytest.approx(found.passed_on.sum())


def test_a_post_that_is_known_elsewhere_is_stronger():
    index = site()
    weights = np.ones(len(index))
    weights[index.row(9)] = 20
    assert (
        equity(index, Policy(), teleport=weights).ranks[index.row(9)] > 2 * equity(index, Policy()).ranks[index.row(9)]
    )


def test_other_links_can_be_weighed_as_well():
    index = site()
    assert equity(index, Policy(), links=index.links.T.tocsr()).ranks[index.row(1)] < 1


@pytest.mark.parametrize("posts", [[], [post(1, "Alone", LONG)], [post(1, "Draft", LONG, status="draft")]])
def test_tiny_sites_have_neither(posts):
    found = equity(index_of(posts), Policy())
    assert not found.hoards.any()
    assert not found.starves.any()
