"""An index that is brought up to date piece by piece is the index that all posts read anew would give."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from suggester.content.links import Address, Resolver
from suggester.engine.build import assemble, build
from suggester.engine.index import _arrays
from suggester.engine.phrases import occurrences, roll
from suggester.engine.pieces import Gatherer, gathered
from suggester.engine.ragged import Ragged
from suggester.entities import Site
from tests.engine.garden import GARDEN, SITE, reading
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
MORE = (90, "Phacelia between rows", "<p>Phacelia and <a href='/soil/'>garden soil</a> feed the worms of April.</p>")


def some(rows, encode=LETTERS):
    return [reading(row, encode=encode) for row in rows]


def same(one, other) -> list[str]:
    """Name the arrays in which two indexes differ."""
    left, right = _arrays(one), _arrays(other)
    assert left.keys() == right.keys()
    return [name for name in left if not np.array_equal(left[name], right[name])]


def brought_up_to_date(before, after, seed=0):
    """Take the pieces of some posts, and make only those that differ."""
    kept = [at for at, row in enumerate(before) if row in after]
    gatherer = Gatherer()
    for each in some([row for row in after if row not in before]):
        gatherer.add(each)
    return gathered(some(before)).take(np.array(kept, np.int64)).joined(gatherer.pieces())


CHANGES = {
    "nothing": lambda posts: posts,
    "a new post": lambda posts: [*posts, MORE],
    "a deleted post": lambda posts: posts[1:],
    "a changed post": lambda posts: [(*posts[0][:2], "<p>Nothing but stones and sand.</p>"), *posts[1:]],
    "a new title": lambda posts: [*posts[:-1], (posts[-1][0], "Stones and sand", posts[-1][2])],
    "all of these": lambda posts: [(*posts[0][:2], "<p>Sand.</p>"), *posts[2:], MORE],
    "all gone": lambda posts: [],
    "all new": lambda posts: [MORE],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changed_is_taken_up_as_if_all_were_read_anew(change):
    before = list(GARDEN)
    after = change(before)
    index = assemble(SITE, brought_up_to_date(before, after), "letters")
    assert same(index, build(SITE, some(after), "letters")) == []


def test_links_are_followed_to_where_posts_are_now():
    pieces = gathered(some([(1, "Soil", "<p>The <a href='/worms/'>worms</a> of it.</p>"), (2, "Worms", "<p>Dig.</p>")]))
    site = Site("https://garden.example")
    moved = Resolver(site, [Address(1, "https://garden.example/soil/"), Address(2, "https://garden.example/worms/")])
    assert assemble(site, pieces, "").links.nnz == 0
    assert assemble(site, pieces, "", moved.resolve).links.toarray().tolist() == [[0, 1], [0, 0]]


def test_phrases_are_counted_as_one_text_after_the_other_would_be():
    dice = np.random.default_rng(3)
    texts = [
        dice.integers(0, 12, size=size).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) for size in (0, 9, 30, 1)
    ]

    known = np.unique(np.concatenate([roll(text, length) for text in texts for length in (1, 2, 3)]))
    known = np.sort(np.append(known[::2], np.array([7, 2**63], np.uint64)))
    slowly = np.zeros(len(known), np.int64)
    for text in texts:
        said = np.unique(np.concatenate([roll(text, length) for length in (1, 2, 3)]))
        slowly[np.isin(known, said)] += 1
    assert occurrences(known, (1, 2, 3), texts).tolist() == slowly.tolist()
    assert slowly.max() > 1


@pytest.mark.parametrize("seed", range(20))
def test_ragged_rows_are_taken_and_joined_like_lists(seed):
    dice = Random(seed)
    lists = [[dice.randrange(9) for _ in range(dice.randrange(4))] for _ in range(dice.randrange(1, 9))]
    ragged = Ragged.of([np.array(each, np.int32) for each in lists], np.zeros(0, np.int32))
    rows = [dice.randrange(len(lists)) for _ in range(dice.randrange(9))]
    taken = ragged.take(np.array(rows, np.int64)).joined(ragged)
    assert [taken[row].tolist() for row in range(len(taken))] == [lists[row] for row in rows] + lists
    assert taken.rows.tolist() == [row for row in range(len(taken)) for _ in taken[row]]
