"""The files of the data folder beside the database: made for the owner's eyes only, locked by the operating system."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from suggester.errors import DiskFull, StoreError

FULL = (errno.ENOSPC, errno.EDQUOT)

Stamp = tuple[int, int, int]


def stamp_of(path: Path) -> Stamp | None:
    """Tell a file from what it was before; None where it is not there."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Say in our words what the disk answers."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(
                f"The disk that holds {path} is full; nothing was lost: make room and run it again."
            ) from error
        raise StoreError(f"{path} cannot be used ({error.strerror}); check the folder and its permissions.") from error


def make_folder(path: Path) -> Path:
    """Make a folder that only its owner can read; one that is there stays as it is."""
    with disk_errors(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a file beside `path`, then rename, so that a reader never sees half of one."""
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)


def read_or_make_secret(path: Path, fresh: bytes) -> bytes:
    """Read a secret from its file; where there is none yet, `fresh` becomes it, readable by the owner alone."""
    with disk_errors(path):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes().strip()
        with os.fdopen(handle, "wb") as file:
            file.write(fresh)
    return fresh


@contextmanager
def held(path: Path, patience: float = 0.0) -> Iterator[bool]:
    """Hold a lock for as long as the block lasts; says False where somebody else holds it for `patience` seconds.

    The operating system frees it when the process ends, however it ends.
    """
    make_folder(path.parent)
    with disk_errors(path):
        file = path.open("a+b")
    with file:
        until = monotonic() + patience
        while not (got_it := _lock(file)) and monotonic() < until:
            sleep(0.05)
        yield got_it


def _lock(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return _lock_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_on_windows(file: IO[bytes]) -> bool:
    import msvcrt

    try:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
