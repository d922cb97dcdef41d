"""Refresh: sync, embed what changed, check every suggestion, renew those that this touches, write down what happened.

Everything is kept in steps that each are whole by themselves, so that a refresh that was stopped at any moment goes
on under its own number the next time; nothing is lost, told twice or kept twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from suggester.encoding.protocol import Encoder
from suggester.engine.ranker import Ranker
from suggester.entities import Refresh
from suggester.errors import StoreError, SuggesterError
from suggester.store import Ripple, SiteRow, Store
from suggester.store.refreshes import CHECK
from suggester.tasks.clicks import forget_old_clicks
from suggester.tasks.embed import EmbedReport, Tally
from suggester.tasks.helpers import Opened
from suggester.tasks.index import is_current
from suggester.tasks.indexes import Indexes, Ready, put_out_of_sight
from suggester.tasks.noticed import Noticing
from suggester.tasks.pieces import Kept, bring_up_to_date, kept_pieces
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import resolver_for
from suggester.tasks.renewing import KEPT as SUGGESTED
from suggester.tasks.renewing import Means, Renewal, name_of
from suggester.tasks.rules import RuleBooks
from suggester.tasks.suggesting import Asked
from suggester.tasks.sync import SyncReport, sync
from suggester.tasks.touched import LOOKED_BACK, Compared, Touched, compare, touched
from suggester.wordpress.source import Source

MANY = 64  # sources to make anew, for which it takes less to look for garbage once than again and again
KEPT = timedelta(days=400)  # what was noticed: a year, and some weeks to look back on it
log = logging.getLogger("suggester.refresh")


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did, and how long each part took."""

    sync: SyncReport
    embed: EmbedReport
    posts: int  # in the index
    index_seconds: float  # reading the changed posts' bodies and building the index
    seconds: float  # altogether
    trouble: str = ""  # why there are no vectors
    kept: Refresh | None = None  # as it is written down; None where suggestions were left as they are


