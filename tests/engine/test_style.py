"""How a site sets its links, told from those that stand there."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.engine.field import lay_out
from suggester.engine.style import BEFORE, BEHIND, FIRST, INSIDE, LAST, NEAR, UNKNOWN, Habits, before, behind
from suggester.engine.words import words
from tests.engine.garden import body_of, garden

PLACES = {"before": BEFORE, "near": NEAR, "first": FIRST, "inside": INSIDE, "last": LAST, "behind": BEHIND}
LINKED = "<p>All day the rain fell, then we read about <a href='/{}/'>green {} soup</a> (again) and slept well.</p>"


def style_of(*htmls):
    habits = Habits()
    for html in htmls:
        habits.add(body_of(html), "en")
    return habits.finish()


SOUPS = style_of(*(LINKED.format(at, word) for at, word in enumerate(["kale", "pea", "leek", "oat"] * 4, 1)))


@pytest.mark.parametrize(
    ("word", "place"),
    [("about", "before"), ("read", "near"), ("green", "first"), ("soup", "last"), ("soup", "inside"), ("(", "behind")],
)
def test_words_speak_for_the_place_that_they_stand_in(word, place):
    own, other = SOUPS.of([word, "rain"])[:, PLACES[place]]
    assert own > 1 > 0 > other


def test_a_word_that_was_never_seen_says_nothing():
    assert SOUPS.of(["zebra"]).tolist() == [[0] * len(PLACES)]


def test_anchors_are_as_long_as_they_are_here():
    one, three, nine = SOUPS.of_lengths(np.array([1, 3, 9]))
    assert three > 0 > one
    assert three > 0 > nine


@pytest.mark.parametrize(
    "htmls",
    [
        [],
        [LINKED.format(1, "kale")] * 9,  # too few
        ["<p>For more of this please click <a href='/3/'>here</a> today, dear reader.</p>"] * 20,
        ["<p><a href='/3/'>Green kale soup</a></p>"] * 20,  # no prose
        ["<h2>All of our <a href='/3/'>green soups</a> of the year</h2>"] * 20,
    ],
    ids=["no links", "few links", "generic words", "all link", "headings"],
)
def test_nothing_is_told_where_nothing_can_be_learned(htmls):
    assert style_of(*htmls).terms == ()


@pytest.mark.parametrize(
    ("text", "at", "left", "right"),
    [
        ("We read (again) today", 0, "^", "read"),
        ("We read (again) today", 1, "we", "("),
        ("We read (again) today", 2, "(", ")"),
        ("We read (again) today.", 3, ")", "$"),
    ],
)
def test_punctuation_stands_for_what_is_beside_a_word(text, at, left, right):
    (block,) = body_of(f"<p>{text}</p>").blocks
    own = words(text, "en")
    assert (before(block, own, at), behind(block, own, at)) == (left, right)


def test_a_word_leads_to_those_behind_it_in_its_sentence_only():
    blocks = body_of("<p>They read of a fine soup. Some soup followed.</p>").blocks
    field = lay_out(blocks, [words(blocks[0].text, "en")], garden().lexicon, "en", SOUPS)
    led = [word.term for word, odds in zip(field.words, field.habits[:, NEAR], strict=True) if odds > 1]
    assert led == ["a", "fine", "soup"]
    assert field.sentence.tolist() == [0] * 6 + [1] * 3
    assert field.opens.tolist() == [0] * 6 + [6] * 3


def test_a_site_of_no_style_speaks_for_no_word():
    assert not UNKNOWN.of(["about", "soup"]).any()
    assert not UNKNOWN.of_lengths(np.array([1, 40])).any()


def test_an_index_knows_the_style_of_its_site():
    more = [(at, f"Soup {at}", LINKED.format(2, "pea")) for at in range(40, 60)]
    assert garden(*more).style.of(["about"])[0, BEFORE] > 1
    assert garden().style.terms == ()
