"""What is kept of a site as a file: its index, its own ranker, its evaluations; within reach of every machine."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select

from suggester.store import sites
from suggester.store.dialect import upsert
from suggester.store.files import disk_errors, make_folder, stamp_of, write_whole
from suggester.store.schema import kept_file, kept_part

KINDS = {
    "index": "indexes/{}.npz",
    "made-of": "indexes/{}.of",  # what the index was made of
    "pieces": "indexes/{}.pieces.npz",  # what it was put together from
    "picture": "indexes/{}.picture.npz",  # clusters and map, found from the index
    "pages": "indexes/{}.pages.npz",  # who links to whom on the rendered pages
    "ranker": "rankers/{}.json",
    "evaluation-kept": "evaluations/{}-kept.json",
    "evaluation-removed": "evaluations/{}-removed.json",
}
SHARED = "shared"  # the folder of copies of what is kept in a database server
PART_BYTES = 4 * 1024 * 1024  # of a file, in one row
FRESH = 0.5  # seconds for which what the database said of a site's files is believed
OLD = 3600.0  # seconds after which a former version's copy is deleted: nobody reads it any more
VERSION_BYTES = 16

Opened = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it stands now: another stamp where its bytes changed, and where this machine can read it."""

    stamp: Hashable
    path: Path


class Shelf(Protocol):
    """The files of every site, by kind (one of KINDS); a reader never sees half of one."""

    def find(self, site_id: int, kind: str) -> Kept | None:
        """Give a file as it stands now, None where there is none."""
        ...

    def put(self, site_id: int, kind: str) -> AbstractContextManager[Path]:
        """Give the place where to write a file; at the end of the block every machine can read it."""
        ...

    def remove(self, site_id: int, *kinds: str) -> bool:
        """Delete files of a site, all where none are named; say whether there were any."""
        ...


def put_text(shelf: Shelf, site_id: int, kind: str, text: str) -> None:
    """Keep a text as a file."""
    with shelf.put(site_id, kind) as path:
        write_whole(path, text)


