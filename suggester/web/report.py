"""The page of `try` and `demo`: one HTML file that holds everything and asks nobody for anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from suggester.entities import Suggestion, Suggestions
from suggester.web import wording
from suggester.web.answers import confidence
from suggester.web.standalone import policy, static, templates

if TYPE_CHECKING:
    from suggester.engine.index import Card

MOST_POSTS = 1000  # on one page, so that it stays quick
LEAST_SCORE = 0.1  # below it nobody wants to look, not even among the weaker ones


@dataclass(frozen=True)
class Report:
    """What `try` found out about a site."""

    url: str
    name: str
    found: Sequence[Suggestions]
    cards: Mapping[int, Card]  # every post of the site
    orphans: Sequence[Card]
    made_at: datetime
    seconds: Mapping[str, float] = field(default_factory=dict)  # "reading", "embedding", "suggesting"


@dataclass(frozen=True)
class Offer:
    """A suggestion as the page shows it."""

    sentence: wording.Marked
    source: Card
    target: Card
    score: float
    confidence: str
    words: str  # the score in a word
    reasons: tuple[str, ...]
    alternatives: tuple[str, ...]
    is_new: bool
    saves_orphan: bool


@dataclass(frozen=True)
class Entry:
    """A post as the page shows it."""

    card: Card
    offers: tuple[Offer, ...]
    weaker: tuple[Offer, ...]
    inbound_offers: tuple[Offer, ...]  # shown suggestions of other posts that lead here
    inbound_weaker: tuple[Offer, ...]  # further ones, on words that stand there, for a person to judge
    dropped: tuple[tuple[str, int], ...]
    nothing: str
    is_orphan: bool

    @property
    def gain(self) -> float:
        """How much the post has to gain: the links that an editor would accept, to it and from it."""
        return sum(offer.score for offer in self.offers) + self.is_orphan * len(self.inbound_offers)


LeadingTo = dict[int, list[tuple[bool, Offer]]]
"""Target id to the suggestions that lead there, each with whether it is shown unasked."""


def render(report: Report, most: int = MOST_POSTS) -> str:
    """Write the page."""
    entries = sorted(_entries(report), key=lambda entry: (-entry.gain, entry.card.outbound, entry.card.id))
    style, script = static("report.css"), static("report.js")
    return (
        templates()
        .get_template("report.html")
        .render(
            report=report,
            entries=entries[:most],
            left_out=max(0, len(entries) - most),
            on_page={entry.card.id for entry in entries[:most]},
            orphans=[entry for entry in entries if entry.is_orphan],
            offered=sum(len(entry.offers) for entry in entries),
            dropped=wording.dropped(sum((Counter(found.dropped) for found in report.found), Counter())),
            style=style,
            script=script,
            policy=policy(style, script),
        )
    )


def _entries(report: Report) -> list[Entry]:
    orphans = {card.id for card in report.orphans}
    offers = {
        found.source_id: [(item.shown, _offer(item, report.cards, orphans)) for item in found.items]
        for found in report.found
    }
    leading_to: LeadingTo = defaultdict(list)
    for of_post in offers.values():
        for shown, offer in of_post:
            if shown or _to_judge(offer):
                leading_to[offer.target.id].append((shown, offer))
    return [_entry(found, report.cards, offers[found.source_id], leading_to, orphans) for found in report.found]


def _entry(
    found: Suggestions,
    cards: Mapping[int, Card],
    offers: Sequence[tuple[bool, Offer]],
    leading_to: LeadingTo,
    orphans: set[int],
) -> Entry:
    inbound = sorted(leading_to.get(found.source_id, ()), key=lambda one: -one[1].score)
    return Entry(
        card=cards[found.source_id],
        offers=tuple(offer for shown, offer in offers if shown),
        weaker=tuple(offer for shown, offer in offers if not shown and offer.score >= LEAST_SCORE),
        inbound_offers=tuple(offer for shown, offer in inbound if shown),
        inbound_weaker=tuple(offer for shown, offer in inbound if not shown),
        dropped=tuple(wording.dropped(found.dropped)),
        nothing=wording.nothing(found.dropped),
        is_orphan=found.source_id in orphans,
    )


def _to_judge(offer: Offer) -> bool:
    return offer.score >= LEAST_SCORE and not offer.is_new


def _offer(item: Suggestion, cards: Mapping[int, Card], orphans: set[int]) -> Offer:
    return Offer(
        sentence=wording.marked(item),
        source=cards[item.source_id],
        target=cards[item.target_id],
        score=item.score,
        confidence=confidence(item.score),
        words=wording.score(item),
        reasons=tuple(reason.text.rstrip(".") for reason in item.reasons),
        alternatives=tuple(dict.fromkeys(anchor.text for anchor in item.alternatives)),
        is_new=item.anchor is None,
        saves_orphan=item.target_id in orphans,
    )
