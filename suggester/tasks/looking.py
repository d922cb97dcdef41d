"""Looking at many sources for the sake of many targets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from suggester.engine.analysis import analyse_each
from suggester.engine.candidates import ALREADY_LINKED, find_each
from suggester.engine.features import Rows
from suggester.engine.offers import Offers, offers
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Encode
from suggester.entities import PUBLISHED, Post
from suggester.store import Store
from suggester.tasks.helpers import Place
from suggester.tasks.indexes import Ready
from suggester.tasks.readings import draft_of


@dataclass(frozen=True, slots=True)
class Errand:
    """What a look at sources is for; everything in it can be sent to another process."""

    wanting: Rows  # rows of the targets
    policy: Policy
    ranker: Ranker
    dismissed: Mapping[int, Collection[int]]  # source -> targets
    linked: Mapping[int, frozenset[int]]  # target -> sources whose link to it was accepted since the last sync


class Looker:
    """Looks at sources one after the other."""

    def __init__(self, errand: Errand, store: Store, site_id: int, ready: Ready, encode: Encode | None) -> None:
        self._errand, self._store, self._site_id, self._ready, self._encode = errand, store, site_id, ready, encode

    def look(self, post_ids: Sequence[int]) -> list[Offers]:
        """Say what each of some posts offers; those that may be no sources are left out."""
        index, errand = self._ready.index, self._errand
        posts = [post for post in self._store.some_posts(self._site_id, post_ids) if self._may_be_source(post)]
        drafts = [draft_of(post, self._ready.resolver, index.site.lang) for post in posts]
        texts = list(analyse_each(drafts, index, self._encode, errand.policy.rules))
        dismissed = [errand.dismissed.get(post.id, ()) for post in posts]
        found = find_each(texts, index, errand.policy, dismissed, errand.ranker.weights)
        return [
            self._unlinked(
                offers(text, candidates, errand.wanting, index, self._encode, errand.policy, errand.ranker),
                text.draft.post.id,
            )
            for text, candidates in zip(texts, found, strict=True)
        ]

    def _may_be_source(self, post: Post) -> bool:
        policy = self._errand.policy
        ruled_out = post.id in policy.rules.never_sources
        return post.status == PUBLISHED and not ruled_out and not policy.excludes(post)

    def _unlinked(self, offered: Offers, source_id: int) -> Offers:
        """Take out what was linked in the editor since the last sync."""
        ids = self._ready.index.posts.ids
        gone = {one.row for one in offered.items if source_id in self._errand.linked.get(int(ids[one.row]), ())}
        if not gone:
            return offered
        left = tuple(one for one in offered.items if one.row not in gone)
        declined = offered.declined | dict.fromkeys(gone, ALREADY_LINKED)
        return replace(offered, items=left, declined=declined, room=max(0, offered.room - len(gone)))


def look_elsewhere(place: Place, errand: Errand) -> Callable[[Sequence[int]], list[Offers]]:
    """Begin to look at sources in another process."""
    store, ready, encode = place.open()
    return Looker(errand, store, place.site_id, ready, encode).look
