"""How the links of a site are spread: over posts, over clicks from the homepage, over words and over lengths.

Each spread is a list of bars: a name, and how many posts fall there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.index import Index

Bars = list[tuple[str, float]]
Counts = NDArray[np.int64]
STEPS = (0, 1, 2, 3, 4, 5, 6, 11, 21, 51)  # first of each bar: 5 and less alone, then several together
LENGTHS = (0, 300, 600, 1000, 1500, 2500)  # words of a post, the fewest in each bar
ANCHORS = (1, 2, 3, 4, 5)  # different anchors of a target; the last bar holds more, too
DEEPEST = 6  # clicks; what is deeper shares a bar
OFTEN = 3  # links to a target, from which on it matters that its anchors vary


@dataclass(frozen=True, slots=True)
class Target:
    """A target whose links all stand on one anchor."""

    row: int
    anchor: str
    links: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The links of a site in numbers of posts."""

    inbound: Bars  # posts by posts that link to them; posts that may be targets
    outbound: Bars  # posts by posts that they link to
    anchors: Bars  # targets with OFTEN links and more, by different anchors in use
    alike: tuple[Target, ...]  # of those, the ones with a single anchor, the most linked first
    by_length: Bars  # links in 1,000 words of text, by length of the post
    usual_inbound: float  # median
    usual_outbound: float


def spread_of(index: Index) -> Spread:
    """Count how the links of a site are spread."""
    targets = index.posts.targets
    inbound = index.inbound()[targets]
    outbound = np.diff(index.links.indptr).astype(np.int64)[targets]
    several = {row: used for row, used in index.anchors.items() if sum(times for _, times in used) >= OFTEN}
    alike = [Target(row, used[0][0], used[0][1]) for row, used in several.items() if len(used) == 1]
    return Spread(
        inbound=binned(inbound),
        outbound=binned(outbound),
        anchors=_varied(len(used) for used in several.values()),
        alike=tuple(sorted(alike, key=lambda each: (-each.links, each.row))),
        by_length=_by_length(index.posts.words[targets].astype(np.int64), outbound),
        usual_inbound=float(np.median(inbound)) if len(inbound) else 0,
        usual_outbound=float(np.median(outbound)) if len(outbound) else 0,
    )


def binned(counts: Counts) -> Bars:
    """Sort counts into the bars of STEPS; those above the highest count are left out."""
    most = int(counts.max(initial=0))
    shown = sum(first <= max(most, 1) for first in STEPS)
    found = np.bincount(np.searchsorted(STEPS, counts, side="right") - 1, minlength=shown)
    return list(zip(_names(STEPS)[:shown], found.tolist(), strict=True)) if len(counts) else []


def depth_bars(depths: Iterable[int | None]) -> Bars:
    """Count posts by clicks from the homepage; None stands for posts to which no link leads."""
    listed = list(depths)
    if not listed:
        return []
    known = [depth for depth in listed if depth is not None]
    deepest = min(DEEPEST, max(known, default=0))
    bars = [(str(at), float(sum(depth == at for depth in known))) for at in range(deepest + 1)]
    if max(known, default=0) > DEEPEST:
        bars[-1] = (f"{DEEPEST}+", float(sum(depth >= DEEPEST for depth in known)))
    return [*bars, ("never", float(len(listed) - len(known)))]


def content_depths(links: sparse.csr_matrix, home: int) -> list[int | None]:
    """Give the clicks from the homepage, a row, to each post over links in bodies; None where none lead there."""
    from scipy.sparse.csgraph import breadth_first_order  # here: 10 MB that only this needs

    found: list[int | None] = [None] * links.shape[0]
    order, before = breadth_first_order(links, home, directed=True)
    for row in order.tolist():
        came_from = int(before[row])
        found[row] = 0 if row == home else (found[came_from] or 0) + 1
    return found


def homepage(index: Index) -> int | None:
    """Give the row of the post that is the site's homepage, None where it is none."""
    home = index.site.url.rstrip("/")
    return next((row for row, url in enumerate(index.posts.urls) if url.rstrip("/") == home), None)


def of_visits(index: Index, depths: Mapping[int, int | None]) -> list[int | None]:
    """Give the depth of each post that may be a target, by what visits found; None where no link led there."""
    ids = index.posts.ids[index.posts.targets].tolist()
    return [depths.get(post_id) for post_id in ids]


def _varied(different: Iterable[int]) -> Bars:
    counts = np.array([min(each, ANCHORS[-1]) for each in different], np.int64)
    names = [*(str(each) for each in ANCHORS[:-1]), f"{ANCHORS[-1]}+"]
    return (
        [(name, int((counts == each).sum())) for name, each in zip(names, ANCHORS, strict=True)] if len(counts) else []
    )


def _by_length(words: Counts, outbound: Counts) -> Bars:
    """Give links in 1,000 words for each class of lengths that has posts."""
    place = np.searchsorted(LENGTHS, words, side="right") - 1
    bars: Bars = []
    for at, name in enumerate(_names(LENGTHS)):
        own = place == at
        if own.any() and words[own].sum():
            bars.append((name, round(1000 * float(outbound[own].sum()) / float(words[own].sum()), 1)))
    return bars


def _names(firsts: Sequence[int]) -> list[str]:
    """Name bars by what they hold: "4", "6–10", "51+"."""
    ends = [*(after - 1 for after in firsts[1:]), None]
    return [
        f"{first:,}+" if end is None else f"{first:,}" if end == first else f"{first:,}–{end:,}"
        for first, end in zip(firsts, ends, strict=True)
    ]
