"""Suggestions of many posts at once, as they stand in the store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Draft, Encode
from suggester.engine.suggest import dismissed_for, suggest_each
from suggester.entities import Post, Suggestions, Verdict
from suggester.store import Store
from suggester.tasks.helpers import Place
from suggester.tasks.indexes import Ready
from suggester.tasks.readings import draft_of
from suggester.tasks.standing import reports_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of each post, by whose rules; it can be sent to another process."""

    policy: Policy
    ranker: Ranker
    dismissed: Mapping[int, Collection[int]]  # source -> targets
    limit: int  # suggestions of each post


@dataclass(frozen=True, slots=True)
class Suggesting:
    """Makes the suggestions of posts."""

    store: Store
    site_id: int
    ready: Ready
    encode: Encode | None
    asked: Asked

    def drafts(self, posts: Sequence[Post]) -> list[Draft]:
        """Read some posts as those that suggestions are wanted for."""
        return [draft_of(post, self.ready.resolver, self.ready.index.site.lang) for post in posts]

    def made(
        self, drafts: Sequence[Draft], only_for: Sequence[Collection[int] | None] = ()
    ) -> list[Suggestions | None]:
        """Give the suggestions of some drafts; `only_for` are rows, as `suggest_each` takes them."""
        asked = self.asked
        dismissed = [asked.dismissed.get(draft.post.id, ()) for draft in drafts]
        return suggest_each(
            drafts, self.ready.index, self.encode, asked.policy, dismissed, asked.limit, asked.ranker, only_for
        )

    def reported(self, post_ids: Collection[int]) -> list[Suggestions]:
        """Give the suggestions of some posts, in the order of ids, each with what is wrong with its own links."""
        posts = sorted(self.store.some_posts(self.site_id, post_ids), key=lambda post: post.id)
        drafts = self.drafts(posts)
        found = [each for each in self.made(drafts) if each is not None]
        reports = reports_of(self.store, self.site_id, self.ready, drafts, self.asked.policy)
        return [replace(each, links=links) for each, links in zip(found, reports, strict=True)]


def suggesting_elsewhere(place: Place, asked: Asked) -> Suggesting:
    """Begin in another process."""
    store, ready, encode = place.open()
    return Suggesting(store, place.site_id, ready, encode, asked)


def suggest_elsewhere(place: Place, asked: Asked) -> Callable[[Collection[int]], list[Suggestions]]:
    """Begin to give the suggestions of posts, with what is wrong with their links, in another process."""
    return suggesting_elsewhere(place, asked).reported


def dismissed_by(said: Sequence[Verdict]) -> dict[int, set[int]]:
    """Give the targets that were dismissed for each source."""
    return {source: dismissed_for(source, said) for source in {each.source_id for each in said}}
