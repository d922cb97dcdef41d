"""What links bring: clicks as the plugin counted them, joined with what was suggested, accepted and applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from suggester.engine.words import fold
from suggester.entities import Clicked, Counting
from suggester.graph.followed import (
    Compared,
    Pair,
    Standing,
    compare,
    compare_within_posts,
    dead_weight,
    expected,
    standing,
    totals,
)
from suggester.store import Store
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
    links: tuple[LinkClicks, ...]  # most clicks first
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

    def take_clicks(self, site_id: int, batch: str, told: Iterable[Clicked], state: Counting | None = None) -> int:
        """Keep what the plugin counted, once however often it sends a batch; say how many lines were new."""
        ready = self._indexes.find(site_id)
        lines = [_resolved(each, ready) for each in told]
        return self.store.add_clicks(site_id, batch, lines, datetime.now(UTC), state)

    def clicks(self, site_id: int, months: int = MONTHS, now: datetime | None = None) -> ClickReport:
        """Say what links brought in the last months, the present one among them; SiteUnread where none was read."""
        now = now or datetime.now(UTC)
        ready = self._indexes.ready(site_id)
        names = months_until(now.astimezone(zone_of(self.store.settings(site_id))), months)
        counting = self.store.counting(site_id)
        look = _Look(self.store, site_id, ready, names, counting, now)
        since, until = look.since, look.until
        told = since is not None and since < until
        clicks = look.placed(names[0])
        return ClickReport(
            counting=counting,
            months=look.by_month(),
            links=look.followed(),
            all_links=compare(look.links, clicks, since, until) if told and since else None,
            same_posts=compare_within_posts(look.links, clicks, since, until) if told and since else None,
            anchors=look.anchors(clicks)[:BEST],
            dead=look.dead(),
            judged_from=counting.since + SETTLED if counting and counting.counts and counting.since else None,
        )

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


class _Look:
    """One look at the clicks of a site."""

    def __init__(
        self, store: Store, site_id: int, ready: Ready, names: Sequence[str], counting: Counting | None, now: datetime
    ) -> None:
        self._store, self._site_id, self._index, self._names = store, site_id, ready.index, names
        self._counting, self._now = counting, now
        self._quarter = f"{now - SETTLED:%Y-%m}"
        lines = store.clicks_by_link(site_id, min(names[0], self._quarter))
        self._lines = [_resolved(line, ready) for line in lines]
        self._added = _added(store, site_id)
        self.links: Standing = standing(ready.index, self._added)

    @property
    def since(self) -> datetime | None:
        """When counting began, or the first month shown; None where nothing was ever counted."""
        if self._counting is None or self._counting.since is None:
            return None
        year, month = map(int, self._names[0].split("-"))
        return max(self._counting.since, datetime(year, month, 1, tzinfo=UTC))

    @property
    def until(self) -> datetime:
        """When counting ended, or now."""
        ended = None if self._counting is None or self._counting.counts else self._counting.until
        return ended or self._now

    def placed(self, since: str) -> NDArray[np.int64]:
        """Give the clicks on each link from a month on, not before counting began."""
        counts: dict[Pair, int] = defaultdict(int)
        begin = max(since, f"{self._counting.since:%Y-%m}") if self._counting and self._counting.since else since
        for line in self._lines:
            if line.target_id is not None and line.month >= begin:
                counts[line.source_id, line.target_id] += line.clicks
        return self.links.place(self._index, counts)

    def by_month(self) -> tuple[MonthClicks, ...]:
        """Count the clicks of each month."""
        ours: dict[str, int] = defaultdict(int)
        others: dict[str, int] = defaultdict(int)
        for line in self._lines:
            (ours if self._is_ours(line) else others)[line.month] += line.clicks
        return tuple(MonthClicks(name, ours[name], others[name]) for name in self._names)

    def followed(self) -> tuple[LinkClicks, ...]:
        """List the links that were followed, those to other pages than posts among them."""
        found: dict[tuple[int, int | str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        first: dict[tuple[int, int | str], Clicked] = {}
        for line in self._lines:
            if line.month >= self._names[0]:
                key = (line.source_id, line.href if line.target_id is None else line.target_id)
                found[key][line.month] += line.clicks
                first.setdefault(key, line)
        words = {(each.source_id, each.target_id): each.anchor for each in reversed(self._by_anchor)}
        made = [
            LinkClicks(
                source_id=line.source_id,
                target_id=line.target_id,
                href=line.href,
                anchor=words.get((line.source_id, line.target_id), line.anchor),
                ours=self._is_ours(line),
                months=tuple(found[key][name] for name in self._names),
            )
            for key, line in first.items()
        ]
        return tuple(sorted(made, key=lambda each: (-each.clicks, each.source_id, each.href)))

    def anchors(self, clicks: NDArray[np.int64]) -> tuple[AnchorClicks, ...]:
        """List the words whose links are followed more often than others in the same posts."""
        fair = expected(self.links, clicks, len(self._index))
        pairs = [(line.source_id, line.target_id or 0) for line in self._by_anchor]
        places = self.links.find(self._index, pairs).tolist()
        whole: dict[Pair, int] = defaultdict(int)
        for pair, line in zip(pairs, self._by_anchor, strict=True):
            whole[pair] += line.clicks
        found: dict[tuple[int, str], AnchorClicks] = {}
        for pair, at, line in zip(pairs, places, self._by_anchor, strict=True):
            if at >= 0:
                known = found.get((pair[1], fold(line.anchor))) or AnchorClicks(line.anchor, pair[1], 0, 0, 0.0)
                part = float(fair[at]) * line.clicks / whole[pair]
                found[pair[1], fold(line.anchor)] = replace(
                    known, links=known.links + 1, clicks=known.clicks + line.clicks, expected=known.expected + part
                )
        better = (each for each in found.values() if each.more >= 1)
        return tuple(sorted(better, key=lambda each: (-each.more, each.anchor)))

    def dead(self) -> tuple[DeadLink, ...]:
        """List the dead weight; nothing before clicks were counted long enough."""
        counting, before = self._counting, self._now - SETTLED
        if not (counting and counting.counts and counting.since and counting.since <= before):
            return ()
        clicks = self.placed(self._quarter)
        places = dead_weight(self.links, clicks, len(self._index))
        modified = self._store.modified(self._site_id) if len(places) else {}
        brought, has = totals(self.links, clicks, len(self._index))
        ids, ours = self._index.posts.ids, self.links.ours
        found = []
        for at, source, target in zip(places, self.links.sources[places], self.links.targets[places], strict=True):
            changed = modified.get(int(ids[source]))
            if changed is not None and changed <= before:  # so all its links stood there all the time
                counts = int(brought[source]), int(has[source])
                found.append(DeadLink(int(ids[source]), int(ids[target]), *counts, bool(ours[at])))
        return tuple(found)

    def _is_ours(self, line: Clicked) -> bool:
        return line.target_id is not None and (line.source_id, line.target_id) in self._added

    @cached_property
    def _by_anchor(self) -> list[Clicked]:
        """Clicks by anchor, most first."""
        lines = self._store.clicks_by_anchor(self._site_id, self._names[0])
        return sorted(lines, key=lambda line: (-line.clicks, line.source_id, line.anchor))


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
