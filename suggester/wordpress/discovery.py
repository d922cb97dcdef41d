"""Finding a site's REST API, however its permalinks, folders and hosts are set up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from suggester.errors import AnswerUnreadable, NotWordPress, SiteError, SiteRefused
from suggester.wordpress import addresses
from suggester.wordpress.answers import (
    RestClosed,
    complaint,
    is_login_wall,
    looks_like_page,
    page_instead,
    read_json,
)
from suggester.wordpress.http import Answer, Gate

_REL = "https://api.w.org/"
_ENOUGH = 1 << 20  # bytes of a front page: its head is all that is wanted
_LINK_HEADER = re.compile(r"<([^>]+)>\s*;\s*rel=\"?https://api\.w\.org/", re.I)
_LINK_TAG = re.compile(r"<link\b[^>]*\brel=[\"']https://api\.w\.org/[\"'][^>]*>", re.I)
_RSD_TAG = re.compile(r"<link\b[^>]*\brel=[\"']EditURI[\"'][^>]*>", re.I)
_HREF = re.compile(r"\bhref=[\"']([^\"']+)", re.I)
_SIGNS = re.compile(r"/wp-content/|/wp-includes/|api\.w\.org|xmlrpc\.php|content=[\"']WordPress ", re.I)


@dataclass(frozen=True, slots=True)
class Root:
    """Where a site's REST API lives, and what its index says."""

    url: str  # ".../wp-json/" or "...?rest_route=/"
    index: Mapping[str, Any]

    def address(self, path: str) -> str:
        """The address of a route: `path` begins with "/"."""
        parts = urlsplit(self.url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if "rest_route" in query:
            return urlunsplit(parts._replace(query=urlencode({**query, "rest_route": path}, safe="/")))
        return self.url.rstrip("/") + path

    @property
    def authorise_page(self) -> str:
        """WordPress's own page that hands out application passwords, "" where the site has them switched off."""
        offered = self.index.get("authentication")
        methods = offered if isinstance(offered, dict) else {}
        endpoints = methods.get("application-passwords", {}).get("endpoints", {})
        return str(endpoints.get("authorization", ""))


def front_page(gate: Gate) -> Answer:
    """The page at the site's address, as a visitor sees it."""
    return gate.ask("GET", gate.home, authorised=False, enough=_ENOUGH)


def is_wordpress(page: Answer) -> bool:
    """Whether a page shows the signs of WordPress."""
    return bool(_SIGNS.search(page.text) or _SIGNS.search(page.headers.get("link", "")) or "x-pingback" in page.headers)


def rsd(page: Answer) -> str:
    """The XML-RPC address a page declares, "" where it declares none."""
    tag = _RSD_TAG.search(page.text)
    href = _HREF.search(tag[0]) if tag else None
    return unescape(href[1]).split("?")[0] if href else page.headers.get("x-pingback", "")


def discover(gate: Gate, page: Answer) -> Root:
    """Find the REST API behind a front page; the errors say what stands in the way."""
    refusals: list[SiteError] = []
    for url in dict.fromkeys(_candidates(gate, page)):
        try:
            if index := _index(gate, url):
                return Root(url, index)
        except (SiteRefused, AnswerUnreadable) as refusal:
            refusals.append(refusal)
    raise _why_not(page, refusals)


def _candidates(gate: Gate, page: Answer) -> Iterator[str]:
    """Addresses to try, the declared one first."""
    for declared in _declared(page):
        if addresses.same_site(declared, gate.home):
            yield _as_safe_as(page.url, declared)
    base = page.url.split("?")[0].split("#")[0].rstrip("/")
    base = base.removesuffix("/index.php").removesuffix("/wp-login.php")
    yield f"{base}/wp-json/"
    yield f"{base}/?rest_route=/"
    yield f"{base}/index.php?rest_route=/"


def _declared(page: Answer) -> Iterator[str]:
    if header := _LINK_HEADER.search(page.headers.get("link", "")):
        yield urljoin(page.url, header[1])
    if (tag := _LINK_TAG.search(page.text)) and (href := _HREF.search(tag[0])):
        yield urljoin(page.url, unescape(href[1]))


def _as_safe_as(page_url: str, declared: str) -> str:
    """Sites moved to https often still declare http."""
    if page_url.startswith("https:") and declared.startswith("http:"):
        return "https:" + declared.removeprefix("http:")
    return declared


def _index(gate: Gate, url: str) -> Mapping[str, Any] | None:
    """The index of a REST API, None where there is none; refusals are raised."""
    answer = gate.get(url)
    if answer.status != 200:
        said = complaint(answer)
        if answer.status in (401, 403) or (said and said.code.startswith("rest_")):
            why = f"{said.message.rstrip('.')}, {said.code}" if said else f"status {answer.status}"
            raise RestClosed(f"The REST API of {url} is closed ({why}).")
        return None
    if looks_like_page(answer):
        raise page_instead(answer)
    index = read_json(answer)
    return index if isinstance(index, dict) and "wp/v2" in index.get("namespaces", ()) else None


def _why_not(page: Answer, refusals: list[SiteError]) -> SiteError:
    """The error that fits: the site's fault, WordPress's choice, or not WordPress at all."""
    if is_wordpress(page):
        unreadable = [refusal for refusal in refusals if isinstance(refusal, AnswerUnreadable)]
        closed = [refusal for refusal in refusals if isinstance(refusal, RestClosed)]
        if unreadable and not closed and any(_declared(page)):
            return unreadable[0]
        return next(iter(closed), RestClosed(f"The REST API of {page.url} is closed."))
    if page.status in (401, 403) or is_login_wall(page):
        return SiteRefused(
            f"{page.url} asks visitors to log in before it shows anything; let this machine in, or use an export file."
        )
    if any(isinstance(refusal, RestClosed) and "rest_" in str(refusal) for refusal in refusals):
        return refusals[0]
    if page.status >= 400:
        return NotWordPress(f"{page.url} answered {page.status}; check the address of the site.")
    return NotWordPress(f"{page.url} answers, but is not a WordPress site; check the address, or use an export file.")
