"""The quick ways to cut a text into words, which give what the thorough one gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.engine.phrases import ANCHOR, TITLE, PhraseTable, Rolled, Sieve, hashes_of, look_up, roll
from suggester.engine.words import TOKEN, sequence, terms, words

TRICKY = st.text(alphabet="abSstTrevldm'’.-&_+# 09éß\u0301İ庭ガ한", max_size=30)


@given(TRICKY)
def test_words_are_those_of_the_one_pattern_for_all_scripts(text):
    spans = [match.span() for match in TOKEN.finditer(text)]
    found = words(text, "en")
    assert all(any(start <= word.start and word.end <= end for start, end in spans) for word in found)
    assert {start for start, _ in spans} <= {word.start for word in found}
    assert {end for _, end in spans} <= {word.end for word in found}


@given(TRICKY)
def test_a_sequence_is_the_terms_of_the_words(text):
    assert sequence(text, "en") == [word.term for word in words(text, "en")]


@given(st.text(alphabet="abSstTrevldm'.-&_+# 09,;()", max_size=40))
def test_where_folding_changes_no_letter_words_give_the_terms_for_counting(text):
    assert terms(text, "en") == [word.term for word in words(text, "en")]


@given(st.lists(st.integers(0, 9), max_size=20), st.lists(st.integers(0, 9), max_size=20))
def test_every_place_of_a_hash_is_looked_up_in_one_go(known, keys):
    known.sort()
    there = [(at, place) for place, key in enumerate(keys) for at, other in enumerate(known) if other == key]
    hashes = np.array(known, np.uint64)
    for sieve in (None, Sieve(hashes)):
        found = look_up(hashes, np.array(keys, np.uint64), sieve)
        assert list(zip(*(column.tolist() for column in found), strict=True)) == there


@given(st.lists(st.integers(0, 2**64 - 1), max_size=50), st.lists(st.integers(0, 2**64 - 1), max_size=50))
def test_a_sieve_holds_back_no_hash_that_is_known(known, others):
    sieve = Sieve(np.array(known, np.uint64))
    assert sieve.let_through(np.array(known + others, np.uint64)).tolist()[: len(known)] == list(range(len(known)))


@pytest.fixture
def table():
    known = sorted((int(roll(hashes_of(terms), 2)[0]), row) for row, terms in enumerate([["a", "b"], ["b", "c"]]))
    return PhraseTable(
        hashes=np.array([key for key, _ in known], np.uint64),
        rows=np.array([row for _, row in known], np.int32),
        kinds=np.array([(TITLE, ANCHOR)[row] for _, row in known], np.int8),
        strengths=np.ones(2, np.float32),
        lengths=np.array([2], np.int32),
    )


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([["x", "a", "b", "c"]], [(0, 0, 1), (0, 1, 2)]),
        ([["x"], [], ["b", "c"]], [(2, 1, 0)]),
        ([["a"], ["b"]], []),  # not over a block's end
        ([[]], []),
        ([], []),
    ],
)
def test_phrases_are_found_within_their_blocks(table, blocks, expected):
    starts = np.cumsum([0, *(len(own) for own in blocks)])
    hits = table.hits(Rolled(hashes_of([term for own in blocks for term in own])), starts)
    assert sorted((block, hit.row, hit.first) for block, hit in hits) == expected
    assert [hit.row for _, hit in hits.of(1)] == [row for _, row, _ in expected if row == 1]
