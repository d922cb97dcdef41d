"""A worker of the queue: hears that there is work, takes the task whose turn it is, and has it done by a child process.

Every worker also looks after the queue, once a second: nights that have come, workers that were killed, messages that
were lost. Any number of them may do so at once; the store decides who was first.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from secrets import token_hex
from threading import Event
from time import monotonic
from types import TracebackType
from typing import Self

from huey import Huey  # type: ignore[import-untyped]

from suggester.errors import StoreError
from suggester.store import Store, Task
from suggester.tasks.queue.carrier import Carrier
from suggester.tasks.queue.hand import Around, Ending, Hand, Limits
from suggester.tasks.queue.nights import last_night

TRIES = 6  # of a task that fails, before it is given up
BACKOFF = (60.0, 300.0, 900.0, 3600.0, 10_800.0)  # seconds before the next try: a site that is down for a night is back
BUSY = 15.0  # seconds before a task is tried again while somebody else is at its site
LEASE = 60.0  # seconds without a beat after which a worker counts as killed: a machine may have much else to do
NIGHTS_EVERY = 10.0  # seconds between two looks whether a night has come
IDLE = 60.0  # seconds without work after which a child process lets go of its memory
LOST = "The worker that did it ended in the middle of it (killed, or its machine is gone); it goes on where it was."
log = logging.getLogger("suggester.queue")


class QueueWorker:
    """Does tasks, as many at once as it has hands, for as long as it is entered."""

    def __init__(
        self,
        store: Store,
        huey: Huey,
        command: Sequence[str],
        hands: int = 1,
        limits: Limits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lease: float = LEASE,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits or Limits()
        self._lease = lease
        self._name = f"{here()}-{os.getpid()}-{token_hex(3)}"
        self._mine: set[int] = set()  # tasks that are being done here: nobody here takes them away
        self._claims = count()
        self._made_room = False  # by the task before: what it was for comes next
        self._stopping = Event()
        self._hands = [Hand(command, self._limits) for _ in range(hands)]
        self._free: SimpleQueue[Hand] = SimpleQueue()
        for hand in self._hands:
            self._free.put(hand)
        self._seen: dict[int, tuple[str, int, float]] = {}  # task -> worker, beat, and when it was first seen so
        self._nights_at = 0.0
        self._carrier = Carrier(huey, hands, self._work, self._tick)

    def __enter__(self) -> Self:
        self._carrier.begin()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop: tasks under way come to a place where they can go on, or are ended, and wait for another worker."""
        self._stopping.set()
        self._carrier.end(self._limits.grace + 5 * self._limits.beat)
        for hand in self._hands:
            hand.close()

    # what is done

    def _work(self) -> None:
        """Do the task whose turn it is.

        Every other time, and behind a task that made room, it is one that a person waits for, where there is one.
        """
        number = next(self._claims)
        claimed = f"{self._name}-{number}"
        if self._stopping.is_set():
            return
        first, self._made_room = "changes" if number % 2 == 0 or self._made_room else "", False
        task = self._store.tasks.claim(claimed, self._clock(), first)
        if task is None:
            return
        hand = self._free.get()
        self._mine.add(task.id)
        try:
            log.info("task begins", extra=_facts(task))
            ending = hand.do(task, self._around(task))
            self._settle(task, ending)
        finally:
            self._mine.discard(task.id)
            self._free.put(hand)

    def _settle(self, task: Task, ending: Ending) -> None:
        """Write down how a task ended. Where that cannot be written, its beat has stopped, and it is taken up again."""
        now, tasks = self._clock(), self._store.tasks
        log.info("task ended %s%s", ending.how, f": {ending.why}" if ending.why else "", extra=_facts(task))
        if ending.how == "well":
            tasks.done(task.id, task.worker, now, follows(task))
        elif ending.how in ("gave way", "made room"):
            self._made_room = ending.how == "made room"
            gave_way = ending.how == "gave way" and not self._stopping.is_set()
            tasks.put_back(task.id, task.worker, now, now, counted=False, gave_way=gave_way)
        elif ending.busy:
            busy = now + timedelta(seconds=BUSY)
            tasks.put_back(task.id, task.worker, busy, now, why=ending.why, counted=False)
        elif ending.how == "badly" and ending.again and task.tries < TRIES:
            tasks.put_back(task.id, task.worker, now + rest(task), now, why=ending.why)
        elif ending.how == "badly":
            tasks.fail(task.id, task.worker, ending.why, now)

    def _beat(self, task: Task) -> bool:
        try:
            return self._store.tasks.beat(task.id, task.worker)
        except StoreError as error:  # for a while nobody else can take it away either
            log.warning("A sign of life could not be written: %s", error)
            return True

    def _around(self, task: Task) -> Around:
        tasks, site_id = self._store.tasks, task.site_id

        def others() -> bool:
            return tasks.others_wait(site_id, self._clock(), own=task.kind == "audit")

        def told() -> bool:
            return tasks.changes_wait(site_id, self._clock())

        return Around(lambda: self._beat(task), _unless_away(others), _unless_away(told), self._stopping.is_set)

    # what is looked after

    def _tick(self) -> None:
        for hand in self._hands:
            hand.rest(IDLE)
        self._reap()
        if monotonic() >= self._nights_at:
            self._nights_at = monotonic() + NIGHTS_EVERY
            let_nights_begin(self._store, self._clock())
        self._carrier.tell(self._store.tasks.count_due(self._clock()))

    def _reap(self) -> None:
        """Take tasks from workers whose beat has stopped, as this process's own stopwatch says.

        No clock is compared with another machine's, nor with one that may be put back. One whose process is no more on
        this machine need not be waited for.
        """
        now, seen = monotonic(), self._seen
        running = self._store.tasks.every(state="running")
        self._seen = {}
        for task in running:
            worker, beat, since = seen.get(task.id, ("", -1, now))
            if (worker, beat) != (task.worker, task.beat):
                since = now
            self._seen[task.id] = task.worker, task.beat, since
            if task.id not in self._mine and (now - since >= self._lease or is_gone(task.worker)):
                moment = self._clock()
                self._store.tasks.take_away(task, moment, moment, TRIES, LOST)


