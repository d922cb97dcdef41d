"""The indexes that are at hand: each loaded once, and again when its file has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from suggester.content.links import Resolver
from suggester.engine.index import Index
from suggester.errors import ModelOutdated, SiteUnread
from suggester.graph.orphans import orphans
from suggester.store import Store
from suggester.store.files import Stamp, stamp_of
from suggester.tasks.index import path_of_index
from suggester.tasks.readings import resolver_for


@dataclass(frozen=True)
class Ready:
    """All that suggesting for a site needs, in memory."""

    stamp: Stamp  # of the file it was read from
    index: Index
    resolver: Resolver

    @cached_property
    def orphans(self) -> int:
        """How many posts no other post links to."""
        return len(orphans(self.index))


class Indexes:
    """Gives the index of a site to any thread."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._held: Mapping[int, Ready] = {}
        self._loading = Lock()

    def ready(self, site_id: int) -> Ready:
        """Give a site's index; where there is none the site has not been read yet."""
        if found := self.find(site_id):
            return found
        url = self._store.site(site_id).url
        raise SiteUnread(f"{url} has not been read yet; run `suggester sync`, then ask again.")

    def find(self, site_id: int) -> Ready | None:
        """Give a site's index, None where there is none that can be used."""
        stamp = stamp_of(path_of_index(self._folder, site_id))
        held = self._held.get(site_id)
        if stamp is None or (held and held.stamp == stamp):
            return held if stamp else None
        with self._loading:
            held = self._held.get(site_id)
            return held if held and held.stamp == stamp else self._load(site_id, stamp)

    def _load(self, site_id: int, stamp: Stamp) -> Ready | None:
        try:
            index = Index.load(path_of_index(self._folder, site_id))
        except ModelOutdated:
            return None
        ready = Ready(stamp, index, resolver_for(self._store, site_id))
        self._held = {**self._held, site_id: ready}
        return ready
