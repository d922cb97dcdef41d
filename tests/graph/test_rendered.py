"""Ranks over all links of rendered pages, held against a well-kept library, and who lives from menus alone."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.engine.policy import Policy
from suggester.entities import PLACES
from suggester.graph.equity import equity, teleport_of
from suggester.graph.flow import DAMPING
from suggester.graph.rendered import Pages, Rendered, of_arrays, page_ranks, placed, to_arrays, with_menus
from tests.engine.garden import index_of, post

HOME, LIST = "https://garden.example/", "https://garden.example/page/2/"
MENU = [(HOME, "menu"), (9, "footer")]


def taken_up(pages):
    taken = Pages(pages)
    for page, links in pages.items():
        taken.add(page, links)
    return taken.rendered()


def known(pages, nodes, teleport=None):
    """What the library says of pages, each with its links and their places."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(
        (page, to) for page, links in pages.items() for to, _ in links if to != page and to in graph.nodes
    )
    weights = None if teleport is None else dict(zip(nodes, teleport, strict=True))
    found = networkx.pagerank(graph, DAMPING, weights, max_iter=2000, tol=1e-13)
    return np.array([found[node] for node in nodes])


NODES = [1, 2, 3, 4, 5, "a", "b", "c"]
LINKS = st.lists(st.tuples(st.sampled_from([*NODES, "unread"]), st.sampled_from(sorted(PLACES))), max_size=12)


@settings(max_examples=60)
@given(st.fixed_dictionaries({node: LINKS for node in NODES}), st.lists(st.floats(0.01, 9), min_size=8, max_size=8))
def test_ranks_over_all_links_are_those_of_a_well_kept_library(pages, weights):
    of = taken_up({node: pages[node] for node in NODES})
    assert page_ranks(of) == pytest.approx(known(pages, NODES), abs=1e-7)
    teleport = np.array(weights)
    assert page_ranks(of, teleport) == pytest.approx(known(pages, NODES, teleport), abs=1e-7)


