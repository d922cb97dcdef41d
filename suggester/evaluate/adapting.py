"""Bending the bundled ranker to one site, and saying whether that site is really ranked better then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from suggester.engine.ranker import Ranker
from suggester.evaluate.examples import Example

STRENGTH = 30.0  # of the bundled weights against what the site says; see benchmarks/README.md
RESAMPLES = 2_000
SURE = 0.95  # of the resamples must be better: the usual one-sided 5 %

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One post's candidates, in columns."""

    values: Doubles  # standardised features, shape (candidates, features)
    odds: Doubles  # what the bundled ranker says, before its curve
    linked: NDArray[np.bool_]


def adapt(
    base: Ranker, examples: Sequence[Example], said: Sequence[Example], name: str = "own", strength: float = STRENGTH
) -> Ranker:
    """Shift the weights of a ranker so that what was linked and accepted stands above the rest of its post.

    A conditional logistic regression (the odds of each linked candidate against all that are not, within a post) for
    links, a plain one for verdicts, and a pull towards the weights there were, `strength` for each standard deviation
    squared. What a score promises stays as it was: the bias is set so that as many links are expected as before.
    """
    from scipy.optimize import minimize

    told = [each for each in examples if each.linked.any() and not each.linked.all()]
    if not told and not said:
        return replace(base, id=name)
    spread = _spread(base, [*told, *said])
    lessons, judged = [_lesson(each, base, spread) for each in told], [_lesson(each, base, spread) for each in said]

    def loss(found: Doubles) -> tuple[float, Doubles]:
        shift, bias = found[:-1], float(found[-1])
        total, slope = strength * float(shift @ shift) + bias * bias, np.append(2 * strength * shift, 2 * bias)
        for lesson in lessons:
            missed, steep = _within_post(lesson, shift)
            total, slope[:-1] = total + missed, slope[:-1] + steep
        for lesson in judged:
            missed, steep = _alone(lesson, shift, bias)
            total, slope = total + missed, slope + steep
        return total, slope

    start = np.zeros(len(spread) + 1)
    shift = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x[:-1]
    weights = {
        feature: round(base.weights[feature] + float(by), 5)
        for feature, by in zip(base.weights, shift / spread, strict=True)
    }
    return (
        _level(replace(base, id=name, weights=weights), base, told) if told else replace(base, id=name, weights=weights)
    )


def _spread(base: Ranker, examples: Sequence[Example]) -> Doubles:
    return np.asarray(np.concatenate([_matrix(each, base) for each in examples]).std(axis=0) + 1e-6)


def _matrix(example: Example, base: Ranker) -> Doubles:
    return np.stack([example.features[name] for name in base.weights], axis=1).astype(np.float64)


def _lesson(example: Example, base: Ranker, spread: Doubles) -> Lesson:
    values = _matrix(example, base)
    odds = base.bias + values @ np.array(list(base.weights.values()))
    return Lesson(values / spread, odds, example.linked)


def _within_post(lesson: Lesson, shift: Doubles) -> tuple[float, Doubles]:
    """Minus the mean log-share of the linked candidates, each beside those that are not linked."""
    odds = lesson.odds + lesson.values @ shift
    others, own = odds[~lesson.linked], odds[lesson.linked]
    rest = np.logaddexp.reduce(others)
    whole = np.logaddexp(rest, own)
    shares = np.exp(others - rest)
    away = 1 - np.exp(own - whole)
    slope = away.mean() * (shares @ lesson.values[~lesson.linked]) - (away @ lesson.values[lesson.linked]) / len(own)
    return float((whole - own).mean()), slope


def _alone(lesson: Lesson, shift: Doubles, bias: float) -> tuple[float, Doubles]:
    """Minus the log-probability of verdicts; their bias is their own, since people accept more than authors link."""
    odds = lesson.odds + lesson.values @ shift + bias
    true = lesson.linked.astype(np.float64)
    said = 1 / (1 + np.exp(-odds))
    slope = np.append(lesson.values.T @ (said - true), (said - true).sum())
    return float((np.logaddexp(0, odds) - true * odds).sum()), slope


def _level(ranker: Ranker, base: Ranker, examples: Sequence[Example]) -> Ranker:
    """Set the bias so that as many links are expected among the candidates as the other ranker expects."""
    wanted = sum(float(base.probabilities(each.features).sum()) for each in examples)
    low, high = ranker.bias - 20.0, ranker.bias + 20.0
    for _ in range(40):
        middle = (low + high) / 2
        tried = replace(ranker, bias=middle)
        expected = sum(float(tried.probabilities(each.features).sum()) for each in examples)
        low, high = (middle, high) if expected < wanted else (low, middle)
    return replace(ranker, bias=round((low + high) / 2, 5))


def better(one: Doubles, other: Doubles, seed: int = 0) -> float:
    """Give the share of resamples of the posts in which the first is better on average than the second.

    The paired bootstrap (Efron and Tibshirani 1993, chapter 16; for rankings Sakai, SIGIR 2006).
    """
    gained = one - other
    dice = np.random.default_rng(seed)
    drawn = dice.integers(0, len(gained), size=(RESAMPLES, len(gained)))
    return float((gained[drawn].mean(axis=1) > 0).mean())


Measure = Callable[[Example, NDArray[np.float32]], float]


def by_source(examples: Sequence[Example], ranker: Ranker, measure: Measure) -> Doubles:
    """Measure a ranker on each post, its regimes averaged; in the order of the posts' names."""
    found: dict[str, list[float]] = {}
    for each in examples:
        found.setdefault(each.group, []).append(measure(each, ranker.probabilities(each.features)))
    return np.array([np.mean(found[name]) for name in sorted(found)])


def gain(example: Example, scores: NDArray[np.float32]) -> float:
    """Give nDCG@10: the earlier the linked candidates stand, the better."""
    best = np.argsort(-scores, kind="stable")[:10]
    discount = 1 / np.log2(np.arange(2, 12))
    most = discount[: min(10, example.targets)].sum()
    return float((example.linked[best] * discount[: len(best)]).sum() / most)