def _unless_away(asks: Callable[[], bool]) -> Callable[[], bool]:
    """Ask the store; False where it cannot be asked just now."""

    def answer() -> bool:
        try:
            return asks()
        except StoreError:
            return False

    return answer


@cache
def here() -> str:
    """Name the place where processes are numbered as they are for this one: a machine, or a container on it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
        return sha256(f"{boot} {os.readlink('/proc/self/ns/pid')}".encode()).hexdigest()[:12]
    except OSError:  # not on Linux
        return f"unsure.{token_hex(6)}"


def is_gone(worker: str) -> bool:
    """Whether a worker was a process of this place, and is no more."""
    place, pid, *_ = (*worker.split("-"), "", "")
    if place != here() or place.startswith("unsure") or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def let_nights_begin(store: Store, now: datetime) -> int:
    """Let the sites whose night has come wait for their refresh; return how many this process was the first to."""
    begun = 0
    for site_id, url, settings, known in store.tasks.nights():
        night = last_night(settings, url, now)
        if known is None or known != night:
            begun += store.tasks.take_night(site_id, night, "night", now)
    return begun


def follows(task: Task) -> tuple[str, ...]:
    """Say what is to be done behind a task that went well: the audit that a night may bring, and the digest."""
    if task.kind == "refresh":
        return ("audit", "digest") if task.reason == "night" else ("digest",)
    return ("digest",) if task.kind == "audit" else ()


def rest(task: Task) -> timedelta:
    """Say how long a task that failed waits: longer each time, and not as long as its neighbours."""
    seconds = BACKOFF[min(task.tries, len(BACKOFF)) - 1]
    return timedelta(seconds=seconds * (1 + task.id % 7 / 20))


def _facts(task: Task) -> dict[str, str | int]:
    return {"site": task.site_id, "task": task.kind, "reason": task.reason, "tries": task.tries}
