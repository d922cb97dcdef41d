"""Suggestions of many posts at once, as they stand in the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Draft
from suggester.engine.suggest import suggest_each
from suggester.entities import Suggestions
from suggester.tasks.helpers import Opened
from suggester.tasks.standing import reports_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of each post, by whose rules; it can be sent to another process."""

    policy: Policy
    ranker: Ranker
    dismissed: Mapping[int, Collection[int]]  # source -> targets
    limit: int  # suggestions of each post


def suggested(
    opened: Opened, asked: Asked, drafts: Sequence[Draft], only_for: Sequence[Collection[int] | None] = ()
) -> list[Suggestions | None]:
    """Give the suggestions of some drafts; `only_for` are rows, as `suggest_each` takes them."""
    dismissed = [asked.dismissed.get(draft.post.id, ()) for draft in drafts]
    index, encode = opened.ready.index, opened.encode
    return suggest_each(drafts, index, encode, asked.policy, dismissed, asked.limit, asked.ranker, only_for)


def reported(opened: Opened, asked: Asked, post_ids: Collection[int]) -> list[Suggestions]:
    """Give the suggestions of some posts, in the order of ids, each with what is wrong with its own links."""
    drafts = opened.drafts(sorted(opened.posts(post_ids), key=lambda post: post.id))
    found = [each for each in suggested(opened, asked, drafts) if each is not None]
    reports = reports_of(opened.store, opened.place.site_id, opened.ready, drafts, asked.policy)
    return [replace(each, links=links) for each, links in zip(found, reports, strict=True)]
