"""From a target to the posts that should link to it: the suggestions that each of them would get for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from suggester.engine.analysis import Analysis, analyse_each
from suggester.engine.candidates import (
    ALREADY_LINKED,
    DISMISSED,
    EXCLUDED,
    NOT_PUBLIC,
    OTHER_LANGUAGE,
    Candidates,
    find_each,
    left_out,
)
from suggester.engine.index import Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, Ranker
from suggester.engine.reading import Draft, Encode
from suggester.engine.rules import RULED_OUT
from suggester.engine.sources import prospects
from suggester.engine.suggest import BEYOND_LIMIT, LIMIT_REACHED, dismissed_by, just_one, scores_of
from suggester.entities import PUBLISHED, Body, Inbound, Post, Verdict

NOT_PUBLISHED = "not_published"
NOTHING_SIMILAR = "nothing_similar"
GLANCED_AT = 72  # sources whose content is searched for the target's names
LOOKED_AT = 12  # of them, those whose text is compared with all posts; see benchmarks/README.md
AT_ONCE = 12  # texts compared with all posts in one go; of a large site fewer, for the memory that takes
COMPARED = 120_000  # posts times texts in one go, but for the FEWEST
FEWEST = 4  # texts
IN_VAIN = 6  # texts looked at beyond that, where others turn out to be full or to have nothing in common

Fetch = Callable[[Collection[int]], Iterable[Post]]
"""Gives posts of the site as they stand; those that are no longer there are left out."""
Read = Callable[[Post], Body]
"""Reads the content of a post, with its links resolved."""


def inbound(
    row: int,
    index: Index,
    fetch: Fetch,
    read: Read,
    encode: Encode | None,
    policy: Policy,
    verdicts: Iterable[Verdict] = (),
    limit: int = 8,
    ranker: Ranker = HAND_SET,
    linked: Collection[int] = (),
) -> Inbound:
    """Propose links to the post of a row, one from each source, best first.

    Score, anchor and whether it is shown are those of the source's own suggestions, see `suggest`, if it were written
    today: an old post may well link to a new one. `linked` are the ids of posts that link to it by now, whatever the
    index knows of them.
    """
    policy = replace(policy, written_today=True)
    card = index.card_at(row)
    if reason := never_shown(row, index, policy):
        return Inbound(card.id, card.inbound, card.orphan, dropped={reason: 1})
    search = _Search(row, index, policy, ranker, verdicts, linked)
    found = search.sources(fetch, read, encode, max(LOOKED_AT, limit))
    sources = sorted(found, key=lambda one: -one.score)
    made = [just_one(row, one.text, one.candidates, index, encode, policy, ranker) for one in sources[:limit]]
    dropped = search.dropped + Counter(reason for _, reason in made if reason)
    if (beyond := len(sources) - len(made)) > 0:
        dropped[BEYOND_LIMIT] = beyond
    items = sorted((suggestion for suggestion, _ in made), key=lambda one: not one.shown)
    return Inbound(card.id, card.inbound, card.orphan, tuple(items), dict(dropped))


def never_shown(row: int, index: Index, policy: Policy) -> str:
    """Say why no suggestion may lead to a post, "" where one may."""
    if not index.posts.targets[row]:
        return NOT_PUBLIC
    if int(index.posts.ids[row]) in policy.rules.never_targets:
        return RULED_OUT
    return EXCLUDED if row in left_out(index, policy) else ""


class _Source(NamedTuple):
    """A post that could link to the target, measured."""

    score: float
    text: Analysis
    candidates: Candidates


class _Search:
    """The search for the sources of one target; counts what falls away in it."""

    def __init__(
        self,
        row: int,
        index: Index,
        policy: Policy,
        ranker: Ranker,
        verdicts: Iterable[Verdict],
        linked: Collection[int],
    ) -> None:
        self._row, self._target_id = row, int(index.posts.ids[row])
        self._index, self._policy, self._ranker, self._linked = index, policy, ranker, linked
        self._dismissed = dismissed_by(verdicts)
        self.dropped: Counter[str] = Counter()

    def sources(self, fetch: Fetch, read: Read, encode: Encode | None, most: int) -> list[_Source]:
        """Score the target as each of the most promising posts would; count why others fall away."""
        found: list[_Source] = []
        waiting = self._glance(fetch)[: most + IN_VAIN]
        at_once = min(AT_ONCE, max(FEWEST, COMPARED // max(len(self._index), 1)))
        while waiting and len(found) < most:
            size = min(at_once, most - len(found))
            some, waiting = waiting[:size], waiting[size:]
            drafts = [self._draft(post, read) for post in some]
            texts = list(analyse_each(drafts, self._index, encode, self._policy.rules))
            found += self._measured([text for text in texts if self._may_link(text)])
        return found

    def _glance(self, fetch: Fetch) -> list[Post]:
        """Give the posts that may link to the target, the most promising first."""
        phrases = self._policy.rules.phrases_for(self._target_id)
        closed, near = self._closed(), prospects(self._row, self._index, phrases)
        order = near.in_order(HAND_SET)
        self.dropped.update(closed[source] for source in order if source in closed)
        row_of = {int(self._index.posts.ids[source]): source for source in order if source not in closed}
        there = list(fetch(list(row_of)[:GLANCED_AT]))
        posts = {row_of[post.id]: post for post in there if post.status == PUBLISHED}
        if hidden := min(len(row_of), GLANCED_AT) - len(posts):
            self.dropped[NOT_PUBLISHED] += hidden
        contents = {source: post.content for source, post in posts.items()}
        return [posts[source] for source in near.read(contents).in_order(HAND_SET)]

    def _draft(self, post: Post, read: Read) -> Draft:
        row = self._index.row(post.id)
        return Draft(post, read(post), "" if row is None else str(self._index.posts.langs[row]))

    def _may_link(self, text: Analysis) -> bool:
        linked = [link.target for link in text.draft.body.links if link.target is not None]
        if self._target_id in linked:
            self.dropped[ALREADY_LINKED] += 1
        elif self._policy.room(text.length, len(linked)) <= 0:
            self.dropped[LIMIT_REACHED] += 1
        else:
            return True
        return False

    def _measured(self, texts: list[Analysis]) -> Iterator[_Source]:
        """Score the target as each text would; texts for which it is not even a candidate fall away."""
        dismissed = [self._dismissed.get(text.draft.post.id, set()) for text in texts]
        found = find_each(texts, self._index, self._policy, dismissed, self._ranker.weights, needed=self._row)
        for text, candidates in zip(texts, found, strict=True):
            own = candidates.rows == self._row
            if own.any():
                yield _Source(float(scores_of(text, candidates, self._ranker)[own][0]), text, candidates)
            else:
                self.dropped[NOTHING_SIMILAR] += 1

    def _closed(self) -> dict[int, str]:
        """Say which posts may not be sources of the target, and why."""
        index, lang = self._index, self._index.posts.langs[self._row]
        closed: dict[int, str] = {}
        if self._policy.same_language and lang:
            others = (index.posts.langs != lang) & (index.posts.langs != "")
            closed |= dict.fromkeys(np.flatnonzero(others).tolist(), OTHER_LANGUAGE)
        closed |= dict.fromkeys(left_out(index, self._policy), EXCLUDED)
        closed |= dict.fromkeys(self._rows(self._policy.rules.closed_from(self._target_id)), RULED_OUT)
        silenced = [source for source, targets in self._dismissed.items() if self._target_id in targets]
        closed |= dict.fromkeys(self._rows(silenced), DISMISSED)
        closed |= dict.fromkeys(self._rows(self._linked), ALREADY_LINKED)
        return closed | dict.fromkeys(index.linking_to(self._row).tolist(), ALREADY_LINKED)

    def _rows(self, post_ids: Iterable[int]) -> list[int]:
        return [row for post_id in post_ids if (row := self._index.row(post_id)) is not None]
