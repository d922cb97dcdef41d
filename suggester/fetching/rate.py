"""How gently each host is asked: with rests between requests, and longer ones where it is slow or says so."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

LONGEST_REST = 30.0  # seconds


@dataclass
class _Host:
    lock: Lock = field(default_factory=Lock)
    rest: float = 0.0  # seconds that it asked for itself
    due: float = 0.0


class Rate:
    """One request at a time to a host, and rests as long as wanted, or as the last answer took."""

    def __init__(
        self,
        rest: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rest = rest
        self._clock, self._sleep = clock, sleep
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._lock = Lock()

    @contextmanager
    def turn(self, host: str, rest: float | None = None) -> Iterator[None]:
        """Wait for one's turn with a host, and take it; `rest` in the place of the usual one."""
        with self._lock:
            found = self._hosts[host]
        with found.lock:
            if (wait := found.due - self._clock()) > 0:
                self._sleep(wait)
            begun = self._clock()
            try:
                yield
            finally:
                ended = self._clock()
                usual = self.rest if rest is None else rest
                took = min(ended - begun, LONGEST_REST) if usual else 0.0
                found.due = ended + max(max(usual, found.rest) - took, took if usual else 0.0)

    def slower(self, host: str, seconds: float) -> None:
        """Let the rests of a host be at least this long from now on."""
        with self._lock:
            found = self._hosts[host]
            found.rest = min(max(found.rest, seconds), LONGEST_REST)
            found.due = max(found.due, self._clock() + found.rest)
