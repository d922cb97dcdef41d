"""What a tool is worth: the figures, on cases that can be counted by hand."""

from __future__ import annotations

from math import log2

import pytest

from suggester.evaluate.figures import Answer, Band, alike, figures, gain, recall, reliability


def answer(truth, ranked, **more):
    return Answer(frozenset(truth), tuple(ranked), **more)


def test_recall_and_gain_are_over_the_hidden_targets():
    found = answer({1, 2}, [9, 1, 8, 7])
    assert recall(found) == 0.5
    assert gain(found) == pytest.approx((1 / log2(3)) / (1 + 1 / log2(3)))
    assert recall(answer({1}, [*range(20, 30), 1])) == 0


def test_the_mean_is_over_posts():
    told = figures([answer({1}, [1]), answer({1, 2, 3, 4}, [9])])
    assert (told["sources"], told["targets"]) == (2, 5)
    assert told["R@10/all"] == told["hit@1/all"] == 0.5


def test_newer_posts_count_only_in_the_figures_over_all():
    told = figures([answer({1}, [5, 1], newer=frozenset({5}))])
    assert (told["hit@1"], told["hit@1/all"]) == (1, 0)
    only_newer = figures([answer({5}, [5], newer=frozenset({5}))])
    assert only_newer["R@10/all"] == 1
    assert "R@10" not in only_newer


def test_shown_suggestions_have_a_precision_and_a_recall():
    told = figures(
        [
            answer({1, 2}, [1, 9], scores=(0.9, 0.2), shown=frozenset({1, 9}), on_place=((True, 0.5),)),
            answer({3}, [8], scores=(0.1,), on_place=((False, 0.0),)),
        ]
    )
    assert (told["shown a source"], told["shown precision"]) == (1, 0.5)
    assert told["shown recall"] == pytest.approx(1 / 3)
    assert (told["place"], told["anchor F1"]) == (0.5, 0.25)


def test_a_tool_without_scores_has_no_such_figures():
    assert not {"place", "shown recall", "shown precision"} & set(figures([answer({1}, [1])]))
    assert "shown precision" not in figures([answer({1}, [1], scores=(0.05,))])


def test_bands_say_what_was_said_and_what_was_linked():
    told = answer({1}, [1, 2, 3], scores=(1.0, 0.95, 0.04))
    assert reliability([told]) == [Band(0.0, 1, 0.04, 0), Band(0.9, 2, pytest.approx(0.975), 0.5)]


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("a b", "B c", 0.5), ("a a", "a", 2 / 3), ("", "", 0), ("x", "y", 0)]
)
def test_anchors_are_alike_by_their_words(one, other, expected):
    assert alike(one, other) == pytest.approx(expected)
