"""Find the posts that people mean, by what they write: an id, an address or a slug."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import unquote, urlsplit

from suggester.content.links import Resolver
from suggester.errors import UnknownPost
from suggester.store import Store
from suggester.tasks.readings import resolver_for

DIGITS = 18  # of the longest id a database holds


class WhichPost:
    """Looks posts of one site up; what it takes is read once."""

    def __init__(self, store: Store, site_id: int) -> None:
        self._store, self._site_id = store, site_id

    def find(self, text: str) -> int:
        """Find a post by its id, its address (a former one too) or its slug; UnknownPost where there is none."""
        if text.isdecimal() and len(text) <= DIGITS:
            return int(text)
        found = self._resolver.resolve(text) if "/" in text or "?" in text else self._by_slug(text)
        if found is None:
            raise UnknownPost(
                f"No post is called {text!r}; give its id, address or slug, or run `suggester sync` if it is new."
            )
        return found

    def known(self, text: str) -> int:
        """Find a post in the same way; one that is not in the corpus is unknown by its id, too."""
        found = self.find(text)
        if found not in self._ids:
            raise UnknownPost(f"There is no post {found}; give the id, address or slug of one that was synced.")
        return found

    @cached_property
    def _resolver(self) -> Resolver:
        return resolver_for(self._store, self._site_id)

    @cached_property
    def _ids(self) -> set[int]:
        return self._store.post_ids(self._site_id)

    @cached_property
    def _slugs(self) -> dict[str, int]:
        slugs: dict[str, int] = {}
        posts = self._store.urls(self._site_id)
        for each in posts:
            slugs.setdefault(unquote(urlsplit(each.url).path).rstrip("/").rpartition("/")[2].lower(), each.id)
        for each in posts:
            for old in each.old_slugs:
                slugs.setdefault(unquote(old).lower(), each.id)
        return slugs

    def _by_slug(self, slug: str) -> int | None:
        return self._slugs.get(unquote(slug).lower())
