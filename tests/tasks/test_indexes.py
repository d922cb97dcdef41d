"""The indexes that are at hand, of many sites."""

from __future__ import annotations

import gc

import pytest

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
