"""Posts that say nearly the same: they compete with each other for the same readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from suggester.encoding.protocol import Encoder
from suggester.engine.index import Card, Index
from suggester.errors import RequestError, SiteUnread
from suggester.store import Store
from suggester.tasks.indexes import Indexes


@dataclass(frozen=True, slots=True)
class Alike:
    """A post that says nearly the same as another."""

    card: Card
    likeness: float  # the cosine of what the two posts say, 1 where they say the same
    linked: bool  # whether one of the two links to the other


class SimilarVerbs:
    """The verb about posts that are alike, as the service has it."""

    store: Store
    _indexes: Indexes
    encoder: Callable[[], Encoder | None]

    def similar(self, site_id: int, post_id: int, at_most: int = 10) -> list[Alike]:
        """Give the published posts that say nearly the same as one, the most alike first.

        Every other post of the site is compared, by the mean of the vectors of its passages. RequestError where there
        is no encoder, SiteUnread where the post was not embedded yet.
        """
        encoder = self.encoder()
        if encoder is None:
            raise RequestError("Posts are compared by their meaning, for which this machine has no encoder.")
        post = self.store.post(site_id, post_id)
        vector = self.store.post_vector(site_id, encoder.id, post_id)
        if vector is None:
            raise SiteUnread(f"“{post.title}” has not been embedded yet; run `suggester sync`, then ask again.")
        index = self._indexes.ready(site_id).index
        found: list[Alike] = []
        wanted = at_most
        while True:
            near = self.store.nearest(site_id, encoder.id, vector, wanted, but={post_id})
            found = [each for other, cosine in near if (each := _alike(index, post_id, other, cosine))]
            if len(found) >= at_most or len(near) < wanted:
                return found[:at_most]
            wanted *= 4  # some were drafts or the like


def _alike(index: Index, post_id: int, other_id: int, cosine: float) -> Alike | None:
    card = index.card(other_id)
    if card is None or not card.may_be_target:
        return None
    here, there = index.row(post_id), index.row(other_id)
    linked = here is not None and there is not None and bool(index.links[here, there] or index.links[there, here])
    return Alike(card, min(1.0, round(cosine, 4)), linked)
