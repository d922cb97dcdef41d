"""Reads a page as visitors get it: its title, what it tells search engines, and where on it each link stands.

Works on any HTML, however messy, in time that grows with its length alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from suggester.content.elements import ELEMENTS, RAW, SKIPPED, TABLE_PARTS, TABLE_WALLS
from suggester.content.places import IN_CONTENT, LOCKED, is_item, is_listing, role_by_name, role_of
from suggester.content.tokens import ATTRIBUTES, END, TAG, TOKEN, attributes, clean
from suggester.content.urls import absolute
from suggester.entities import PageLink

DEEPEST = 150  # elements nested deeper than this do not count as parents
MOST_LINKS = 5000  # on one page
LONGEST_TEXT = 300  # characters of an anchor or a title

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|(?:iso-?)?8859-?\d{1,2}|iso-?8859-?\d{1,2}|(?:windows|cp)-?\d{3,4}|shift[_-]?jis|sjis"
    r"|euc-?(?:jp|kr|tw)|iso-?2022-?jp|gb(?:2312|k|18030)|big5|koi8-?[ru]|macintosh|tis-?620",
    re.IGNORECASE,
)
_LATIN = re.compile(r"(?:us-)?ascii|latin-?1|(?:iso-?)?8859-?1", re.IGNORECASE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_FOLDED = re.compile(r"\s+")
_STOP = frozenset({"noindex", "none"})
_FOR_OTHERS = re.compile(r"\s*(?!googlebot\b|robots\b|unavailable_after\b|max-)[\w-]+\s*:", re.IGNORECASE)
_FOR_US = re.compile(r"\s*(?:googlebot|robots)\s*:", re.IGNORECASE)
_SKIPS = {name: re.compile(rf"<(/?){name}(?=[\s/>])[^>]*>", re.IGNORECASE) for name in SKIPPED}
_RAW_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE) for name in RAW}
_WITHOUT_END = frozenset({"hr", "html", "body"})
_TRACKED = frozenset({*ELEMENTS, "span"}) - _WITHOUT_END


@dataclass(frozen=True, slots=True)
class Page:
    """A page as visitors get it."""

    url: str
    title: str = ""
    canonical: str = ""  # absolute, "" where the page names none
    noindex: bool = False
    links: tuple[PageLink, ...] = ()  # in their order; those to other parts of the same page are left out


def read_page(html: str, url: str, headers: Mapping[str, str] | None = None) -> Page:
    """Read a page that was found at an address; `headers` are those of the answer, names in lower case."""
    reading = _Reading(clean(html), url)
    told = (headers or {}).get("x-robots-tag", "")
    hidden = any(_hides(_FOR_US.sub("", line)) for line in told.splitlines() if not _FOR_OTHERS.match(line))
    return Page(url, reading.title, reading.canonical, reading.noindex or hidden, tuple(reading.links()))


def _hides(told: str) -> bool:
    """Whether what is told to search engines keeps them from listing a page."""
    return any(not _STOP.isdisjoint(each.lower().split()) for each in told.split(",") if ":" not in each)


def is_page(content_type: str, body: bytes) -> bool:
    """Whether an answer is an HTML page: by what it says of itself, else by how it begins."""
    if content_type.strip():
        return content_type.split(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")
    return bool(re.match(rb"\s*<(?:!doctype html|html|head|body)\b", body[:200], re.IGNORECASE))


def decode(body: bytes, content_type: str = "") -> str:
    """Read bytes as text, in the encoding that they or the header name; what cannot be read becomes U+FFFD."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    in_header, in_page = _IN_HEADER.search(content_type), _CHARSET.search(body[:4096])
    named = in_header[1] if in_header else in_page[1].decode() if in_page else "utf-8"
    if _LATIN.fullmatch(named):
        named = "windows-1252"  # as browsers do (WHATWG Encoding)
    if not in_header and named.lower().startswith("utf-16"):
        named = "utf-8"  # a page that can say so in plain letters is none
    try:
        return body.decode(named if _KNOWN.fullmatch(named) else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


@dataclass(slots=True)
class _Open:
    """An element that is open."""

    name: str
    role: str  # "" where nothing tells yet
    in_main: bool
    item: bool  # within one post of perhaps many


@dataclass(slots=True)
class _Found:
    """A link, and what it stands in."""

    href: str
    rel: tuple[str, ...]
    inside: _Open
    after: bool  # the content has begun before it
    described: str  # by the picture in it, or for screen readers
    text: str = ""


class _Reading:
    """One pass over a page."""

    def __init__(self, html: str, url: str) -> None:
        self.title = self.canonical = ""
        self.noindex = False
        self._html, self._url, self._base = html, url, url
        self._stack = [_Open("", "", False, False)]
        self._count: Counter[str] = Counter()
        self._over: Counter[str] = Counter()  # elements that are open too deep to be on the stack
        self._found: list[_Found] = []
        self._link: _Found | None = None
        self._listing: bool | None = None
        self._contents = 0  # containers of content
        self._body = False
        self._unended: set[str] = set()
        at = 0
        while at < len(html):
            at = self._from(at)

    def links(self) -> Iterator[PageLink]:
        """Give the links with their places, once the whole page was seen."""
        listing = self._contents > 1 if self._listing is None else self._listing
        for found in self._found:
            text = _FOLDED.sub(" ", found.text).strip() or found.described
            place = _place(found, listing, bool(self._contents))
            yield PageLink(self._url, found.href, place, text[:LONGEST_TEXT], found.rel)

    def _from(self, at: int) -> int:
        """Take tokens from here until one makes us jump; say where to go on."""
        for token in TOKEN.finditer(self._html, at):
            if token.start() > at and self._link:
                self._text(at, token.start())
            at = token.end()
            if token[TAG] is None:
                if self._link and token[0].startswith("["):
                    self._text(token.start(), at)
                continue
            name = token[TAG].lower()
            goto = self._tag(name, token, at)
            if goto > at:
                return goto
        if self._link:
            self._text(at, len(self._html))
        return len(self._html)

    def _text(self, start: int, end: int) -> None:
        if self._link and len(self._link.text) < LONGEST_TEXT:
            self._link.text += unescape(self._html[start : min(end, start + 4 * LONGEST_TEXT)])

    def _tag(self, name: str, token: re.Match[str], at: int) -> int:
        if name == "a":
            self._anchor(token)
        elif name in _TRACKED:
            self._close(name) if token[END] else self._start(name, token[ATTRIBUTES])
        elif token[END]:
            return at
        elif name in _RAW_ENDS:
            ended = _RAW_ENDS[name].search(self._html, at)
            if name == "title" and not self.title and ended:
                self.title = _FOLDED.sub(" ", unescape(self._html[at : ended.start()])).strip()[:LONGEST_TEXT]
            return ended.end() if ended else len(self._html)
        elif name in _SKIPS and name not in self._unended and not token[ATTRIBUTES].endswith("/"):
            return self._behind(name, at)
        elif name in ("meta", "link", "base", "body", "img"):
            self._told(name, attributes(token[ATTRIBUTES]))
        return at

    def _behind(self, name: str, at: int) -> int:
        depth = 1
        for found in _SKIPS[name].finditer(self._html, at):
            depth += -1 if found[1] else 1
            if not depth:
                return found.end()
        self._unended.add(name)  # browsers show what follows as well; nobody looks for the end twice
        return at

    def _told(self, name: str, given: dict[str, str]) -> None:
        if name == "meta" and given.get("name", "").strip().lower() in ("robots", "googlebot"):
            self.noindex = self.noindex or _hides(given.get("content", ""))
        elif name == "link" and "canonical" in given.get("rel", "").lower().split() and not self.canonical:
            self.canonical = absolute(given.get("href", ""), self._base) if given.get("href") else ""
        elif name == "base" and self._base == self._url and given.get("href"):
            self._base = absolute(given["href"], self._url) or self._url
        elif name == "img" and self._link and not self._link.described:
            self._link.described = _FOLDED.sub(" ", given.get("alt", "")).strip()
        elif name == "body" and not self._body:
            self._body = True
            self._listing = is_listing(given.get("class", "").split())

    def _anchor(self, token: re.Match[str]) -> None:
        self._link = None
        if token[END] or len(self._found) >= MOST_LINKS:
            return
        given = attributes(token[ATTRIBUTES])
        written = given.get("href", "").strip()
        href = absolute(written, self._base) if written and not written.startswith("#") else ""
        if not href or ("#" in written and href == absolute(self._url)):
            return
        inside = self._stack[-1]
        role = "" if inside.role in LOCKED else role_of("a", given)
        if role in IN_CONTENT or (role == "meta" and not inside.role):
            inside = _Open("a", role, inside.in_main, inside.item)
        rel = tuple(given.get("rel", "").lower().split())
        described = given.get("aria-label", "").strip() or given.get("title", "").strip()
        self._link = _Found(href, rel, inside, self._contents > 0, described)
        self._found.append(self._link)

    def _start(self, name: str, written: str) -> None:
        element = ELEMENTS.get(name)
        if element and self._stack[-1].name == "p":
            self._cut(len(self._stack) - 1)
        if element and element.ends:
            self._cut(self._find(element.ends, element.walls))
        if len(self._stack) >= DEEPEST:
            self._over[name] += 1
            return
        self._stack.append(self._opened(name, attributes(written) if written.strip() else {}))
        self._count[name] += 1

    def _opened(self, name: str, given: dict[str, str]) -> _Open:
        """Say what an element is for, given what it stands in."""
        parent = self._stack[-1]
        if (name == "main" or given.get("role", "").lower() == "main") and parent.role != "footer":
            return _Open(name, "", True, parent.item)
        item = parent.item or is_item(name, given)
        role = role_of(name, given)
        if parent.role in LOCKED and not self._turns(parent, role):
            return _Open(name, parent.role, parent.in_main, item)
        if parent.role == "content":
            role = {"list": "archive"}.get(role, role) if role in IN_CONTENT else "content"
        else:
            role = role or role_by_name(name, parent.in_main or item)
            self._contents += role == "content"
        return _Open(name, role, parent.in_main or item, item)

    def _turns(self, parent: _Open, role: str) -> bool:
        """Whether what stands in a part of the page is something else than that part."""
        if role in ("content", "text"):  # what seemed a part only is around the whole page
            return parent.role in ("menu", "widget", "meta")
        return parent.role == "menu" and parent.in_main and role in ("related", "archive")

    def _close(self, name: str) -> None:
        if self._over[name]:
            self._over[name] -= 1
            return
        names = frozenset({name})
        self._cut(self._find(names, frozenset() if name in TABLE_PARTS else TABLE_WALLS))

    def _find(self, names: frozenset[str], walls: frozenset[str] = frozenset()) -> int:
        """Say how deep the innermost open element of these names is, 0 where there is none before a wall."""
        if not any(self._count[name] for name in names):
            return 0
        for depth in range(len(self._stack) - 1, 0, -1):
            name = self._stack[depth].name
            if name in names:
                return depth
            if name in walls:
                return 0
        return 0

    def _cut(self, depth: int) -> None:
        """End the element at this depth and all inside it."""
        if depth:
            for each in self._stack[depth:]:
                self._count[each.name] -= 1
            del self._stack[depth:]


def _place(found: _Found, listing: bool, has_content: bool) -> str:
    role, inside = found.inside.role, found.inside
    if role == "text":
        return "content"
    if role == "content":
        return "archive" if listing else "content"
    if role == "list":
        return "archive" if listing else "related"
    if role == "meta":
        return "archive" if listing and inside.item else "menu"
    if role:
        return role
    if listing:
        return "archive" if inside.in_main else "menu"
    if not has_content:
        return "content"
    if not inside.in_main:
        return "menu"
    return "related" if found.after else "menu"
