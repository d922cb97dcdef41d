"""A real worker over a data folder, by a clock that can be put on and back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

from suggester.store import Store, Task
from suggester.tasks.queue import worker
from suggester.tasks.queue.carrier import open_huey
from suggester.tasks.queue.hand import Limits
from suggester.tasks.queue.worker import QueueWorker

ROOT = Path(__file__).parents[2]
LIMITS = Limits(task=120, quick=60, slice=120, grace=5, beat=0.2)
LEASE = 3.0  # seconds without a beat, after which a task is taken away: its end could not be written
PATIENCE = 90.0  # seconds


class Clocked:
    """A store, and a worker over it whose time is `late` ahead of the machine's."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._store = Store.open(data / "suggester.db")
        self.late = timedelta()
        worker.let_nights_begin(self._store, self.now())  # notes the night before this one, and begins none
        self.late = timedelta(days=1)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.late

    def tasks(self) -> list[Task]:
        """Give what waits, is done, or failed."""
        return self._store.tasks.every()

    def tried(self) -> list[int]:
        """Say how often each task that waits was tried."""
        return [task.tries for task in self.tasks() if task.state == "waiting"]

    def nights(self) -> list[str]:
        """Give the errors of the refreshes that nights began, oldest first; "" where one went well."""
        return [one.error for one in reversed(self._store.refreshes(1)) if one.reason == "night"]

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let the worker work; it looks for nights at every turn."""
        command = [sys.executable, "-m", "tests.real.refreshing", str(self._data), "hand"]
        before, every = Path.cwd(), worker.NIGHTS_EVERY
        os.chdir(ROOT)
        worker.NIGHTS_EVERY = 0.0
        try:
            with QueueWorker(self._store, open_huey("", self._data / "queue"), command, 1, LIMITS, self.now, LEASE):
                yield
        finally:
            os.chdir(before)
            worker.NIGHTS_EVERY = every
            self._store.close()


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    end = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < end, what
        sleep(0.05)


def fill(disk: Path, ballast: Path, leaving: int) -> None:
    """Write a file that leaves so many bytes of a disk free."""
    ballast.unlink(missing_ok=True)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with ballast.open("wb") as file:
        file.write(b"\0" * max(0, free - leaving))
