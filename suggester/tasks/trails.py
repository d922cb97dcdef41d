"""Which of a site's addresses are walked: its pages, and none of the paths that have no end."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from suggester.content.links import ASKS_FOR_OTHERS, Resolver
from suggester.tasks.lookup import FILE

PER_PATTERN = 500  # pages whose addresses differ in numbers alone, as months of a calendar, and that are no posts
PER_LIST = 2000  # pages of one list of posts
PER_PATH = 500  # pages that differ in their query alone
LONGEST_PATH = 12  # parts of a path
REMEMBERED = 100_000  # links
REPEATED = 3  # times that one part may stand in a path

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|_ga|ref|source|share|nb", re.IGNORECASE)
_ASKED = ASKS_FOR_OTHERS - {"s", "feed", "rest_route", "sitemap", "w", "day", "monthnum"} | {"page"}
_DOORS = re.compile(
    r"/(?:feed(?:/(?:rss2?|atom|rdf))?|trackback|embed|amp|wp-(?:admin|json|login\.php|signup\.php|cron\.php)|xmlrpc\.php"
    r"|comment-page-\d+|cart|checkout|my-account|logout)(?:/|$)",
    re.IGNORECASE,
)
_ACTIONS = frozenset("action _wpnonce add-to-cart replytocom logout unapproved moderation-hash wc-ajax".split())
_LIST = re.compile(r"/page/\d+/?$|[?&]paged=\d+")
_NUMBER = re.compile(r"\d+")


class Trails:
    """Says which links of a page lead on, and remembers how far each endless path was followed."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._patterns: Counter[str] = Counter()
        self._paths: Counter[str] = Counter()
        self._known: dict[str, str] = {}  # links of menus come again on every page
        self.cut: set[str] = set()  # patterns that were not followed to their end

    def page(self, href: str) -> str:
        """Give the address of the page behind a link, without what only tells where readers come from.

        "" where it is no page of the site, or one that no reader is meant to see.
        """
        if href not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[href] = self._page(href)
        return self._known[href]

    def _page(self, href: str) -> str:
        parts = urlsplit(href)
        asked = parse_qsl(parts.query, keep_blank_values=True)
        left = [(key, value) for key, value in asked if not _TRACKING.fullmatch(key)]
        if any(key not in _ASKED for key, _ in left) or FILE.search(parts.path) or _DOORS.search(parts.path):
            return ""
        query = parts.query if len(left) == len(asked) else urlencode(left)
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        return url if self._resolver.is_internal(url) else ""

    def leads_on(self, url: str) -> bool:
        """Whether a page found for the first time is to be visited; each call counts."""
        if self._resolver.resolve(url) is not None:
            return True
        parts = urlsplit(url)
        pieces = [piece for piece in parts.path.split("/") if piece]
        if len(pieces) > LONGEST_PATH or any(count >= REPEATED for count in Counter(pieces).values()):
            return self._cut(parts.path)
        if parts.query:
            self._paths[parts.path] += 1
            if self._paths[parts.path] > PER_PATH and not _LIST.search(url):
                return self._cut(parts.path)
        pattern = _NUMBER.sub("…", url)
        self._patterns[pattern] += 1
        return self._patterns[pattern] <= (PER_LIST if _LIST.search(url) else PER_PATTERN) or self._cut(pattern)

    def _cut(self, pattern: str) -> bool:
        if len(self.cut) < 100:
            self.cut.add(pattern)
        return False


def may_be_checked(url: str) -> bool:
    """Whether asking for an address of the site can do no harm: no door of WordPress's own, no action."""
    parts = urlsplit(url)
    keys = {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return _ACTIONS.isdisjoint(keys) and not re.search(
        r"/wp-(?:admin|login\.php|cron\.php|json)(?:/|$)|/xmlrpc\.php|/logout\b", parts.path, re.IGNORECASE
    )
