"""What every way of reading WordPress has in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from suggester.entities import Post, Site
from suggester.errors import SiteChanged


@dataclass(frozen=True, slots=True)
class Page:
    """A page of posts, small enough to be stored in one transaction, and how to go on behind it."""

    posts: tuple[Post, ...]
    cursor: str  # opaque; hand it to `changed` to go on behind this page after a stop
    total: int | None = None  # posts the whole pass will give, where that is known


class Source(Protocol):
    """Lists changed posts, reads a post, writes a post: REST, XML-RPC and export files look alike from here."""

    name: str  # "rest", "xmlrpc" or "export"

    @property
    def unreadable(self) -> Mapping[int, str]:
        """Posts that were left out because WordPress could not show them, and what it said."""
        ...

    def site(self) -> Site:
        """Say which site this is."""
        ...

    def changed(self, since: datetime | None = None, cursor: str = "") -> Iterator[Page]:
        """Give the posts changed at or after `since` (UTC; None: all), page by page, going on behind `cursor`."""
        ...

    def ids(self) -> set[int] | None:
        """Give the ids of all posts that exist now, cheaply, so that deletions show; None where that is unknown."""
        ...

    def post(self, post_id: int) -> Post | None:
        """Read one post; None where it is gone."""
        ...

    def posts(self, post_ids: Sequence[int]) -> tuple[Post, ...]:
        """Read these posts; the gone ones are left out."""
        ...

    def locate(self, url: str) -> str | None:
        """Follow WordPress's own redirects from an address of the site; the final address, None where it is dead."""
        ...

    def being_edited(self, post: Post) -> str:
        """Say who has a post open in an editor, "" where nobody is known to."""
        ...

    def write(
        self,
        post_id: int,
        content: str,
        unless_changed_since: datetime | None = None,
        instead_of: str | None = None,
    ) -> Post:
        """Replace a post's raw content, nothing else, and give the post back as it then stands.

        SiteChanged where the post was changed after `unless_changed_since` (UTC), or holds something else than
        `instead_of`; WriteAltered where WordPress would change more of the post.
        """
        ...


def check_unchanged(before: Post, since: datetime | None, content: str | None) -> None:
    """Refuse with SiteChanged where a post is not as its reader saw it; WordPress dates changes by whole seconds."""
    later = since and before.modified and before.modified > since.replace(microsecond=0)
    if later or (content is not None and before.content != content):
        raise SiteChanged(f"“{before.title}” was changed by somebody else meanwhile; sync the site and try again.")
