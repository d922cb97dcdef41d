"""Runs of words in a block: where they may begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.content.blocks import read
from suggester.engine.spans import (
    balanced,
    common_run,
    cuts_word,
    is_open,
    is_telling,
    segments,
)
from suggester.engine.words import words
from suggester.entities import Block


def block(text: str, *closed: tuple[int, int], linkable: bool = True) -> Block:
    return Block(0, "paragraph", text, linkable, closed)


def cut(own: Block) -> list[str]:
    found = words(own.text, "en")
    return [own.text[found[first].start : found[behind - 1].end] for first, behind in segments(own, found)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("one two three", ["one two three"]),
        ("one, two. three", ["one", "two", "three"]),
        ("salt & pepper", ["salt & pepper"]),
        ("and/or Jean-Luc's", ["and/or Jean-Luc's"]),
        ("l'eau de d’Alembert", ["l'eau de d’Alembert"]),
        ("one\u00a0two", ["one\u00a0two"]),
        ("one (two) “three”", ["one", "two", "three"]),
        ("one — two: three; four", ["one", "two", "three", "four"]),
        ("one – two", ["one – two"]),
        ("", []),
        ("…", []),
    ],
)
def test_a_block_is_cut_at_punctuation(text, runs):
    assert cut(block(text)) == runs


def test_a_block_is_cut_at_links_code_and_shortcodes():
    (own,) = read("<p>one two <a href='/'>three four</a> five <code>six</code> seven</p>").blocks
    runs = [set(run.split()) for run in cut(own)]
    assert runs[0] == {"one", "two"}
    assert not any({"five", "seven"} <= run for run in runs)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 4, True), (0, 5, False), (5, 8, False), (6, 7, False), (8, 12, True), (3, 12, False)],
)
def test_a_link_may_not_touch_what_is_closed(start, end, expected):
    own = block("one two three", (4, 8))
    assert is_open(own, start, end) == expected
    assert not is_open(block("one two three", linkable=False), start, end)


@pytest.mark.parametrize(
    ("text", "title", "run"),
    [
        ("今日は堆肥の作り方を学ぶ", "堆肥の作り方", "堆肥の作り方"),
        ("トマトソース", "トマト栽培", "トマトソース"),
        ("堆肥の話", "堆肥の作り方", None),  # two characters are too few
        ("発酵堆肥の話", "発酵堆肥と水", "発酵堆肥"),
        ("정원 가게", "정원 가꾸기", None),
        ("an English text", "堆肥", None),
        ("堆肥の作り方", "An English title", None),
        ("", "堆肥", None),
    ],
)
def test_scripts_without_spaces_give_the_longest_run_shared_with_the_title(text, title, run):
    found = common_run(block(text), title)
    assert (text[slice(*found)] if found else None) == run


@given(st.text("堆肥トマ정원のを ab", max_size=30), st.text("堆肥トマ정원のを ab", max_size=12))
def test_a_shared_run_lies_within_its_block(text, title):
    if found := common_run(block(text), title):
        start, end = found
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("トマトソース", "トマト", True),
        ("ミニトマト", "トマト", True),
        ("トマトを", "トマト", False),
        ("정원사", "정원", False),  # what follows may be a particle
        ("꽃정원", "정원", True),
        ("堆肥化", "堆肥", False),  # nobody can tell
        ("a garden", "garden", False),
        ("garden", "garden", False),
    ],
)
def test_half_a_word_is_told_from_a_whole_one(text, part, expected):
    start = text.index(part)
    assert cuts_word(text, start, start + len(part)) == expected


@pytest.mark.parametrize(
    ("text", "rarities", "expected"),
    [
        ("compost", [4.0], True),
        ("garden", [1.5], False),  # too common to say something alone
        ("compost heap", [4.0, 1.5], True),
        ("garden work", [0.0, 0.0], False),
        ("ox", [5.0], False),  # too short
        ("2024", [5.0], False),
        ("3.5", [5.0], False),
        ("here", [5.0], False),
        ("read more", [5.0, 5.0], False),
        ("the", [5.0], False),
        ("これから", [0.0] * 4, False),
        ("作り方", [0.0] * 3, True),
        ("トマト", [0.0] * 3, True),
    ],
)
def test_words_that_say_something_read_alone(text, rarities, expected):
    assert is_telling(text, words(text, "en"), rarities) == expected


@pytest.mark.parametrize(
    ("text", "run", "expected"),
    [
        ("Get life insurance (VMLI) now", "life insurance (VMLI", "life insurance (VMLI)"),
        ("Get life insurance (now or later)", "life insurance (now", "life insurance"),
        ("Get (life insurance) now", "life insurance)", "(life insurance)"),
        ("Get (your life insurance) now", "life insurance) now", "now"),
        ("Get life insurance (VMLI) now", "life insurance (VMLI)", "life insurance (VMLI)"),
        ("Get life (now", "(", ""),
    ],
)
def test_no_bracket_is_left_alone(text, run, expected):
    start, end = balanced(text, text.index(run), text.index(run) + len(run))
    assert text[start:end] == expected
