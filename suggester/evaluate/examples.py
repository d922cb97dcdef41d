"""Drafts with the targets that their author linked to: what a ranker learns from, and is measured on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suggester.engine.analysis import analyse
from suggester.engine.candidates import find
from suggester.engine.index import Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Draft, Encode

Floats = NDArray[np.float32]
Features = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Example:
    """A draft's candidates, measured, and which of them its author linked to."""

    group: str  # the site, or another whole that is learned from or left out together
    regime: str  # how the draft was made ("kept", "removed"), "" where there is only one way
    features: Features  # name -> one value for each candidate
    linked: NDArray[np.bool_]  # one for each candidate
    targets: int  # how many posts the author linked to, those included that are no candidates

    def order(self, ranker: Ranker) -> NDArray[np.int64]:
        """Give the places of the candidates, best first."""
        return np.argsort(-ranker.probabilities(self.features), kind="stable")


def gather(
    drafts: Iterable[tuple[Draft, Collection[int]]], index: Index, encode: Encode | None, group: str, regime: str = ""
) -> Iterator[Example]:
    """Measure the candidates of drafts, each handed in with the ids of the posts that its author linked to."""
    for draft, targets in drafts:
        candidates = find(analyse(draft, index, encode), index, Policy(), ())
        linked = np.isin(index.posts.ids[candidates.rows], list(targets))
        if len(linked):
            yield Example(group, regime, candidates.features, linked, len(targets))
