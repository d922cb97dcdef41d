from __future__ import annotations

import numpy as np
import pytest

from suggester.encoding.quantise import from_int8, to_int8
from suggester.engine.index import Index
from suggester.tasks import embed as embedding
from suggester.tasks.embed import embed, embedded
from suggester.tasks.index import is_current, renew_index, stored
from suggester.tasks.readings import read_posts
from tests.toys import LetterEncoder
from tests.toys_source import toy_post

NO_WORDS = {"empty": "", "only images": '<figure><img src="/a.jpg" alt=""></figure><p><img src="/b.jpg"></p>'}


@pytest.fixture
def encoder():
    return LetterEncoder()


@pytest.fixture
def posts(store, site_id):
    made = [toy_post(number, f"<p>{'Soil and sand. ' * number}</p>") for number in range(1, 31)]
    store.put_posts(site_id, made)
    return made


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(embedding, "WINDOW", 20)
    monkeypatch.setattr(embedding, "BATCH", 6)


def test_every_text_gets_its_vector(store, site_id, posts, encoder, bar):
    report = embed(store, site_id, encoder, bar)
    texts = {text for reading in read_posts(store, site_id) for text in reading.texts}
    assert (report.texts, report.embedded, report.reused) == (len(texts), len(texts), 0)
    assert set(encoder.seen) == texts
    assert len(encoder.seen) == len(texts)
    assert bar.told == [("embed", 30, 30)]
    assert store.count_posts(site_id).embedded == {"letters": 30}


def test_nothing_is_embedded_twice(store, site_id, posts, encoder):
    first = embed(store, site_id, encoder)
    encoder.seen.clear()
    second = embed(store, site_id, encoder)
    assert (second.embedded, second.reused) == (0, first.texts)
    assert encoder.seen == []


def test_an_edited_post_costs_only_its_own_new_texts(store, site_id, posts, encoder):
    embed(store, site_id, encoder)
    encoder.seen.clear()
    store.put_posts(site_id, [toy_post(3, "<p>All about clay.</p>")])
    embed(store, site_id, encoder)
    assert sorted(encoder.seen) == ["All about clay.", "Post 3. All about clay."]


def test_another_encoder_starts_from_nothing(store, site_id, posts, encoder):
    first = embed(store, site_id, encoder)
    other = LetterEncoder()
    other.id = "other letters"
    assert embed(store, site_id, other).embedded == first.texts
    assert store.count_posts(site_id).embedded == {"other letters": 30}


def test_the_texts_of_a_batch_are_of_like_length(store, site_id, posts, encoder, small_batches, bar):
    sizes = []
    encode = encoder.encode
    encoder.encode = lambda texts: (sizes.append([len(text) for text in texts]), encode(texts))[1]
    embed(store, site_id, encoder, bar)
    assert max(map(len, sizes)) == 6
    assert all(size == sorted(size) for size in sizes)
    assert bar.told == [("embed", 30, 30)]


def test_small_batches_and_large_ones_give_the_same_vectors(store, site_id, posts, encoder, monkeypatch):
    large = [reading.vectors for reading in embedded(store, site_id, encoder)]
    monkeypatch.setattr(embedding, "WINDOW", 7)
    small = [reading.vectors for reading in embedded(store, site_id, encoder)]
    assert len(large) == 30
    assert all(np.array_equal(one, other) for one, other in zip(large, small, strict=True))


def test_readings_come_with_the_vectors_of_their_texts_in_order(store, site_id, posts, encoder):
    for reading in embedded(store, site_id, encoder):
        wanted = from_int8(to_int8(encoder.encode(reading.texts)))
        assert np.allclose(reading.vectors, wanted, atol=1e-6)
        assert reading.post == posts[reading.post.id - 1]


def test_fresh_and_stored_vectors_are_the_same(store, site_id, posts, encoder):
    fresh = {reading.post.id: reading.vectors for reading in embedded(store, site_id, encoder)}
    again = {reading.post.id: reading.vectors for reading in stored(store, site_id, encoder.id)}
    assert all(np.array_equal(fresh[number], again[number]) for number in fresh)


@pytest.mark.parametrize("content", NO_WORDS.values(), ids=NO_WORDS.keys())
def test_a_post_without_words_is_known_by_its_title(store, site_id, encoder, content):
    store.put_posts(site_id, [toy_post(1, content or " ", title="Soil")])
    readings = list(embedded(store, site_id, encoder))
    assert readings[0].vectors.shape[0] == len(readings[0].texts)
    assert readings[0].texts[0].startswith("Soil")


def test_a_post_of_two_megabytes_is_embedded_within_bounds(store, site_id, encoder):
    store.put_posts(site_id, [toy_post(1, "".join(f"<p>Soil number {n} is soil.</p>" for n in range(60_000)))])
    assert embed(store, site_id, encoder).texts < 500


def test_an_empty_site_is_no_trouble(store, site_id, encoder, bar):
    assert embed(store, site_id, encoder, bar).texts == 0
    assert bar.told == [("embed", 0, 0)]


def test_the_index_is_kept_as_a_file(store, site_id, posts, encoder, bar):
    embed(store, site_id, encoder)
    index = renew_index(store, site_id, encoder.id, bar)
    assert index.post_ids == tuple(range(1, 31))
    assert index.encoder_id == "letters"
    assert len(Index.load(store.shelf.find(site_id, "index").path)) == 30
    assert bar.told == [("index", 30, 30)]


@pytest.mark.parametrize(
    ("happens", "current"),
    [
        (lambda store, site_id: None, True),
        (lambda store, site_id: store.put_addresses(site_id, {"/dead/": None}), True),
        (lambda store, site_id: store.put_addresses(site_id, {"/old/": 3}), False),
        (lambda store, site_id: store.put_posts(site_id, [toy_post(3, "<p>News.</p>")]), False),
        (lambda store, site_id: store.delete_posts(site_id, [3]), False),
        (lambda store, site_id: store.update_site(site_id, lang="pt"), False),
    ],
)
def test_an_index_is_current_until_something_it_was_made_of_changes(store, site_id, posts, encoder, happens, current):
    assert not is_current(store, site_id, encoder.id)
    renew_index(store, site_id, encoder.id)
    happens(store, site_id)
    assert is_current(store, site_id, encoder.id) == current
    assert not is_current(store, site_id, "another encoder")


def test_an_index_on_words_alone_needs_no_vectors(store, site_id, posts):
    assert all(reading.vectors is None for reading in stored(store, site_id, ""))
    assert len(renew_index(store, site_id, "")) == 30


def test_each_post_has_one_vector_by_which_others_near_it_are_found(store, site_id, posts, encoder):
    embed(store, site_id, encoder)
    body = store.post_vector(site_id, encoder.id, 3)
    near = store.nearest(site_id, encoder.id, body, 100)
    assert len(near) == 30
    assert near[0][1] == dict(near)[3] == pytest.approx(1, abs=1e-6)


def test_the_vector_of_a_post_follows_its_text(store, site_id, posts, encoder):
    embed(store, site_id, encoder)
    before = store.post_vector(site_id, encoder.id, 3)
    store.put_posts(site_id, [toy_post(3, "<p>Quite zany quizzes, jazz.</p>")])
    embed(store, site_id, encoder)
    assert not np.allclose(store.post_vector(site_id, encoder.id, 3), before, atol=0.05)
