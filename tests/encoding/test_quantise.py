"""Vectors in eight bits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from suggester.encoding.quantise import from_int8, to_int8
from tests.toys import LetterEncoder

ROWS = arrays(np.float32, st.tuples(st.integers(0, 5), st.just(24)), elements=st.floats(-1, 1, width=32))


def unit(rows):
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.where(lengths > 1e-6, lengths, np.inf)).astype(np.float32)


def test_each_row_uses_the_whole_range():
    assert to_int8(np.array([[0.6, -0.8], [0.0, 1.0]], dtype=np.float32)).tolist() == [[95, -127], [0, 127]]


@given(ROWS)
def test_a_vector_comes_back_as_it_was_but_for_rounding(rows):
    vectors = unit(rows)
    back = from_int8(to_int8(vectors))
    assert back.dtype == np.float32
    assert back.shape == vectors.shape
    assert np.abs(back - vectors).max(initial=0) < 0.01


@given(ROWS)
def test_vectors_that_were_stored_once_do_not_change_again(rows):
    stored = to_int8(unit(rows))
    assert (to_int8(from_int8(stored)) == stored).all()


def test_zeros_stay_zeros():
    assert not from_int8(to_int8(np.zeros((2, 8), dtype=np.float32))).any()


@pytest.mark.parametrize("shape", [(0, 8), (8,), (2, 8)])
def test_no_rows_one_row_and_many_rows_will_do(shape):
    assert from_int8(to_int8(np.ones(shape, dtype=np.float32))).shape == shape


def test_it_costs_a_quarter_of_the_room_and_no_neighbour(bundled):
    words = ["bread", "flour", "yeast", "oven", "tax", "form", "office", "law", "tomato", "soil", "seed", "compost"]
    vectors = bundled.encode(words)
    stored = to_int8(vectors)
    assert stored.nbytes * 4 == vectors.nbytes
    back = from_int8(stored)
    assert (np.argsort(-vectors @ vectors.T)[:, :4] == np.argsort(-back @ back.T)[:, :4]).all()


def test_the_toy_encoder_counts_letters():
    toy = LetterEncoder()
    vectors = toy.encode(["Ab", "", "bbb"])
    assert vectors[:, :3] == pytest.approx(np.array([[0.5**0.5, 0.5**0.5, 0], [0, 0, 0], [0, 1, 0]]))
    assert toy.seen == ["Ab", "", "bbb"]
    assert toy.encode([]).shape == (0, 26)
