"""Bring the corpus of a site up to date from WordPress."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from suggester.content.text import plural
from suggester.errors import StoreError, SuggesterError
from suggester.store import Change, Step, Store, SyncState
from suggester.tasks.lookup import look_up
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.sweep import AT_ONCE, step_of, sweep
from suggester.wordpress.source import Source

NAMED = 5  # posts named where many could not be read
OVERLAP = timedelta(days=1)  # the clocks of the two machines may differ, and a time zone be set wrongly


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, counted from its start even where it was interrupted and taken up again."""

    read: int
    changed: int
    deleted: int
    source_name: str
    seconds: float  # of this process
    notes: tuple[str, ...] = ()  # what went otherwise than wished, and what to do


def sync(
    store: Store,
    site_id: int,
    source: Source,
    progress: Progress = SILENT,
    full: bool = False,
    told_only: bool = False,
) -> SyncReport:
    """Read what changed since the last sync, page by page; a stopped one goes on where it was.

    What was deleted shows by its missing id. `full` reads everything anew. `told_only` reads the posts alone that the
    plugin told of, which spares WordPress the question for all ids, a hundred at a time; what it did not tell waits for
    the next sync. It counts for nothing with `full`, where no sync ended well yet, and where the last one was stopped.
    """
    with store.lock(site_id):
        began, before = monotonic(), store.sync_state(site_id)
        told_only = told_only and not full and before.started_at is None and before.last_started_at is not None
        try:
            notes = _sync(store, site_id, source, progress, full, told_only)
        except SuggesterError as error:
            with suppress(StoreError):  # a full disk takes no note of itself
                store.fail_sync(site_id, _now(), str(error))
            raise
        done = store.end_sync(site_id, _now(), monotonic() - began, notes, told_only)
        return SyncReport(done.read, done.changed, done.deleted, source.name, done.seconds, done.notes)


def _sync(store: Store, site_id: int, source: Source, progress: Progress, full: bool, told_only: bool) -> list[str]:
    store.rename_site(site_id, source.site())
    since = None if full else _since(store.sync_state(site_id), source)
    state = store.begin_sync(site_id, _now(), since, source.name)
    told = _take_up_changes(store, site_id, source)
    if told_only:
        return [*_left_out(source), *look_up(store, site_id, source, progress, told)]
    _read_pages(store, site_id, source, progress, state)
    notes = [*sweep(store, site_id, source, full), *look_up(store, site_id, source, progress)]
    return [*_left_out(source), *notes]


def _left_out(source: Source) -> list[str]:
    """Name the posts that WordPress could not show; the rest of the site does not wait for them."""
    if not (broken := source.unreadable):
        return []
    some = ", ".join(map(str, sorted(broken)[:NAMED])) + (", …" if len(broken) > NAMED else "")
    what = f"WordPress could not show {plural(len(broken), 'post')} ({some}), left out until saved there again."
    return [f"{what} {broken[min(broken)]}"]


def _since(state: SyncState, source: Source) -> datetime | None:
    if source.name == "export":  # a newer file may hold edits of any age
        return None
    return state.last_started_at and state.last_started_at - OVERLAP


def _take_up_changes(store: Store, site_id: int, source: Source) -> set[int]:
    """Read what the plugin told of; give the posts of it that there are."""
    touched: set[int] = set()
    while told := store.waiting_changes(site_id, AT_ONCE):
        wanted = list(dict.fromkeys(each.post_id for each in told))
        kept, gone = step_of(source.posts(wanted), frozenset(wanted))
        touched |= (found := {each.id for each in kept})
        store.save_step(site_id, Step(kept, gone, _former(told, found), changes_up_to=told[-1].number))
    return touched


def _former(told: Iterable[Change], kept: set[int]) -> dict[str, int | None]:
    return {each.old_url: each.post_id for each in told if each.old_url and each.post_id in kept}


def _read_pages(store: Store, site_id: int, source: Source, progress: Progress, state: SyncState) -> None:
    pages = source.changed(state.since, state.cursor)
    page = next(pages, None)
    progress.start("read", page.total if page else None)
    try:
        progress.advance(state.read)
        while page is not None:
            kept, gone = step_of(page.posts)
            store.save_step(site_id, Step(kept, gone, cursor=page.cursor))
            progress.advance(len(page.posts))
            page = next(pages, None)
    finally:
        progress.finish()


def _now() -> datetime:
    return datetime.now(UTC)
