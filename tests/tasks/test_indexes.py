"""The indexes that are at hand, of many sites."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from suggester.engine.index import Index
from suggester.errors import SiteUnread
from suggester.store import Store
from suggester.tasks.index import renew_index
from suggester.tasks.indexes import Indexes
from tests.toys_source import toy_post

SITES = (1, 2, 3)
POSTS = 4


@pytest.fixture
def of_three_sites(store: Store) -> Store:
    for number in SITES:
        url = f"https://{number}.example"
        site_id = store.add_site(url, url)
        store.put_posts(site_id, [toy_post(each, "<p>aaab</p>") for each in range(1, POSTS + 1)])
        renew_index(store, site_id, "")
    return store


@pytest.mark.parametrize(
    ("at_hand", "held"),
    [
        (3 * POSTS, {1, 2, 3}),
        (2 * POSTS, {1, 3}),  # site 1 was asked for after site 2
        (2 * POSTS - 1, {3}),
        (1, {3}),  # the one asked for is held, however large it is
    ],
)
def test_of_many_sites_those_that_were_asked_for_last_are_held(of_three_sites, at_hand, held):
    indexes = Indexes(of_three_sites, at_hand)
    for number in (1, 2, 1, 3):
        assert len(indexes.ready(number).index) == POSTS
    assert indexes.sites == held


def test_an_index_that_went_is_read_again_when_it_is_asked_for(of_three_sites):
    indexes = Indexes(of_three_sites, POSTS)
    first, _ = indexes.find(1), indexes.find(2)
    again = indexes.find(1)
    assert again is not first
    assert again.index.posts.ids.tolist() == first.index.posts.ids.tolist()


def read_anew(store: Store, *numbers: int) -> None:
    """Renew an index with posts that are new."""
    store.put_posts(1, [toy_post(each, "<p>aaab</p>") for each in numbers])
    renew_index(store, 1, "")


def test_within_a_moment_a_thread_sees_an_index_as_it_was_first_asked_for(of_three_sites):
    indexes = Indexes(of_three_sites)
    with indexes.at_one_moment():
        first = indexes.ready(1)
        read_anew(of_three_sites, POSTS + 1)
        with indexes.at_one_moment():
            assert indexes.ready(1) is first
        assert indexes.find(1) is first
        with ThreadPoolExecutor(1) as another:
            assert len(another.submit(indexes.ready, 1).result().index) == POSTS + 1
        assert indexes.ready(1) is first
    assert len(indexes.ready(1).index) == POSTS + 1


def test_a_moment_ends_with_an_error_too(of_three_sites):
    indexes = Indexes(of_three_sites)
    with suppress(SiteUnread), indexes.at_one_moment():
        indexes.ready(1)
        indexes.ready(of_three_sites.add_site("https://4.example", "https://4.example"))
    read_anew(of_three_sites, POSTS + 1)
    assert len(indexes.ready(1).index) == POSTS + 1


def test_a_site_that_is_first_read_within_a_moment_is_found(store):
    site_id = store.add_site("https://1.example", "https://1.example")
    indexes = Indexes(store)
    with indexes.at_one_moment():
        assert indexes.find(site_id) is None
        read_anew(store, 1)
        assert len(indexes.ready(site_id).index) == 1


def test_an_index_that_is_replaced_while_it_is_read_is_no_version_that_others_know(of_three_sites, monkeypatch):
    load = Index.load

    def and_replace(path):
        monkeypatch.setattr(Index, "load", load)
        loaded = load(path)
        read_anew(of_three_sites, POSTS + 1)
        return loaded

    monkeypatch.setattr(Index, "load", and_replace)
    indexes, find = Indexes(of_three_sites), of_three_sites.shelf.find
    before = find(1, "index").stamp
    first, second = (indexes.ready(1).stamp for _ in range(2))
    assert first != before
    assert second == find(1, "index").stamp != before


def test_the_garbage_collector_does_not_walk_through_a_large_index(of_three_sites, monkeypatch):
    monkeypatch.setattr("suggester.tasks.indexes.LARGE", POSTS)
    gc.unfreeze()
    try:
        held = Indexes(of_three_sites)
        posts = held.ready(1).index.posts
        walked = {id(each) for each in gc.get_objects()}
        assert id(posts) not in walked
    finally:
        gc.unfreeze()
