"""Where the harness keeps things: a cache that may be thrown away, and a folder that lives as long as the tests."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE_VARIABLE = "LINK_SUGGESTER_TEST_CACHE"
PHP = Path(__file__).parent / "php"


def cache() -> Path:
    """The folder kept between test runs; the tests work without it, only slower."""
    folder = Path(os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "link-suggester-tests")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one test run, removed at its end.

    MariaDB started by root works as user mysql, who must be able to walk there: neither a closed home nor a closed
    temp folder will do.
    """
    parent = "/var/tmp" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="link-suggester-", dir=parent))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process at a time into a piece of work on the cache."""
    with (cache() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def copy_tree(source: Path, target: Path) -> None:
    """Copy by hard links where the file system allows it: at once and for nothing."""
    try:
        shutil.copytree(source, target, copy_function=os.link)
    except (OSError, shutil.Error):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
