"""What one database does differently from another: but for `columns`, the only file that asks which one it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

from suggester.errors import ConfigError, DiskFull, StoreBusy, StoreError, StoreUnreachable
from suggester.store import postgresql
from suggester.store.locks import FileLocks, Locks, ServerLocks

SQLITE_SETTINGS = (
    "PRAGMA busy_timeout = 15000",  # first: the next one may have to wait already
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)
WRITES = "writes"  # execution option: the transaction will write, so that SQLite takes its lock at the start
SUPPORTED = ("sqlite", "postgresql")


def address_of(url_or_path: str | Path) -> str:
    """Give the database address for what a person wrote: a file's path, or an address with `://` in it."""
    text = str(url_or_path)
    return postgresql.with_driver(text) if "://" in text else f"sqlite:///{text}"


def file_of(address: str) -> Path | None:
    """Give the file behind an address; None where the database is not a file."""
    url = _parse(address)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def open_engine(address: str) -> Engine:
    """Connect to the database; whatever it says later comes out as an error of ours."""
    url = _parse(address_of(address))
    if url.get_backend_name() not in SUPPORTED:
        raise ConfigError(f"{url.get_backend_name()} is not supported; use a SQLite file or a PostgreSQL address.")
    if url.get_backend_name() == "postgresql":
        engine = postgresql.open_engine(url)
    else:
        engine = create_engine(url)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _translate)
    return engine


def reading(engine: Engine) -> Engine:
    """Give the engine whose transactions read: each sees the database as it was at one moment."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def writing(engine: Engine) -> Engine:
    """Give the engine whose transactions write."""
    return engine.execution_options(**{WRITES: True})


def locks_for(engine: Engine, folder: Path) -> Locks:
    """Give the locks that hold wherever the database can be reached from."""
    if engine.dialect.name != "postgresql":
        return FileLocks(folder)
    own = postgresql.lock_engine(engine)
    event.listen(own, "handle_error", _translate)
    return ServerLocks(own, reading(engine))


def is_shared(engine: Engine) -> bool:
    """Whether processes on several machines can use the database, so that no file beside it is enough."""
    return engine.dialect.name == "postgresql"


def prepare(engine: Engine) -> None:
    """See to it that the database is one that the tables can be made in; ConfigError says what it lacks."""
    if engine.dialect.name == "postgresql":
        postgresql.prepare(engine)


def wait_for_turn(connection: Connection) -> None:
    """Let one process at a time change the tables, until the transaction ends; SQLite's write lock does so anyway."""
    if connection.dialect.name == "postgresql":
        postgresql.wait_for_turn(connection)


def part_by_site(connection: Connection, table: str) -> None:
    """Part a table by site, so that a question about one site touches a fraction of the rows; nothing in SQLite."""
    if connection.dialect.name == "postgresql":
        postgresql.part_by_site(connection, table)


def keep_as_it_is(connection: Connection, table: str, column: str) -> None:
    """Let the database not try to compress the values of a column; SQLite never does."""
    if connection.dialect.name == "postgresql":
        postgresql.keep_as_it_is(connection, table, column)


def compares_vectors(connection: Connection) -> bool:
    """Whether the database itself says how near two vectors are."""
    return connection.dialect.name == "postgresql"


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; where the primary key is there already, overwrite the columns given. Of equal keys the last holds.

    Rows go in by the order of their keys, so that two transactions never wait for each other in a circle.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    by_key = {tuple(row[name] for name in keys): row for row in rows}
    ordered = [by_key[key] for key in sorted(by_key)]
    make = postgresql_dialect.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if fresh:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), ordered)
    else:
        connection.execute(statement.on_conflict_do_nothing(index_elements=keys), ordered)


def insert_new(connection: Connection, table: Table, **values: object) -> None:
    """Insert a row, unless one that must be the only one of its kind is there already."""
    make = postgresql_dialect.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(table).values(**values).on_conflict_do_nothing())


def column_words(connection: Connection) -> dict[str, str]:
    """Give this database's words for the column types that the migrations speak of."""
    if connection.dialect.name == "postgresql":
        return postgresql.WORDS
    return {
        "counted": "integer not null primary key",
        "bytes": "blob",
        "moment": "datetime",
        "vector": "blob",
        "compact": "without rowid",
    }


def _parse(address: str) -> URL:
    try:
        url = make_url(address)
        url.get_dialect()
        return url
    except NoSuchModuleError as error:
        raise ConfigError(
            "This kind of database is not supported; use a SQLite file or a PostgreSQL address."
        ) from error
    except (SQLAlchemyError, ValueError, ImportError) as error:
        raise ConfigError("The address of the database cannot be read; a path to a SQLite file is enough.") from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself, so that table changes can be rolled back
    for setting in SQLITE_SETTINGS:
        connection.execute(setting)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _translate(context: ExceptionContext) -> None:
    error = context.original_exception
    if context.is_pre_ping or not isinstance(error, Exception):  # the pool makes a new connection; Ctrl-C is no fault
        return
    code = getattr(error, "sqlite_errorname", "") or ""
    state = getattr(error, "sqlstate", "") or ""
    if code == "SQLITE_FULL" or state in postgresql.FULL:
        raise DiskFull("The disk of the database is full; nothing was lost: make room and run it again.") from error
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or state in postgresql.BUSY:
        raise StoreBusy("Another process is writing to the database; try again in a minute.") from error
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
        raise StoreError(f"The data folder cannot be written ({error}); check its disk and its permissions.") from error
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        raise StoreError(f"The data folder's database is damaged ({error}); put a backup back in its place.") from error
    if postgresql.is_gone(error, state, context.is_disconnect):
        raise StoreUnreachable(postgresql.GONE.format(said=postgresql.first_line(error))) from error
