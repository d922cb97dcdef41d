"""Who wants to hear of a site, what was told, and what is still on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from suggester.entities import Event
from suggester.errors import RequestError
from suggester.store.dialect import upsert
from suggester.store.schema import delivery, digest, digest_wish, event, told

KEPT = 60  # digests of each site; older ones are forgotten with what became of them
WAITING, SENT, FAILED = "waiting", "sent", "failed"


@dataclass(frozen=True, slots=True)
class DigestWish:
    """Where the owner of a site wants digests to go."""

    emails: tuple[str, ...] = ()
    webhook: bytes = field(default=b"", repr=False)  # address, encrypted: whoever knows it can post there
    secret: bytes = field(default=b"", repr=False)  # signs what goes to the webhook, encrypted
    private: str = ""  # the one host, or host:port, of a private network that the webhook may be in


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest on its way to one place."""

    id: int
    digest_id: int
    channel: str  # "email" or "webhook"
    address: str  # of the email; "" for the webhook
    state: str  # WAITING, SENT or FAILED
    tries: int
    error: str  # why the last try failed, and what to do
    next_at: datetime  # not before then, UTC
    changed_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class DigestRow:
    """A digest as it was made, with what became of it; the newest first where there are several."""

    id: int
    site_id: int
    key: str
    made_at: datetime  # UTC
    body: Mapping[str, Any]
    deliveries: tuple[Delivery, ...] = ()


