from __future__ import annotations

import numpy as np
import pytest

from suggester.store import text_hash
from tests.toys import LetterEncoder

TEXTS = ["Soil", "Sand and silt", "Clay"]
HASHES = [text_hash(text) for text in TEXTS]


@pytest.fixture
def vectors(store):
    made = LetterEncoder().encode(TEXTS)
    store.put_embeddings("letters", zip(HASHES, made, strict=True))
    return made


def test_a_vector_comes_back_nearly_as_it_was_put(store, vectors):
    found = store.embeddings("letters", HASHES)
    assert np.allclose(np.stack([found[each] for each in HASHES]), vectors, atol=0.01)
    assert found[HASHES[0]].dtype == np.float32


def test_only_what_is_asked_for_and_known_comes_back(store, vectors):
    asked = [HASHES[1], text_hash("Peat")]
    assert store.known("letters", asked) == {HASHES[1]}
    assert set(store.embeddings("letters", asked)) == {HASHES[1]}


def test_vectors_of_two_encoders_never_meet(store, vectors):
    assert store.known("numbers", HASHES) == set()
    assert store.embeddings("numbers", HASHES) == {}
    store.put_embeddings("numbers", [(HASHES[0], np.array([0.6, 0.8], dtype=np.float32))])
    assert store.embeddings("numbers", HASHES)[HASHES[0]].shape == (2,)
    assert store.embeddings("letters", HASHES)[HASHES[0]].shape == (26,)


def test_the_same_vector_again_is_kept_once(store, vectors):
    store.put_embeddings("letters", zip(HASHES, vectors, strict=True))
    assert store.count_embeddings("letters") == 3
    assert store.count_embeddings("numbers") == 0


def test_nothing_asked_and_nothing_put_is_nothing(store):
    store.put_embeddings("letters", [])
    assert store.known("letters", []) == set()
    assert store.embeddings("letters", []) == {}


def test_thousands_of_vectors_are_asked_for_at_once(store):
    hashes = [text_hash(str(number)) for number in range(2_500)]
    ones = np.eye(4, dtype=np.float32)
    store.put_embeddings("ones", ((each, ones[number % 4]) for number, each in enumerate(hashes)))
    found = store.embeddings("ones", hashes)
    assert [int(found[each].argmax()) for each in hashes] == [number % 4 for number in range(2_500)]


def test_the_hash_of_a_text_is_the_same_in_every_process():
    assert text_hash("Soil").hex() == "032b5a60d38e3fc05748e9c836789fbe"
    assert len(text_hash("Soil")) == 16
    assert text_hash("Soil") != text_hash("soil")
    assert text_hash("half \ud800") == text_hash("half ?")
