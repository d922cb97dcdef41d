"""A site taken out of one database and put into another, whatever tables there are.

What belongs to a site is found by the tables themselves: those that refer to `site`, and those that refer to one of
these. Rows get new numbers, so that they never meet those of other sites; a column that holds another row's number
without saying so by a foreign key says it by its `info` (see `schema`).
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Column, ColumnElement, Connection, Integer, Table, insert, select

from suggester.encoding.quantise import to_int8
from suggester.errors import RequestError, StoreError
from suggester.store import sites
from suggester.store.columns import UNREADABLE
from suggester.store.dialect import insert_new
from suggester.store.posts import chunks
from suggester.store.schema import LOCKED, METADATA, NUMBER, NUMBERS, STAYS, encoder, site
from suggester.store.secrets import Secrets

AT_ONCE = 500  # rows
DIGEST_BYTES = 16

Values = dict[str, Any]
Opened = Callable[[], AbstractContextManager[Connection]]


@dataclass
class _Names:
    """What the numbers of one database are called in another, or in a digest: by table, old number to new."""

    numbers: dict[str, dict[int, Any]] = field(default_factory=dict)

    def of(self, table: str, number: int | None) -> Any:  # noqa: ANN401 - a number, or the name of an encoder
        """Give what a row that is there is called."""
        return None if number is None else self.numbers[table][number]

    def last_up_to(self, table: str, number: int) -> Any:  # noqa: ANN401
        """Give what the last row up to a number is called, 0 where there is none: it may have been forgotten."""
        known = self.numbers.get(table, {})
        ordered = list(known)  # they came in their order
        at = bisect_right(ordered, number)
        return known[ordered[at - 1]] if at else 0


@cache
def tables() -> list[Table]:
    """Give the tables with rows of sites, those that others refer to first; without those that stay where they are."""
    ours: list[Table] = []
    for table in METADATA.sorted_tables:
        refers = table is site or any(_parent(column) in ours for column in table.columns)
        if refers and not table.info.get(STAYS):
            ours.append(table)
    return sorted(ours, key=lambda table: _depth(table, ours))


def _depth(table: Table, ours: list[Table]) -> int:
    """Count the tables that must come before: those that numbers in this one are of."""
    named = (METADATA.tables.get(column.info.get(NUMBER) or column.info.get(NUMBERS) or "") for column in table.columns)
    before = [*named, *(_parent(column) for column in table.columns)]
    return max((1 + _depth(each, ours) for each in before if each is not None and each in ours), default=0)


def copy(source: Connection, target: Connection, site_id: int, ours: Secrets, theirs: Secrets) -> tuple[int, bytes]:
    """Put all rows of a site into another database; give its number there, and a digest of what was copied."""
    digest, plain, names = _Digest(), _Names(), _Names()
    for table in tables():
        counted = _counted(table)
        for some in chunks(_rows(source, table, site_id), AT_ONCE):
            _name_others(source, table, some, plain)
            _name_there(source, target, table, some, names)
            for row in some:
                digest.add(_told(table, row, plain, ours))
            fresh = [_renamed(table, row, names, ours, theirs) for row in some]
            made = _insert(target, table, fresh, counted)
            if counted is not None:
                old = [row[counted.name] for row in some]
                names.numbers.setdefault(table.name, {}).update(zip(old, made, strict=True))
    return int(names.of(site.name, site_id)), digest.digest()


def digest_of(connection: Connection, site_id: int, secrets: Secrets) -> bytes:
    """Hash all rows of a site, whatever their numbers are: the same in two databases that say the same of it."""
    digest, plain = _Digest(), _Names()
    for table in tables():
        for some in chunks(_rows(connection, table, site_id), AT_ONCE):
            _name_others(connection, table, some, plain)
            for row in some:
                digest.add(_told(table, row, plain, secrets))
    return digest.digest()


def _rows(connection: Connection, table: Table, site_id: int) -> Iterator[Values]:
    wanted = select(table).where(_of_site(table, site_id)).order_by(*table.primary_key)
    for row in connection.execute(wanted.execution_options(yield_per=AT_ONCE)):
        yield dict(row._mapping)


def _of_site(table: Table, site_id: int) -> ColumnElement[bool]:
    if table is site:
        return site.c.id == site_id
    if "site_id" in table.columns:
        return table.c.site_id == site_id
    column = next(column for column in table.columns if _parent(column) in tables())
    parent = _parent(column)
    assert parent is not None
    return column.in_(select(parent.c.id).where(_of_site(parent, site_id)))


def _parent(column: Column[Any]) -> Table | None:
    return next((key.column.table for key in column.foreign_keys), None)


def _counted(table: Table) -> Column[Any] | None:
    """Give the column that the database counts, if there is one."""
    keys = list(table.primary_key)
    alone = len(keys) == 1 and isinstance(keys[0].type, Integer) and not keys[0].foreign_keys
    return keys[0] if alone and keys[0].autoincrement else None


def _name_others(connection: Connection, table: Table, rows: list[Values], plain: _Names) -> None:
    """Call rows by their place among those of the site, and what belongs to no site by its own name."""
    counted = _counted(table)
    if counted is not None:
        known = plain.numbers.setdefault(table.name, {})
        known.update((row[counted.name], len(known) + at) for at, row in enumerate(rows, 1))
    if "encoder_id" in table.columns and encoder.name not in plain.numbers:
        plain.numbers[encoder.name] = {row.id: row.name for row in connection.execute(select(encoder))}


def _name_there(source: Connection, target: Connection, table: Table, rows: list[Values], names: _Names) -> None:
    """Find the numbers of encoders in the other database, or make them."""
    if "encoder_id" not in table.columns:
        return
    known = names.numbers.setdefault(encoder.name, {})
    for number in {row["encoder_id"] for row in rows} - known.keys():
        name = source.scalars(select(encoder.c.name).where(encoder.c.id == number)).one()
        insert_new(target, encoder, name=name)
        known[number] = target.scalars(select(encoder.c.id).where(encoder.c.name == name)).one()


def _insert(target: Connection, table: Table, rows: list[Values], counted: Column[Any] | None) -> list[int]:
    if counted is None:
        target.execute(insert(table), rows)
        return []
    return list(target.scalars(insert(table).returning(counted, sort_by_parameter_order=True), rows))


def _renamed(table: Table, row: Values, names: _Names, ours: Secrets, theirs: Secrets) -> Values:
    counted = _counted(table)
    fresh = {column.name: _called(column, row[column.name], names) for column in table.columns if column is not counted}
    for column in table.columns:
        if column.info.get(LOCKED):
            fresh[column.name] = theirs.lock(ours.unlock(row[column.name]))
    return fresh


def _called(column: Column[Any], value: Any, names: _Names) -> Any:  # noqa: ANN401 - of any column
    if (parent := _parent(column)) is not None:
        return names.of(parent.name, value)
    if table := column.info.get(NUMBER):
        return names.last_up_to(table, value)
    if table := column.info.get(NUMBERS):
        return [names.of(table, each) for each in value]
    return value


def _told(table: Table, row: Values, plain: _Names, secrets: Secrets) -> bytes:
    told = []
    for column in table.columns:
        value = _called(column, row[column.name], plain)
        if column is _counted(table):
            value = plain.of(table.name, value)
        told.append(_plain(secrets.unlock(value) if column.info.get(LOCKED) else value))
    return json.dumps([table.name, *told], ensure_ascii=True, sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 - of any column
    if isinstance(value, str):
        return value.replace("\0", UNREADABLE)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, np.ndarray):
        return to_int8(value).tobytes().hex()
    return value


class _Digest:
    """A hash of many rows in any order: two databases do not sort texts alike."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, row: bytes) -> None:
        told = hashlib.blake2b(row, digest_size=DIGEST_BYTES).digest()
        self._sum = (self._sum + int.from_bytes(told)) % (1 << 8 * DIGEST_BYTES)

    def digest(self) -> bytes:
        return self._sum.to_bytes(DIGEST_BYTES)


