"""Ask WordPress where the internal links lead that fit no post: it knows redirects that nobody else does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from urllib.parse import urljoin, urlsplit

from suggester.content.links import Resolver
from suggester.content.text import plural
from suggester.errors import SiteError
from suggester.store import Store, is_too_long, path_of
from suggester.tasks.progress import Progress
from suggester.tasks.readings import named, remembering, resolver_for
from suggester.wordpress.source import Source

AT_MOST = 200  # questions a sync
DEAD_FOR = timedelta(days=30)  # so long a dead address is not asked after again

HREF = re.compile(r"""<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
FILE = re.compile(r"\.(?!html?$|php$|aspx?$)[a-z0-9]{2,5}$", re.IGNORECASE)


def look_up(
    store: Store, site_id: int, source: Source, progress: Progress, post_ids: Collection[int] | None = None
) -> list[str]:
    """Ask after the addresses that most links lead to, a bounded number a sync; notes tell what could not be done.

    `post_ids` are the posts that alone were read; None for all. Where one is gone, links of any may lead to it.
    """
    state = store.sync_state(site_id)
    if source.name == "export":  # a file does not know where links lead
        return []
    if state.deleted:
        post_ids = None
    anything = state.changed or state.deleted or state.lookups_left if post_ids is None else post_ids
    if not anything:
        return []
    others_left = 0 if post_ids is None else state.lookups_left
    store.forget_dead_addresses(site_id, datetime.now(UTC) - DEAD_FOR)
    resolver = resolver_for(store, site_id)
    unknown = unresolved(store, site_id, resolver, post_ids)
    wanted = [url for url in unknown if not is_too_long(url)]
    notes = _left_out(len(unknown) - len(wanted))
    store.leave_lookups(site_id, others_left + len(wanted))
    try:
        _ask(store, site_id, source, resolver, wanted[:AT_MOST], progress)
    except SiteError as error:
        return [*notes, f"Some links could not be followed ({error}) The next sync tries again."]
    store.leave_lookups(site_id, others_left + len(wanted[AT_MOST:]))
    return notes


def _left_out(count: int) -> list[str]:
    if not count:
        return []
    return [f"{plural(count, 'address', 'addresses')} in links of more than 2,000 characters were not followed."]


def unresolved(store: Store, site_id: int, resolver: Resolver, post_ids: Collection[int] | None = None) -> list[str]:
    """List the internal addresses in these posts that fit no post and were not asked after, those of most links first.

    `post_ids` None: in all posts.
    """
    known = store.addresses(site_id)
    nowhere = remembering(partial(_nowhere, resolver))
    links = ((href, base) for base, content in _contents(store, site_id, post_ids) for href in hrefs(content))
    found = Counter(url for href, base in links if (url := nowhere(href, base)))
    return [url for url, _ in found.most_common() if path_of(url) not in known]


def _contents(store: Store, site_id: int, post_ids: Collection[int] | None) -> Iterator[tuple[str, str]]:
    if post_ids is None:
        return store.contents(site_id)
    return ((post.url, post.content) for post in named(store, site_id, post_ids))


def hrefs(content: str) -> Iterator[str]:
    """Give the addresses that links in a content name; quick, and good enough to ask after them."""
    for match in HREF.finditer(content):
        yield unescape(next(group for group in match.groups() if group is not None)).strip()


def _nowhere(resolver: Resolver, href: str, base: str) -> str | None:
    """Give the address that an internal link leads to which fits no post; None for other links, and those to files."""
    if not resolver.is_internal(href, base) or resolver.resolve(href, base) is not None:
        return None
    url = urljoin(base, href).partition("#")[0]
    return None if FILE.search(urlsplit(url).path) else url


def _ask(
    store: Store, site_id: int, source: Source, resolver: Resolver, urls: Sequence[str], progress: Progress
) -> None:
    progress.start("look up", len(urls))
    try:
        for url in urls:
            if (final := source.locate(url)) is None:
                store.put_dead_addresses(site_id, [url])
            else:
                store.put_addresses(site_id, {url: resolver.resolve(final)})
            progress.advance()
    finally:
        progress.finish()
