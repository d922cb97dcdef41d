"""What the plugin told of posts, until a sync takes it up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from suggester.errors import RequestError
from suggester.store.rows import KINDS_OF_CHANGE, Change
from suggester.store.schema import change


def add(connection: Connection, site_id: int, told: Iterable[Change], now: datetime) -> int:
    """Keep what was told; return how much it was."""
    rows = [_row(site_id, each, now) for each in told]
    if rows:
        connection.execute(insert(change), rows)
    return len(rows)


def waiting(connection: Connection, site_id: int, at_most: int) -> list[Change]:
    """Give the oldest changes that no sync took up yet."""
    rows = connection.execute(select(change).where(change.c.site_id == site_id).order_by(change.c.id).limit(at_most))
    return [Change(row.post_id, row.kind, row.old_url, row.id) for row in rows]


def count(connection: Connection, site_id: int) -> int:
    """Count the changes that wait."""
    return connection.scalar(select(func.count()).where(change.c.site_id == site_id)) or 0


def take(connection: Connection, site_id: int, up_to: int) -> None:
    """Drop the changes up to this number: they were taken up."""
    connection.execute(delete(change).where(change.c.site_id == site_id, change.c.id <= up_to))


def _row(site_id: int, told: Change, now: datetime) -> dict[str, object]:
    if told.kind not in KINDS_OF_CHANGE:
        raise RequestError(f"A change is one of {', '.join(KINDS_OF_CHANGE)}, not {told.kind!r}.")
    return {"site_id": site_id, "post_id": told.post_id, "kind": told.kind, "old_url": told.old_url, "at": now}
