"""Links that lead where they should not: to former addresses, to posts that are gone, to dead addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from suggester.content.rewrite import carried_over, rewrite, unlink
from suggester.content.text import plural, sentence_around
from suggester.engine.policy import Policy
from suggester.engine.standing import Known, report
from suggester.engine.words import fold
from suggester.entities import PUBLISHED, Anchor, Edit, Post, Problem, Reason, Run, Suggestion, Suggestions
from suggester.errors import ContentError, RequestError
from suggester.store import Store, path_of
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.lookup import hrefs
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import draft_of
from suggester.tasks.runs import RunVerbs

KINDS = {"redirected": "moved", "draft_target": "unpublished", "broken": "gone"}  # of problems, and the reasons' codes
SOON = "future"  # status of a post that publishes itself at its time: its links may stay
GOOD = 0.5  # score from which other words of the engine's choosing are good enough to take a dead link's place
LOOKED_AT = 20  # suggestions among which another target for a dead link is sought

Suggest = Callable[[Post], Suggestions]
"""Proposes links for a post with this content."""


class LinkVerbs(RunVerbs):
    """The verbs about links that lead astray, as the service has them."""

    _indexes: Indexes
    _policy: Callable[[int], Policy]
    _suggest: Callable[[int, Post, int], Suggestions]

    def link_changes(self, site_id: int, progress: Progress = SILENT) -> list[Edit]:
        """Propose what to do with every link that leads astray, by source and place.

        A link to a former address gets the new one. One to a post that is gone, or that readers cannot see, or to an
        address at which WordPress finds nothing, leads to another post where one fits the very same words, else it
        goes. What cannot be done safely is not chosen, and says why.
        """
        look = _Look(self.store, site_id, self._indexes.ready(site_id), self._policy(site_id))

        def suggest(post: Post) -> Suggestions:
            return self._suggest(site_id, post, LOOKED_AT)

        progress.start("look through links", len(self.store.post_ids(site_id)))
        found: list[Edit] = []
        try:
            for post in self.store.posts(site_id):
                found += look.edits(post, suggest)
                progress.advance()
        finally:
            progress.finish()
        return found

    def make_links_run(self, site_id: int, progress: Progress = SILENT) -> Run:
        """Make a run of these proposals, to be reviewed and applied; RequestError where there are none."""
        edits = self.link_changes(site_id, progress)
        if not edits:
            raise RequestError("No link leads astray, as far as the last sync knows; sync first if posts have changed.")
        return self.make_run(site_id, edits, "links", plural(len(edits), "link change"))


@dataclass(frozen=True, slots=True)
class _Astray:
    """A link that leads astray, where it stands, and what is wrong with it."""

    post: Post
    problem: Problem
    sentence: str

    def edit(self, kind: str, href: str, target_id: int | None, score: float, reasons: tuple[Reason, ...]) -> Edit:
        """Make an edit of it; one that cannot be made safely is not chosen."""
        edit = Edit(
            id=0,
            run_id=0,
            source_id=self.post.id,
            target_id=target_id,
            kind=kind,
            anchor=self.problem.anchor,
            href=href,
            old_href=self.problem.href,
            score=score,
            sentence=self.sentence,
            reasons=(Reason(KINDS[self.problem.kind], self.problem.text), *reasons),
        )
        why = refusal(self.post.content, edit)
        return replace(edit, chosen=not why, why=why)


class _Look:
    """One look through the links of a site."""

    def __init__(self, store: Store, site_id: int, ready: Ready, policy: Policy) -> None:
        self._ready, self._policy, self._resolver = ready, policy, ready.resolver
        self._urls = {each.id: each.url for each in store.urls(site_id)}
        hidden = store.some_posts(site_id, store.unpublished(site_id, self._urls))
        self._hidden = frozenset(post.id for post in hidden if post.status not in (PUBLISHED, SOON))
        self._known = Known(self._resolver, self._hidden, store.dead_addresses(site_id), complete=False)

    def edits(self, post: Post, suggest: Suggest) -> Iterator[Edit]:
        """Propose what to do with the links of one post that lead astray."""
        if not any(self._leads_astray(href, post) for href in set(hrefs(post.content))):
            return
        astray = list(self._astray(post))
        dead = [one for one in astray if one.problem.kind != "redirected"]
        offered = list(suggest(_without(post, dead)).items) if dead else []
        for one in astray:
            if one.problem.kind == "redirected" and one.problem.target_id is not None:
                href = carried_over(one.problem.href, self._urls[one.problem.target_id])
                yield one.edit("rewrite", href, one.problem.target_id, 1.0, ())
            else:
                yield self._instead(one, offered)

    def _leads_astray(self, href: str, post: Post) -> bool:
        target = self._resolver.resolve(href, post.url)
        if target is None:
            return path_of(self._resolver.address(href, post.url)) in self._known.dead
        return target in self._hidden or self._resolver.is_detour(href, post.url, self._urls.get(target, ""))

    def _astray(self, post: Post) -> Iterator[_Astray]:
        draft = draft_of(post, self._resolver, self._ready.index.site.lang)
        found = report(draft, self._ready.index, self._policy, self._known).problems
        for problem in found:
            if problem.kind in KINDS:
                yield _Astray(post, problem, sentence_of(draft.body.blocks[problem.anchor.block].text, problem.anchor))

    def _instead(self, one: _Astray, offered: list[Suggestion]) -> Edit:
        """Lead a dead link to another post that fits the very same words, or take it out."""
        for item in offered:
            fitting = item.score >= GOOD and any(_same(one.problem.anchor, other) for other in _anchors(item))
            if fitting and item.target_id in self._urls and item.target_id != one.problem.target_id:
                offered.remove(item)  # one link to a target is enough
                return one.edit("rewrite", self._urls[item.target_id], item.target_id, item.score, item.reasons)
        return one.edit("unlink", "", one.problem.target_id, 1.0, ())


def _without(post: Post, astray: Iterable[_Astray]) -> Post:
    """Give a post without these links, as far as they can be taken out, so that their words are free for others."""
    content = post.content
    for one in astray:
        try:
            content, _ = unlink(content, one.problem.anchor, one.problem.href)
        except ContentError:
            continue
    return replace(post, content=content)


def refusal(content: str, edit: Edit) -> str:
    """Say why an edit cannot be made in this content, "" where it can."""
    try:
        if edit.kind == "rewrite":
            rewrite(content, edit.anchor, edit.old_href, edit.href)
        else:
            unlink(content, edit.anchor, edit.old_href)
    except ContentError as error:
        return str(error)
    return ""


def _anchors(item: Suggestion) -> tuple[Anchor, ...]:
    return (item.anchor, *item.alternatives) if item.anchor else ()


def _same(one: Anchor, other: Anchor) -> bool:
    """Whether two anchors quote the same place; blocks are counted anew where a link without words has gone."""
    return (fold(one.text), one.before, one.after) == (fold(other.text), other.before, other.after)


def sentence_of(text: str, anchor: Anchor) -> str:
    """Give the sentence around an anchor, "" for one without words."""
    at = text.find(anchor.before + anchor.text + anchor.after) + len(anchor.before)
    start, end = sentence_around(text, at, at + len(anchor.text))
    return text[start:end] if anchor.text else ""
