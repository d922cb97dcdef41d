"""Pages as a visit would have found them, put into a store by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from suggester.content.links import Resolver
from suggester.entities import PageLink, Visit
from suggester.tasks.readings import resolver_for
from suggester.tasks.service import Service

AT = datetime(2026, 11, 20, 4, tzinfo=UTC)

Links = Mapping[str, Sequence[tuple[str, str]]]  # address of a page to where it links, and from which place


@contextmanager
def visited(service: Service, site_id: int, pages: Links):
    """Let these pages have been visited for a while."""
    store, resolver = service.store, resolver_for(service.store, site_id)
    store.put_visits(
        site_id,
        [_visit(url, resolver) for url in pages],
        {
            url: [PageLink(url, href, place, href, (), resolver.resolve(href)) for href, place in links]
            for url, links in pages.items()
        },
    )
    try:
        yield
    finally:
        store.forget_visits(site_id, pages)
        store.shelf.remove(site_id, "pages")


def _visit(url: str, resolver: Resolver) -> Visit:
    return Visit(url, 200, url, 0, "", AT, post_id=resolver.resolve(url), page=True)
