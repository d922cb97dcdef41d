"""The links that stand in a draft: how many there are, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from suggester.content.blocks import outline
from suggester.content.links import Resolver
from suggester.content.text import anchor_at
from suggester.content.tokens import ATTRIBUTES, END, TAG, TOKEN, attributes
from suggester.engine.generic import is_generic
from suggester.engine.index import Index
from suggester.engine.passages import PROSE
from suggester.engine.policy import Policy
from suggester.engine.reading import Draft
from suggester.engine.words import count_words, fold
from suggester.entities import PROBLEMS, Link, LinkReport, Problem

_DATED = re.compile(
    r"(.*)/\d{4}/\d{2}(/\d{2})?/(?!(?:[\d-]+|feed|rss2?|atom|rdf|embed|amp|trackback|page)\Z)[^/]+"
)  # the permalink of a post, and no archive
_PLAIN = frozenset("b strong i em u span font mark small big br".split())  # may be left over in a link without words
_FILE = re.compile(r"\.(?!html?$|php$|aspx?$)[a-z0-9]{2,5}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a site's addresses beyond its index."""

    resolver: Resolver
    hidden: Collection[int] = ()  # posts that readers cannot see
    dead: Collection[str] = ()  # path and query of addresses at which WordPress itself finds nothing
    complete: bool = True  # whether the index knows of every post there is


@dataclass(frozen=True, slots=True)
class Standing:
    """The links of a draft to other pages of the site, and what is wrong with any of its links, in their order."""

    internal: tuple[Link, ...]
    problems: tuple[tuple[Link, Problem], ...]


def standing(draft: Draft, index: Index, known: Known) -> Standing:
    """Look through the links that stand in a draft."""
    look = _Look(draft, index, known)
    return Standing(tuple(look.internal), tuple(look.problems()))


def report(draft: Draft, index: Index, policy: Policy, known: Known) -> LinkReport:
    """Count the links that stand in a draft, and say what is wrong with them."""
    look = standing(draft, index, known)
    length = sum(count_words(block.text) for block in draft.body.blocks if block.kind in PROSE)
    internal = len(look.internal)
    row = index.row(draft.post.id)
    return LinkReport(
        words=length,
        internal=internal,
        external=sum(known.resolver.is_external(link.href, draft.post.url) for link in draft.body.links),
        per_1000=round(1000 * internal / length, 1) if length else 0.0,
        recommended=policy.recommended,
        inbound=None if row is None else index.card_at(row).inbound,
        problems=tuple(problem for _, problem in look.problems),
    )


class _Look:
    """One look through the links of a draft."""

    def __init__(self, draft: Draft, index: Index, known: Known) -> None:
        self._draft, self._index, self._known = draft, index, known
        self._base = draft.post.url
        self.internal = [link for link in draft.body.links if self._is_internal(link)]
        self._first: dict[str, int] = {}  # the words of a link, and the target that had them first
        for link in self.internal:
            if link.target is not None and link.anchor:
                self._first.setdefault(fold(link.anchor), link.target)

    def problems(self) -> Iterator[tuple[Link, Problem]]:
        """Say what is wrong, link by link."""
        internal = set(map(id, self.internal))
        for at, link in enumerate(self._draft.body.links):
            found = {}
            if not link.anchor and at in self._empty:
                found["empty"] = self._problem("empty", link, "This link has neither words nor an image.")
            if id(link) in internal:
                found |= {each.kind: each for each in self._of_internal(link)}
            yield from ((link, found[kind]) for kind in PROBLEMS if kind in found)

    def _of_internal(self, link: Link) -> Iterator[Problem]:
        if link.target is None:
            yield from self._broken(link)
        else:
            yield from self._astray(link, link.target)
        linkable = self._draft.body.blocks[link.block].linkable
        if link.anchor and linkable and is_generic(link.anchor):
            yield self._problem("generic", link, f"“{link.anchor}” says nothing of where the link leads.")
        elif link.anchor and link.target is not None and (first := self._first[fold(link.anchor)]) != link.target:
            yield self._problem("two_targets", link, f"The same words also lead to {self._title(first)}.")

    def _broken(self, link: Link) -> Iterator[Problem]:
        resolver, address = self._known.resolver, self._known.resolver.address(link.href, self._base)
        if not resolver.is_unknown(link.href, self._base) or _FILE.search(urlsplit(address).path):
            return
        if _path(address) in self._known.dead:
            yield self._problem("broken", link, "WordPress finds nothing at this address.")
        elif self._known.complete and self._has_dates and _DATED.fullmatch(urlsplit(address).path.rstrip("/")):
            yield self._problem("broken", link, "No post of this site has this address.")

    def _astray(self, link: Link, target: int) -> Iterator[Problem]:
        row = self._index.row(target)
        if target in self._known.hidden:
            told = f"{self._title(target)} is not published, so readers cannot see it."
            yield self._problem("draft_target", link, told)
        elif row is not None and self._known.resolver.is_detour(link.href, self._base, self._index.posts.urls[row]):
            fragment = link.href.partition("#")[2]
            url = self._index.posts.urls[row] + (f"#{fragment}" if fragment else "")
            told = f"This address only leads on to {self._title(target)}; link to the post itself."
            yield self._problem("redirected", link, told, url)

    def _is_internal(self, link: Link) -> bool:
        """Whether a link leads to another page of the site; jumps within the post do not count."""
        own = link.href.strip().startswith("#") or (link.target is not None and link.target == self._draft.post.id)
        return not own and (link.target is not None or self._known.resolver.is_internal(link.href, self._base))

    @cached_property
    def _empty(self) -> frozenset[int]:
        """The links that hold nothing at all, by their number."""
        content = self._draft.post.content
        ties = outline(content).ties
        return frozenset(
            at
            for at, tie in enumerate(ties)
            if tie.closed and _shows_nothing(content[slice(*tie.opened)], content[tie.opened[1] : tie.closed[0]])
        )

    @cached_property
    def _has_dates(self) -> bool:
        """Whether the site's posts have their dates in their addresses."""
        of_posts = [
            url for url, kind in zip(self._index.posts.urls, self._index.posts.types, strict=True) if kind == "post"
        ]
        dated = sum(_DATED.fullmatch(urlsplit(url).path.rstrip("/")) is not None for url in of_posts)
        return dated > len(of_posts) / 2

    def _title(self, post_id: int) -> str:
        row = self._index.row(post_id)
        return f"“{self._index.posts.titles[row]}”" if row is not None else f"post {post_id}"

    def _problem(self, kind: str, link: Link, text: str, url: str | None = None) -> Problem:
        anchor = anchor_at(self._draft.body.blocks[link.block], link.start, link.end)
        return Problem(kind, link.href, anchor, text, link.target, url)


def _path(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _shows_nothing(tag: str, inside: str) -> bool:
    """Whether a link without words shows nothing else either; one that a style sheet may draw is left alone."""
    opened = TOKEN.match(tag)
    if not opened or {"class", "style", "aria-label", "title"} & attributes(opened[ATTRIBUTES]).keys():
        return False
    for token in TOKEN.finditer(inside):
        if token[TAG] is None or token[TAG].lower() not in _PLAIN or (not token[END] and token[ATTRIBUTES].strip()):
            return False
    return True
