"""The child process that does a worker's tasks, one after the other, told over its standard input.

A process of its own can be ended whatever hangs in it: a socket, a loop in C, a lock. It ends by itself as soon as its
worker is gone. What it says on its standard output is one JSON object a line.

    in   {"do": "refresh", "site_id": 3, "reason": "night"}   {"say": "make room" | "give way" | "stop"}
    out  {"ready": true}   {"ended": "well" | "gave way" | "badly", "why": "…", "again": true, "busy": false}
"""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Protocol

from suggester.errors import SuggesterError, SyncRunning

if TYPE_CHECKING:
    from suggester.tasks.progress import Progress

NICE = 10  # so much the web and the machine's other programs go first
RESUMABLE = (
    "read",
    "embed",
    "renew",
    "visit",
    "check links",
)  # stages that go on where they were, once stopped between two of their things
ROOMY = ("renew", "visit", "check links")  # ... and whose site was read: what is told of it can be taken up before
log = logging.getLogger("suggester.queue")


class GaveWay(BaseException):
    """A task stops where it can go on later. No error: whoever cleans up behind errors has nothing to do here."""


class Doer(Protocol):
    """The room of services, as far as tasks need it."""

    def refresh(self, site_ref: str | int, progress: Progress = ..., full: bool = False, reason: str = ...) -> object:
        """Bring a site up to date."""
        ...

    def audit_if_due(self, site_id: int, progress: Progress = ...) -> object:
        """Make the audit that a site's calendar wants, where one is due."""
        ...

    def tell_digest(self, site_id: int) -> object:
        """Send what is new of a site to whoever wants to hear it."""
        ...


class Yielding:
    """A progress that stops a task between two things, where it was asked to and the stage can go on later.

    "stop" and "give way" stop it as soon as can be. "make room", for changes of the same site, does in some stages
    alone, and only after as long a time as it took to come there: told of changes all day, a task still gets on.
    """

    def __init__(self) -> None:
        self._asked: frozenset[str] = frozenset()
        self._stage = ""
        self._began = self._stage_began = 0.0

    def begin(self) -> None:
        """Begin a task, of which nobody has asked anything."""
        self._asked, self._began = frozenset(), monotonic()

    def ask(self, what: str) -> None:
        """Ask for something, from another thread."""
        self._asked |= {what}

    def start(self, stage: str, total: int | None = None) -> None:
        """Stop before a stage that goes on where it was, too."""
        self._stage, self._stage_began = stage, monotonic()
        self.advance(0)

    def advance(self, n: int = 1) -> None:
        """Stop, where somebody asked for it."""
        if not self._asked or self._stage not in RESUMABLE:
            return
        if self._asked != {"make room"} or (self._stage in ROOMY and self._has_got_on()):
            raise GaveWay

    def finish(self) -> None:
        """Leave the stage."""
        self._stage = ""

    def _has_got_on(self) -> bool:
        return monotonic() - self._stage_began >= self._stage_began - self._began


def work(doer: Doer, told: IO[str], answers: IO[str]) -> None:
    """Do what is told until there is nobody to tell any more."""
    tasks: SimpleQueue[dict[str, Any]] = SimpleQueue()
    progress = Yielding()
    Thread(target=_hear, args=(told, tasks, progress), name="hears", daemon=True).start()
    _answer(answers, {"ready": True})
    while True:
        wanted = tasks.get()
        progress.begin()
        _answer(answers, _done(doer, wanted, progress))


def be_a_child() -> None:
    """Give way to the rest of the machine, and leave signals to the worker, which says what they mean."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)


def _hear(told: IO[str], tasks: SimpleQueue[dict[str, Any]], progress: Yielding) -> None:
    for line in told:
        heard = json.loads(line)
        if "do" in heard:
            tasks.put(heard)
        else:
            progress.ask(heard["say"])
    end_at_once()


def end_at_once() -> None:
    """End this process and the helpers it started; a task under way stops as by kill -9, which it is made for."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


def _done(doer: Doer, wanted: dict[str, Any], progress: Yielding) -> dict[str, Any]:
    try:
        _do(doer, wanted["do"], wanted["site_id"], wanted["reason"], progress)
    except GaveWay:
        return {"ended": "gave way"}
    except SuggesterError as error:
        busy = isinstance(error, SyncRunning)
        return {"ended": "badly", "why": str(error), "again": not error.permanent, "busy": busy}
    except Exception as error:
        log.exception("A %s of site %d failed oddly", wanted["do"], wanted["site_id"])
        why = f"Something unexpected went wrong ({type(error).__name__}); the worker's log says where."
        return {"ended": "badly", "why": why, "again": True, "busy": False}
    return {"ended": "well"}


def _do(doer: Doer, kind: str, site_id: int, reason: str, progress: Yielding) -> None:
    deeds: dict[str, Callable[[], object]] = {
        "refresh": lambda: doer.refresh(site_id, progress, reason=reason),
        "audit": lambda: doer.audit_if_due(site_id, progress),
        "changes": lambda: doer.refresh(site_id, progress, reason="changes"),
        "digest": lambda: doer.tell_digest(site_id),
    }
    deeds[kind]()


def _answer(answers: IO[str], said: dict[str, Any]) -> None:
    answers.write(json.dumps(said) + "\n")
    answers.flush()
