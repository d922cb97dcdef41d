"""Takes up runs in the background: those that are queued, and those that a killed process left behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Protocol, Self

from suggester.entities import Run
from suggester.errors import StoreError
from suggester.tasks.pace import Pace

EVERY = 2.0  # seconds between two looks for runs
ENDS_WITHIN = 30.0  # seconds that a write under way is waited for at the end
log = logging.getLogger("suggester.worker")


class Bench(Protocol):
    """The room of services, as far as the worker needs it."""

    def busy_runs(self) -> list[tuple[int, int]]:
        """Give site and number of the runs that wait to be taken up, oldest first."""
        ...

    def take_up(self, site_id: int, run_id: int, pace: Pace, stopping: Callable[[], bool]) -> Run | None:
        """Do what a run waits for; None where another process is at it."""
        ...


class Worker:
    """A thread that looks for runs, and one for each site that has some: sites do not wait for each other."""

    def __init__(self, bench: Bench, pace: Callable[[], Pace] = Pace, every: float = EVERY) -> None:
        self._bench = bench
        self._pace = pace
        self._every = every
        self._ended = Event()
        self._sites: dict[int, Thread] = {}
        self._looking = Thread(target=self._look, name="runs", daemon=True)

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End behind the post at hand; the runs go on with the next start."""
        self._ended.set()
        for thread in (self._looking, *self._sites.values()):
            thread.join(ENDS_WITHIN)

    def _look(self) -> None:
        while not self._ended.is_set():
            try:
                for site_id in dict(self._bench.busy_runs()):
                    self._attend(site_id)
            except StoreError as error:
                log.warning("Runs could not be looked for: %s", error)
            self._ended.wait(self._every)

    def _attend(self, site_id: int) -> None:
        if (thread := self._sites.get(site_id)) and thread.is_alive():
            return
        self._sites[site_id] = Thread(target=self._work, args=(site_id,), name=f"runs of site {site_id}", daemon=True)
        self._sites[site_id].start()

    def _work(self, site_id: int) -> None:
        """Do the runs of a site, one after the other."""
        for site, run_id in self._bench.busy_runs():
            if site != site_id or self._ended.is_set():
                continue
            try:
                self._bench.take_up(site_id, run_id, self._pace(), self._ended.is_set)
            except StoreError as error:
                log.warning("Run %d cannot go on now: %s", run_id, error)
            except Exception:
                log.exception("Run %d was paused by something unexpected", run_id)
