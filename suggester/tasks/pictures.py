"""A site seen as a whole: found once for each version of its index, and kept beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from suggester.engine.index import Index, read_arrays, write_arrays
from suggester.errors import ModelOutdated
from suggester.graph.clusters import find_clusters
from suggester.graph.duplicates import find_rivals
from suggester.graph.layout import lay_out
from suggester.graph.picture import Picture, fingerprint, of_arrays, to_arrays
from suggester.graph.topics import topics
from suggester.store import Store
from suggester.tasks.held import Held
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.progress import SILENT, Progress

KIND = "picture"  # of the file that is kept


@dataclass(frozen=True, slots=True)
class Seen:
    """A site's picture, and the index whose rows it goes by."""

    index: Index
    picture: Picture
    made_of: str  # the fingerprint of the index


class Pictures:
    """Gives the pictures of sites to any thread; each holds as long as the index it was made of."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held = Held[Seen]()

    def find(self, site_id: int, ready: Ready) -> Seen | None:
        """Give the picture of an index, None where none was made yet."""
        if held := self._held.get(site_id, ready.stamp):
            return held if held.index is ready.index else replace(held, index=ready.index)  # the file read anew
        kept = self._store.shelf.find(site_id, KIND)
        if kept is None:
            return None
        made_of = fingerprint(ready.index)
        try:
            picture = of_arrays(read_arrays(kept.path), made_of)
        except (ModelOutdated, LookupError, TypeError, ValueError):  # damaged, or of another version
            return None
        return self._held.put(site_id, ready.stamp, Seen(ready.index, picture, made_of)) if picture else None

    def make(self, site_id: int, ready: Ready, progress: Progress) -> Seen:
        """Look at a site, and keep what is seen."""
        index = ready.index
        picture, made_of = _looked_at(index, progress), fingerprint(index)
        with self._store.shelf.put(site_id, KIND) as path:
            write_arrays(path, to_arrays(picture, made_of))
        return self._held.put(site_id, ready.stamp, Seen(index, picture, made_of))


class PictureVerbs:
    """The verbs about a site as a whole, as the service has them."""

    _indexes: Indexes
    pictures: Pictures

    def picture(self, site_id: int) -> Seen | None:
        """Give the picture of a site as it was last read, None where `make_picture` has to make it first."""
        return self.pictures.find(site_id, self._indexes.ready(site_id))

    def make_picture(self, site_id: int, progress: Progress = SILENT) -> Seen:
        """Find the clusters of a site, what competes, and the map, unless that was done; seconds on a large site."""
        ready = self._indexes.ready(site_id)
        return self.pictures.find(site_id, ready) or self.pictures.make(site_id, ready, progress)


def _looked_at(index: Index, progress: Progress) -> Picture:
    with _stage(progress, "clusters"):
        clusters = find_clusters(index)
    with _stage(progress, "topics"):
        told = tuple(topics(index, clusters))
    with _stage(progress, "rivals"):
        rivals = tuple(find_rivals(index, clusters))
    with _stage(progress, "map"):
        return Picture(clusters, told, rivals, lay_out(index, clusters))


@contextmanager
def _stage(progress: Progress, name: str) -> Iterator[None]:
    progress.start(name)
    try:
        yield
    finally:
        progress.finish()
