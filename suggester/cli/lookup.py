"""Finding the post a person means."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from suggester.errors import UnknownPost

if TYPE_CHECKING:
    from suggester.store import Store

DIGITS = 18  # of the longest id a database holds


def find_post(store: Store, site_id: int, text: str) -> int:
    """Find a post by its id, its address (a former one too) or its slug."""
    if text.isdecimal() and len(text) <= DIGITS:
        return int(text)
    found = _by_address(store, site_id, text) if "/" in text or "?" in text else _by_slug(store, site_id, text)
    if found is None:
        raise UnknownPost(
            f"No post is called {text!r}; give its id, address or slug, or run `suggester sync` if it is new."
        )
    return found


def _by_address(store: Store, site_id: int, address: str) -> int | None:
    from suggester.tasks.readings import resolver_for

    found: int | None = resolver_for(store, site_id).resolve(address)
    return found


def _by_slug(store: Store, site_id: int, slug: str) -> int | None:
    slug = unquote(slug).lower()
    former = None
    for each in store.urls(site_id):
        if unquote(urlsplit(each.url).path).rstrip("/").rpartition("/")[2].lower() == slug:
            return each.id
        if slug in (unquote(old).lower() for old in each.old_slugs):
            former = each.id
    return former
