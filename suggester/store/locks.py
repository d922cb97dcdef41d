"""Who is at what: locks that another process, or with a database server another machine, cannot take as well."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import local
from time import monotonic, sleep
from typing import Protocol
from zlib import crc32

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from suggester.errors import StoreError, StoreUnreachable
from suggester.store.files import held

NAP = 0.05  # seconds between two tries


class Locks(Protocol):
    """Locks by a number and a word; whoever dies lets go of his."""

    def hold(self, number: int, what: str, patience: float) -> AbstractContextManager[bool]:
        """Hold a lock while the block lasts; says False where somebody else holds it for `patience` seconds."""
        ...

    def is_held(self, number: int, what: str) -> bool:
        """Say whether somebody holds a lock now."""
        ...

    def check(self) -> None:
        """Raise StoreError where this thread has lost a lock that it holds."""
        ...

    def close(self) -> None:
        """Let go of what is needed for locking."""
        ...


class FileLocks:
    """Locks on files of a folder; the operating system frees them when the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hold(self, number: int, what: str, patience: float) -> AbstractContextManager[bool]:
        """Hold a lock while the block lasts; says False where somebody else holds it for `patience` seconds."""
        return held(self._path(number, what), patience)

    def is_held(self, number: int, what: str) -> bool:
        """Say whether somebody holds a lock now."""
        with held(self._path(number, what)) as got_it:
            return not got_it

    def check(self) -> None:
        """Do nothing: such a lock is never lost."""

    def close(self) -> None:
        """Do nothing: each lock has a file of its own."""

    def _path(self, number: int, what: str) -> Path:
        return self._folder / "locks" / f"{what}-{number}.lock"


class ServerLocks:
    """Locks in PostgreSQL, each on a connection of its own; the server frees them when that ends.

    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS: of a session, known by two numbers.
    """

    def __init__(self, engine: Engine, asking: Engine) -> None:
        self._engine = engine  # must give a fresh connection each time, and begin no transactions
        self._asking = asking  # any other, to look whether a lock is held
        self._mine = _Mine()

    @contextmanager
    def hold(self, number: int, what: str, patience: float) -> Iterator[bool]:
        """Hold a lock while the block lasts; says False where somebody else holds it for `patience` seconds."""
        connection = self._engine.connect()
        try:
            until = monotonic() + patience
            while not (got_it := _ask(connection, TRY, number, what)) and monotonic() < until:
                sleep(NAP)
            if got_it:
                self._mine.connections.append(connection)
            yield got_it
        finally:
            if connection in self._mine.connections:
                self._mine.connections.remove(connection)
            with suppress(StoreError, SQLAlchemyError):  # where the server is gone, so is the lock
                _ask(connection, FREE, number, what)
            with suppress(StoreError, SQLAlchemyError):
                connection.close()

    def is_held(self, number: int, what: str) -> bool:
        """Say whether somebody holds a lock now."""
        with self._asking.connect() as connection:
            return _ask(connection, LOOK, number, what)

    def check(self) -> None:
        """Raise StoreUnreachable where the connection of a lock that this thread holds has ended.

        A connection at rest says nothing unless it ends, so the server is asked only where there is something to read.
        """
        for connection in self._mine.connections:
            if _has_news(connection) and not _still_there(connection):
                raise StoreUnreachable(
                    "The connection to the database was lost, and with it the right to go on with this; run it again."
                )

    def close(self) -> None:
        """Let go of what is needed for locking."""
        self._engine.dispose()


class _Mine(local):
    """The connections of the locks that this thread holds."""

    def __init__(self) -> None:
        self.connections: list[Connection] = []


TRY = text("select pg_try_advisory_lock(:what, :number)")
FREE = text("select pg_advisory_unlock(:what, :number)")
LOOK = text(
    "select exists (select from pg_locks where locktype = 'advisory' and objsubid = 2 and granted"
    " and database = (select oid from pg_database where datname = current_database())"
    " and classid::bigint = :what & 4294967295 and objid::bigint = :number)"
)


def _ask(connection: Connection, question: TextClause, number: int, what: str) -> bool:
    told: object = connection.scalar(question, {"what": _number_of(what), "number": number})
    return bool(told)


def _number_of(what: str) -> int:
    """Give a word's number, of 32 bits with a sign; two words with the same one would only wait for each other."""
    plain = crc32(what.encode())
    return plain - (1 << 32) if plain >= 1 << 31 else plain


def _has_news(connection: Connection) -> bool:
    with suppress(Exception):
        handle = connection.connection.dbapi_connection.fileno()  # type: ignore[union-attr]
        return bool(select.select([handle], [], [], 0)[0])
    return True


def _still_there(connection: Connection) -> bool:
    try:
        return bool(connection.scalar(text("select 1")))
    except StoreError:
        return False
