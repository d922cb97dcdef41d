"""Sources for many targets at once: near enough to what comparing with every post would give."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.engine import scout as module
from suggester.engine.features import dense
from suggester.engine.scout import scout
from tests.engine.garden import GARDEN, index_of, post
from tests.toys import LetterEncoder

SITE = [post(*row) for row in GARDEN]


@pytest.fixture(params=[None, LetterEncoder().encode], ids=["words", "letters"])
def index(request):
    return index_of(SITE, request.param)


def test_no_target_is_its_own_source_nor_is_a_post_that_links_to_it(index):
    rows = np.arange(len(index))
    for row, found in zip(rows, scout(rows, index, 50), strict=True):
        linking = set(index.links[:, row].tocoo().row.tolist())
        assert not linking & set(found.tolist())
        assert row not in found
        assert len(set(found.tolist())) == len(found)


def test_the_post_that_says_the_most_of_a_target_is_found(index):
    """The nearest by all words is among the first few, though only rare words were compared."""
    rows = np.arange(len(index))
    hits = 0
    for row, found in zip(rows, scout(rows, index, 6), strict=True):
        near = dense(index.head[row] @ index.body)
        near[row] = 0
        near[index.links[:, row].tocoo().row] = 0
        hits += int(near.argmax()) in found
    assert hits >= 0.9 * len(rows)


def test_words_that_many_posts_say_are_not_followed(index, monkeypatch):
    monkeypatch.setattr(module, "KNOWN_IN", 1)
    rows = np.arange(len(index))
    told = [len(found) for found in scout(rows, index, 50)]
    monkeypatch.setattr(module, "KNOWN_IN", 3_000)
    assert sum(told) < sum(len(found) for found in scout(rows, index, 50))


def test_as_many_are_given_as_were_asked_for_and_the_same_in_any_company(index):
    rows = np.arange(len(index))
    together = [found.tolist() for found in scout(rows, index, 4)]
    alone = [next(iter(scout(rows[at : at + 1], index, 4))).tolist() for at in range(len(rows))]
    assert together == alone
    assert max(map(len, together)) == 4


def test_without_targets_there_is_nothing_to_do(index):
    assert list(scout(np.zeros(0, np.int64), index, 4)) == []
