"""What links bring: clicks as the plugin counted them, joined with what was suggested, accepted and applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from suggester.engine.words import fold
from suggester.entities import Clicked, Counting
from suggester.graph.followed import (
    Compared,
    Pair,
    compare,
    compare_within_posts,
    dead_weight,
    expected,
    standing,
    totals,
)
from suggester.store import Store
from suggester.store.clicks import Line
from suggester.tasks.held import Held
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.queue.nights import zone_of
from suggester.tasks.readings import read_body

MONTHS = 3  # that are shown unless others are asked for: a quarter, as Google Search Console shows it
KEPT_MONTHS = 36  # as long as clicks are kept
BATCHES_KEPT = timedelta(days=90)  # a plugin that cannot tell whether a batch arrived sends it again within hours
SETTLED = timedelta(days=90)
"""How long a link must have stood there, counted all the time, before it is called dead weight: our own convention, a
quarter, as long as from one audit to the next; `graph.followed.RULE_OF_THREE` says how many clicks its post needs."""
BEST = 20  # anchors

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MonthClicks:
    """The clicks of one month."""

    month: str  # as in "2026-11"
    ours: int  # on links of ours
    others: int


@dataclass(frozen=True, slots=True)
class LinkClicks:
    """A link that was followed."""

    source_id: int
    target_id: int | None
    href: str
    anchor: str
    ours: bool  # added by us
    months: tuple[int, ...]  # clicks, as the report's months

    @property
    def clicks(self) -> int:
        """All of them."""
        return sum(self.months)


@dataclass(frozen=True, slots=True)
class AnchorClicks:
    """Words on which readers follow links to a post."""

    anchor: str
    target_id: int
    links: int
    clicks: int
    expected: float  # clicks, were all links of the same posts followed alike

    @property
    def more(self) -> float:
        """Clicks beyond those that were to be expected."""
        return self.clicks - self.expected


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link that nobody followed, though readers of its post follow others there."""

    source_id: int
    target_id: int
    clicks: int  # on the other links of its post
    links: int  # to posts, in its post
    ours: bool


@dataclass(frozen=True, slots=True)
class ClickReport:
    """What links brought in some months."""

    counting: Counting | None  # None: the plugin never said
    months: tuple[MonthClicks, ...]  # oldest first, the last one under way
    links: Sequence[LinkClicks]  # most clicks first
    all_links: Compared | None  # None where nothing can be said
    same_posts: Compared | None  # the same for the posts that hold links of both kinds
    anchors: tuple[AnchorClicks, ...]  # best first
    dead: tuple[DeadLink, ...]  # best proven first
    judged_from: datetime | None  # when dead weight can be told; None where clicks are not counted

    @property
    def clicks(self) -> int:
        """All clicks of these months."""
        return sum(each.ours + each.others for each in self.months)


class ClickVerbs:
    """The verbs about clicks, as the service has them."""

    store: Store
    _indexes: Indexes
    _click_reports: Held[ClickReport]

    def take_clicks(self, site_id: int, batch: str, told: Iterable[Clicked], state: Counting | None = None) -> int:
        """Keep what the plugin counted, once however often it sends a batch; say how many lines were new."""
        ready = self._indexes.find(site_id)
        lines = [_resolved(each, ready) for each in told]
        return self.store.add_clicks(site_id, batch, lines, datetime.now(UTC), state)

    def clicks(self, site_id: int, months: int = MONTHS, now: datetime | None = None) -> ClickReport:
        """Say what links brought in the last months, the present one among them; SiteUnread where none was read.

        It is reckoned anew when something is told, or the day is another.
        """
        now = now or datetime.now(UTC)
        ready, counting = self._indexes.ready(site_id), self.store.counting(site_id)
        names = months_until(now.astimezone(zone_of(self.store.settings(site_id))), months)
        stamp = (ready.stamp, self.store.clicks_stamp(site_id), counting, names, now.date())
        held = self._click_reports.get(site_id, stamp)
        if held is None:
            made = _Look(self.store, site_id, ready, names, counting, now).report()
            held = self._click_reports.put(site_id, stamp, made)
        return held

    def anchors_of(self, site_id: int, pairs: Collection[Pair]) -> dict[Pair, str]:
        """Give the words on which the first link from one post to another stands today."""
        resolver = self._indexes.ready(site_id).resolver
        found: dict[Pair, str] = {}
        for post in self.store.some_posts(site_id, {source for source, _ in pairs}):
            for link in read_body(post, resolver).links:
                if link.target is not None and link.anchor:
                    found.setdefault((post.id, link.target), link.anchor)
        return {pair: found[pair] for pair in pairs if pair in found}


def forget_old_clicks(store: Store, site_id: int, now: datetime) -> None:
    """Forget clicks of months that are long past."""
    store.forget_clicks(site_id, months_until(now, KEPT_MONTHS)[0], now - BATCHES_KEPT)


