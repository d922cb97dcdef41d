"""Read the stored posts as the engine takes them in: each body once, links resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from suggester.content.blocks import read
from suggester.content.language import detect
from suggester.content.links import Resolver, resolve_body
from suggester.engine.passages import texts_of
from suggester.engine.reading import Draft, Reading
from suggester.entities import Body, Post
from suggester.store import Store
from suggester.store.posts import chunks

AT_ONCE = 100  # posts read in one go
LANGUAGE_CHARACTERS = 1500  # so much text tells the language

T = TypeVar("T")


def resolver_for(store: Store, site_id: int) -> Resolver:
    """Make the resolver of a site: its posts, and the further addresses known to lead to them."""
    site = store.site(site_id).entity
    resolver = Resolver(site, store.urls(site_id))
    for where, post_id in store.addresses(site_id).items():
        if post_id is not None:
            resolver.add_redirect(where, post_id)
    return resolver


def remembering(follow: Callable[[str, str], T]) -> Callable[[str, str], T]:
    """Follow each link once, given as it is written and where; with a host it leads to the same place everywhere."""
    known: dict[str | tuple[str, str], T] = {}

    def remembered(href: str, base: str) -> T:
        key = href if href.startswith(("https://", "http://")) else (href, base)
        if key not in known:
            known[key] = follow(href, base)
        return known[key]

    return remembered


def read_posts(store: Store, site_id: int, post_ids: Iterable[int] | None = None) -> Iterator[Reading]:
    """Read the posts of a site, all or those named, in the order of ids, a few at a time."""
    lang = store.site(site_id).lang
    resolver = resolver_for(store, site_id)
    for post in store.posts(site_id) if post_ids is None else named(store, site_id, post_ids):
        body = read_body(post, resolver)
        yield Reading(post, body, language_of(post, body, lang), texts_of(post.title, body))


def named(store: Store, site_id: int, post_ids: Iterable[int]) -> Iterator[Post]:
    """Give these posts of a site, those that there are, in the order of ids, a few at a time."""
    for some in chunks(sorted(post_ids), AT_ONCE):
        yield from sorted(store.some_posts(site_id, some), key=lambda post: post.id)


def draft_of(post: Post, resolver: Resolver, lang: str) -> Draft:
    """Read a post as one for which suggestions are wanted."""
    body = read_body(post, resolver)
    return Draft(post, body, language_of(post, body, lang))


def read_body(post: Post, resolver: Resolver) -> Body:
    """Read a post's content, with its links resolved."""
    return resolve_body(read(post.content), resolver, post.url)


def language_of(post: Post, body: Body, default: str) -> str:
    """Say in which language a post is written."""
    return detect(_beginning(post.title, body), post.lang, default)


def _beginning(title: str, body: Body) -> str:
    text = title
    for block in body.blocks:
        if len(text) >= LANGUAGE_CHARACTERS:
            break
        text = f"{text} {block.text}" if block.linkable else text
    return text[:LANGUAGE_CHARACTERS]
