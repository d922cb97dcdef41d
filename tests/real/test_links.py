"""Links lead where WordPress itself says they lead."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import pytest
import requests

from suggester.content.links import Address, Resolver
from suggester.entities import Post
from suggester.wordpress.source import Source

from .conftest import World, all_posts
from .harness import odd

HREF = re.compile(r'<a href="([^"]*)"')
SHORT_LINK = re.compile(r"<[^>]*\?p(?:age_id)?=(\d+)>; rel=shortlink")


@pytest.fixture
def source(world: World) -> Source:
    return world.source(world.login)


def resolver_of(source: Source, posts: dict[int, Post]) -> Resolver:
    return Resolver(source.site(), [Address(post.id, post.url, post.old_slugs) for post in posts.values()])


def test_every_link_in_the_posts_resolves_as_url_to_postid_does(world: World, source: Source):
    posts = all_posts(source)
    found = {
        (urljoin(post.url, unescape(href)), href)
        for post in posts.values()
        for href in HREF.findall(post.content)
        if post.id not in (odd.FORMS, odd.BROKEN)
    }
    urls = [url for url, _ in sorted(found)]
    assert len(urls) > 150
    told = world.wordpress.php("return array_map( 'url_to_postid', $given['urls'] );", urls=urls)
    resolver = resolver_of(source, posts)
    assert [resolver.resolve(unescape(href), url) for url, href in sorted(found)] == told
    assert all(told)


def reached(url: str) -> int | None:
    """The post a reader gets to see at an address."""
    answer = requests.get(url, timeout=20)
    found = SHORT_LINK.search(answer.headers.get("Link", ""))
    return int(found.group(1)) if answer.ok and found else None


def test_links_of_every_form_lead_where_a_reader_gets(world: World, source: Source):
    posts = all_posts(source)
    resolver = resolver_of(source, posts)
    moved = posts[odd.OLD_SLUG]
    for former in {url for url in (world.library.href(world_post(world, odd.OLD_SLUG), 0),)}:
        resolver.add_redirect(former.replace(moved.slug, odd.FORMER_SLUG), moved.id)
    here = posts[odd.FORMS].url
    wrong = {}
    for href in map(unescape, HREF.findall(posts[odd.FORMS].content)):
        absolute = urljoin(here, href)
        own = absolute.lower().startswith(world.url)
        expected = reached(absolute) if own else None
        if resolver.resolve(href, here) != expected:
            wrong[href] = (resolver.resolve(href, here), expected)
    assert wrong == {}


def world_post(world: World, post_id: int):
    return next(post for post in world.library.posts if post.id == post_id)


def test_addresses_elsewhere_are_not_internal(world: World, source: Source):
    resolver = resolver_of(source, {})
    told = {href: resolver.is_internal(href, world.url + "/a/") for href in (f"{world.url}/x/", "/x/", "x", "?p=1")}
    assert set(told.values()) == {True}
    others = ("https://elsewhere.example/", "mailto:a@b.example", "tel:+1", "javascript:void(0)")
    assert not any(resolver.is_internal(href, world.url) for href in others)
