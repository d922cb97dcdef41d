from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from suggester.entities import PageLink, Post, Tour, Visit

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOME = Visit("https://blog.example/", 200, "https://blog.example/", 0, "", AT, 0, 0, title="A blog", page=True)
POST = replace(
    HOME, url="https://blog.example/a/", final_url="https://blog.example/a/", depth=2, post_id=7, noindex=True
)
GONE = Visit("https://blog.example/%E6%97%A5", 404, "https://blog.example/%E6%97%A5", 0, "Nothing.", AT, outcome="gone")
LINKS = [
    PageLink(HOME.url, POST.url, "archive", "A “quoted” 日本", (), 7),
    PageLink(HOME.url, "https://other.example/", "footer", "", ("nofollow", "ugc"), None),
]


def test_visits_come_back_as_they_were_kept_by_address(store, site_id):
    store.put_visits(site_id, [POST, HOME, GONE], {HOME.url: LINKS, POST.url: []})
    assert store.visits(site_id) == [HOME, GONE, POST]
    assert list(store.page_links(site_id)) == LINKS
    assert list(store.page_links(site_id, HOME.url)) == LINKS
    assert list(store.page_links(site_id, POST.url)) == []
    assert list(store.page_links(site_id, "https://blog.example/unknown/")) == []


def test_a_later_visit_takes_the_place_of_an_earlier_one(store, site_id):
    store.put_visits(site_id, [HOME], {HOME.url: LINKS})
    later = replace(HOME, at=AT + timedelta(days=1), title="Another")
    store.put_visits(site_id, [later], {HOME.url: LINKS[:1]})
    assert store.visits(site_id) == [later]
    assert list(store.page_links(site_id)) == LINKS[:1]


def test_depths_are_noted_and_nothing_else_changes(store, site_id):
    store.put_visits(site_id, [HOME, POST])
    store.put_depths(site_id, {POST.url: (3, None), "https://blog.example/unknown/": (1, 1)})
    assert store.visits(site_id) == [HOME, replace(POST, depth=3, content_depth=None)]


def test_what_is_forgotten_takes_its_links_along(store, site_id):
    store.put_visits(site_id, [HOME, POST], {HOME.url: LINKS})
    store.forget_visits(site_id, [HOME.url])
    assert store.visits(site_id) == [POST]
    assert list(store.page_links(site_id)) == []


def test_a_walk_is_kept_until_the_next_one(store, site_id):
    assert store.tour(site_id) is None
    tour = Tour(AT, AT - timedelta(days=1), None, True, 500, 12, 3, ("A note.",))
    store.put_tour(site_id, tour)
    assert store.tour(site_id) == tour
    store.put_tour(site_id, replace(tour, ended_at=AT, notes=()))
    assert store.tour(site_id) == replace(tour, ended_at=AT, notes=())


def test_visits_go_with_their_site_and_no_other_site_sees_them(store, site_id):
    other = store.add_site("https://other.example", "https://other.example")
    store.put_visits(site_id, [HOME], {HOME.url: LINKS})
    assert store.visits(other) == []
    assert list(store.page_links(other)) == []
    store.remove_site(site_id)
    assert store.visits(site_id) == []


def test_when_published_posts_were_changed_is_told(store, site_id):
    store.put_posts(
        site_id, [Post(1, "/a/", "A", "", modified=AT), Post(2, "/b/", "B", "", status="draft", modified=AT)]
    )
    assert store.modified(site_id) == {1: AT}
