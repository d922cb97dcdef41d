"""What visitors of a site find at its addresses, and the links on its pages."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update

from suggester.entities import PUBLISHED, PageLink, Tour, Visit
from suggester.store.dialect import upsert
from suggester.store.posts import IN_ONE_QUESTION, chunks
from suggester.store.schema import post
from suggester.store.visit_tables import page_links, tour, visit

FIELDS = tuple(field.name for field in fields(Visit))
AT_ONCE = 100  # pages whose links are read from the database in one go

End = tuple[str, int | None, str]  # address and post that a link leads to, and its place
Depths = Mapping[str, tuple[int | None, int | None]]
"""Address to clicks from the homepage: over all links, and over those in content."""


class VisitKeeping:
    """Visits and the links of pages, as the store has them."""

    _read: Callable[[], AbstractContextManager[Connection]]
    _write: Callable[[], AbstractContextManager[Connection]]

    def tour(self, site_id: int) -> Tour | None:
        """Give the last walk over a site's pages; None where there never was one."""
        with self._read() as connection:
            row = connection.execute(select(tour).where(tour.c.site_id == site_id)).one_or_none()
        if row is None:
            return None
        values = {name: value for name, value in row._mapping.items() if name != "site_id"}
        return Tour(**{**values, "notes": tuple(values["notes"])})

    def put_tour(self, site_id: int, now: Tour) -> None:
        """Keep how far a walk over a site's pages is."""
        with self._write() as connection:
            upsert(connection, tour, [{"site_id": site_id, **asdict(now), "notes": list(now.notes)}])

    def put_visits(
        self, site_id: int, fresh: Iterable[Visit], links: Mapping[str, Sequence[PageLink]] | None = None
    ) -> None:
        """Keep what was found at some addresses, and the links of the pages among them, by the page's address."""
        with self._write() as connection:
            upsert(connection, visit, [{"site_id": site_id, **asdict(each)} for each in fresh])
            rows = [{"site_id": site_id, "page": page, "links": _packed(some)} for page, some in (links or {}).items()]
            upsert(connection, page_links, rows)

    def put_depths(self, site_id: int, depths: Depths) -> None:
        """Note how many clicks away from the homepage pages are."""
        here = (visit.c.site_id == bindparam("site"), visit.c.url == bindparam("this"))
        statement = update(visit).where(*here).values(depth=bindparam("all"), content_depth=bindparam("content"))
        for some in chunks(sorted(depths), IN_ONE_QUESTION):
            rows = [{"site": site_id, "this": url, "all": depths[url][0], "content": depths[url][1]} for url in some]
            with self._write() as connection:
                connection.execute(statement, rows)

    def forget_visits(self, site_id: int, urls: Iterable[str]) -> None:
        """Forget what was found at some addresses."""
        for some in chunks(sorted(urls), IN_ONE_QUESTION):
            with self._write() as connection:
                for table, column in ((visit, visit.c.url), (page_links, page_links.c.page)):
                    connection.execute(delete(table).where(table.c.site_id == site_id, column.in_(some)))

    def visits(self, site_id: int) -> list[Visit]:
        """Give what was found at each address that was asked for, by address."""
        wanted = select(*(visit.c[name] for name in FIELDS)).where(visit.c.site_id == site_id)
        with self._read() as connection:
            found = [Visit(**row._mapping) for row in connection.execute(wanted)]
        return sorted(found, key=lambda each: each.url)

    def count_visits(self, site_id: int, since: datetime) -> int:
        """Count the addresses of a site itself that were asked for since a moment."""
        fresh = and_(visit.c.site_id == site_id, visit.c.at >= since, visit.c.external.is_(False))
        with self._read() as connection:
            return connection.scalar(select(func.count()).select_from(visit).where(fresh)) or 0

    def modified(self, site_id: int) -> dict[int, datetime | None]:
        """Give when each published post of a site was changed last."""
        wanted = select(post.c.id, post.c.modified).where(post.c.site_id == site_id, post.c.status == PUBLISHED)
        with self._read() as connection:
            return {row.id: row.modified for row in connection.execute(wanted)}

    def page_links(self, site_id: int, page: str | None = None) -> Iterator[PageLink]:
        """Give the links of one page in their order, or those of all pages of a site, page by page."""
        for url, links in self._links_of(site_id, page):
            for href, place, anchor, rel, target in links:
                yield PageLink(url, href, place, anchor, tuple(rel), target)

    def page_ends(self, site_id: int) -> Iterator[tuple[str, list[End]]]:
        """Give where the links of each page of a site lead, page by page: quicker, where there are millions."""
        for url, links in self._links_of(site_id, None):
            yield url, [(href, target, place) for href, place, _, _, target in links]

    def _links_of(self, site_id: int, page: str | None) -> Iterator[tuple[str, list[list[Any]]]]:
        here = page_links.c.site_id == site_id
        with self._read() as connection:
            every = select(page_links.c.page).where(here)
            pages = [page] if page is not None else sorted(connection.scalars(every))
        for some in chunks(pages, AT_ONCE):
            with self._read() as connection:
                rows = connection.execute(select(page_links).where(here, page_links.c.page.in_(some)))
                kept = {row.page: row.links for row in rows}
            yield from ((url, json.loads(zlib.decompress(kept[url]))) for url in some if url in kept)


def _packed(links: Iterable[PageLink]) -> bytes:
    told: list[list[Any]] = [[link.href, link.place, link.anchor, list(link.rel), link.target] for link in links]
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode())
