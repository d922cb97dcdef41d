"""Runs of words in a block: where they may begin and end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.content.blocks import read
from suggester.engine.lexicon import Lexicon
from suggester.engine.spans import (
    MOST_WORDS,
    Ground,
    Span,
    Speaking,
    common_runs,
    cuts_word,
    is_open,
    is_telling,
    segments,
    windows,
)
from suggester.engine.words import words
from suggester.entities import Block

NOTHING_RARE = Lexicon.of((), np.zeros(0, np.float32))


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


def found(text: str, title: str, head: str = "", lexicon: Lexicon = NOTHING_RARE) -> list[str]:
    """The runs for a target whose title's words are worth 1 each, those of its head 0.2."""
    own, at = block(text), words(text, "en")
    titled = {word.term: 1.0 for word in words(title, "en") if not word.stop}
    target = Speaking(titled, {word.term: 0.2 for word in words(head, "en")}, float(len(titled)))
    ground = Ground.of(own, at, lexicon)
    marks = [place for place, word in enumerate(at) if target.worth(word.term) and ground.may_speak(word)]
    spans = windows(0, ground, marks, target)
    best = sorted(spans, key=lambda span: -span.worth)
    return [text[span.start : span.end] for span in best]


@pytest.mark.parametrize(
    ("text", "title", "best"),
    [
        ("we mend the garden fence today", "Garden fence", "garden fence"),
        ("we mend fences in the garden", "Fence in garden", "fences in the garden"),
        ("the Fence is down", "Garden fence", "Fence"),  # one word is enough where it is a name
        ("the fence is down", "Garden fence", None),
        ("garden, fence", "Garden fence", None),
        ("fence of a of a of a garden", "Garden fence", None),  # too many words between
        ("nothing here", "Garden fence", None),
    ],
)
def test_a_run_begins_and_ends_with_words_of_the_target(text, title, best):
    assert (found(text, title) or [None])[0] == best


def test_a_word_of_the_first_paragraphs_speaks_for_a_target_less_than_one_of_its_title():
    runs = found("an oak garden fence", "Garden fence", head="oak")
    assert runs[0] == "oak garden fence"
    assert found("an oak plank", "Garden fence", head="oak plank") == ["oak plank"]


def test_rare_words_that_say_nothing_of_the_target_are_kept_out():
    rare = Lexicon.of(("zebra", "yak"), np.array([5, 5], np.float32))
    assert found("garden zebra yak fence", "Garden fence", lexicon=rare) == []
    assert len(found("garden zebra fence", "Garden fence", lexicon=rare)) == 1


def test_no_run_is_longer_than_an_anchor_may_be():
    text = " ".join(["fence", *["garden"] * 20, "fence"])
    assert all(len(run.split()) <= MOST_WORDS for run in found(text, "Garden fence"))
    wide = "fence " + "x" * 100 + " garden"
    assert found(wide, "Fence garden") == []


@pytest.mark.parametrize(
    ("text", "title", "run"),
    [
        ("see the Royal Kew Gardens now", "Growing Kew", "Royal Kew Gardens"),
        ("Visit Kew today", "Growing Kew", "Kew"),  # a sentence's first word is no part of the name
        ("in Kew, London", "Growing Kew", "Kew"),
    ],
)
def test_a_name_is_taken_whole(text, title, run):
    assert found(text, title) == [run]


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
    spans = list(common_runs(0, block(text), title))
    assert [text[span.start : span.end] for span in spans] == ([run] if run else [])


@given(st.text("堆肥トマ정원のを ab", max_size=30), st.text("堆肥トマ정원のを ab", max_size=12))
def test_a_shared_run_lies_within_its_block(text, title):
    for span in common_runs(0, block(text), title):
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        assert 0 < span.worth <= 1


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
    ("one", "other", "expected"),
    [
        (Span(0, 3, 5, 1), Span(0, 3, 9, 0), True),
        (Span(0, 3, 9, 1), Span(0, 3, 9, 0), True),
        (Span(0, 3, 9, 1), Span(0, 3, 5, 0), False),
        (Span(0, 3, 5, 1), Span(1, 3, 9, 0), False),
        (Span(0, 1, 4, 1), Span(0, 3, 9, 0), False),
    ],
)
def test_one_run_lies_within_another(one, other, expected):
    assert one.within(other) == expected
