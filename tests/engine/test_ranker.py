"""The ranker: named features into a probability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.engine.analysis import analyse
from suggester.engine.candidates import find
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, STANDING, STRAIGHT, Curve, Ranker
from tests.engine.garden import draft, garden

HALF = Ranker("half", 0.0, {"near": 1.0, "far": -2.0})


def values(*numbers: float) -> np.ndarray:
    return np.array(numbers, np.float32)


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ({}, []),
        ({"near": values()}, []),
        ({"near": values(0, 0)}, [0.5, 0.5]),
        ({"near": values(np.log(3))}, [0.75]),
        ({"near": values(np.log(3)), "far": values(np.log(3))}, [0.25]),
        ({"far": values(0)}, [0.5]),  # a feature that is not given counts as nothing
        ({"unknown": values(7, -7)}, [0.5, 0.5]),  # one without a weight too
    ],
)
def test_it_is_a_logistic_function_of_named_features(features, expected):
    assert HALF.probabilities(features).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("name", HAND_SET.weights)
def test_more_of_a_feature_moves_the_score_in_the_direction_of_its_weight(name):
    less, more = HAND_SET.probabilities({name: values(0.2, 0.9)})
    assert (more > less) == (HAND_SET.weights[name] > 0)


@given(st.lists(st.floats(0, 1, width=32), min_size=13, max_size=13))
def test_every_score_is_a_probability(numbers):
    features = {name: values(number) for name, number in zip(HAND_SET.weights, numbers, strict=False)}
    assert 0 < HAND_SET.probabilities(features)[0] < 1


def test_every_weight_is_for_a_feature_that_candidates_have():
    index = garden()
    candidates = find(analyse(draft("<p>Drip irrigation.</p>"), index, None), index, Policy(), ())
    assert set(HAND_SET.weights) <= set(candidates.features)


def test_nothing_in_common_is_far_below_what_is_shown():
    assert HAND_SET.probabilities({"title": values(0)})[0] < 0.01 < Policy().least_score


def test_it_has_an_id_and_is_told_apart_by_it():
    assert (HAND_SET.id, repr(HALF)) == ("hand-set-1", "Ranker(id='half', bias=0.0)")


def test_a_straight_curve_leaves_odds_as_they_are():
    odds = np.array([-30.0, -1, 0, 2, 30])
    assert STRAIGHT(odds).tolist() == pytest.approx(odds.tolist())


@given(st.floats(0.01, 3), st.floats(0.01, 3), st.floats(-5, 5), st.floats(0, 2), st.integers(0, 40))
def test_no_curve_turns_an_order_around(low, high, shift, crowd, standing):
    bent = Curve(low, high, shift, crowd)(np.linspace(-20, 20, 81), float(standing))
    assert (np.diff(bent) > 0).all()


def test_a_curve_that_is_flat_at_the_top_promises_less_of_the_best_and_leaves_the_rest():
    flat = Ranker("flat", 0.0, HALF.weights, Curve(low=1.0, high=0.3))
    near = {"near": values(-6, 0, 6)}
    before, after = HALF.probabilities(near), flat.probabilities(near)
    assert after[0] == pytest.approx(before[0], rel=0.02)
    assert after[1] < before[1]
    assert 0.8 < after[2] < 0.95 < before[2]


def test_what_stands_ahead_lowers_a_score_be_it_a_link_or_a_better_candidate():
    crowded = Ranker("crowded", 0.0, HALF.weights, Curve(crowd=0.5))
    alone = crowded.probabilities({"near": values(1)})[0]
    second = crowded.probabilities({"near": values(2, 1)})[1]
    beside_a_link = crowded.probabilities({"near": values(1), STANDING: values(1)})[0]
    assert alone == pytest.approx(HALF.probabilities({"near": values(1)})[0])
    assert second == pytest.approx(beside_a_link)
    assert second < alone


def test_a_suggestion_that_was_accepted_changes_no_score_of_the_others():
    crowded = Ranker("crowded", 0.0, HALF.weights, Curve(0.8, 0.4, -0.2, 0.6))
    before = crowded.probabilities({"near": values(3, 1, 0), STANDING: values(2, 2, 2)})
    after = crowded.probabilities({"near": values(1, 0), STANDING: values(3, 3)})
    assert after.tolist() == pytest.approx(before[1:].tolist())


def test_candidates_that_are_as_good_as_each_other_get_the_same_score():
    crowded = Ranker("crowded", 0.0, HALF.weights, Curve(crowd=0.5))
    first, second, third = crowded.probabilities({"near": values(1, 1, 0)}).tolist()
    assert first == second > third
