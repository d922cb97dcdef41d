"""Runs of words out of titles: what they are, how telling, and where they stand."""

from __future__ import annotations

import pytest

from suggester.engine.fragments import SAID_BY, fragments
from suggester.engine.phrases import Rolled, hashes_of
from suggester.engine.words import sequence

TITLES = ["How drip irrigation saved our summer", "A summer of worms", "Drip"]


def hashed(text):
    return hashes_of(sequence(text, "en"))


def strengths(text, titles=TITLES, said=(), longer=False):
    cut = fragments(
        [(row, title, "en") for row, title in enumerate(titles)], [hashed(one) for one in said], max(1, len(said))
    )
    return cut.mentioned(Rolled(hashed(text)), len(titles))[longer].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [0, 0, 0]),
        ("Nothing of the kind.", [0, 0, 0]),
        ("We lay drip irrigation.", [1, 0, 0.5]),  # the two words stand in one title, “drip” in two
        ("A drip, and irrigations", [1, 0, 0.5]),  # inflected words are the same words
        ("Last summer", [0.5, 0.5, 0]),
        ("How our of a", [0, 0, 0]),  # a piece begins and ends with a word of its own
        ("worms", [0, 1, 0]),
    ],
)
def test_a_piece_of_few_titles_that_stands_in_a_text_is_strong(text, expected):
    assert strengths(text) == expected


def test_what_many_posts_say_is_weak_and_what_all_say_is_nothing():
    assert strengths("drip irrigation", said=["drip irrigation"] * 4) == [0.25, 0, 0.25]
    assert strengths("drip irrigation", said=["drip irrigation"] * (SAID_BY + 1)) == [0, 0, 0]


def test_longer_pieces_can_be_asked_for_alone():
    assert strengths("drip irrigation", longer=True) == [1, 0, 0]
    assert strengths("drip and irrigation", longer=True) == [0, 0, 0]


def test_a_site_without_titles_has_no_pieces():
    assert strengths("drip", titles=["", "!"]) == [0, 0]
    assert strengths("", titles=[]) == []


def test_a_post_may_have_several_headings_and_says_a_piece_of_two_of_them_once():
    cut = fragments([(1, "Drip irrigation", "en"), (1, "Why drip irrigation", "en"), (0, "Worms", "en")], [], 2)
    assert cut.mentioned(Rolled(hashed("drip irrigation")), 2)[0].tolist() == [0, 1]
    assert cut.rows.tolist().count(1) == len(set(cut.hashes[cut.rows == 1].tolist()))
