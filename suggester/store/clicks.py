"""Clicks on links as the plugin counted them: by month, source, address and anchor, and nothing of who clicked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select

from suggester.entities import Clicked, Counting
from suggester.store import sites
from suggester.store.click_tables import click_batch, clicked, counting
from suggester.store.dialect import insert_new, upsert
from suggester.store.posts import IN_ONE_QUESTION, chunks
from suggester.store.schema import edit, run, verdict

HASH_BYTES = 16
ADDS = ("insert", "append")  # kinds of edits that add a link
STANDING = ("applied", "kept")  # states of edits whose link stands in the post


class Line(NamedTuple):
    """How often one link was followed in a month; a tuple, as there are many."""

    source_id: int
    target_id: int | None
    month: str
    href: str
    anchor: str
    clicks: int


@dataclass(frozen=True, slots=True)
class Added:
    """A link that this program added."""

    source_id: int
    target_id: int
    at: datetime  # UTC


class ClickKeeping:
    """Clicks of all sites, as the store has them."""

    _read: Callable[[], AbstractContextManager[Connection]]
    _write: Callable[[], AbstractContextManager[Connection]]

    def add_clicks(
        self, site_id: int, batch: str, told: Iterable[Clicked], now: datetime, state: Counting | None = None
    ) -> int:
        """Add what a batch tells to what is known, once however often it comes; give how many of its lines were new."""
        with self._write() as connection:
            sites.hold(connection, site_id)
            if state:
                upsert(connection, counting, [_state(site_id, state)])
            known = select(click_batch.c.batch).where(click_batch.c.site_id == site_id, click_batch.c.batch == batch)
            if connection.scalar(known) is not None:
                return 0
            insert_new(connection, click_batch, site_id=site_id, batch=batch, at=now)
            lines = list(told)
            _add(connection, site_id, lines)
            return len(lines)

    def counting(self, site_id: int) -> Counting | None:
        """Say whether clicks of a site are counted, and since when; None where its plugin never said."""
        with self._read() as connection:
            row = connection.execute(select(counting).where(counting.c.site_id == site_id)).one_or_none()
        return Counting(row.counts, row.since, row.until) if row else None

    def clicked_lines(self, site_id: int, since: str) -> list[Line]:
        """Give the clicks from a month on, as they are kept."""
        wanted = select(*(clicked.c[name] for name in Line._fields)).where(clicked.c.site_id == site_id)
        with self._read() as connection:
            return [Line(*row) for row in connection.execute(wanted.where(clicked.c.month >= since)).all()]

    def clicks_stamp(self, site_id: int) -> Hashable:
        """Name all that is known of clicks and of links of ours: the same as long as nothing is added."""
        batches = select(func.count(), func.max(click_batch.c.at)).where(click_batch.c.site_id == site_id)
        said = select(func.max(verdict.c.id)).where(verdict.c.site_id == site_id)
        runs = select(func.count(), func.max(run.c.changed_at)).where(run.c.site_id == site_id)
        with self._read() as connection:
            return tuple(tuple(connection.execute(each).one()) for each in (batches, said, runs))

    def added_links(self, site_id: int) -> list[Added]:
        """Give the links that runs put in, or that people accepted in the editor; the same one may come twice."""
        put_in = select(edit.c.source_id, edit.c.target_id, run.c.changed_at).join(run)
        put_in = put_in.where(run.c.site_id == site_id, edit.c.state.in_(STANDING), edit.c.kind.in_(ADDS))
        accepted = select(verdict.c.source_id, verdict.c.target_id, verdict.c.at)
        accepted = accepted.where(verdict.c.site_id == site_id, verdict.c.verdict == "accepted")
        with self._read() as connection:
            rows = [*connection.execute(put_in.where(edit.c.target_id.is_not(None))), *connection.execute(accepted)]
        return [Added(*row) for row in rows]

    def forget_clicks(self, site_id: int, before_month: str, batches_before: datetime) -> None:
        """Forget clicks of months that are long past, and batches that nobody will send again."""
        with self._write() as connection:
            connection.execute(delete(clicked).where(clicked.c.site_id == site_id, clicked.c.month < before_month))
            old = (click_batch.c.site_id == site_id, click_batch.c.at < batches_before)
            connection.execute(delete(click_batch).where(*old))


def _add(connection: Connection, site_id: int, told: Sequence[Clicked]) -> None:
    fresh: dict[tuple[str, bytes], Clicked] = {}
    for line in told:
        key = (line.month, _hash(line))
        known = fresh.get(key)
        fresh[key] = replace(line, clicks=line.clicks + known.clicks) if known else line
    for month in sorted({line.month for line in told}):
        for some in chunks([key for when, key in fresh if when == month], IN_ONE_QUESTION):
            here = (clicked.c.site_id == site_id, clicked.c.month == month, clicked.c.hash.in_(some))
            before = {row.hash: row for row in connection.execute(select(clicked).where(*here))}
            rows = [_row(site_id, key, fresh[month, key], before.get(key)) for key in some]
            upsert(connection, clicked, rows)


def _row(site_id: int, key: bytes, line: Clicked, before: Any) -> dict[str, object]:  # noqa: ANN401 - a row or None
    target = line.target_id if line.target_id is not None or before is None else before.target_id
    return {
        "site_id": site_id,
        "month": line.month,
        "hash": key,
        "source_id": line.source_id,
        "target_id": target,
        "href": line.href,
        "anchor": line.anchor,
        "clicks": line.clicks + (before.clicks if before else 0),
    }


def _hash(line: Clicked) -> bytes:
    told = f"{line.source_id} {line.href}\n{line.anchor}".encode("utf-8", "replace")
    return hashlib.blake2b(told, digest_size=HASH_BYTES).digest()


def _state(site_id: int, state: Counting) -> dict[str, object]:
    return {"site_id": site_id, "counts": state.counts, "since": state.since, "until": state.until}
