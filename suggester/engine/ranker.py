"""From features to a probability that an editor would accept the link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suggester.engine.features import Floats


@dataclass(frozen=True, slots=True)
class Curve:
    """How log-odds are bent to be honest: beta calibration (Kull, Silva Filho and Flach, 2017).

    A slope for what is unlikely, one for what is likely, and a shift. Two slopes, because a logistic function that is
    right about the many poor candidates promises too much of the few best ones. Never turns an order around.
    """

    low: float = 1.0
    high: float = 1.0
    shift: float = 0.0

    def __call__(self, odds: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """Bend log-odds: low * ln(p) - high * ln(1 - p) + shift."""
        bent: NDArray[np.floating[Any]] = (
            self.shift - self.low * np.logaddexp(0, -odds) + self.high * np.logaddexp(0, odds)
        )
        return bent


STRAIGHT = Curve()


@dataclass(frozen=True, slots=True)
class Ranker:
    """A logistic function of named features, bent to be honest; a feature that is not given counts as 0."""

    id: str
    bias: float
    weights: Mapping[str, float] = field(repr=False)
    curve: Curve = field(default=STRAIGHT, repr=False)

    def probabilities(self, features: Mapping[str, Floats]) -> Floats:
        """Give the probability of each candidate, 0 to 1."""
        count = len(next(iter(features.values()), ()))
        total = np.full(count, self.bias, np.float32)
        for name, weight in self.weights.items():
            if name in features:
                total += weight * features[name]
        odds = total if self.curve == STRAIGHT else self.curve(total)
        return (1 / (1 + np.exp(-odds))).astype(np.float32)


HAND_SET = Ranker(
    id="hand-set-1",
    bias=-10.3,
    weights={
        "title": 4.4,
        "anchor": 4.6,
        "words_share": 1.75,
        "words_rank": 1.4,
        "block_share": 2.3,
        "meaning": 0.9,
        "passage_rank": 1.2,
        "title_words": 1.3,
        "neighbours_share": 1.5,
        "cited_together": 1.0,
        "inbound": 0.4,
        "length": 0.35,
        "far_in_time": -0.15,
    },
)
"""Weights set by hand from what each feature is worth on sites with known links; see benchmarks/README.md."""
