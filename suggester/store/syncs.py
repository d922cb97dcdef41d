"""How far the sync of each site has come, so that a stopped one goes on where it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from suggester.store.dialect import upsert
from suggester.store.rows import SyncState
from suggester.store.schema import sync

FRESH: dict[str, Any] = {"cursor": "", "read": 0, "changed": 0, "deleted": 0, "notes": []}


def state(connection: Connection, site_id: int) -> SyncState:
    """Give how far the sync of a site has come."""
    row = connection.execute(select(sync).where(sync.c.site_id == site_id)).one_or_none()
    if row is None:
        return SyncState()
    values = {name: value for name, value in row._mapping.items() if name != "site_id"}
    return SyncState(**{**values, "notes": tuple(values["notes"])})


def begin(connection: Connection, site_id: int, now: datetime, since: datetime | None, source_name: str) -> SyncState:
    """Begin a sync, or go on with an interrupted one; `since` None wants everything read anew."""
    before = state(connection, site_id)
    whole = since is None
    if before.started_at is None or (whole and not before.whole) or before.source_name != source_name:
        values = {"started_at": now, "since": since, "whole": whole, "source_name": source_name, **FRESH}
        _change(connection, site_id, values)
    return state(connection, site_id)


def advance(connection: Connection, site_id: int, cursor: str | None, read: int, changed: int, deleted: int) -> None:
    """Note one step of the sync under way."""
    values: dict[str, Any] = {
        "read": sync.c.read + read,
        "changed": sync.c.changed + changed,
        "deleted": sync.c.deleted + deleted,
    }
    _change(connection, site_id, values if cursor is None else {**values, "cursor": cursor})


def end(
    connection: Connection, site_id: int, now: datetime, seconds: float, notes: Sequence[str], told_only: bool = False
) -> SyncState:
    """Note that the sync under way ended well; `told_only`: the next one still asks what changed since the last."""
    began = sync.c.last_started_at if told_only else sync.c.started_at
    last = {"last_started_at": began, "synced_at": now, "seconds": seconds, "notes": list(notes)}
    _change(connection, site_id, {**last, "started_at": None, "cursor": "", "error": "", "error_at": None})
    return state(connection, site_id)


def fail(connection: Connection, site_id: int, now: datetime, error: str) -> None:
    """Note why the sync under way stopped; it can go on."""
    _change(connection, site_id, {"error": error, "error_at": now})


def leave_lookups(connection: Connection, site_id: int, count: int) -> None:
    """Note how many addresses are still to be asked after."""
    _change(connection, site_id, {"lookups_left": count})


def forget_last(connection: Connection, site_id: int) -> None:
    """Forget when posts were last read, and the sync under way: the next one reads everything."""
    _change(connection, site_id, {"last_started_at": None, "started_at": None, "cursor": ""})


def _change(connection: Connection, site_id: int, values: dict[str, Any]) -> None:
    upsert(connection, sync, [{"site_id": site_id}])
    connection.execute(update(sync).where(sync.c.site_id == site_id).values(**values))