class FolderShelf:
    """Files in a folder, for a store whose database is a file there as well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, site_id: int, kind: str) -> Kept | None:
        """Give a file as it stands now, None where there is none."""
        path = self._path(site_id, kind)
        stamp = stamp_of(path)
        return Kept(stamp, path) if stamp else None

    @contextmanager
    def put(self, site_id: int, kind: str) -> Iterator[Path]:
        """Give the place where to write a file, whole or not at all."""
        path = self._path(site_id, kind)
        make_folder(path.parent)
        with disk_errors(path):
            yield path

    def remove(self, site_id: int, *kinds: str) -> bool:
        """Delete files of a site, all where none are named; say whether there were any."""
        paths = [self._path(site_id, kind) for kind in kinds or KINDS]
        there = any(path.exists() for path in paths)
        for path in paths:
            with disk_errors(path):
                path.unlink(missing_ok=True)
        return there

    def _path(self, site_id: int, kind: str) -> Path:
        return self._folder / KINDS[kind].format(site_id)


class SharedShelf:
    """Files in the database, in parts; each machine keeps copies of those it needs, known by a hash of their bytes."""

    def __init__(self, read: Opened, write: Opened, folder: Path) -> None:
        self._read, self._write = read, write
        self._folder = folder / SHARED
        self._known: dict[int, tuple[float, dict[str, str]]] = {}  # site -> when asked, version by kind

    def find(self, site_id: int, kind: str) -> Kept | None:
        """Give a file as it stands now, None where there is none; it is fetched where another machine wrote it."""
        version = self._versions(site_id).get(kind)
        if version is None:
            return None
        path = self._path(site_id, kind, version)
        if not path.exists():
            self._known.pop(site_id, None)  # it may be a newer one by now
            fetched = self._fetch(site_id, kind)
            if fetched is None:
                return None
            version, path = fetched
            self._tidy(path, site_id, kind)
        return Kept(version, path)

    @contextmanager
    def put(self, site_id: int, kind: str) -> Iterator[Path]:
        """Give the place where to write a file; at the end of the block every machine can read it."""
        fresh = self._path(site_id, kind, f"new-{uuid4().hex}")
        make_folder(fresh.parent)
        try:
            with disk_errors(fresh):
                yield fresh
                with fresh.open("rb") as file:
                    version = self._keep(site_id, kind, file)
                fresh.replace(self._path(site_id, kind, version))
        finally:
            fresh.unlink(missing_ok=True)
            self._known.pop(site_id, None)

    def remove(self, site_id: int, *kinds: str) -> bool:
        """Delete files of a site, all where none are named; say whether there were any."""
        with self._write() as connection:
            there = False
            for kind in kinds or KINDS:
                there |= _drop(connection, site_id, kind)
        self._known.pop(site_id, None)
        for kind in kinds or KINDS:
            for path in self._copies(site_id, kind):
                path.unlink(missing_ok=True)
        return there

    def _versions(self, site_id: int) -> dict[str, str]:
        asked, known = self._known.get(site_id, (0.0, {}))
        if time.monotonic() - asked > FRESH or not asked:
            wanted = select(kept_file.c.name, kept_file.c.version).where(kept_file.c.site_id == site_id)
            asked = time.monotonic()
            with self._read() as connection:
                known = {row.name: row.version for row in connection.execute(wanted)}
            self._known[site_id] = asked, known
        return known

    def _fetch(self, site_id: int, kind: str) -> tuple[str, Path] | None:
        """Copy a file from the database, one part at a time; all in one transaction, which sees one version."""
        fresh = self._path(site_id, kind, f"new-{uuid4().hex}")
        make_folder(fresh.parent)
        try:
            with disk_errors(fresh), self._read() as connection, fresh.open("wb") as file:
                row = connection.execute(select(kept_file).where(_here(site_id, kind))).one_or_none()
                if row is None:
                    return None
                for number in range(row.parts):
                    file.write(_part(connection, row, number))
            path = self._path(site_id, kind, row.version)
            fresh.replace(path)
            return str(row.version), path
        finally:
            fresh.unlink(missing_ok=True)

    def _keep(self, site_id: int, kind: str, file: BinaryIO) -> str:
        version = _version(file)
        with self._write() as connection:
            sites.hold(connection, site_id)  # one writer at a time
            _drop(connection, site_id, kind)
            first = {"site_id": site_id, "name": kind, "version": version}
            parts = 0
            while data := file.read(PART_BYTES):
                connection.execute(insert(kept_part).values(**first, number=parts, data=data))
                parts += 1
            upsert(connection, kept_file, [{**first, "parts": parts}])
        return version

    def _path(self, site_id: int, kind: str, version: str) -> Path:
        return self._folder / KINDS[kind].format(f"{site_id}.{version}")

    def _copies(self, site_id: int, kind: str) -> Iterator[Path]:
        pattern = self._path(site_id, kind, "*")
        return pattern.parent.glob(pattern.name)

    def _tidy(self, current: Path, site_id: int, kind: str) -> None:
        """Delete the copies of former versions that nobody can be reading any more."""
        for path in self._copies(site_id, kind):
            with suppress(FileNotFoundError):
                if path != current and time.time() - path.stat().st_mtime > OLD:
                    path.unlink()


def _drop(connection: Connection, site_id: int, kind: str) -> bool:
    connection.execute(delete(kept_part).where(kept_part.c.site_id == site_id, kept_part.c.name == kind))
    return connection.execute(delete(kept_file).where(_here(site_id, kind))).rowcount > 0


def _here(site_id: int, kind: str) -> ColumnElement[bool]:
    return and_(kept_file.c.site_id == site_id, kept_file.c.name == kind)


def _version(file: BinaryIO) -> str:
    digest = hashlib.blake2b(digest_size=VERSION_BYTES)
    while data := file.read(PART_BYTES):
        digest.update(data)
    file.seek(0)
    return digest.hexdigest()


def _part(connection: Connection, row: Row[tuple[object, ...]], number: int) -> bytes:
    ours = and_(kept_part.c.site_id == row.site_id, kept_part.c.name == row.name, kept_part.c.version == row.version)
    data: bytes = connection.scalars(select(kept_part.c.data).where(ours, kept_part.c.number == number)).one()
    return data
