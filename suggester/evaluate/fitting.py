"""Learning a ranker from examples, and what it is worth on examples that it has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suggester.engine.ranker import STANDING, Curve, Ranker, ahead
from suggester.evaluate.examples import Example

STRENGTH = 0.05  # of what is learned against staying at nothing (scikit-learn's C)
ROUNDS = 400
FEATURES = (
    "words", "words_share", "words_rank", "nearer_than_usual", "meaning", "passage_place", "block", "block_share",
    "title", "title_words", "anchor", "fragment", "long_fragment", "heading", "neighbours", "links_back", "inbound",
    "orphan", "length", "newer", "newer_by", "posts_between",
)  # fmt: skip

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Table:
    """Examples as one matrix, a row for each candidate."""

    values: Floats
    linked: NDArray[np.bool_]
    weights: NDArray[np.float64]


def table(examples: Sequence[Example], features: Collection[str] = FEATURES) -> Table:
    """Stack examples; each group counts by the root of how many examples it has."""
    told = [example for example in examples if example.linked.any()]
    times = Counter((example.group, example.regime) for example in told)
    weights = [1 / times[example.group, example.regime] ** 0.5 for example in told]
    return Table(
        np.concatenate([matrix(example, features) for example in told]),
        np.concatenate([example.linked for example in told]),
        np.repeat(weights, [len(example.linked) for example in told]),
    )


def matrix(example: Example, features: Collection[str]) -> Floats:
    """Give the features of one example in columns."""
    return np.stack([example.features[name] for name in features], axis=1).astype(np.float32)


def fit(examples: Sequence[Example], name: str, features: Collection[str] = FEATURES) -> Ranker:
    """Learn weights by logistic regression over standardised features."""
    from sklearn.linear_model import LogisticRegression

    found = table(examples, features)
    spread = found.values.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    model.fit(found.values / spread, found.linked, sample_weight=found.weights / found.weights.mean())
    weights = (model.coef_[0] / spread).tolist()
    return Ranker(name, float(model.intercept_[0]), dict(zip(features, map(float, weights), strict=True)))


def scores_without(
    examples: Sequence[Example], together: Sequence[Collection[str]], features: Collection[str] = FEATURES
) -> list[Floats]:
    """Score every example by a ranker that has not seen its group; `together` are groups left out as one."""
    wholes = _wholes(examples, together)
    rankers = {
        whole: fit([one for one in examples if one.group not in whole], "left-out", features)
        for whole in dict.fromkeys(wholes)
    }
    return [rankers[whole].probabilities(example.features) for whole, example in zip(wholes, examples, strict=True)]


def bent_without(
    scores: Sequence[Floats], examples: Sequence[Example], together: Sequence[Collection[str]]
) -> list[Floats]:
    """Make the scores of every example honest by what those of other groups came to."""
    wholes = _wholes(examples, together)
    curves = {}
    for whole in dict.fromkeys(wholes):
        others = [(said, one) for said, one in zip(scores, examples, strict=True) if one.group not in whole]
        curves[whole] = calibrated([said for said, _ in others], [one for _, one in others])
    return [bent(said, curves[whole], one) for whole, said, one in zip(wholes, scores, examples, strict=True)]


def _wholes(examples: Sequence[Example], together: Sequence[Collection[str]]) -> list[frozenset[str]]:
    """Give the groups that each example leaves with."""
    family = {group: frozenset(groups) for groups in together for group in groups}
    return [family.get(example.group, frozenset({example.group})) for example in examples]


def calibrated(scores: Sequence[Floats], examples: Sequence[Example]) -> Curve:
    """Learn how scores have to be bent to be honest, by what unseen examples came to.

    A logistic regression over ln(p), -ln(1 - p) and the links ahead; none of them may turn an order around.
    """
    from sklearn.linear_model import LogisticRegression

    odds = [logits(said) for said in scores]
    before = [ahead(said, _standing(one)) for said, one in zip(odds, examples, strict=True)]
    whole, linked = np.concatenate(odds), np.concatenate([example.linked for example in examples])
    low, high, crowd = -np.logaddexp(0, -whole), np.logaddexp(0, whole), -np.concatenate(before)
    model = LogisticRegression(C=1e6, max_iter=ROUNDS)
    found = [0.0, 0.0, 0.0]
    for sides in ([low, high, crowd], [low, high], [low + high]):  # fewer, where an order would be turned around
        model.fit(np.stack(sides, axis=1), linked)
        found = model.coef_[0].tolist()
        if min(found) >= 0:
            break
    found = [found[0], *found] if len(found) == 1 else found
    return Curve(*(round(each, 5) for each in (found[0], found[1], float(model.intercept_[0]), *found[2:])))


def bent(scores: Floats, curve: Curve, example: Example) -> Floats:
    """Make the scores of an example honest."""
    return np.asarray(1 / (1 + np.exp(-curve(logits(scores), _standing(example)))), np.float32)


def _standing(example: Example) -> Floats:
    return example.features.get(STANDING, np.zeros(len(example.linked), np.float32))


def logits(scores: Floats) -> NDArray[np.float64]:
    """Undo the logistic function."""
    said = np.clip(scores.astype(np.float64), 1e-9, 1 - 1e-9)
    return np.asarray(np.log(said / (1 - said)))