def months_until(now: datetime, count: int) -> tuple[str, ...]:
    """Name the last months, the present one last, as in "2026-11"."""
    last = 12 * now.year + now.month - 1
    return tuple(f"{number // 12:04}-{number % 12 + 1:02}" for number in range(last - count + 1, last + 1))


@dataclass(frozen=True)
class _Lines:
    """What was told, in columns; those that are arrays or tuples have one value for each line."""

    names: tuple[str, ...]  # of months
    sources: Ids
    targets: Ids  # -1, -2 ... for addresses that lead to no post, each its own
    months: Ids  # place in `names`
    clicks: Ids
    hrefs: tuple[str, ...]
    anchors: tuple[str, ...]

    @classmethod
    def of(cls, told: Sequence[Line], names: tuple[str, ...], ready: Ready) -> _Lines:
        """Take the lines apart; where an address leads is looked up where it was not known."""
        elsewhere: dict[str, int] = {}
        targets = []
        for line in told:
            target = ready.resolver.resolve(line.href) if line.target_id is None else line.target_id
            targets.append(elsewhere.setdefault(line.href, -1 - len(elsewhere)) if target is None else target)
        places = {name: at for at, name in enumerate(names)}
        return cls(
            names,
            np.array([line.source_id for line in told], np.int64),
            np.array(targets, np.int64),
            np.array([places[line.month] for line in told], np.int64),
            np.array([line.clicks for line in told], np.int64),
            tuple(line.href for line in told),
            tuple(line.anchor for line in told),
        )

    @cached_property
    def pairs(self) -> Ids:
        """Source and target of each line; shape (lines, 2)."""
        return np.stack([self.sources, self.targets], axis=1)

    def since(self, month: str) -> NDArray[np.bool_]:
        """Say which lines are of this month or a later one."""
        return self.months >= next((at for at, name in enumerate(self.names) if name >= month), len(self.names))


class _Followed(Sequence[LinkClicks]):
    """The links that were followed, most clicks first; each is put together when it is asked for."""

    def __init__(self, lines: _Lines, shown: Sequence[str], added: Collection[Pair]) -> None:
        self._lines, self._added = lines, added
        here = np.flatnonzero(lines.since(shown[0]))
        self._pairs, link = np.unique(lines.pairs[here], axis=0, return_inverse=True)
        first, count = len(lines.names) - len(shown), len(shown)
        cells = link.ravel() * count + lines.months[here] - first
        by_month = np.bincount(cells, lines.clicks[here], len(self._pairs) * count)
        self._by_month = by_month.reshape(-1, count).astype(np.int64)
        self._order = np.argsort(-self._by_month.sum(axis=1), kind="stable")
        order = np.lexsort((-lines.clicks[here], link.ravel()))  # the line of most clicks stands first for each link
        ends = np.searchsorted(link.ravel()[order], np.arange(len(self._pairs)))
        self._best = here[order[ends]] if len(here) else here

    def __len__(self) -> int:
        return len(self._pairs)

    @overload
    def __getitem__(self, at: int) -> LinkClicks: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[LinkClicks]: ...
    def __getitem__(self, at: int | slice) -> LinkClicks | Sequence[LinkClicks]:
        """Give one link or some."""
        if isinstance(at, slice):
            return [self._made(int(row)) for row in self._order[at]]
        return self._made(int(self._order[at]))

    def _made(self, row: int) -> LinkClicks:
        source, target = self._pairs[row].tolist()
        line = int(self._best[row])
        months = tuple(self._by_month[row].tolist())
        ours = (source, target) in self._added
        href, anchor = self._lines.hrefs[line], self._lines.anchors[line]
        return LinkClicks(source, target if target >= 0 else None, href, anchor, ours, months)


