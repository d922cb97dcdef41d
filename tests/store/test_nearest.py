"""One vector a post, and the posts nearest to one."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.entities import Post
from suggester.store import Store

POSTS = [Post(number, f"https://blog.example/{number}/", str(number), "") for number in range(1, 8)]
SPREAD = np.random.default_rng(5).normal(size=(7, 32)).astype(np.float32)
VECTORS = SPREAD / np.linalg.norm(SPREAD, axis=1, keepdims=True)


@pytest.fixture
def kept(store: Store, site_id: int) -> Store:
    store.put_posts(site_id, POSTS)
    store.mark_embedded(site_id, "letters", POSTS, {post.id: VECTORS[post.id - 1] for post in POSTS})
    return store


def test_the_nearest_come_first_and_a_post_is_nearest_to_itself(kept, site_id):
    found = kept.nearest(site_id, "letters", VECTORS[2], 7)
    cosines = VECTORS @ VECTORS[2]
    assert [post_id for post_id, _ in found] == [int(row) + 1 for row in np.argsort(-cosines)]
    assert [cosine for _, cosine in found] == pytest.approx(sorted(cosines, reverse=True), abs=0.01)
    assert found[0] == (3, pytest.approx(1, abs=1e-6))


def test_no_more_than_asked_for_and_none_of_those_ruled_out(kept, site_id):
    every = [post_id for post_id, _ in kept.nearest(site_id, "letters", VECTORS[2], 7)]
    assert [post_id for post_id, _ in kept.nearest(site_id, "letters", VECTORS[2], 2)] == every[:2]
    without = kept.nearest(site_id, "letters", VECTORS[2], 3, but={3, every[1], 99})
    assert [post_id for post_id, _ in without] == every[2:5]


def test_of_equally_near_ones_the_first_by_number_comes_first(store, site_id):
    store.put_posts(site_id, POSTS)
    store.mark_embedded(site_id, "letters", [], {number: VECTORS[0] for number in (5, 3, 7)})
    assert [post_id for post_id, _ in store.nearest(site_id, "letters", VECTORS[1], 3)] == [3, 5, 7]


def test_a_site_s_posts_are_never_near_those_of_another(kept, site_id):
    other = kept.add_site("https://b.example", "https://b.example")
    kept.put_posts(other, POSTS[:1])
    kept.mark_embedded(other, "letters", [], {1: VECTORS[2]})
    assert len(kept.nearest(site_id, "letters", VECTORS[2], 20)) == 7
    assert kept.nearest(other, "letters", VECTORS[2], 20) == [(1, pytest.approx(1, abs=1e-6))]


def test_vectors_of_two_encoders_of_different_length_never_meet(kept, site_id):
    kept.mark_embedded(site_id, "numbers", POSTS, {1: np.array([0.6, 0.8], np.float32)})
    assert kept.nearest(site_id, "numbers", np.array([1.0, 0.0], np.float32), 9) == [(1, pytest.approx(0.6, abs=0.01))]
    assert len(kept.nearest(site_id, "letters", VECTORS[0], 9)) == 7
    assert kept.nearest(site_id, "unknown", VECTORS[0], 9) == []


def test_a_vector_comes_back_nearly_as_it_was_put(kept, site_id):
    assert kept.post_vector(site_id, "letters", 4) == pytest.approx(VECTORS[3], abs=0.01)
    assert kept.post_vector(site_id, "letters", 99) is None
    assert kept.post_vector(site_id, "unknown", 4) is None


def test_a_newer_vector_takes_the_place_of_the_one_before(kept, site_id):
    kept.mark_embedded(site_id, "letters", [], {4: VECTORS[0]})
    assert kept.post_vector(site_id, "letters", 4) == pytest.approx(VECTORS[0], abs=0.01)


def test_a_deleted_post_is_near_to_nothing_and_comes_not_back(kept, site_id):
    kept.delete_posts(site_id, [3])
    kept.mark_embedded(site_id, "letters", [POSTS[2]], {3: VECTORS[2]})
    assert 3 not in dict(kept.nearest(site_id, "letters", VECTORS[2], 9))


def test_nothing_is_near_to_a_vector_of_zeros_and_none_is_kept(kept, site_id):
    zeros = np.zeros(32, np.float32)
    kept.mark_embedded(site_id, "letters", [], {1: zeros})
    assert kept.nearest(site_id, "letters", zeros, 9) == []
    assert kept.post_vector(site_id, "letters", 1) == pytest.approx(VECTORS[0], abs=0.01)


def test_the_vectors_go_with_their_site(kept, site_id):
    kept.remove_site(site_id)
    again = kept.add_site("https://blog.example", "https://blog.example")
    assert kept.nearest(again, "letters", VECTORS[0], 9) == []
