"""What the pages of a site link to, as a walk over a small site on this machine found it, and what posts hold then."""

from __future__ import annotations

import networkx
import numpy as np
import pytest

from suggester.graph.flow import DAMPING
from suggester.graph.rendered import page_ranks, placed
from suggester.tasks.index import renew_index
from suggester.tasks.pages import RenderedPages
from tests.tasks.walked import listing, post, service, site, site_id, walk

__all__ = ["service", "site", "site_id"]


@pytest.fixture
def indexed(service, site_id):
    renew_index(service.store, site_id, "")
    return site_id


def graph_of(service, site, site_id):
    """The pages and posts of the site as the library takes them; what redirects is the page behind it."""
    store = service.store
    pages = {each.url: each.post_id or each.url for each in store.visits(site_id) if each.page}
    pages[f"{site.url}/moved/"] = 5
    pages[f"{site.url}/post-6/?utm_source=x"] = 6
    graph = networkx.DiGraph()
    graph.add_nodes_from([*store.post_ids(site_id), *pages.values()])
    ends = ((pages[link.page], pages.get(link.href)) for link in store.page_links(site_id))
    graph.add_edges_from((page, to) for page, to in ends if to is not None and to != page)
    return graph


def test_what_all_links_of_the_pages_give_is_what_a_well_kept_library_says(service, site, indexed):
    walk(service, indexed)
    weighed = service.equity(indexed)
    menus = service.with_menus(indexed, weighed)
    graph = graph_of(service, site, indexed)
    assert {f"{site.url}/", f"{site.url}/page/2/", f"{site.url}/about/", f"{site.url}/imprint/"} < set(graph)
    known = networkx.pagerank(graph, DAMPING, tol=1e-13, max_iter=2000)
    posts = np.array([known[post_id] for post_id in weighed.index.post_ids])
    assert menus.found.ranks == pytest.approx(posts / posts.sum() * len(posts), abs=1e-6)
    assert (menus.found.pages, int(menus.found.read.sum())) == (12, 8)


def test_posts_that_only_lists_and_menus_lead_to_are_named(service, site, indexed):
    walk(service, indexed)
    menus = service.with_menus(indexed, service.equity(indexed))
    alone = menus.found.menus_alone
    ids = [post_id for post_id, each in zip(service.known(indexed).index.post_ids, alone, strict=True) if each]
    assert ids == [1, 2]  # of the homepage and its second page; to 5 a text links by a redirect, to 7 nothing


def test_what_was_gathered_is_kept_for_the_next_process(service, site, indexed, tmp_path):
    walk(service, indexed)
    found = service.pages.find(indexed)
    again = RenderedPages(service.store)
    service.store.forget_visits(indexed, [each.url for each in service.store.visits(indexed)])
    kept = again.find(indexed)
    assert kept.at == found.at
    assert page_ranks(kept.pages) == pytest.approx(page_ranks(found.pages))


def test_pages_that_were_visited_before_are_gathered_when_they_are_asked_for(service, site, indexed):
    walk(service, indexed)
    service.store.shelf.remove(indexed, "pages")
    assert service.pages.find(indexed).pages.read.sum() == 12
    with service.store.shelf.put(indexed, "pages") as path:
        path.write_bytes(b"no such thing")
    assert service.pages.find(indexed).pages.read.sum() == 12


def test_a_new_walk_takes_the_place_of_the_last_one(service, site, indexed):
    walk(service, indexed)
    before = service.with_menus(indexed, service.equity(indexed)).found
    site.pages["/"] = listing("/post-1/", "/page/2/", "/post-7/")
    walk(service, indexed, anew=True)
    after = service.with_menus(indexed, service.equity(indexed)).found
    row = service.known(indexed).index.row(7)
    assert after.ranks[row] > before.ranks[row]
    assert (before.menus_alone[row], after.menus_alone[row]) == (False, True)


def test_where_no_page_was_visited_nothing_is_known_of_menus(service, site, indexed):
    assert service.with_menus(indexed, service.equity(indexed)) is None


def test_a_post_that_came_after_the_visit_counts_with_its_text(service, site, indexed):
    walk(service, indexed)
    service.store.put_posts(indexed, [post(site, 10, f"<a href='{site.url}/post-7/'>seven</a>")])
    renew_index(service.store, indexed, "")
    weighed = service.equity(indexed)
    menus = service.with_menus(indexed, weighed)
    whole = placed(weighed.index, service.pages.find(indexed).pages)
    rows = weighed.index.row(10), weighed.index.row(7)
    assert whole.own[rows] == 1
    assert not menus.found.read[rows[0]]
