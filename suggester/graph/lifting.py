"""What new links would do for the ranks of some posts, one link after the other.

A link from s to t makes the row of s in the walk (k + 1) entries of 1 / (k + 1) where it had k. For a change of one row
the ranks change by the formula of Sherman and Morrison (1950), which gives the gain of the wanted posts together:

    gain = d p(s) (v(t) - mean of v where s leads now) / (k + 1)  /  (1 - d (R(t, s) - mean of R(., s) there) / (k + 1))

p are the ranks, v is `Flow.worth` of the wanted posts, and R(x, y) is how often a reader who is at x comes to y. The
first fraction takes no time for any number of candidates. The second, of loops that lead back to s, is near 1 for most,
and worked out for the best few alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from suggester.engine.features import Rows
from suggester.graph.flow import DAMPING, Floats, Flow

CLOSE = 1e-9  # of all ranks; the gain of a link on a site of 100,000 posts is some 1e-6
LOOPS_CLOSE = 1e-5  # of the second fraction, which is near 1
WORKED_OUT = 8  # candidates whose gain is worked out, after each link; see benchmarks/README.md


class Lifting:
    """The ranks of a site while links are added for the sake of some posts."""

    def __init__(self, flow: Flow, wanted: Rows) -> None:
        """`wanted` are the rows of the posts to lift; what counts is the sum of their ranks."""
        self.flow = flow
        self._wanted = np.zeros(len(flow))
        self._wanted[wanted] = 1
        self.ranks = flow.ranks(CLOSE)
        self._worth = flow.worth(self._wanted, CLOSE)

    @property
    def total(self) -> float:
        """What the wanted posts hold of all rank."""
        return float(self._wanted @ self.ranks)

    def near_gains(self, sources: Rows, targets: Rows) -> Floats:
        """Give about how much each link would add to the total: the first fraction."""
        there = self.flow.ahead(self._worth)
        room = self.flow.outlinks[sources] + 1
        return np.asarray(DAMPING * self.ranks[sources] * (self._worth[targets] - there[sources]) / room)

    def gain(self, source: int, target: int) -> float:
        """Give how much a link would add to the total, if it were the next one."""
        near = float(self.near_gains(np.array([source]), np.array([target]))[0])
        back = np.zeros(len(self.flow))
        back[source] = 1
        visits = self.flow.worth(back, LOOPS_CLOSE)
        room = float(self.flow.outlinks[source]) + 1
        looped = float(visits[target] - self.flow.ahead(visits)[source]) / room
        return near / (1 - DAMPING * looped)

    def add(self, source: int, target: int, likely: float = 1) -> None:
        """Add a link that is made by some chance: what is added next builds on it no more than that."""
        self.flow = self.flow.with_likely(source, target, likely)
        self.ranks = self.flow.ranks(CLOSE, self.ranks)
        self._worth = self.flow.worth(self._wanted, CLOSE, self._worth)

    def best_first(self, sources: Rows, targets: Rows, likely: Floats) -> list[int]:
        """Put candidate links in order by likely gain: how likely each is taken, times how much it would add.

        The best few are worked out, the others go by the first fraction.
        """
        near = likely * self.near_gains(sources, targets)
        order = np.lexsort((sources, targets, -near)).tolist()
        exact = {at: likely[at] * self.gain(int(sources[at]), int(targets[at])) for at in order[:WORKED_OUT]}
        return [*sorted(exact, key=lambda at: (-exact[at], at)), *order[WORKED_OUT:]]


def simulate(flow: Flow, pairs: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
    """Give the ranks before and after some links are added, each together 1; `pairs` are rows."""
    before = flow.ranks(CLOSE)
    return before, flow.with_links(pairs).ranks(CLOSE, before)