class SiteCarrying:
    """Carrying a site to another store, as the store has it."""

    _read: Opened
    _write: Opened

    def site_digest(self, site_id: int, secrets: Secrets) -> bytes:
        """Hash all that is known of a site: the same in two stores that know the same."""
        with self._read() as connection:
            return digest_of(connection, site_id, secrets)

    def carry_site(
        self, site_id: int, other: SiteCarrying, ours: Secrets, theirs: Secrets, *, replace: bool = False
    ) -> tuple[int, bytes]:
        """Put a site into another store, whole or not at all; give its number there and its digest.

        `replace` puts it in the place of a site of the same address. What is encrypted here with `ours` is so there
        with `theirs`; ConfigError where it was encrypted with another secret, RequestError where the site is there.
        """
        with self._read() as source, other._write() as target:
            url = sites.one(source, site_id).url
            there = target.scalar(select(site.c.id).where(site.c.url == url))
            if there is not None and not replace:
                raise RequestError(f"{url} is kept there already, and not as it is here; --replace writes over it.")
            if there is not None:
                sites.remove(target, there)
            number, digest = copy(source, target, site_id, ours, theirs)
            if digest_of(target, number, theirs) != digest:
                raise StoreError("The site did not arrive as it was sent, so nothing was moved; report this, please.")
        return number, digest

    def remove_unchanged(self, site_id: int, digest: bytes, secrets: Secrets) -> bool:
        """Forget a site that still has this digest; False where it was changed meanwhile, and stays."""
        with self._write() as connection:
            sites.hold(connection, site_id, alone=True)
            same = digest_of(connection, site_id, secrets) == digest
            if same:
                sites.remove(connection, site_id)
            return same
