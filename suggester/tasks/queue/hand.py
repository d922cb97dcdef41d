"""A worker's hand: the child process that does tasks, watched from outside, and ended where it takes too long."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any

from suggester.store import Task

BEAT = 2.0  # seconds between two signs of life of a task
SLICE = 60.0  # seconds that a site may take before others come, the first time; twice as long each time after
LIMIT = 3 * 3600.0  # seconds that a refresh may take; then it is ended, and goes on where it was
QUICK_LIMIT = 600.0  # ... and a digest
GRACE = 15.0  # seconds within which a task that is asked to stop has to come to a place where it can go on
STARTS_WITHIN = 120.0  # seconds that a child may take to come up
TASKS = 50  # that one child does: a fresh one holds no former site's index
log = logging.getLogger("suggester.queue")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds."""

    task: float = LIMIT
    quick: float = QUICK_LIMIT
    slice: float = SLICE
    grace: float = GRACE
    beat: float = BEAT

    def of(self, task: Task) -> float:
        """Give the time limit of a task."""
        return min(self.quick, self.task) if task.kind == "digest" else self.task

    def slice_of(self, task: Task) -> float:
        """Say after how long a task gives way; longer each time, so that every one comes to its end.

        An audit, which asks for page after page, loses nothing by it, and never keeps others waiting for longer.
        """
        if task.kind == "audit":
            return self.slice
        return self.slice * 2.0 ** min(task.slices, 20)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a task ended."""

    how: str  # "well", "gave way" or "made room" where it goes on later, "badly", "lost" where it is no longer ours
    why: str = ""
    again: bool = True  # trying again may help
    busy: bool = False  # somebody else is at this site: no fault of the task


@dataclass(frozen=True, slots=True)
class Around:
    """What a hand asks of its worker while it is at a task."""

    beat: Callable[[], bool]  # show that it goes on; False where it was taken away
    others: Callable[[], bool]  # whether others wait, for whom it gives way after some time
    told: Callable[[], bool]  # whether changes of the same site wait, for which it makes room soon
    stopping: Callable[[], bool]


TOO_LONG = "It took longer than {minutes:.0f} minutes and was ended; it goes on where it was."
DIED = "The process that did it ended in the middle of it (killed, or out of memory); it goes on where it was."


class Hand:
    """One child process, started when it is needed and again when it has ended."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self._command = list(command)
        self._limits = limits
        self._process: subprocess.Popen[str] | None = None
        self._heard: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._done = 0
        self._busy = Lock()
        self.idle_since = monotonic()

    def do(self, task: Task, around: Around) -> Ending:
        """Do a task, and look around meanwhile."""
        with self._busy:
            if not self._ready():
                return Ending("badly", "The process that does the tasks does not start; its log says why.")
            self._say({"do": task.kind, "site_id": task.site_id, "reason": task.reason})
            ending = self._watch(task, around)
            self._done += 1
            if self._done >= TASKS:
                self._end()
            self.idle_since = monotonic()
            return ending

    def rest(self, idle: float) -> None:
        """Let the child go where it had nothing to do for so many seconds."""
        if self._process and monotonic() - self.idle_since >= idle and self._busy.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._busy.release()

    def close(self) -> None:
        """End the child, whatever it does."""
        self._end()

    def _watch(self, task: Task, around: Around) -> Ending:
        began = monotonic()
        ends, asked = began + self._limits.of(task), ""
        while True:
            heard, came = self._hear(self._limits.beat)
            if came:
                return self._ending(heard, asked)
            now = monotonic()
            if not around.beat():
                self._end()
                return Ending("lost")
            if now >= ends:
                self._end()
                if asked == "stop":
                    return Ending("gave way")
                return Ending("badly", TOO_LONG.format(minutes=self._limits.of(task) / 60))
            if asked != "stop" and around.stopping():
                asked, ends = self._ask("stop"), min(ends, now + self._limits.grace)
            elif asked in ("", "make room") and now - began >= self._limits.slice_of(task) and around.others():
                asked = self._ask("give way")
            elif not asked and around.told():
                asked = self._ask("make room")

    def _ending(self, heard: dict[str, Any] | None, asked: str) -> Ending:
        if heard is None:
            self._end()
            return Ending("badly", DIED)
        if heard["ended"] == "gave way" and asked == "make room":
            return Ending("made room")
        return Ending(heard["ended"], heard.get("why", ""), heard.get("again", True), heard.get("busy", False))

    def _ask(self, what: str) -> str:
        self._say({"say": what})
        return what

    def _ready(self) -> bool:
        if self._process and self._process.poll() is None:
            return True
        self._end()
        self._heard, self._done = SimpleQueue(), 0
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            process_group=0 if hasattr(os, "killpg") else None,
        )
        Thread(target=_listen, args=(self._process, self._heard), name="hand", daemon=True).start()
        heard, _ = self._hear(STARTS_WITHIN)
        return heard is not None

    def _hear(self, seconds: float) -> tuple[dict[str, Any] | None, bool]:
        try:
            return self._heard.get(timeout=seconds), True
        except Empty:
            return None, False

    def _say(self, what: dict[str, Any]) -> None:
        assert self._process
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
        except OSError:  # it has ended; the listener tells
            log.warning("The process that does the tasks has ended")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if hasattr(os, "killpg"):
            with_helpers(process.pid)
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                try:
                    stream.close()
                except OSError:
                    continue


def with_helpers(group: int) -> None:
    """Kill a child and the helpers it started."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _listen(process: subprocess.Popen[str], heard: SimpleQueue[dict[str, Any] | None]) -> None:
    assert process.stdout
    try:
        for line in process.stdout:
            heard.put(json.loads(line))
    except ValueError:  # closed while it was read, or half a line
        log.debug("The process that does the tasks was cut off")
    heard.put(None)
