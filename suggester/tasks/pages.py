"""The links of a site's rendered pages, as a visit found them: gathered once behind each, and kept beside the index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from suggester.content.links import Resolver
from suggester.engine.index import read_arrays, write_arrays
from suggester.entities import Visit
from suggester.errors import ModelOutdated
from suggester.graph.rendered import Node, Pages, Rendered, of_arrays, to_arrays
from suggester.store import Store
from suggester.tasks.held import Held
from suggester.tasks.readings import resolver_for
from suggester.tasks.trails import Trails

KIND = "pages"  # of the file that is kept


@dataclass(frozen=True, slots=True)
class Walked:
    """What the pages of a site link to, and when the last of them was visited."""

    pages: Rendered
    at: datetime  # UTC


class RenderedPages:
    """Gives the links of sites' rendered pages to any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held = Held[Walked]()

    def find(self, site_id: int) -> Walked | None:
        """Give what the last visit found; None where no page was ever visited."""
        kept = self._store.shelf.find(site_id, KIND)
        if kept is None:
            return self.gather(site_id)
        if held := self._held.get(site_id, kept.stamp):
            return held
        try:
            arrays = read_arrays(kept.path)
            pages, at = of_arrays(arrays), datetime.fromtimestamp(float(arrays["at"][0]), UTC)
        except (ModelOutdated, LookupError, TypeError, ValueError):  # damaged, or of another version
            return self.gather(site_id)
        return self._held.put(site_id, kept.stamp, Walked(pages, at)) if pages else self.gather(site_id)

    def gather(self, site_id: int) -> Walked | None:
        """Read the links of all pages that were visited, and keep them; None where there are none."""
        visits = self._store.visits(site_id)
        at = max((each.at for each in visits if each.page), default=None)
        if at is None:
            return None
        pages = _gathered(self._store, site_id, visits, resolver_for(self._store, site_id))
        with self._store.shelf.put(site_id, KIND) as path:
            write_arrays(path, to_arrays(pages) | {"at": np.array([at.timestamp()])})
        kept = self._store.shelf.find(site_id, KIND)
        return self._held.put(site_id, kept.stamp if kept else None, Walked(pages, at))


def _gathered(store: Store, site_id: int, visits: list[Visit], resolver: Resolver) -> Rendered:
    nodes: dict[str, Node] = {each.url: each.post_id or each.url for each in visits if each.page}
    nodes |= {each.url: nodes[each.final_url] for each in visits if each.hops and each.final_url in nodes}
    trails = Trails(resolver)

    def node(href: str, post_id: int | None) -> Node:
        if post_id is not None:
            return post_id
        page = trails.page(href)
        return nodes.get(page, page)

    taken = Pages(nodes.values())
    for page, ends in store.page_ends(site_id):
        if page in nodes:
            taken.add(nodes[page], [(node(href, post_id), place) for href, post_id, place in ends])
    return taken.rendered()
