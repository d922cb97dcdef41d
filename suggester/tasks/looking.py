"""Looking at many sources for the sake of many targets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from suggester.engine.analysis import analyse_each
from suggester.engine.candidates import ALREADY_LINKED, find_each
from suggester.engine.features import Rows
from suggester.engine.index import Index
from suggester.engine.offers import Offers, offers
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.entities import PUBLISHED, Post
from suggester.tasks.helpers import Opened


@dataclass(frozen=True, slots=True)
class Errand:
    """What a look at sources is for; everything in it can be sent to another process."""

    wanting: Rows  # rows of the targets
    policy: Policy
    ranker: Ranker
    dismissed: Mapping[int, Collection[int]]  # source -> targets
    linked: Mapping[int, frozenset[int]]  # target -> sources whose link to it was accepted since the last sync


def look(opened: Opened, errand: Errand, post_ids: Sequence[int]) -> list[Offers]:
    """Say what each of some posts offers; those that may be no sources are left out."""
    index, encode, policy = opened.ready.index, opened.encode, errand.policy
    drafts = opened.drafts(post for post in opened.posts(post_ids) if _may_be_source(post, policy))
    texts = list(analyse_each(drafts, index, encode, policy.rules))
    dismissed = [errand.dismissed.get(draft.post.id, ()) for draft in drafts]
    found = find_each(texts, index, policy, dismissed, errand.ranker.weights)
    return [
        _unlinked(
            offers(text, candidates, errand.wanting, index, encode, policy, errand.ranker),
            text.draft.post.id,
            errand,
            index,
        )
        for text, candidates in zip(texts, found, strict=True)
    ]


def _may_be_source(post: Post, policy: Policy) -> bool:
    ruled_out = post.id in policy.rules.never_sources
    return post.status == PUBLISHED and not ruled_out and not policy.excludes(post)


def _unlinked(offered: Offers, source_id: int, errand: Errand, index: Index) -> Offers:
    """Take out what was linked in the editor since the last sync."""
    ids = index.posts.ids
    gone = {one.row for one in offered.items if source_id in errand.linked.get(int(ids[one.row]), ())}
    if not gone:
        return offered
    left = tuple(one for one in offered.items if one.row not in gone)
    declined = offered.declined | dict.fromkeys(gone, ALREADY_LINKED)
    return replace(offered, items=left, declined=declined, room=max(0, offered.room - len(gone)))
