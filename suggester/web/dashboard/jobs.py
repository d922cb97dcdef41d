"""Work that takes longer than a page may: done aside, one at a time for a site, with its progress to look at.

What it brings is kept by the service; a job itself is forgotten when the process ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from suggester.content.text import plural
from suggester.errors import SuggesterError
from suggester.tasks.progress import Progress

RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"
UNEXPECTED = "Something went wrong inside the service; its log says what. Nothing was lost."
log = logging.getLogger("suggester.web")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job brought."""

    run_id: int | None  # the run to look at, None where there is none
    said: str = ""  # a sentence to show with it
    back: str = "orphans"  # page to go to where there is no run


@dataclass
class Job:
    """Work under way for a site; it is the progress that it tells of."""

    title: str
    back: str = "orphans"  # page to go to where it is stopped or fails
    state: str = RUNNING
    stage: str = ""
    done: int = 0
    total: int | None = None
    outcome: Outcome | None = None
    error: str = ""
    stopped: Event = field(default_factory=Event)

    def start(self, stage: str, total: int | None = None) -> None:
        """A stage begins."""
        self._go_on()
        self.stage, self.done, self.total = stage, 0, total

    def advance(self, n: int = 1) -> None:
        """So many more things are done."""
        self._go_on()
        self.done += n

    def finish(self) -> None:
        """The stage is over."""

    @property
    def told(self) -> str:
        """How far it is, in words."""
        if self.total is None:
            return f"{self.done:,}" if self.done else ""
        return f"{self.done:,} of {plural(self.total, 'post')}"

    def _go_on(self) -> None:
        if self.stopped.is_set():
            raise Stopped


class Stopped(Exception):  # noqa: N818  # nothing went wrong: a person stopped the job
    """Ends the work of a job from within."""


class Jobs:
    """The jobs of all sites; what `around` gives lasts as long as each."""

    def __init__(self, around: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._around = around
        self._jobs: dict[int, Job] = {}
        self._lock = Lock()

    def begin(self, site_id: int, title: str, work: Callable[[Progress], Outcome], back: str = "orphans") -> Job:
        """Do some work aside; where a job of the site is running already, that one goes on alone.

        `back` is the page to go to where it is stopped or fails.
        """
        with self._lock:
            running = self._jobs.get(site_id)
            if running and running.state == RUNNING:
                return running
            job = self._jobs[site_id] = Job(title, back)
            Thread(target=_run, args=(job, work, self._around), name=f"job-{site_id}", daemon=True).start()
            return job

    def of(self, site_id: int) -> Job | None:
        """Give the job of a site, running or over; None where there is none."""
        return self._jobs.get(site_id)

    def stop(self, site_id: int) -> None:
        """Let the job of a site end as soon as it can."""
        if job := self._jobs.get(site_id):
            job.stopped.set()

    def forget(self, site_id: int) -> None:
        """Forget a job that is over."""
        with self._lock:
            if (job := self._jobs.get(site_id)) and job.state != RUNNING:
                del self._jobs[site_id]


def _run(job: Job, work: Callable[[Progress], Outcome], around: Callable[[], AbstractContextManager[None]]) -> None:
    try:
        with around():
            job.outcome = work(job)
        job.state = DONE
    except Stopped:
        job.state = CANCELLED
    except SuggesterError as error:
        job.error, job.state = str(error), FAILED
    except Exception:
        log.exception("a job failed")
        job.error, job.state = UNEXPECTED, FAILED
