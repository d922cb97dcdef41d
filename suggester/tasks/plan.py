"""The whole site at once: which links would repair its orphans."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from suggester.engine.assign import NO_ROOM, Assigned, Offer, assign
from suggester.engine.candidates import ALREADY_LINKED
from suggester.engine.features import Rows
from suggester.engine.inbound import NOTHING_SIMILAR, never_shown
from suggester.engine.index import Index
from suggester.engine.offers import Offered, Offers
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.scout import scout
from suggester.engine.sources import saying
from suggester.engine.suggest import ANCHOR_TAKEN, LIMIT_REACHED, NO_ANCHOR, TOO_CLOSE, UNSURE
from suggester.engine.words import fold
from suggester.entities import Plan, Suggestion
from suggester.errors import RequestError
from suggester.graph.orphans import nearly, orphans
from suggester.graph.strength import strength
from suggester.store.posts import chunks
from suggester.tasks.helpers import AT_ONCE, Helpers, Opened
from suggester.tasks.looking import Errand, look
from suggester.tasks.progress import SILENT, Progress

WAVES = (6, 6, 8)  # sources of each target that are looked at; the later ones only where offers are lacking
SPARE = 5  # offers kept for a target beyond those it needs: some sources will have no room for it
SURE_COUNTS = 2.0  # of a link that would be shown unasked, beside one that a person has to choose
STRENGTH_COUNTS = 0.5  # of the strongest source, on top of the score: relevance goes first
REASONS = (LIMIT_REACHED, ANCHOR_TAKEN, TOO_CLOSE, NO_ANCHOR, UNSURE, ALREADY_LINKED)
"""Why targets get no offer; the one that came closest is told."""


@dataclass(frozen=True, slots=True)
class Known:
    """What planning for a site goes by."""

    opened: Opened
    policy: Policy
    ranker: Ranker
    dismissed: Mapping[int, Collection[int]]  # source -> targets
    accepted: Callable[[int], Collection[int]]  # sources whose link to a target was accepted since the last sync


@dataclass(frozen=True, slots=True)
class Wish:
    """What a plan is to bring."""

    per_target: int = 3  # new links that lead to one post
    per_source: int = 3  # new links in one post
    most: int | None = None  # links altogether
    targets: Collection[int] | None = None  # ids; None for all orphans
    least_score: float | None = None  # instead of that of the settings

    def __post_init__(self) -> None:
        if min(self.per_target, self.per_source, 1 if self.most is None else self.most) < 1:
            raise RequestError("A plan needs room for one link at least; give numbers from 1 on.")


Choose = Callable[
    [Sequence[Offer], Mapping[int, int], Mapping[int, int], Mapping[int, Collection[str]], int | None], Assigned
]
"""Chooses among offers as `assign` does, and takes what it takes."""


@dataclass(frozen=True, slots=True)
class Way:
    """How sources are looked for and links chosen; by default as orphans are repaired."""

    sources: Callable[[Rows], Mapping[int, Rows]] | None = None  # of each row of a target, to be looked at, best first
    only: bool = False  # whether a target is linked from these sources alone
    weigh: Callable[[int, int], float] | None = None  # source and target: what their link counts beside its score
    waves: tuple[int, ...] = WAVES
    choose: Choose = assign


USUAL = Way()


def plan(known: Known, wish: Wish, progress: Progress = SILENT, way: Way = USUAL) -> Plan:
    """Assign links to the orphans of a site, or to the posts that are wished for, over the whole site at once.

    Each is a suggestion that its source would get itself. It can be stopped at any time by an error that `progress`
    raises; nothing is written. Memory holds the index, and some offers for each target.
    """
    index = known.opened.ready.index
    wish = _limited(wish, known.policy)
    book = _Book(known, wish, way)
    errand = book.errand()
    with Helpers.at(known.opened, errand, look) as helpers:
        ahead = book.ahead()
        looked: set[int] = set()
        for wave in range(len(way.waves)):
            fresh = sorted(book.in_wave(ahead, wave) - looked)
            looked.update(fresh)
            _take_in(book, helpers, index.posts.ids[fresh].tolist(), progress)
    return book.plan()


def _promising(targets: Rows, index: Index, policy: Policy) -> Iterator[Rows]:
    """Give the sources to look at for each target, best first; those that say what its owner laid down go ahead."""
    for row, near in zip(targets.tolist(), scout(targets, index, sum(WAVES)), strict=True):
        phrases = policy.rules.phrases_for(int(index.posts.ids[row]))
        said = saying(phrases, str(index.posts.langs[row]), index) if phrases else near[:0]
        said = said[said != row]
        both, others = near[np.isin(near, said)], np.setdiff1d(said, near)[: WAVES[0]]
        yield np.concatenate([both, others, near[~np.isin(near, said)]])[: sum(WAVES)]


def _take_in(
    book: _Book, helpers: Helpers[Sequence[int], list[Offers]], post_ids: Sequence[int], progress: Progress
) -> None:
    if not post_ids:
        return
    some = list(chunks(post_ids, AT_ONCE))
    progress.start("plan", len(post_ids))
    try:
        for looked_at, offered in zip(some, helpers.each(some), strict=True):
            for one in offered:
                book.add(one)
            progress.advance(len(looked_at))
    finally:
        progress.finish()


def _limited(wish: Wish, policy: Policy) -> Wish:
    """Hold a wish to the limits that the site's owner laid down."""
    limits = policy.rules.limits
    return replace(
        wish,
        per_target=_least(wish.per_target, limits.per_target),
        per_source=_least(wish.per_source, limits.per_source),
        most=_least(wish.most, limits.per_run) if wish.most is not None else limits.per_run,
    )