class RefreshVerbs:
    """The verbs of upkeep, as the service has them."""

    store: Store
    rulebooks: RuleBooks
    _indexes: Indexes
    _trouble: str | None
    find_site: Callable[[str | int], SiteRow]
    source_of: Callable[[int], Source]
    encoder: Callable[[], Encoder | None]
    ranker: Callable[[int], Ranker]
    _opened: Callable[[int, Ready], Opened]
    _asked: Callable[[int, int], Asked]

    def refresh(
        self, site_ref: str | int, progress: Progress = SILENT, full: bool = False, reason: str = "asked"
    ) -> RefreshReport:
        """Bring a site and its suggestions up to date; a stopped refresh goes on where it was.

        `full` reads everything and makes every suggestion anew. SyncRunning where another process is at it.
        """
        site_id, began = self.find_site(site_ref).id, monotonic()
        with self.store.lock(site_id, "refresh"):
            refresh_id = self.store.begin_refresh(site_id, reason, full, _now())
            try:
                done = self._refresh(site_id, refresh_id, progress, told=reason == "changes")
            except SuggesterError as error:
                with suppress(StoreError):  # a full disk takes no note of itself
                    self.store.fail_refresh(refresh_id, str(error), _now())
                log.warning("refresh failed", extra={"site": site_id, "error": type(error).__name__})
                raise
            kept = self.store.end_refresh(refresh_id, _now())
            if reason != "changes":
                self._forget(site_id)
        _log(kept, seconds := monotonic() - began)
        return replace(done, seconds=seconds, kept=kept)

    def _forget(self, site_id: int) -> None:
        """Forget what is long past; a single change, which somebody waits for, leaves it to the next night."""
        with suppress(StoreError):  # the next refresh does it as well
            self.store.forget_events(site_id, _now() - KEPT)
            forget_old_clicks(self.store, site_id, _now())

    def update(self, site_ref: str | int, progress: Progress = SILENT, full: bool = False) -> RefreshReport:
        """Bring a site's corpus, vectors and index up to date, and leave its stored suggestions as they are."""
        site_id, began = self.find_site(site_ref).id, monotonic()
        with self.store.lock(site_id, "refresh"):
            done, _ = self._bring_in(site_id, progress, full)
        return replace(done, seconds=monotonic() - began)

    def _refresh(self, site_id: int, refresh_id: int, progress: Progress, told: bool) -> RefreshReport:
        row = self.store.note_refresh(refresh_id)
        whole = row.whole and CHECK not in row.seconds  # else it goes on: what is left to make anew is in the store
        told_only = told and (row.reason == "changes" or "sync" in row.seconds)  # what it goes on with has asked
        done, kept = self._bring_in(site_id, progress, whole, told_only)
        spent = {"sync": done.sync.seconds, "embed": done.embed.seconds, "index": done.index_seconds}
        self.store.note_refresh(refresh_id, spent, read=done.sync.read, embedded=done.embed.embedded)
        with self._timed(refresh_id, CHECK):
            renewal = self._check(site_id, refresh_id, kept, whole, may_be_worn=whole or not row.whole)
        due = self.store.due(site_id)
        if len(due) >= MANY:
            put_out_of_sight()
        with self._timed(refresh_id, "renew"):
            renewal.renew(due, progress)
        return done

    def _bring_in(
        self, site_id: int, progress: Progress, full: bool, told_only: bool = False
    ) -> tuple[RefreshReport, Kept]:
        """Sync a site, and bring its index up to date where anything changed or all is wanted."""
        synced = sync(self.store, site_id, self.source_of(site_id), progress, full, told_only)
        began, tally, encoder = monotonic(), Tally(), self.encoder()
        kept = None if full else self._current(site_id, encoder)
        if kept is None:
            kept = bring_up_to_date(self.store, site_id, encoder, progress, tally, anew=full)
        spent = monotonic() - began - tally.seconds
        trouble = self._trouble or ""
        return RefreshReport(synced, tally.report, len(kept.index), spent, 0.0, trouble), kept

    def _current(self, site_id: int, encoder: Encoder | None) -> Kept | None:
        """Give the index that is kept, None where it has to be renewed."""
        if not is_current(self.store, site_id, encoder.id if encoder else ""):
            return None
        ready = self._indexes.find(site_id)
        pieces = ready and kept_pieces(self.store, site_id, ready.index)
        return Kept(ready.index, pieces, 0, resolver_for(self.store, site_id)) if ready and pieces else None

    def _check(self, site_id: int, refresh_id: int, kept: Kept, whole: bool, may_be_worn: bool) -> Renewal:
        """Find what a refresh touches, check every stored suggestion, and keep what is to be made anew.

        `may_be_worn` is False where everything is being made anew already.
        """
        store = self.store
        ready = Ready(None, kept.index, kept.resolver)
        compared = compare(store, site_id, kept, ready.resolver)
        means = self._means(site_id, ready)
        made_by = {
            post_id: means.made_by(post_id, compared.now[post_id].hash) for post_id in sorted(compared.published)
        }
        past = [one for one in store.refreshes(site_id, LOOKED_BACK) if one.id != refresh_id] if may_be_worn else None
        found = touched(compared, made_by, store.suggested(site_id), means.asked.policy.least_score, kept, past, whole)
        if found.whole:
            store.note_refresh(refresh_id, whole=True)
        noticing = Noticing(site_id, refresh_id, _now(), compared, quiet=store.last_refresh(site_id) is None)
        store.save_ripple(site_id, refresh_id, self._ripple(site_id, compared, found, noticing, kept, ready))
        return Renewal(store, site_id, refresh_id, means, found, noticing)

    def _ripple(
        self, site_id: int, compared: Compared, found: Touched, noticing: Noticing, kept: Kept, ready: Ready
    ) -> Ripple:
        lost = [
            one
            for post_id in sorted(compared.gone | compared.hidden)
            for one in self.store.suggestions_to(site_id, post_id)
            if one.shown and one.source_id not in compared.gone
        ]
        for items in self.store.some_suggestions(site_id, sorted(compared.gone)).values():
            lost += [one for one in items if one.shown]
        return Ripple(
            watched=compared.news(),
            gone=compared.gone,
            changed=len(compared.changed),
            unpublished=compared.hidden,
            due=found.surely | found.turns,
            perhaps=found.perhaps,
            events=[*noticing.of_posts(kept, ready.resolver), *noticing.of_lost(lost)],
            died=len(lost),
        )

    def _means(self, site_id: int, ready: Ready) -> Means:
        settings, rules = self.store.settings(site_id), self.rulebooks.listed(site_id)
        asked = self._asked(site_id, SUGGESTED)
        return Means(self._opened(site_id, ready), asked, name_of(settings, rules, asked.ranker, ready.index))

    @contextmanager
    def _timed(self, refresh_id: int, stage: str) -> Iterator[None]:
        began = monotonic()
        yield
        self.store.note_refresh(refresh_id, {stage: monotonic() - began})


def _log(kept: Refresh, seconds: float) -> None:
    counts = ("read", "changed", "deleted", "embedded", "renewed", "appeared", "died")
    facts = {"site": kept.site_id, "reason": kept.reason, "seconds": round(seconds, 3)}
    log.info("refresh ended", extra=facts | {name: getattr(kept, name) for name in counts})


def _now() -> datetime:
    return datetime.now(UTC)
