"""What each refresh did, and what it noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from suggester.entities import EVENT_KINDS, Event, Refresh
from suggester.errors import RequestError
from suggester.store.schema import event, refresh

COUNTED = ("read", "changed", "deleted", "embedded", "renewed", "appeared", "died", "sampled", "differing")
CHECK = "check"  # the stage behind which the store holds what a refresh has to make anew
STOPPED = and_(refresh.c.ended_at.is_(None), refresh.c.error == "")


class RefreshVerbs:
    """The refreshes of all sites and their events, as the store has them."""

    _read: Callable[[], AbstractContextManager[Connection]]
    _write: Callable[[], AbstractContextManager[Connection]]

    def begin_refresh(self, site_id: int, reason: str, whole: bool, now: datetime) -> int:
        """Begin a refresh, or go on with the one that was stopped; return its number.

        One that is `whole` from now on has to check anew what it will make anew.
        """
        with self._write() as connection:
            stopped = connection.execute(
                select(refresh.c.id, refresh.c.whole, refresh.c.seconds).where(refresh.c.site_id == site_id, STOPPED)
            ).first()
            if stopped is None:
                row = {"site_id": site_id, "started_at": now, "whole": whole, "reason": reason, "seconds": {}}
                row |= {"error": "", **dict.fromkeys(COUNTED, 0)}
                return int(connection.execute(insert(refresh).values(**row)).inserted_primary_key[0])  # type: ignore[index]
            if whole and not stopped.whole:
                spent = {stage: seconds for stage, seconds in stopped.seconds.items() if stage != CHECK}
                values = {"whole": True, "seconds": spent}
                connection.execute(update(refresh).where(refresh.c.id == stopped.id).values(**values))
            return int(stopped.id)

    def note_refresh(
        self, refresh_id: int, seconds: Mapping[str, float] | None = None, *, whole: bool = False, **counts: int
    ) -> Refresh:
        """Add to the seconds of a refresh, by stage, and to its counts; give it as it is now."""
        with self._write() as connection:
            before = one(connection, refresh_id)
            spent = dict(before.seconds)
            for stage, more in (seconds or {}).items():
                spent[stage] = round(spent.get(stage, 0.0) + more, 3)
            values = {"seconds": spent, "whole": before.whole or whole}
            connection.execute(update(refresh).where(refresh.c.id == refresh_id).values(**values))
            add(connection, refresh_id, **counts)
            return one(connection, refresh_id)

    def end_refresh(self, refresh_id: int, now: datetime) -> Refresh:
        """Note that a refresh ended well."""
        with self._write() as connection:
            connection.execute(update(refresh).where(refresh.c.id == refresh_id).values(ended_at=now))
            return one(connection, refresh_id)

    def fail_refresh(self, refresh_id: int, error: str, now: datetime) -> None:
        """Note why a refresh failed."""
        with self._write() as connection:
            connection.execute(update(refresh).where(refresh.c.id == refresh_id).values(ended_at=now, error=error))

    def refreshes(self, site_id: int, at_most: int = 30) -> list[Refresh]:
        """Give the refreshes of a site, newest first."""
        wanted = select(refresh).where(refresh.c.site_id == site_id).order_by(refresh.c.id.desc()).limit(at_most)
        with self._read() as connection:
            return [Refresh(**row._mapping) for row in connection.execute(wanted)]

    def last_refresh(self, site_id: int) -> Refresh | None:
        """Give the last refresh of a site that ended well."""
        well = and_(refresh.c.site_id == site_id, refresh.c.ended_at.is_not(None), refresh.c.error == "")
        with self._read() as connection:
            row = connection.execute(select(refresh).where(well).order_by(refresh.c.id.desc()).limit(1)).first()
        return None if row is None else Refresh(**row._mapping)

    def events(self, site_id: int, after: int = 0, at_most: int = 1000) -> list[Event]:
        """Give what was noticed of a site after the event of this number, oldest first."""
        later = and_(event.c.site_id == site_id, event.c.id > after)
        with self._read() as connection:
            rows = connection.execute(select(event).where(later).order_by(event.c.id).limit(at_most))
            return [Event(**row._mapping) for row in rows]

    def forget_events(self, site_id: int, before: datetime) -> int:
        """Let go of what was noticed of a site before a moment, all but the newest; return how much that was.

        The newest stays because whoever tells events keeps its number, and numbers must not begin anew.
        """
        newest = select(func.max(event.c.id)).where(event.c.site_id == site_id).scalar_subquery()
        old = and_(event.c.site_id == site_id, event.c.at < before, event.c.id < newest)
        with self._write() as connection:
            return connection.execute(delete(event).where(old)).rowcount


def one(connection: Connection, refresh_id: int) -> Refresh:
    """Give a refresh."""
    return Refresh(**connection.execute(select(refresh).where(refresh.c.id == refresh_id)).one()._mapping)


def add(connection: Connection, refresh_id: int, **counts: int) -> None:
    """Add to the counts of a refresh."""
    more = {name: refresh.c[name] + count for name, count in counts.items() if count}
    if more:
        connection.execute(update(refresh).where(refresh.c.id == refresh_id).values(**more))


def tell(connection: Connection, events: Iterable[Event]) -> None:
    """Keep what was noticed, in this order."""
    rows = [_row(each) for each in events]
    if rows:
        connection.execute(insert(event), rows)


def _row(told: Event) -> dict[str, Any]:
    if told.kind not in EVENT_KINDS:
        raise RequestError(f"An event is one of {', '.join(EVENT_KINDS)}, not {told.kind!r}.")
    values = asdict(told)
    del values["id"]
    return {**values, "what": dict(told.what), "at": told.at or datetime.now(UTC)}