def _least(wanted: int, limit: int | None) -> int:
    return wanted if limit is None else min(wanted, limit)


@dataclass(slots=True)
class _Found:
    """An offer for a target, with its source."""

    source: int
    value: float
    offered: Offered

    def offer(self) -> Offer:
        """Give it as assigning takes it."""
        first, own = self.offered.suggestions[0], self.offered
        likely = first.score * (1 if first.shown else 1 / SURE_COUNTS)
        return Offer(self.source, own.row, self.value, own.words, own.clashes, likely)


@dataclass(slots=True)
class _Book:
    """The offers that came in, the best of each target."""

    known: Known
    wish: Wish
    way: Way
    wanting: Rows = field(init=False)
    sources: dict[int, Rows] = field(init=False)  # of each target, those to look at
    closed: dict[int, str] = field(init=False)  # targets that get no links whatever is offered
    strengths: NDArray[np.float64] = field(init=False)
    found: dict[int, list[_Found]] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[int, int] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)  # of targets: the one that came closest
    dropped: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        index = self.known.opened.ready.index
        ids = orphans(index) if self.wish.targets is None else sorted(set(self.wish.targets))
        rows = [row for row in map(index.row, ids) if row is not None]
        reasons = {row: never_shown(row, index, self.known.policy) for row in rows}
        self.closed = {row: reason for row, reason in reasons.items() if reason}
        self.wanting = np.array([row for row in rows if row not in self.closed], np.int64)
        self.strengths = strength(index.links)

    def errand(self) -> Errand:
        """Say what sources are looked at for."""
        known, ids = self.known, self.known.opened.ready.index.posts.ids
        accepted = {int(ids[row]): frozenset(known.accepted(int(ids[row]))) for row in self.wanting.tolist()}
        linked = {target: sources for target, sources in accepted.items() if sources}
        least = known.policy.least_offered if self.wish.least_score is None else self.wish.least_score
        policy = replace(known.policy, written_today=True, least_offered=least)
        return Errand(self.wanting, policy, known.ranker, known.dismissed, linked)

    def ahead(self) -> dict[int, Rows]:
        """Say for each target which sources to look at."""
        if self.way.sources is None:
            found = _promising(self.wanting, self.known.opened.ready.index, self.known.policy)
            self.sources = dict(zip(self.wanting.tolist(), found, strict=True))
        else:
            self.sources = dict(self.way.sources(self.wanting))
        return self.sources

    def in_wave(self, ahead: dict[int, Rows], wave: int) -> set[int]:
        """Give the sources to look at next: for every target at first, later where offers are lacking."""
        waves = self.way.waves
        start = sum(waves[:wave])
        enough = self.wish.per_target + 1
        lacking = (row for row in ahead if len(self.found.get(row, ())) < enough)
        return {source for row in lacking for source in ahead[row][start : start + waves[wave]].tolist()}

    def add(self, offered: Offers) -> None:
        """Take in what a source offers."""
        self.rooms[offered.source] = min(offered.room, self.wish.per_source)
        for row, reason in offered.declined.items():
            self.dropped[reason] += 1
            before = self.reasons.get(row)
            self.reasons[row] = reason if before is None else min(before, reason, key=_distance)
        for one in offered.items:
            if self.way.only and offered.source not in self.sources.get(one.row, ()):
                continue
            first = one.suggestions[0]
            value = first.score * (SURE_COUNTS if first.shown else 1) * self._weight(offered.source, one.row)
            kept = self.found[one.row]
            kept.append(_Found(offered.source, value, one))
            kept.sort(key=lambda each: (-each.value, each.source))
            del kept[self.wish.per_target + SPARE :]

    def _weight(self, source: int, target: int) -> float:
        if self.way.weigh:
            return self.way.weigh(source, target)
        return 1 + STRENGTH_COUNTS * float(self.strengths[source])

    def plan(self) -> Plan:
        """Assign what is offered."""
        offers = [one for row in sorted(self.found) for one in self.found[row]]
        assigned = self.way.choose(
            [one.offer() for one in offers],
            dict.fromkeys(self.wanting.tolist(), self.wish.per_target),
            self.rooms,
            self._words_in_use(),
            self.wish.most,
        )
        chosen = [(offers[at].value, offers[at].offered.suggestions[anchor]) for at, anchor in assigned.chosen.items()]
        items = [item for _, item in sorted(chosen, key=lambda one: (-one[0], one[1].target_id, one[1].source_id))]
        return self._counted(items, assigned)

    def _words_in_use(self) -> dict[int, set[str]]:
        anchors = self.known.opened.ready.index.anchors
        return {row: {fold(used) for used, _ in anchors[row]} for row in self.wanting.tolist() if row in anchors}

    def _counted(self, items: Sequence[Suggestion], assigned: Assigned) -> Plan:
        index = self.known.opened.ready.index
        alone, near = set(orphans(index)), set(nearly(index))
        gained = Counter(item.target_id for item in items)
        nearly_after = len(near - gained.keys()) + sum(gained[each] == 1 for each in alone)
        return Plan(
            items=tuple(items),
            orphans_before=len(alone),
            orphans_after=len(alone - gained.keys()),
            nearly_before=len(near),
            nearly_after=nearly_after,
            posts_touched=len({item.source_id for item in items}),
            unrepaired=self._unrepaired(gained, assigned, index),
            dropped=dict(sorted(self.dropped.items())),
        )

    def _unrepaired(self, gained: Collection[int], assigned: Assigned, index: Index) -> dict[int, str]:
        reasons = dict.fromkeys(self.wanting.tolist(), NOTHING_SIMILAR) | self.reasons | assigned.unserved | self.closed
        told = {int(index.posts.ids[row]): _told(reason) for row, reason in sorted(reasons.items())}
        mine = {int(index.posts.ids[row]) for row in (*self.wanting.tolist(), *self.closed)}
        return {post_id: reason for post_id, reason in told.items() if post_id in mine and post_id not in gained}


def _told(reason: str) -> str:
    return LIMIT_REACHED if reason == NO_ROOM else reason


def _distance(reason: str) -> int:
    return REASONS.index(reason) if reason in REASONS else len(REASONS)
