"""Learning a ranker: from drafts to examples, from examples to weights, and how honest it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from suggester.engine.ranker import Ranker
from suggester.evaluate import measures
from suggester.evaluate.examples import Example, gather
from suggester.evaluate.fitting import FEATURES, bent, calibrated, fit, scores_without
from suggester.evaluate.measures import Band
from tests.engine.garden import draft, garden

NEAR = Ranker("near", 0.0, {"near": 1.0})


def example(near, linked, group="one", targets=None, noise=None):
    values = {"near": np.array(near, np.float32), "noise": np.array(noise or near[::-1], np.float32)}
    told = np.array(linked, bool)
    return Example(group, "", values, told, sum(linked) if targets is None else targets)


def sites(*names, count=30):
    chance = np.random.default_rng(5)
    for name in names:
        for _ in range(count):
            near = chance.random(12)
            linked = near + chance.normal(0, 0.1, 12) > 0.8
            yield example(near.tolist(), linked.tolist(), name, noise=chance.random(12).tolist())


def test_an_example_holds_what_is_known_of_a_drafts_candidates_and_which_its_author_linked_to():
    index = garden()
    pair = (draft("<p>Our drip irrigation is fed by rainwater barrels.</p>"), {3, 9_999})
    (found,) = gather([pair], index, None, "garden", "kept")
    assert (found.group, found.regime, found.targets, found.linked.sum()) == ("garden", "kept", 2, 1)
    assert set(FEATURES) <= set(found.features)
    assert {len(values) for values in found.features.values()} == {len(found.linked)}


def test_a_draft_without_candidates_is_no_example():
    assert list(gather([(draft("<p>Zyx wvut.</p>"), {3})], garden(), None, "garden")) == []


def test_it_learns_which_feature_tells_and_which_does_not():
    found = fit(list(sites("one", "two")), "small", ("near", "noise"))
    assert found.id == "small"
    assert found.weights["near"] > 5 * abs(found.weights["noise"])


def test_learning_twice_gives_the_same_weights():
    assert fit(list(sites("one")), "x", ("near",)).weights == fit(list(sites("one")), "x", ("near",)).weights


def test_sites_that_leave_together_are_scored_by_a_ranker_that_saw_neither():
    told = list(sites("one", "two", "three"))
    alone = fit([each for each in told if each.group == "three"], "x", ("near",))
    scores = scores_without(told, [("one", "two")], ("near",))
    for each, said in zip(told, scores, strict=True):
        if each.group != "three":
            assert said.tolist() == pytest.approx(alone.probabilities(each.features).tolist())


def test_calibration_makes_the_mean_score_what_is_true_and_keeps_the_order():
    told = list(sites("one", "two"))
    bold = Ranker("bold", -4.0, {"near": 9.0})
    scores = [bold.probabilities(each.features) for each in told]
    curve = calibrated(scores, told)
    assert min(curve.low, curve.high) > 0
    honest = replace(bold, curve=curve)
    said = np.concatenate([honest.probabilities(each.features) for each in told])
    assert said.mean() == pytest.approx(np.concatenate([each.linked for each in told]).mean(), abs=0.02)
    assert said.tolist() == pytest.approx(
        np.concatenate([bent(one, curve, each) for one, each in zip(scores, told, strict=True)]).tolist(), abs=0.01
    )


def test_scores_that_are_only_too_high_at_the_top_are_lowered_there():
    chance = np.random.default_rng(7)
    odds = chance.uniform(-6, 6, 4_000)
    likely = 1 / (1 + np.exp(-np.minimum(odds, 1 + odds / 10)))
    told = [example(odds.tolist(), (chance.random(4_000) < likely).tolist())]
    scores = [1 / (1 + np.exp(-odds.astype(np.float32)))]
    curve = calibrated(scores, told)
    assert curve.high < 0.5 < curve.low
    top = bent(scores[0], curve, told[0])[odds > 4]
    assert top.mean() == pytest.approx(told[0].linked[odds > 4].mean(), abs=0.03)


def test_scores_that_say_the_opposite_of_what_is_true_get_one_slope_for_all():
    odds = np.linspace(-5, 5, 400)
    told = [example(odds.tolist(), (np.abs(odds) > 4).tolist())]
    curve = calibrated([1 / (1 + np.exp(-odds.astype(np.float32)))], told)
    assert curve.low == curve.high


@pytest.mark.parametrize(
    ("linked", "targets", "count", "expected"),
    [
        ([1, 0, 0], 1, 1, 1),
        ([0, 1, 0], 1, 1, 0),
        ([1, 1, 0], 4, 2, 0.5),  # two of the author's targets are no candidates
        ([0, 0, 0], 1, 3, 0),
    ],
)
def test_recall_counts_targets_that_are_no_candidates_too(linked, targets, count, expected):
    told = example([3, 2, 1], linked, targets=targets)
    assert measures.recall(told, NEAR.probabilities(told.features), count) == expected


def test_a_hit_is_a_first_place():
    told = example([1, 3, 2], [0, 1, 0])
    assert measures.hit(told, NEAR.probabilities(told.features)) == 1
    assert measures.held(example([1, 2], [1, 0], targets=2)) == 0.5


def test_the_mean_is_over_the_groups_however_many_are_in_each():
    assert measures.mean_over_groups([("a", 1), ("a", 1), ("b", 0)]) == {"a": 1, "b": 0, "mean": 0.5}
    assert measures.mean_over_groups([]) == {}


def test_the_bands_say_what_was_said_and_what_was_true():
    told = example([0, 0, 0], [1, 0, 1])
    scores = [np.array([0.95, 0.01, 0.25], np.float32)]
    assert measures.reliability(scores, [told]) == [
        Band(0, 1, pytest.approx(0.01), 0),
        Band(0.2, 1, 0.25, 1),
        Band(0.9, 1, pytest.approx(0.95), 1),
    ]
