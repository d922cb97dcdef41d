from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from suggester.store import text_hash
from suggester.tasks.vectors import Vectoriser
from tests.toys import LetterEncoder

TEXTS = ["Soil", "Sand", "Silt", "Clay"]


@pytest.fixture
def encoder():
    return LetterEncoder()


def test_each_text_is_encoded_once(store, encoder):
    vectoriser = Vectoriser(encoder, store)
    first = vectoriser.encode(["Soil", "Sand", "Soil"])
    second = vectoriser.encode(["Sand", "Clay"])
    assert encoder.seen == ["Soil", "Sand", "Clay"]
    assert np.array_equal(first, LetterEncoder().encode(["Soil", "Sand", "Soil"]))
    assert np.array_equal(second[0], first[1])


def test_what_the_store_knows_is_not_encoded(store, encoder):
    store.put_embeddings("letters", [(text_hash("Soil"), LetterEncoder().encode(["Soil"])[0])])
    Vectoriser(encoder, store).encode(["Soil", "Sand"])
    assert encoder.seen == ["Sand"]


def test_drafts_leave_nothing_in_the_store(store, encoder):
    Vectoriser(encoder, store).encode(TEXTS)
    assert store.count_embeddings("letters") == 0


def test_the_memory_is_bounded_and_forgets_what_was_used_longest_ago(store, encoder):
    vectoriser = Vectoriser(encoder, store, at_most=2)
    for text in ("Soil", "Sand", "Soil", "Silt", "Soil", "Sand"):
        vectoriser.encode([text])
    assert encoder.seen == ["Soil", "Sand", "Silt", "Sand"]


def test_more_texts_than_the_memory_holds_still_get_their_vectors(store, encoder):
    assert Vectoriser(encoder, store, at_most=2).encode(TEXTS).shape == (4, 26)


def test_no_texts_give_no_vectors(store, encoder):
    assert Vectoriser(encoder, store).encode([]).shape == (0, 26)
    assert encoder.seen == []


def test_threads_share_it(store, encoder):
    vectoriser = Vectoriser(encoder, store, at_most=3)
    wanted = LetterEncoder().encode(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(vectoriser.encode, [TEXTS] * 40))
    assert all(np.array_equal(each, wanted) for each in found)
