"""Says which post a link leads to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from suggester.entities import Body, Site

_PORTS = {"http": 80, "https": 443}
_ABSOLUTE = ("https://", "http://")
_STRAY = re.compile("[\t\n\r]")
_NO_HOST = re.compile(r"\A//+(?=[?#]|\Z)")  # meant as the home page
_FILES = re.compile(r"/(?:wp-(?:content|includes|admin|json)(?:/|$)|(?:wp-\w+|xmlrpc)\.php$)", re.IGNORECASE)
_VIEWS = re.compile(r"/(?:amp|embed|trackback|feed(?:/(?:rss2?|atom|rdf))?|(?:comment-page-|page/)\d+|\d{1,2})$")
_ID_KEYS = ("p", "page_id", "attachment_id")
_QUERY_KEYS = frozenset({*_ID_KEYS, "name", "pagename"})
ASKS_FOR_OTHERS = frozenset(
    (
        "p page_id attachment_id name pagename post_type s cat category_name tag tag_id author author_name m year"
        " monthnum day w feed paged taxonomy term rest_route post_format sitemap lang"
    ).split()
)
_UNCLEAR = -1  # stands for two posts at one address


@dataclass(frozen=True, slots=True)
class Address:
    """Where a post is found: its permalink, and the slugs it had before."""

    id: int
    url: str
    old_slugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """An absolute address, cut and made comparable."""

    host: str  # in its ASCII form, with the port where it is not the usual one
    path: str  # decoded, without a slash at the end
    query: str


class Resolver:
    """Knows every address of a site's posts, so that links can be followed without asking WordPress."""

    def __init__(self, site: Site, posts: Iterable[Address]) -> None:
        self._home = site.url.rstrip("/") + "/"
        home = _place(self._home) or _Place("", "", "")
        self._root = home.path
        self._hosts = frozenset(_hosts(home.host, site.aliases))
        self._ids: set[int] = set()
        self._paths: dict[str, int] = {}
        self._lower_paths: dict[str, int] = {}  # only of those that are not in lower case already
        self._queries: dict[str, int] = {}
        self._redirects: dict[str, int] = {}
        self._old_paths: dict[str, int] = {}
        for post in posts:
            self._add(post)

    def add_redirect(self, url: str, post_id: int) -> None:
        """Remember that WordPress, or the site's server, sends this address on to the post."""
        place = _place(url, self._home)
        if place:
            _put(self._redirects, self._redirect_key(place, place.query), post_id)

    def resolve(self, href: str, base: str = "") -> int | None:
        """Say which post the link leads to, read in the post at `base`; None where that is not known for sure."""
        place = self._follow(href, base)
        found = self._find(place) if place else None
        return None if found == _UNCLEAR else found

    def is_internal(self, href: str, base: str = "") -> bool:
        """Whether the link leads to a page of this site, known or not; files and WordPress's own doors are no pages."""
        place = self._follow(href, base)
        return place is not None and self._is_ours(place) and not _FILES.search(place.path)

    def is_external(self, href: str, base: str = "") -> bool:
        """Whether the link leads to a page of another site."""
        place = self._follow(href, base)
        return place is not None and place.host not in self._hosts

    def is_unknown(self, href: str, base: str = "") -> bool:
        """Whether the link leads into this site and to no post we know of, nor possibly to one of two."""
        place = self._follow(href, base)
        return place is not None and self._is_ours(place) and self._find(place) is None

    def is_home(self, href: str, base: str = "") -> bool:
        """Whether the link leads to the homepage itself."""
        place = self._follow(href, base)
        return place is not None and self._is_ours(place) and place.path == self._root and not place.query

    def is_detour(self, href: str, base: str, permalink: str) -> bool:
        """Whether the link gets to the post with this permalink only by being sent on to it."""
        if href == permalink:
            return False
        place, home = self._follow(href, base), _place(permalink, self._home)
        if place is None or home is None:
            return False
        if place.host != home.host or (permalink.startswith("https://") and self._is_plain(href)):
            return True
        here, there = place.path.lower(), home.path.lower()
        if home.query and home.path == self._root:
            return here != there or not set(parse_qsl(home.query)) <= set(parse_qsl(place.query))
        asked_by_query = here == self._root and not _QUERY_KEYS.isdisjoint(dict(parse_qsl(place.query)))
        view = _VIEWS.search(here)
        return asked_by_query or (here != there and (view is None or here[: view.start()] != there))

    def address(self, href: str, base: str = "") -> str:
        """Give the whole address of a link, without the part of the page it names."""
        return urljoin(self._from(base), href.strip()).partition("#")[0]

    def _is_plain(self, href: str) -> bool:
        return _STRAY.sub("", href).strip().lower().startswith("http://")

    def _add(self, post: Address) -> None:
        self._ids.add(post.id)
        place = _place(post.url, self._home) if post.url else None
        if place is None:
            return
        if place.query and place.path == self._root:
            _put(self._queries, place.query, post.id)
            return
        _put(self._paths, place.path, post.id)
        if place.path != place.path.lower():
            _put(self._lower_paths, place.path.lower(), post.id)
        parent = place.path.rpartition("/")[0]
        for slug in post.old_slugs:
            _put(self._old_paths, f"{parent}/{unquote(slug)}".lower(), post.id)

    def _follow(self, href: str, base: str) -> _Place | None:
        written = _STRAY.sub("", href).strip()
        if not written or (written.startswith("#") and not base):
            return None
        return _place(written, self._from(base))

    def _from(self, base: str) -> str:
        """Give where a post's links set out from; an address that nobody can read is taken for the home page."""
        try:
            return urljoin(self._home, base) if base else self._home
        except ValueError:
            return self._home

    def _is_ours(self, place: _Place) -> bool:
        return place.host in self._hosts and (place.path == self._root or place.path.startswith(self._root + "/"))

    def _redirect_key(self, place: _Place, query: str) -> str:
        host = "" if place.host in self._hosts else "//" + place.host
        return f"{host}{place.path.lower()}?{query}" if query else host + place.path.lower()

    def _find(self, place: _Place) -> int | None:
        if self._is_ours(place):
            if place.query and place.path in (self._root, self._root + "/index.php"):
                return self._by_query(place)
            found = self._by_path(place.path)
            if found is not None:
                return found
        found = self._redirected(place)
        if found is None and self._is_ours(place):
            found = self._old_paths.get(place.path.lower())
            view = _VIEWS.search(place.path)
            if found is None and view:
                found = self._by_path(place.path[: view.start()])
        return found

    def _by_path(self, path: str) -> int | None:
        if path in self._paths:
            return self._paths[path]
        lower = path.lower()
        found = {paths[lower] for paths in (self._paths, self._lower_paths) if lower in paths}
        return found.pop() if len(found) == 1 else _UNCLEAR if found else None

    def _redirected(self, place: _Place) -> int | None:
        found = self._redirects.get(self._redirect_key(place, place.query))
        return self._redirects.get(self._redirect_key(place, "")) if found is None and place.query else found

    def _by_query(self, place: _Place) -> int | None:
        asked = dict(parse_qsl(place.query, keep_blank_values=True))
        for key in _ID_KEYS:
            number = asked.get(key, "")
            if number.isascii() and number.isdecimal() and int(number[:12]) in self._ids:
                return int(number[:12])
        for query in (place.query, *(f"{key}={value}" for key, value in asked.items())):
            if query in self._queries:
                return self._queries[query]
        found = self._redirects.get(self._redirect_key(place, place.query))
        if found is not None or not ASKS_FOR_OTHERS.isdisjoint(asked):
            return found
        return self._paths.get(self._root)