def wide_site(posts=400, menu=60, seed=5):
    """Posts with a menu and a footer on each, archives that list them, and a few links in their texts."""
    dice = np.random.default_rng(seed)
    sitewide = [(number, "menu" if number % 3 else "footer") for number in range(1, menu + 1)]
    pages = {HOME: [*sitewide, *((number, "archive") for number in range(1, 11)), ("/page/2/", "archive")]}
    for number in range(2, posts // 10):
        listed = [(each, "archive") for each in range(10 * number - 9, 10 * number + 1)]
        pages[f"/page/{number}/"] = [*sitewide, (HOME, "menu"), *listed, (f"/page/{number + 1}/", "archive")]
    for number in range(1, posts + 1):
        texts = [(int(to), "content") for to in dice.integers(1, posts + 1, 4)]
        pages[number] = [*sitewide, (HOME, "menu"), *texts, (1 + number % posts, "related")]
    return pages


def test_what_stands_on_every_page_is_kept_once():
    pages = wide_site()
    of = taken_up(pages)
    assert page_ranks(of) * len(of) == pytest.approx(known(pages, list(pages)) * len(of), abs=1e-4)
    assert of.blocks.shape[0] < 70  # one for each page of the menu, which does not link to itself, and some
    assert of.own.nnz + of.blocks.nnz < sum(map(len, pages.values())) / 4


def test_what_is_kept_is_read_again():
    of = taken_up(wide_site(60, 9))
    again = of_arrays(to_arrays(of))
    assert page_ranks(again) == pytest.approx(page_ranks(of), abs=1e-12)
    for name in ("posts", "read", "told", "block"):
        assert getattr(again, name).tolist() == getattr(of, name).tolist()
    assert of_arrays(to_arrays(of) | {"format": np.array([0])}) is None


def test_parts_of_one_post_are_one_page():
    taken = Pages([1, 2, 3, HOME])
    taken.add(1, [*MENU, (2, "content")])
    taken.add(1, [*MENU, (3, "content"), (2, "menu")])
    whole = taken_up({1: [*MENU, (2, "content"), (3, "content")], 2: [], 3: [], HOME: []})
    assert page_ranks(taken.rendered()) == pytest.approx(page_ranks(whole), abs=1e-9)


WORDS = "<p>" + "soil and seeds and rain " * 20 + "</p>"


def garden():
    """Posts 1 to 4 link to 5, which no menu knows; 9 stands in the footer alone, and to 7 nothing leads."""
    posts = [post(number, f"Post {number}", WORDS + "<p><a href='/5/'>it</a></p>") for number in (1, 2, 3, 4)]
    posts += [post(number, f"Post {number}", WORDS) for number in (5, 6, 7, 8, 9)]
    return index_of(posts)


def rendered(extra=()):
    pages = {number: [*MENU, (5, "content")] for number in (1, 2, 3, 4)}
    pages |= {number: list(MENU) for number in (5, 6, 8, 9)}
    pages[HOME] = [(9, "footer"), (1, "archive"), (2, "archive"), (8, "content"), (LIST, "archive")]
    pages[LIST] = [*MENU, *((number, "archive") for number in (3, 4, 6)), *extra]
    return taken_up(pages)


def weighed(of: Rendered, authority=()):
    index = garden()
    return index, with_menus(index, of, equity(index, Policy()).ranks, dict(authority))


def test_ranks_of_posts_are_shares_of_what_all_pages_hold():
    index, found = weighed(rendered())
    whole = placed(index, rendered())
    all_ranks = page_ranks(whole)
    assert len(all_ranks) == 11  # nine posts, the homepage, a list
    assert found.ranks == pytest.approx(all_ranks[:9] / all_ranks[:9].sum() * 9)
    assert (found.pages, found.read.sum()) == (10, 8)


def test_posts_that_live_from_menus_and_lists_alone_are_named():
    index, found = weighed(rendered())
    alone = index.posts.ids[found.menus_alone].tolist()
    assert alone == [1, 2, 3, 4, 6, 9]  # to 8 the text of the homepage links, and to 7 nothing
    _, found = weighed(rendered(extra=[(7, "archive")]))
    assert found.menus_alone[index.row(7)]


def test_a_post_that_texts_favour_and_menus_pass_by_is_named():
    index = garden()
    pages = {number: [(1, "menu"), (2, "menu"), (3, "menu"), (5, "content")] for number in range(1, 10)}
    found = with_menus(index, taken_up(pages), equity(index, Policy()).ranks, {})
    assert index.posts.ids[found.above_menus].tolist() == []  # every page links to it as well
    pages = {number: [(1, "menu"), (2, "menu"), (3, "menu")] for number in range(1, 10)}
    pages[1].append((5, "content"))
    found = with_menus(index, taken_up(pages), equity(index, Policy()).ranks, {})
    assert index.posts.ids[found.above_menus].tolist() == [5]


def test_a_post_that_was_not_visited_counts_with_the_links_of_its_text():
    index, of = garden(), taken_up({HOME: [(1, "archive")], 1: []})
    pages = {1: [], HOME: [(1, "archive")], **{number: [(5, "content")] for number in (2, 3, 4)}}
    nodes = [*index.posts.ids.tolist(), HOME]
    assert page_ranks(placed(index, of)) == pytest.approx(known(pages, nodes), abs=1e-7)


def test_readers_who_come_from_other_sites_begin_where_those_link_to():
    index, found = weighed(rendered(), {7: 100.0})
    _, without = weighed(rendered())
    assert found.ranks[index.row(7)] > 3 * without.ranks[index.row(7)]
    whole = placed(index, rendered())
    teleport = teleport_of([*index.posts.ids.tolist(), 0, 0], {7: 100.0})
    ranks = page_ranks(whole, teleport)[:9]
    assert found.ranks == pytest.approx(ranks / ranks.sum() * 9)


def test_a_post_that_is_gone_since_the_visit_still_takes_what_leads_to_it():
    index = index_of([post(1, "One", WORDS), post(2, "Two", WORDS)])
    of = taken_up({1: [(2, "content"), (99, "menu")], 2: [(1, "content")], 99: [(1, "content")]})
    assert page_ranks(placed(index, of)).sum() == pytest.approx(1)
    assert len(placed(index, of)) == 3