class DigestKeeping:
    """The digests of all sites, as the store has them."""

    _read: Callable[[], AbstractContextManager[Connection]]
    _write: Callable[[], AbstractContextManager[Connection]]

    def digest_wish(self, site_id: int) -> DigestWish:
        """Give where digests of a site go; nowhere until its owner decides."""
        with self._read() as connection:
            return _wish(connection, site_id)

    def change_digest_wish(self, site_id: int, **wanted: object) -> DigestWish:
        """Keep where digests go; what is not named stays as it is."""
        with self._write() as connection:
            decided = replace(_wish(connection, site_id), **wanted)  # type: ignore[arg-type]
            values = {**asdict(decided), "emails": list(decided.emails)}
            upsert(connection, digest_wish, [{"site_id": site_id, **values}])
        return decided

    def told_up_to(self, site_id: int) -> int:
        """Give the number of the last event that a digest took in; 0 where there is none."""
        with self._read() as connection:
            return connection.scalar(select(told.c.event_id).where(told.c.site_id == site_id)) or 0

    def pass_over(self, site_id: int, event_id: int) -> None:
        """Note that there is nothing to say of the events up to this one."""
        with self._write() as connection:
            upsert(connection, told, [{"site_id": site_id, "event_id": event_id}])

    def add_digest(
        self,
        site_id: int,
        key: str,
        body: Mapping[str, Any],
        event_id: int,
        places: Iterable[tuple[str, str]],
        now: datetime,
    ) -> int:
        """Keep a digest of the events up to this one, and the places (channel, address) that it goes to."""
        with self._write() as connection:
            row = {"site_id": site_id, "key": key, "body": dict(body), "made_at": now}
            made = int(connection.execute(insert(digest).values(**row)).inserted_primary_key[0])  # type: ignore[index]
            upsert(connection, told, [{"site_id": site_id, "event_id": event_id}])
            fresh = {"digest_id": made, "state": WAITING, "tries": 0, "error": "", "next_at": now, "changed_at": now}
            rows = [{**fresh, "channel": channel, "address": address} for channel, address in places]
            if rows:
                connection.execute(insert(delivery), rows)
            _forget_old(connection, site_id)
            return made

    def digests(self, site_id: int, at_most: int = 10) -> list[DigestRow]:
        """Give the digests of a site, newest first."""
        wanted = select(digest).where(digest.c.site_id == site_id).order_by(digest.c.id.desc()).limit(at_most)
        with self._read() as connection:
            rows = [DigestRow(**row._mapping) for row in connection.execute(wanted)]
            return _with_deliveries(connection, rows)

    def due_deliveries(self, site_id: int, now: datetime | None) -> list[DigestRow]:
        """Give the digests of a site that are still to be sent by now, oldest first, with those deliveries alone.

        `now` None gives all that wait, whenever their turn is.
        """
        ours = and_(digest.c.site_id == site_id, delivery.c.state == WAITING)
        wanted = select(delivery).join(digest).where(ours if now is None else and_(ours, delivery.c.next_at <= now))
        with self._read() as connection:
            found = [Delivery(**row._mapping) for row in connection.execute(wanted.order_by(delivery.c.id))]
            ids = {each.digest_id for each in found}
            rows = connection.execute(select(digest).where(digest.c.id.in_(ids)).order_by(digest.c.id))
            made = [DigestRow(**row._mapping) for row in rows]
        return [replace(row, deliveries=tuple(each for each in found if each.digest_id == row.id)) for row in made]

    def next_delivery(self, site_id: int) -> datetime | None:
        """Give the moment when something is to be sent again; None where nothing waits."""
        waits = and_(digest.c.site_id == site_id, delivery.c.state == WAITING)
        with self._read() as connection:
            earliest = select(func.min(delivery.c.next_at)).select_from(delivery).join(digest).where(waits)
            found: datetime | None = connection.scalar(earliest)
            return found

    def note_delivery(self, delivery_id: int, state: str, error: str, next_at: datetime, now: datetime) -> None:
        """Note what became of a try to send."""
        values = {"state": state, "error": error, "next_at": next_at, "changed_at": now}
        with self._write() as connection:
            one = update(delivery).where(delivery.c.id == delivery_id)
            connection.execute(one.values(tries=delivery.c.tries + 1, **values))

    def drop_deliveries(self, delivery_ids: Sequence[int]) -> None:
        """Forget deliveries to a place that nobody wants any more."""
        with self._write() as connection:
            connection.execute(delete(delivery).where(delivery.c.id.in_(delivery_ids)))

    def send_again(self, site_id: int, delivery_id: int, now: datetime) -> None:
        """Let a delivery that was given up be tried anew; RequestError where the site has no such one."""
        ours = select(digest.c.id).where(digest.c.site_id == site_id)
        here = and_(delivery.c.id == delivery_id, delivery.c.digest_id.in_(ours), delivery.c.state != SENT)
        with self._write() as connection:
            values = {"state": WAITING, "tries": 0, "next_at": now, "changed_at": now}
            if not connection.execute(update(delivery).where(here).values(**values)).rowcount:
                raise RequestError("This digest is on its way no more; reload the page to see what became of it.")

    def revive_deliveries(self, site_id: int, made_since: datetime, now: datetime) -> None:
        """Let all deliveries of digests made since then that were given up be tried anew."""
        ours = select(digest.c.id).where(digest.c.site_id == site_id, digest.c.made_at >= made_since)
        here = and_(delivery.c.state == FAILED, delivery.c.digest_id.in_(ours))
        with self._write() as connection:
            values = {"state": WAITING, "tries": 0, "next_at": now, "changed_at": now}
            connection.execute(update(delivery).where(here).values(**values))

    def count_events(self, refresh_ids: Sequence[int], kinds: Sequence[str]) -> dict[int, dict[str, int]]:
        """Count what some refreshes noticed, by refresh and kind."""
        here = and_(event.c.refresh_id.in_(refresh_ids), event.c.kind.in_(kinds))
        counted = select(event.c.refresh_id, event.c.kind, func.count()).where(here)
        found: dict[int, dict[str, int]] = {each: dict.fromkeys(kinds, 0) for each in refresh_ids}
        with self._read() as connection:
            for refresh_id, kind, count in connection.execute(counted.group_by(event.c.refresh_id, event.c.kind)):
                found[refresh_id][kind] = count
        return found

    def events_of(self, refresh_id: int, kind: str, at_most: int) -> list[Event]:
        """Give the first events of one kind that a refresh noticed."""
        here = and_(event.c.refresh_id == refresh_id, event.c.kind == kind)
        with self._read() as connection:
            rows = connection.execute(select(event).where(here).order_by(event.c.id).limit(at_most))
            return [Event(**row._mapping) for row in rows]


def _wish(connection: Connection, site_id: int) -> DigestWish:
    row = connection.execute(select(digest_wish).where(digest_wish.c.site_id == site_id)).one_or_none()
    return DigestWish(tuple(row.emails), row.webhook, row.secret, row.private) if row else DigestWish()


def _with_deliveries(connection: Connection, rows: Sequence[DigestRow]) -> list[DigestRow]:
    ids = [row.id for row in rows]
    wanted = select(delivery).where(delivery.c.digest_id.in_(ids)).order_by(delivery.c.id)
    found = [Delivery(**row._mapping) for row in connection.execute(wanted)]
    return [replace(row, deliveries=tuple(each for each in found if each.digest_id == row.id)) for row in rows]


def _forget_old(connection: Connection, site_id: int) -> None:
    newest = select(digest.c.id).where(digest.c.site_id == site_id).order_by(digest.c.id.desc()).limit(KEPT)
    kept = list(connection.scalars(newest))
    connection.execute(delete(digest).where(digest.c.site_id == site_id, digest.c.id < min(kept)))
