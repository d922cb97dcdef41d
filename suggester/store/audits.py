"""Audits of all sites: their scores for good, and the faults of each site's last one."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select

from suggester.entities import Anchor, Audit, Event, Fault
from suggester.store import refreshes, sites
from suggester.store.audit_tables import audit, audit_fault
from suggester.store.posts import chunks
from suggester.store.schema import post

AT_ONCE = 1000  # rows
HASH_BYTES = 8
NAMES = tuple(field.name for field in fields(Audit))


Word = Callable[[Audit, Audit | None], Event | None]
"""Puts an audit and the one before into an event."""


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault as it is kept."""

    fault: Fault
    fresh: bool  # the audit before had not found it


class AuditKeeping:
    """The audits of all sites, as the store has them."""

    _read: Callable[[], AbstractContextManager[Connection]]
    _write: Callable[[], AbstractContextManager[Connection]]

    def put_audit(self, made: Audit, faults: Mapping[str, Iterable[Fault]], word: Word | None = None) -> Audit:
        """Keep an audit with its faults by kind, whole or not at all; give it with its number and what is new in it.

        The faults of the one before are forgotten. Nothing is new in a kind that the one before did not look for.
        `word` makes the event that is told of it, given the audit and the one before.
        """
        with self._write() as connection:
            sites.hold(connection, made.site_id)
            before = _last(connection, made.site_id)
            known = _hashes(connection, before.id) if before else {}
            counted = _Counted(known, before.counts if before else {})
            number = connection.scalar(insert(audit).values(**_row(made)).returning(audit.c.id))
            for some in chunks(counted.rows(int(number or 0), faults), AT_ONCE):
                connection.execute(insert(audit_fault), some)
            fresh, gone = dict(+counted.fresh), counted.gone(made.counts)
            connection.execute(audit.update().where(audit.c.id == number).values(fresh=fresh, gone=gone))
            if before:
                connection.execute(delete(audit_fault).where(audit_fault.c.audit_id == before.id))
            kept = replace(made, id=int(number or 0), fresh=fresh, gone=gone)
            if word and (event := word(kept, before)):
                refreshes.tell(connection, [event])
            return kept

    def audits(self, site_id: int) -> list[Audit]:
        """List the audits of a site, oldest first."""
        wanted = select(*_columns()).where(audit.c.site_id == site_id).order_by(audit.c.id)
        with self._read() as connection:
            return [_audit(row) for row in connection.execute(wanted)]

    def last_audit(self, site_id: int) -> Audit | None:
        """Give the last audit of a site; None where there was none."""
        with self._read() as connection:
            return _last(connection, site_id)

    def noindex(self, site_id: int) -> set[int]:
        """Give the posts that search engines are asked to leave out."""
        with self._read() as connection:
            return set(connection.scalars(select(post.c.id).where(post.c.site_id == site_id, post.c.noindex)))

    def faults(
        self, audit_id: int, kind: str, at_most: int | None = None, skip: int = 0, fresh_only: bool = False
    ) -> list[FaultRow]:
        """Give faults of one kind, those that matter most first; none of an audit that is not its site's last one."""
        here = and_(audit_fault.c.audit_id == audit_id, audit_fault.c.kind == kind)
        wanted = select(audit_fault).where(and_(here, audit_fault.c.fresh) if fresh_only else here)
        with self._read() as connection:
            rows = connection.execute(wanted.order_by(audit_fault.c.number).limit(at_most).offset(skip))
            return [FaultRow(_fault(row), row.fresh) for row in rows]


class _Counted:
    """Makes the rows of faults, and counts which of them are new."""

    def __init__(self, known: Mapping[str, Counter[bytes]], looked_for: Mapping[str, int]) -> None:
        self._known = {kind: Counter(hashes) for kind, hashes in known.items()}
        self._looked_for = looked_for
        self.fresh: Counter[str] = Counter()

    def rows(self, audit_id: int, faults: Mapping[str, Iterable[Fault]]) -> Iterator[dict[str, Any]]:
        for kind, some in faults.items():
            left = self._known.get(kind, Counter())
            for number, fault in enumerate(some):
                hashed = hash_of(fault)
                fresh = kind in self._looked_for and not left[hashed]
                left[hashed] -= left[hashed] > 0
                self.fresh[kind] += fresh
                told = {name: value for name, value in asdict(fault).items() if name not in ("kind", "post_id")}
                row = {"audit_id": audit_id, "kind": kind, "number": number, "post_id": fault.post_id}
                yield row | {"fresh": fresh, "hash": hashed, "told": told}

    def gone(self, looked_for: Iterable[str]) -> dict[str, int]:
        counted = {kind: self._known.get(kind, Counter()).total() for kind in looked_for}
        return {kind: count for kind, count in counted.items() if count}


def hash_of(fault: Fault) -> bytes:
    """Name what a fault is, whatever else changes around it."""
    told = [fault.post_id, fault.target_id, fault.href, fault.anchor.text if fault.anchor else ""]
    return hashlib.blake2b(json.dumps(told).encode(), digest_size=HASH_BYTES).digest()


def _columns() -> list[Any]:
    return [audit.c[name] for name in NAMES]


def _row(made: Audit) -> dict[str, Any]:
    values = {name: getattr(made, name) for name in NAMES if name != "id"}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def _audit(row: Row[Any]) -> Audit:
    return Audit(**row._mapping)


def _last(connection: Connection, site_id: int) -> Audit | None:
    newest = select(*_columns()).where(audit.c.site_id == site_id).order_by(audit.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else _audit(row)


def _hashes(connection: Connection, audit_id: int) -> dict[str, Counter[bytes]]:
    found: dict[str, Counter[bytes]] = {}
    wanted = select(audit_fault.c.kind, audit_fault.c.hash).where(audit_fault.c.audit_id == audit_id)
    for row in connection.execute(wanted):
        found.setdefault(row.kind, Counter())[bytes(row.hash)] += 1
    return found


def _fault(row: Row[Any]) -> Fault:
    told = dict(row.told)
    anchor = told.pop("anchor")
    return Fault(row.kind, row.post_id, anchor=Anchor(**anchor) if anchor else None, **told)
