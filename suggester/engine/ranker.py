"""From features to a probability that an editor would accept the link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suggester.engine.features import Floats

Reals = NDArray[np.floating[Any]]
STANDING = "standing"  # the feature that counts the posts that a draft links to already


@dataclass(frozen=True, slots=True)
class Curve:
    """How log-odds are bent to be honest: beta calibration (Kull, Silva Filho and Flach, 2017), and the room in a post.

    A slope for what is unlikely, one for what is likely, and a shift. Two slopes, because a logistic function that is
    right about the many poor candidates promises too much of the few best ones. An author who has set many links sets
    few more, so that odds fall with every link that stands and every candidate that is better.
    Never turns an order around.
    """

    low: float = 1.0
    high: float = 1.0
    shift: float = 0.0
    crowd: float = 0.0  # what the odds lose for each e-fold of 1 + links ahead

    def __call__(self, odds: Reals, standing: Reals | float = 0.0) -> Reals:
        """Bend the log-odds of all candidates of a draft in which so many links stand.

        low * ln(p) - high * ln(1 - p) + shift - crowd * ln(1 + standing + better candidates).
        """
        bent = self.shift - self.low * np.logaddexp(0, -odds) + self.high * np.logaddexp(0, odds)
        return np.asarray(bent - self.crowd * ahead(odds, standing) if self.crowd else bent)


def ahead(odds: Reals, standing: Reals | float = 0.0) -> Reals:
    """Give ln(1 + links that stand + candidates with better odds) for each candidate of a draft."""
    better = np.searchsorted(np.sort(-odds), -odds, "left")
    return np.asarray(np.log1p(better + standing))


STRAIGHT = Curve()


@dataclass(frozen=True, slots=True)
class Ranker:
    """A logistic function of named features, bent to be honest; a feature that is not given counts as 0."""

    id: str
    bias: float
    weights: Mapping[str, float] = field(repr=False)
    curve: Curve = field(default=STRAIGHT, repr=False)

    def probabilities(self, features: Mapping[str, Floats]) -> Floats:
        """Give the probability of each candidate of a draft, 0 to 1; all of them have to be handed in at once."""
        count = len(next(iter(features.values()), ()))
        total = np.full(count, self.bias, np.float32)
        for name, weight in self.weights.items():
            if name in features:
                total += weight * features[name]
        odds = total if self.curve == STRAIGHT else self.curve(total, features.get(STANDING, 0.0))
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
