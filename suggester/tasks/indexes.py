"""The indexes that are at hand: each loaded once, and again when its file has changed; the idlest go first.

What is worked out from one version of an index must be told by the same one: rows, and which posts there are, differ
from one to the next. Whoever asks more than once for one purpose does so at one moment (see `at_one_moment`).
"""

from __future__ import annotations

import gc
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from threading import Lock, local

from suggester.content.links import Resolver
from suggester.engine.index import Index
from suggester.errors import ModelOutdated, SiteUnread
from suggester.graph.orphans import orphans
from suggester.store import Store
from suggester.store.shelf import Kept
from suggester.tasks.readings import resolver_for

POSTS_AT_HAND = 100_000  # of all sites together, some 600 MB; one site alone may have more
LARGE = 1_000  # posts of an index that the garbage collector should not walk through again and again


@dataclass(frozen=True)
class Ready:
    """All that suggesting for a site needs, in memory."""

    stamp: Hashable  # of the file it was read from; of no file, where that changed meanwhile
    index: Index
    resolver: Resolver

    @cached_property
    def orphans(self) -> int:
        """How many posts no other post links to."""
        return len(orphans(self.index))


class _Seen(local):
    """What a thread has seen since its moment began; None where none has."""

    ready: dict[int, Ready] | None = None


class Indexes:
    """Gives the index of a site to any thread; of many sites it holds those that were asked for last."""

    def __init__(self, store: Store, at_hand: int = POSTS_AT_HAND) -> None:
        self._store = store
        self._at_hand = at_hand  # posts
        self._held: Mapping[int, Ready] = {}
        self._clock = count()
        self._asked: dict[int, int] = {}  # when each site was last asked for, by that clock
        self._loading = Lock()
        self._seen = _Seen()

    @property
    def sites(self) -> frozenset[int]:
        """The sites whose index is in memory."""
        return frozenset(self._held)

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Let this thread see each index, until the block ends, as it was when the block first asked for it."""
        if self._seen.ready is not None:  # the moment of a block around this one lasts
            yield
            return
        self._seen.ready = {}
        try:
            yield
        finally:
            self._seen.ready = None

    def ready(self, site_id: int) -> Ready:
        """Give a site's index; where there is none the site has not been read yet."""
        if found := self.find(site_id):
            return found
        url = self._store.site(site_id).url
        raise SiteUnread(f"{url} has not been read yet; run `suggester sync`, then ask again.")

    def find(self, site_id: int) -> Ready | None:
        """Give a site's index, None where there is none that can be used."""
        seen = self._seen.ready
        if seen is not None and site_id in seen:
            return seen[site_id]
        found = self._newest(site_id)
        if seen is not None and found:
            seen[site_id] = found
        return found

    def _newest(self, site_id: int) -> Ready | None:
        self._asked[site_id] = next(self._clock)
        kept = self._store.shelf.find(site_id, "index")
        held = self._held.get(site_id)
        if kept is None or (held and held.stamp == kept.stamp):
            return held if kept else None
        with self._loading:
            held = self._held.get(site_id)
            return held if held and held.stamp == kept.stamp else self._load(site_id, kept)

    def _load(self, site_id: int, kept: Kept) -> Ready | None:
        try:
            index = Index.load(kept.path)
        except ModelOutdated:
            return None
        stamp = kept.stamp if self._store.shelf.find(site_id, "index") == kept else object()  # it fits no other
        ready = Ready(stamp, index, resolver_for(self._store, site_id))
        first, self._held = not self._held, self._with_room_for(ready, site_id)
        if len(index) >= LARGE:
            put_out_of_sight(collect=not first)
        return ready

    def _with_room_for(self, ready: Ready, site_id: int) -> dict[int, Ready]:
        """Give what is held from now on: the new index, and of the others those last asked for, while there is room."""
        held, room = {site_id: ready}, self._at_hand - len(ready.index)
        others = [each for each in self._held if each != site_id]
        for each in sorted(others, key=lambda one: -self._asked.get(one, -1)):
            room -= len(self._held[each].index)
            if room < 0:
                break
            held[each] = self._held[each]
        return held


def put_out_of_sight(*, collect: bool = True) -> None:
    """Spare the garbage collector what stays for long: it walked through 10,000 posts at one request in ten, 0.1 s.

    All there is by now stays, that is. An index is still let go of as soon as nothing refers to it. What was garbage in
    a circle when the last one came is collected now, which takes 0.2 s; whoever waits for a first answer is spared it.
    """
    if collect:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
