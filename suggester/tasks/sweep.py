"""Notice which posts are gone, and which were missed, by comparing ids."""

from __future__ import annotations

from itertools import islice

from suggester.entities import Post
from suggester.errors import SiteError
from suggester.store import Step, Store
from suggester.wordpress.source import Source

AT_ONCE = 100
NO_POSTS = frozenset({"trash", "auto-draft", "inherit"})  # statuses under which a post is gone for everybody


def sweep(store: Store, site_id: int, source: Source, full: bool) -> list[str]:
    """Delete what WordPress has no more, read what was missed; an incomplete answer deletes nothing.

    Gives notes on what could not be done. Before a post is deleted WordPress is asked for it by its id.
    """
    try:
        there = source.ids()
        if there is None:
            return []
        here = store.post_ids(site_id)
        if here and not there and not full:
            return [
                "WordPress named no post at all, so nothing was deleted; if the site is really empty, sync in full."
            ]
        _settle(store, site_id, source, sorted(here - there))
        _settle(store, site_id, source, sorted(there - here - set(source.unreadable)))
    except SiteError as error:
        return [f"Deleted posts could not be looked for ({error}) The next sync tries again."]
    return []


def step_of(posts: tuple[Post, ...], asked: frozenset[int] = frozenset()) -> tuple[tuple[Post, ...], frozenset[int]]:
    """Part what WordPress gave into posts to keep and ids that are gone; `asked` are the ids that were asked for."""
    kept = tuple(each for each in posts if each.status not in NO_POSTS)
    given = {each.id for each in posts}
    return kept, (asked | given) - {each.id for each in kept}


def _settle(store: Store, site_id: int, source: Source, post_ids: list[int]) -> None:
    waiting = iter(post_ids)
    while some := list(islice(waiting, AT_ONCE)):
        kept, gone = step_of(source.posts(some), frozenset(some))
        store.save_step(site_id, Step(kept, gone))
