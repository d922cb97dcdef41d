"""What an audit looks at: the published posts of a site, each read once, and what visits of its pages found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from suggester.content.links import Resolver
from suggester.content.text import anchor_at
from suggester.content.urls import absolute
from suggester.engine.index import Index
from suggester.engine.passages import PROSE
from suggester.engine.policy import Policy
from suggester.engine.reading import Draft
from suggester.engine.standing import Known, Standing, standing
from suggester.engine.words import count_words, fold
from suggester.entities import Anchor, Link, Post, Problem, Visit


@dataclass(frozen=True, slots=True)
class Page:
    """One published post while it is looked at."""

    post: Post
    draft: Draft
    standing: Standing  # its links to other pages of the site, and what is wrong with each alone

    def anchor(self, link: Link) -> Anchor:
        """Quote the words of a link."""
        return anchor_at(self.draft.body.blocks[link.block], link.start, link.end)


@dataclass(frozen=True, slots=True)
class Measured:
    """What is kept of a post once it was looked at."""

    post_id: int
    words: int
    internal: int  # links to other pages of the site
    title: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """A link to another post, as far as its words matter."""

    post_id: int
    target_id: int
    href: str
    text: str
    block: int
    lang: str

    @property
    def words(self) -> tuple[str, str]:
        """What makes two wordings the same: the words, and the language they are in."""
        return self.lang, fold(self.text)


@dataclass(frozen=True)
class Grounds:
    """What is known of the site beyond its posts' bodies."""

    index: Index
    policy: Policy
    known: Known
    noindex: Collection[int] = ()  # posts that search engines are asked to leave out
    visits: Mapping[str, Visit] = field(default_factory=dict)  # by address, without the part of the page it names

    @property
    def resolver(self) -> Resolver:
        """What says where links lead."""
        return self.known.resolver

    @cached_property
    def visited(self) -> bool:
        """Whether pages were visited."""
        return any(visit.page for visit in self.visits.values())

    @cached_property
    def checked_external(self) -> bool:
        """Whether addresses of other sites were asked for."""
        return any(visit.external for visit in self.visits.values())

    @cached_property
    def unindexed(self) -> frozenset[int]:
        """The posts that search engines are asked to leave out, as their settings or their pages say."""
        seen = (visit.post_id for visit in self.visits.values() if visit.noindex and visit.post_id is not None)
        return frozenset((*self.noindex, *seen))

    @cached_property
    def depths(self) -> Mapping[int, Visit]:
        """The visit of each post that was found by clicking, the nearest where there are several."""
        found: dict[int, Visit] = {}
        for visit in self.visits.values():
            if visit.depth is None or visit.post_id is None:
                continue
            known = found.get(visit.post_id)
            if known is None or known.depth is None or visit.depth < known.depth:
                found[visit.post_id] = visit
        return found

    @cached_property
    def unreached(self) -> tuple[int, ...]:
        """The posts whose pages were visited though no click from the homepage leads there."""
        found = {visit.post_id for visit in self.visits.values() if visit.page and visit.depth is None}
        return tuple(sorted(post_id for post_id in found if post_id is not None and post_id not in self.depths))

    @cached_property
    def home(self) -> int | None:
        """The post that is the homepage, where one is."""
        return self.resolver.resolve(self.index.site.url)

    def is_home(self, link: Link, base: str) -> bool:
        """Whether a link leads to the homepage."""
        return link.target == self.home and self.resolver.is_home(link.href, base)

    def is_external(self, link: Link, base: str) -> bool:
        """Whether a link leads to a page of another site."""
        return link.target is None and self.resolver.is_external(link.href, base)

    def visit_of(self, href: str, base: str) -> Visit | None:
        """Give what was found where a link leads; None where nobody asked."""
        return self.visits.get(absolute(self.resolver.address(href, base))) if self.visits else None

    def title(self, post_id: int) -> str:
        """Quote the title of a post."""
        row = self.index.row(post_id)
        return f"“{self.index.posts.titles[row]}”" if row is not None else f"post {post_id}"


@dataclass
class Corpus:
    """What is kept of all posts: little enough for a million links."""

    measured: list[Measured] = field(default_factory=list)
    wordings: list[Wording] = field(default_factory=list)
    internal: int = 0
    external: int = 0
    _texts: dict[str, str] = field(default_factory=dict)

    def add(self, page: Page, grounds: Grounds) -> None:
        """Take in a post."""
        draft, links = page.draft, page.standing.internal
        words = sum(count_words(block.text) for block in draft.body.blocks if block.kind in PROSE)
        self.measured.append(Measured(page.post.id, words, len(links), page.post.title))
        self.internal += len(links)
        self.external += sum(grounds.is_external(link, page.post.url) for link in draft.body.links)
        for link in links:
            if link.target is not None and link.anchor and draft.body.blocks[link.block].linkable:
                text, href = (self._texts.setdefault(each, each) for each in (link.anchor, link.href))
                self.wordings.append(Wording(page.post.id, link.target, href, text, link.block, draft.lang))

    @cached_property
    def by_target(self) -> Mapping[int, list[Wording]]:
        """The links to each post."""
        found: dict[int, list[Wording]] = defaultdict(list)
        for wording in self.wordings:
            found[wording.target_id].append(wording)
        return found


def page_of(draft: Draft, grounds: Grounds) -> Page:
    """Look at the links of one post."""
    return Page(draft.post, draft, standing(draft, grounds.index, grounds.known))


def of_kind(problems: Iterable[tuple[Link, Problem]], kind: str) -> Iterator[tuple[Link, Problem]]:
    """Give the problems of one kind, each with its link."""
    return ((link, problem) for link, problem in problems if problem.kind == kind)