class _Look:
    """One look at the clicks of a site."""

    def __init__(
        self,
        store: Store,
        site_id: int,
        ready: Ready,
        shown: tuple[str, ...],
        counting: Counting | None,
        now: datetime,
    ) -> None:
        self._store, self._site_id, self._index, self._shown = store, site_id, ready.index, shown
        self._counting, self._now = counting, now
        self._quarter = f"{now - SETTLED:%Y-%m}"
        told = store.clicked_lines(site_id, min(shown[0], self._quarter))
        names = sorted({*shown, *(line.month for line in told if line.month < shown[0])})
        self._lines = _Lines.of([line for line in told if line.month <= shown[-1]], tuple(names), ready)
        self._added = _added(store, site_id)
        self._links = standing(ready.index, self._added)
        self._places = self._links.find(ready.index, self._lines.pairs)

    def report(self) -> ClickReport:
        """Put all of it together."""
        counting, since, until = self._counting, self._since(), self._until()
        clicks = self._clicks(self._shown[0])
        can_compare = since is not None and since < until
        return ClickReport(
            counting=counting,
            months=self._by_month(),
            links=_Followed(self._lines, self._shown, self._added),
            all_links=compare(self._links, clicks, since, until) if since and can_compare else None,
            same_posts=compare_within_posts(self._links, clicks, since, until) if since and can_compare else None,
            anchors=self._anchors(clicks),
            dead=self._dead(),
            judged_from=counting.since + SETTLED if counting and counting.counts and counting.since else None,
        )

    def _since(self) -> datetime | None:
        """When counting began, or the first month shown; None where nothing was ever counted."""
        if self._counting is None or self._counting.since is None:
            return None
        year, month = map(int, self._shown[0].split("-"))
        return max(self._counting.since, datetime(year, month, 1, tzinfo=UTC))

    def _until(self) -> datetime:
        """When counting ended, or now."""
        ended = None if self._counting is None or self._counting.counts else self._counting.until
        return ended or self._now

    def _clicks(self, month: str) -> Ids:
        """Give the clicks on each link that stands, from a month on, not before counting began."""
        begin = max(month, f"{self._counting.since:%Y-%m}") if self._counting and self._counting.since else month
        here = self._lines.since(begin) & (self._places >= 0)
        found = np.bincount(self._places[here], self._lines.clicks[here], len(self._links.sources))
        return found.astype(np.int64)

    def _by_month(self) -> tuple[MonthClicks, ...]:
        pairs = map(tuple, self._lines.pairs.tolist())
        ours = np.array([pair in self._added for pair in pairs], bool)
        counts = [
            np.bincount(self._lines.months[which], self._lines.clicks[which], len(self._lines.names)).astype(int)
            for which in (ours, ~ours)
        ]
        told = zip(self._lines.names, *(each.tolist() for each in counts), strict=True)
        return tuple(MonthClicks(*each) for each in told if each[0] >= self._shown[0])

    def _anchors(self, clicks: Ids) -> tuple[AnchorClicks, ...]:
        """List the words whose links are followed more often than others in the same posts, the best ones."""
        lines, fair = self._lines, expected(self._links, clicks, len(self._index))
        worded = np.array([bool(anchor) for anchor in lines.anchors], bool)
        here = np.flatnonzero(lines.since(self._shown[0]) & (self._places >= 0) & worded)
        at = self._places[here]
        whole = np.bincount(at, lines.clicks[here], len(fair))
        parts = (fair[at] * lines.clicks[here] / whole[at]).tolist()  # of a link whose words were changed
        found: dict[tuple[int, str], _Tally] = {}
        for line, place, part in zip(here.tolist(), at.tolist(), parts, strict=True):
            words = lines.anchors[line]
            tally = found.setdefault((int(lines.targets[line]), fold(words)), _Tally(words))
            tally.add(place, int(lines.clicks[line]), part)
        made = [each.told(target) for (target, _), each in found.items() if each.clicks - each.expected >= 1]
        return tuple(sorted(made, key=lambda each: (-each.more, each.anchor))[:BEST])

    def _dead(self) -> tuple[DeadLink, ...]:
        """List the dead weight; nothing before clicks were counted long enough."""
        counting, before = self._counting, self._now - SETTLED
        if not (counting and counting.counts and counting.since and counting.since <= before):
            return ()
        clicks, links = self._clicks(self._quarter), self._links
        places = dead_weight(links, clicks, len(self._index))
        modified = self._store.modified(self._site_id) if len(places) else {}
        brought, has = totals(links, clicks, len(self._index))
        ids, ours = self._index.posts.ids, links.ours
        found = []
        for at, source, target in zip(places, links.sources[places], links.targets[places], strict=True):
            changed = modified.get(int(ids[source]))
            if changed is not None and changed <= before:  # so all its links stood there all the time
                counts = int(brought[source]), int(has[source])
                found.append(DeadLink(int(ids[source]), int(ids[target]), *counts, bool(ours[at])))
        return tuple(found)


@dataclass
class _Tally:
    """The clicks on some words."""

    anchor: str
    clicks: int = 0
    expected: float = 0.0
    links: set[int] = field(default_factory=set)

    def add(self, link: int, clicks: int, expected: float) -> None:
        """Add those on one link."""
        self.links.add(link)
        self.clicks += clicks
        self.expected += expected

    def told(self, target_id: int) -> AnchorClicks:
        """Give what came together."""
        return AnchorClicks(self.anchor, target_id, len(self.links), self.clicks, self.expected)


def _resolved(line: Clicked, ready: Ready | None) -> Clicked:
    if line.target_id is not None or ready is None:
        return line
    return replace(line, target_id=ready.resolver.resolve(line.href))


def _added(store: Store, site_id: int) -> Mapping[Pair, datetime]:
    """Give when each link of ours was added first."""
    found: dict[Pair, datetime] = {}
    for each in store.added_links(site_id):
        pair = (each.source_id, each.target_id)
        found[pair] = min(each.at, found.get(pair, each.at))
    return found
