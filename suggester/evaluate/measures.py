"""How good an order of candidates is, and how honest a probability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from suggester.evaluate.examples import Example

BANDS = (0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Band:
    """Candidates whose scores are close together, and how many of them the author linked to."""

    least: float
    candidates: int
    said: float  # mean score
    true: float  # share that the author linked to


def recall(example: Example, scores: NDArray[np.float32], count: int = 10) -> float:
    """Give the share of the author's targets among the first `count`."""
    best = np.argsort(-scores, kind="stable")[:count]
    return float(example.linked[best].sum() / example.targets)


def hit(example: Example, scores: NDArray[np.float32]) -> float:
    """Give 1 where the first is a target of the author's, else 0."""
    return float(example.linked[int(np.argmax(scores))])


def held(example: Example) -> float:
    """Give the share of the author's targets that are candidates at all."""
    return float(example.linked.sum() / example.targets)


def mean_over_groups(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Average (group, value) pairs within each group; the mean over the groups is called "mean"."""
    by_group: dict[str, list[float]] = {}
    for group, value in values:
        by_group.setdefault(group, []).append(value)
    means = {group: fmean(found) for group, found in sorted(by_group.items())}
    return means | {"mean": fmean(means.values())} if means else {}


def reliability(scores: Sequence[NDArray[np.float32]], examples: Sequence[Example]) -> list[Band]:
    """Say, for bands of scores, what was said and what was true."""
    said, true = np.concatenate([*scores]), np.concatenate([example.linked for example in examples])
    at = np.digitize(said, BANDS[1:-1])
    return [
        Band(BANDS[band], int(own.sum()), float(said[own].mean()), float(true[own].mean()))
        for band in range(len(BANDS) - 1)
        if (own := at == band).any()
    ]
