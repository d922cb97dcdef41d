"""What was read or reckoned of some sites last, held in memory for as long as what it comes from stays the same."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

AT_HAND = 8  # sites; what is held of others is read again

T = TypeVar("T")


class Held(Generic[T]):
    """Holds one thing for each of the sites that were asked for last, for any thread."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Hashable, T]] = {}
        self._lock = Lock()

    def get(self, site_id: int, stamp: Hashable) -> T | None:
        """Give what is held of a site, None where that was of another stamp."""
        held = self._held.get(site_id)
        return held[1] if held and held[0] == stamp else None

    def put(self, site_id: int, stamp: Hashable, what: T) -> T:
        """Hold something, and let go of the site that something was held for longest ago."""
        with self._lock:
            self._held.pop(site_id, None)
            self._held[site_id] = (stamp, what)
            for other in list(self._held)[:-AT_HAND]:
                del self._held[other]
        return what