def resolve_body(body: Body, resolver: Resolver, base: str) -> Body:
    """Fill in which post each link leads to, where that is known; `base` is the address of the post itself."""
    links = (replace(link, target=resolver.resolve(link.href, base)) for link in body.links)
    return Body(body.blocks, tuple(links))


def _put(table: dict[str, int], key: str, post_id: int) -> None:
    table[key] = post_id if table.get(key, post_id) == post_id else _UNCLEAR


def _place(href: str, base: str = "") -> _Place | None:
    try:
        written = _NO_HOST.sub("/", href.replace("\\", "/"))
        parts = urlsplit(written if written.startswith(_ABSOLUTE) and "/." not in written else urljoin(base, written))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    host = _ascii(host.rstrip("."))
    path = unicodedata.normalize("NFC", unquote(parts.path))
    path = "/" + "/".join(segment for segment in path.split("/") if segment)
    return _Place(host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}", path.rstrip("/"), parts.query)


def _ascii(host: str) -> str:
    """Write a host the way the network knows it: lower case, international names in punycode."""
    try:
        return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def _hosts(home: str, aliases: Iterable[str]) -> Iterator[str]:
    places = (_place(alias if "://" in alias else "https://" + alias) for alias in aliases)
    for host in (home, *(place.host for place in places if place)):
        yield host
        yield host.removeprefix("www.") if host.startswith("www.") else "www." + host
