"""How gently a site is written to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

PER_SECOND = 2.0  # posts written, at most, so that a shared host goes on serving its readers
LONGEST_REST = 30.0  # seconds between two writes, however slow the site is
SLOWER = 2.0  # so much longer are the rests of a site that says it is too much
QUICKER = 0.8  # and so much shorter again after each write that goes well


@dataclass
class Pace:
    """Rests between writes: as long as wanted, and at least as long as the site took for the last one."""

    per_second: float = PER_SECOND
    patience: float = 300.0  # seconds that a site may be away before the run is paused
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _strain: float = field(default=1.0, init=False)
    _rest: float = field(default=0.0, init=False)
    _ended: float = field(default=0.0, init=False)

    def due(self) -> float:
        """Say how many seconds are left until the next write."""
        return self._ended + self._rest - self.clock()

    def wrote(self, seconds: float) -> None:
        """Note that a write of so many seconds has ended well."""
        self._strain = max(1.0, self._strain * QUICKER)
        self._rest_for(seconds)

    def strained(self, seconds: float) -> None:
        """Note that the site refused a write as too much, or could not answer it."""
        self._strain = min(self._strain * SLOWER, LONGEST_REST * self.per_second)
        self._rest_for(seconds)

    def _rest_for(self, seconds: float) -> None:
        """Let at least half of the time be the site's own."""
        self._rest = min(max(self._strain / self.per_second, 2 * seconds) - seconds, LONGEST_REST)
        self._ended = self.clock()
