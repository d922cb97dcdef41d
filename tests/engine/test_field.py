"""A draft laid out in one row of words, and the runs that may carry a link."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.content.blocks import read
from suggester.engine.field import MOST_UNITS, Field, is_spaceless, keys_of, lay_out
from suggester.engine.lexicon import Lexicon
from suggester.engine.spans import MOST_CHARACTERS
from suggester.engine.words import words

LEXICON = Lexicon.of(("shed", "compost"), np.array([2, 4], np.float32))


def laid_out(html: str, lang: str = "en") -> tuple[Field, list[str]]:
    blocks = read(html).blocks
    field = lay_out(blocks, [words(block.text, lang) for block in blocks], LEXICON, lang)
    runs = []
    for first, behind in zip(field.first.tolist(), field.behind.tolist(), strict=True):
        text = blocks[int(field.block[first])].text
        runs.append(text[field.words[first].start : field.words[behind - 1].end])
    return field, runs


@pytest.mark.parametrize(
    ("html", "runs"),
    [
        ("<p>Mend sheds</p>", ["Mend", "Mend sheds", "sheds"]),
        ("<p>Mend, sheds</p>", ["Mend", "sheds"]),
        ("<p>Mend</p><p>sheds</p>", ["Mend", "sheds"]),
        ("<p>the sheds of</p>", ["the sheds", "sheds"]),  # no run ends with a stop word, none is nothing else
        ("<p>Mend <code>sheds</code></p>", ["Mend", "sheds"]),
        ("<h2>Mend sheds</h2>", []),
        ("<p>“Of the”</p>", ["Of the"]),  # what is quoted is one, whatever it is
        ("", []),
    ],
)
def test_the_runs_of_a_draft(html, runs):
    assert sorted(laid_out(html)[1]) == sorted(runs)


def test_scripts_without_spaces_are_cut_where_the_script_changes():
    assert laid_out("<p>堆肥の作り方</p>", "ja")[1] == [
        *("堆肥", "堆肥の作", "堆肥の作り方", "の作", "の作り方", "作", "作り方", "り方", "方")
    ]


@given(st.lists(st.sampled_from(["shed", "Kew", "of", "the", "x" * 30, "堆肥", "トマト", "の", "정원", ",", "“", "”"])))
def test_no_run_is_longer_than_it_may_be_and_all_lie_in_one_block(parts):
    field, runs = laid_out(f"<p>{' '.join(parts)}</p>")
    assert all(first < behind for first, behind in zip(field.first, field.behind, strict=True))
    assert all(len(run.split()) <= MOST_UNITS or len(run) <= 100 for run in runs)
    assert all(len(run) <= max(MOST_CHARACTERS, 100) for run in runs)


def test_each_word_comes_with_what_is_known_of_it():
    field, _ = laid_out("<p>See the “Shed” post on compost.</p>")
    assert [word.term for word in field.words] == ["see", "the", "shed", "post", "on", "compost"]
    assert field.rarity.tolist() == [0, 0, 0.5, 0, 0, 1]
    assert field.cue.tolist() == [True, False, False, False, False, False]
    assert field.noun.tolist() == [False, False, False, True, False, False]
    assert (field.opened & field.closed).tolist() == [False, False, True, False, False, False]
    assert field.capital.tolist() == [True, False, True, False, False, False]


@pytest.mark.parametrize(
    ("text", "lang", "keys"),
    [
        ("The sheds", "en", [("the", True), ("shed", False)]),
        ("堆肥の話", "ja", [("堆肥", False), ("堆肥", False), ("の", True), ("話", False)]),
        ("", "en", []),
    ],
)
def test_a_word_is_known_by_its_stem_and_a_character_by_its_pair(text, lang, keys):
    assert list(keys_of(text, lang)) == keys


@pytest.mark.parametrize(("key", "expected"), [("の", True), ("堆肥", True), ("shed", False), ("", False)])
def test_scripts_without_spaces_are_known(key, expected):
    assert is_spaceless(key) == expected
