"""Learning a ranker from examples, and what it is worth on examples that it has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suggester.engine.ranker import Curve, Ranker
from suggester.evaluate.examples import Example

STRENGTH = 0.05  # of what is learned against staying at nothing (scikit-learn's C)
ROUNDS = 400
FEATURES = (
    "words", "words_share", "words_rank", "nearer_than_usual", "meaning", "passage_rank", "subject_share",
    "passage_place", "block", "block_share", "title", "title_words", "anchor", "mentions", "fragment", "long_fragment",
    "neighbours", "near_neighbours", "cited_together", "cited_beside", "links_back", "like_linked", "inbound", "orphan",
    "length", "posts", "newer", "newer_by", "posts_between",
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
    return [bent(said, curves[whole]) for whole, said in zip(wholes, scores, strict=True)]


def _wholes(examples: Sequence[Example], together: Sequence[Collection[str]]) -> list[frozenset[str]]:
    """Give the groups that each example leaves with."""
    family = {group: frozenset(groups) for groups in together for group in groups}
    return [family.get(example.group, frozenset({example.group})) for example in examples]


def calibrated(scores: Sequence[Floats], examples: Sequence[Example]) -> Curve:
    """Learn how scores have to be bent to be honest, by what unseen examples came to.

    Beta calibration: a logistic regression over ln(p) and -ln(1 - p), both slopes 0 or more.
    """
    from sklearn.linear_model import LogisticRegression

    odds, linked = logits(np.concatenate([*scores])), np.concatenate([example.linked for example in examples])
    sides = np.stack([-np.logaddexp(0, -odds), np.logaddexp(0, odds)], axis=1)
    model = LogisticRegression(C=1e6, max_iter=ROUNDS)
    model.fit(sides, linked)
    low, high = model.coef_[0].tolist()
    if min(low, high) < 0:  # then one slope has to do
        model.fit(odds[:, None], linked)
        low = high = float(model.coef_[0, 0])
    return Curve(round(low, 5), round(high, 5), round(float(model.intercept_[0]), 5))


def bent(scores: Floats, curve: Curve) -> Floats:
    """Make scores honest."""
    return np.asarray(1 / (1 + np.exp(-curve(logits(scores)))), np.float32)


def logits(scores: Floats) -> NDArray[np.float64]:
    """Undo the logistic function."""
    said = np.clip(scores.astype(np.float64), 1e-9, 1 - 1e-9)
    return np.asarray(np.log(said / (1 - said)))
