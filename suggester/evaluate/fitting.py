"""Learning a ranker from examples, and what it is worth on examples that it has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from suggester.engine.ranker import Ranker
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
    family = {group: frozenset(groups) for groups in together for group in groups}
    wholes = {example.group: family.get(example.group, frozenset({example.group})) for example in examples}
    rankers = {
        whole: fit([one for one in examples if one.group not in whole], "left-out", features)
        for whole in set(wholes.values())
    }
    return [rankers[wholes[example.group]].probabilities(example.features) for example in examples]


def calibrated(ranker: Ranker, scores: Sequence[Floats], examples: Sequence[Example]) -> tuple[Ranker, float, float]:
    """Stretch and shift a ranker by what unseen examples came to (Platt); give the slope and the shift too."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6)
    model.fit(logits(np.concatenate([*scores]))[:, None], np.concatenate([example.linked for example in examples]))
    slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    weights = {name: slope * weight for name, weight in ranker.weights.items()}
    return replace(ranker, bias=slope * ranker.bias + shift, weights=weights), slope, shift


def platt(scores: Floats, slope: float, shift: float) -> Floats:
    """Stretch and shift scores."""
    return (1 / (1 + np.exp(-(slope * logits(scores) + shift)))).astype(np.float32)


def logits(scores: Floats) -> NDArray[np.float64]:
    """Undo the logistic function."""
    said = np.clip(scores.astype(np.float64), 1e-9, 1 - 1e-9)
    return np.asarray(np.log(said / (1 - said)))
