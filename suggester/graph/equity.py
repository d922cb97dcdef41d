"""Link equity: what each post receives of the site's PageRank, what it passes on, who hoards it and who starves.

Ranks are told as a multiple of the average: 1 is a post as strong as the average of its site. A post *hoards* where it
is in the upper quarter, above the average, links less than is recommended, and is long enough for more links: a sink
of rank, which Page et al. describe ("The PageRank Citation Ranking", 1999, section 2.4), that its author could open. It
*starves* where it may be linked to, is in the lowest quarter, and is worth as much as most: by its length, as long as
nothing else is known of its worth. Quarters are Tukey's (1977); a post on the border belongs to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.index import Index
from suggester.engine.policy import Policy
from suggester.graph.flow import DAMPING, Floats, Flow
from suggester.graph.lifting import CLOSE, simulate

STRONGEST = 0.1  # share of the posts whose part of all rank is told


@dataclass(frozen=True, slots=True)
class Equity:
    """The PageRank of a site; one entry for each row of the index, as a multiple of the average."""

    ranks: Floats
    received: Floats  # by links alone
    passed_on: Floats  # by links, to all others together
    per_link: Floats  # by each of them
    hoards: NDArray[np.bool_]
    starves: NDArray[np.bool_]
    held_by_strongest: float  # share of all rank that the strongest tenth of the posts holds


def equity(
    index: Index,
    policy: Policy,
    links: sparse.csr_matrix | None = None,
    teleport: Floats | None = None,
    worth: Floats | None = None,
) -> Equity:
    """Look at a site's PageRank over its in-content links, or over others handed in, shape (sources, targets).

    `teleport` are weights of the posts where readers come in, such as their links from other sites; `worth` says of
    each post how much it should be found, by default the number of its words.
    """
    flow = Flow.of(index.links if links is None else links, teleport)
    count, outlinks = len(flow), flow.outlinks
    ranks = flow.ranks(CLOSE) * count
    passed_on = DAMPING * ranks * (1 - flow.leaving)
    return Equity(
        ranks=ranks,
        received=DAMPING * (flow.onwards.T @ ranks),
        passed_on=passed_on,
        per_link=passed_on / np.maximum(outlinks, 1),
        hoards=_hoards(ranks, outlinks, index, policy),
        starves=_starves(ranks, index.posts.words.astype(np.float64) if worth is None else worth, index.posts.targets),
        held_by_strongest=float(np.sort(ranks)[::-1][: max(1, round(STRONGEST * count))].sum() / count) if count else 0,
    )


def teleport_of(ids: Sequence[int], authority: Mapping[int, float]) -> Floats | None:
    """Give weights of the posts where readers come in, for `equity` and `Flow`; None where no authority is known.

    `ids` are the posts by their rows, `authority` says how much other sites link to each, on any scale. Half of the
    readers who begin anew come by those links, in proportion; the other half comes from anywhere to any post, so that
    a post of which no tool knows a link is not worth nothing.
    """
    known = np.array([max(0.0, authority.get(post_id, 0.0)) for post_id in ids])
    total = float(known.sum())
    return 1 / len(known) + known / total if total > 0 else None


def _hoards(ranks: Floats, outlinks: Floats, index: Index, policy: Policy) -> NDArray[np.bool_]:
    if not len(ranks):
        return np.zeros(0, bool)
    words = index.posts.words
    few = outlinks * 1000 < policy.recommended[0] * words
    rooms = [
        policy.room(length, links) > 0
        for length, links in zip(words.tolist(), outlinks.astype(int).tolist(), strict=True)
    ]
    return np.asarray((ranks >= np.quantile(ranks, 0.75)) & (ranks > 1 + 1e-9) & few & np.array(rooms, bool))


def _starves(ranks: Floats, worth: Floats, targets: NDArray[np.bool_]) -> NDArray[np.bool_]:
    if not targets.any():
        return np.zeros(len(ranks), bool)
    low = ranks <= np.quantile(ranks[targets], 0.25) + 1e-9
    return np.asarray(targets & low & (ranks < 1 - 1e-9) & (worth >= np.median(worth[targets])) & (worth > 0))


@dataclass(frozen=True, slots=True)
class Change:
    """Ranks before and after some links are added, as multiples of the average."""

    before: Floats
    after: Floats

    def gainers(self, most: int) -> list[int]:
        """Give the rows that gain most, the first ahead."""
        return self._furthest(self.after - self.before, most)

    def losers(self, most: int) -> list[int]:
        """Give the rows that lose most, the first ahead."""
        return self._furthest(self.before - self.after, most)

    def _furthest(self, moved: Floats, most: int) -> list[int]:
        order = np.lexsort((np.arange(len(moved)), -moved))[:most]
        return [row for row in order.tolist() if moved[row] > 1e-6]


def change(links: sparse.csr_matrix, pairs: Sequence[tuple[int, int]], teleport: Floats | None = None) -> Change:
    """Simulate adding links, given as pairs of rows."""
    before, after = simulate(Flow.of(links, teleport), pairs)
    return Change(before * len(before), after * len(after))
