"""From features to a probability that an editor would accept the link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from suggester.engine.features import Floats


@dataclass(frozen=True, slots=True)
class Ranker:
    """A logistic function of named features; a feature that is not given counts as 0."""

    id: str
    bias: float
    weights: Mapping[str, float] = field(repr=False)

    def probabilities(self, features: Mapping[str, Floats]) -> Floats:
        """Give the probability of each candidate, 0 to 1."""
        count = len(next(iter(features.values()), ()))
        total = np.full(count, self.bias, np.float32)
        for name, weight in self.weights.items():
            if name in features:
                total += weight * features[name]
        return (1 / (1 + np.exp(-total))).astype(np.float32)


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
