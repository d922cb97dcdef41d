"""What one source has to offer to the targets that want links: the suggestions it would get for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from suggester.content.insert import insert
from suggester.content.text import sentence_around
from suggester.engine.analysis import Analysis
from suggester.engine.anchors import Finder, Placed
from suggester.engine.candidates import Candidates
from suggester.engine.features import Rows
from suggester.engine.index import Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Encode
from suggester.engine.suggest import (
    ANCHOR_TAKEN,
    LIMIT_REACHED,
    NO_ANCHOR,
    TOO_CLOSE,
    UNSURE,
    Order,
    Proposal,
    clashes,
    crowded,
    decide,
    seek_anchors,
    suggestion_of,
    telling,
)
from suggester.engine.words import fold
from suggester.entities import Suggestion
from suggester.errors import ContentError

MOST_OFFERS = 20  # of one source, its best
ANCHORS = 3  # of one offer: further ones hardly matter, and each is tried
TRIED_WITH = "https://link.example/"


@dataclass(frozen=True, slots=True)
class Offered:
    """A target that a source could link to: the suggestion, on each of the anchors that are free for it."""

    row: int
    suggestions: tuple[Suggestion, ...]  # the first is the one that the source's own suggestions show
    words: tuple[str, ...]  # of each, folded
    clashes: tuple[tuple[int, int, int], ...]  # own anchor, row of another target, its anchor: never both


@dataclass(frozen=True, slots=True)
class Offers:
    """What a source offers, and why it offers nothing to other targets that it was judged for."""

    source: int  # row
    room: int  # links that it may get
    items: tuple[Offered, ...] = ()
    declined: dict[int, str] = field(default_factory=dict)  # row of the target -> reason


def offers(
    text: Analysis,
    candidates: Candidates,
    wanting: Rows,
    index: Index,
    encode: Encode | None,
    policy: Policy,
    ranker: Ranker,
) -> Offers:
    """Look at a source for the sake of some targets.

    Scores and anchors are those of the source's own suggestions: what ranks higher there, and is shown, has taken its
    words. What would not be shown unasked is offered all the same, for a person to choose. What ranks higher has not
    taken room, though, nor does it keep others at a distance: it may never be applied.
    """
    order = Order.of(text, candidates, ranker)
    wanted = np.flatnonzero(np.isin(candidates.rows[order.best], wanting)).tolist()
    sure = [place for place in wanted if order.score(place) >= policy.least_offered]
    declined = {order.row(place): UNSURE for place in wanted[len(sure) :]}
    source = index.row(text.draft.post.id)
    internal = sum(link.target is not None for link in text.draft.body.links)
    room = policy.room(text.length, internal)
    if source is None or not sure or room <= 0:
        declined |= {order.row(place): LIMIT_REACHED for place in sure}
        return Offers(-1 if source is None else source, max(room, 0), (), declined)
    finder = Finder(text, index, policy)
    proposals = [order.proposal(place) for place in range(sure[min(len(sure), MOST_OFFERS) - 1] + 1)]
    seek_anchors(proposals, finder, index, encode)
    judged = list(_judged(proposals, set(wanting.tolist()), text, policy))
    declined |= {proposal.row: reason for proposal, _, reason in judged if reason}
    open_to = [(proposal, anchors) for proposal, anchors, reason in judged if not reason]
    items = tuple(_offered(one, anchors, open_to, text, index, finder, policy) for one, anchors in open_to)
    return Offers(source, room, items, declined)


def _judged(
    proposals: Sequence[Proposal], wanting: set[int], text: Analysis, policy: Policy
) -> Iterator[tuple[Proposal, list[Placed], str]]:
    """Give each wanted target with the anchors that are left for it, or the reason why there are none."""
    taken: list[Placed] = []
    for proposal, _ in decide(proposals, text, policy):
        if proposal.row in wanting:
            free = [one for one in proposal.anchors if not clashes(one, taken)]
            apart = [one for one in free if not crowded(one, text, policy, [])]
            reason = NO_ANCHOR if not proposal.anchors else ANCHOR_TAKEN if not free else "" if apart else TOO_CLOSE
            safe = list(islice(_safe(_first(proposal.chosen, apart), text.draft.post.content), ANCHORS))
            yield proposal, safe, reason or ("" if safe else NO_ANCHOR)
        if proposal.shown and proposal.chosen is not None:
            taken.append(proposal.chosen)


def _first(chosen: Placed | None, anchors: list[Placed]) -> list[Placed]:
    """Put the anchor that the source's own suggestions show in front."""
    return sorted(anchors, key=lambda one: one is not chosen)


def _safe(anchors: Iterable[Placed], content: str) -> Iterator[Placed]:
    """Keep the anchors on which a link can be put into the content and proved to do no harm."""
    for one in anchors:
        try:
            insert(content, one.anchor, TRIED_WITH)
        except ContentError:
            continue
        yield one


def _offered(
    proposal: Proposal,
    anchors: list[Placed],
    all_open: Sequence[tuple[Proposal, list[Placed]]],
    text: Analysis,
    index: Index,
    finder: Finder,
    policy: Policy,
) -> Offered:
    proposal.chosen = anchors[0]
    first = suggestion_of(proposal, text, index, finder)
    sure = set(telling(anchors, policy)) if proposal.score >= policy.least_score else set()
    return Offered(
        proposal.row,
        tuple(_on(replace(first, shown=anchor in sure), anchor, proposal.anchors, text) for anchor in anchors),
        tuple(fold(anchor.anchor.text) for anchor in anchors),
        tuple(
            (own, other.row, place)
            for other, theirs in all_open
            if other is not proposal
            for own, anchor in enumerate(anchors)
            for place, their in enumerate(theirs)
            if anchor.resembles(their) or crowded(anchor, text, policy, [their])
        ),
    )


def _on(first: Suggestion, anchor: Placed, anchors: Sequence[Placed], text: Analysis) -> Suggestion:
    block = text.blocks[anchor.block].text
    begins, ends = sentence_around(block, anchor.start, anchor.end)
    others = tuple(one.anchor for one in anchors if one is not anchor)
    return replace(first, anchor=anchor.anchor, sentence=block[begins:ends], alternatives=others)
