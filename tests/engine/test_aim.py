"""How the words of a draft speak of a target."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given
from hypothesis import strategies as st

from suggester.engine.aim import Aims, weights_of
from suggester.engine.anchors import Finder
from suggester.engine.field import lay_out
from suggester.engine.policy import Policy
from tests.engine.garden import analysed, garden


def aimed(text, target, *more):
    index = garden(*more)
    own = analysed(f"<p>{text}</p>", index)
    field = lay_out(own.blocks, own.words, index.lexicon, "en")
    aim = Aims(field, index, "en").at(index.row(target), (), np.zeros(1, np.float32))
    return [own.blocks[0].text[word.start : word.end] for word in field.words], aim


@pytest.mark.parametrize(
    ("measure", "text", "target", "expected"),
    [
        ("title", "We prune an apple tree", 6, ["prune", "apple", "tree"]),
        ("fuzzy", "We tomatoed a tomato", 9, ["tomatoed", "tomato"]),  # a word that begins alike
        ("exclusive", "Rye and bread", 5, ["Rye", "bread"]),
        ("used", "Turn the compost heap", 2, ["compost", "heap"]),
        ("body", "Copper and lettuce in July", 7, ["Copper", "lettuce"]),
        ("title", "", 6, []),
    ],
)
def test_the_words_that_speak_of_a_target(measure, text, target, expected):
    words, aim = aimed(text, target, (30, "Copper lettuce", "<p>copper lettuce</p>"))
    found = [word for word, value in zip(words, getattr(aim, measure).tolist(), strict=True) if value > 0.001]
    assert found == expected


def test_the_shares_of_a_whole_title_make_one():
    _, aim = aimed("drip irrigation", 3)
    assert aim.title.sum() == pytest.approx(1)


def test_an_address_speaks_too():
    index = garden()
    text = analysed("<p>Number 3 is here</p>", index)
    measured = Finder(text, index, Policy()).measured(index.row(3))
    assert len(measured.runs) == 0  # but alone it is not enough


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=6), st.integers(0, 3))
def test_a_column_is_looked_up_as_it_stands(rows, column):
    matrix = sparse.csr_matrix(np.array(rows, np.float32))
    matrix.sort_indices()
    wanted = np.arange(len(rows))
    assert weights_of(matrix, wanted, column).tolist() == [row[column] for row in rows]
