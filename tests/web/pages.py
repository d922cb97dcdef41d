"""Reports to look at: of the toy's site, and of larger ones."""

from __future__ import annotations

from datetime import UTC, datetime

from suggester.engine.index import Card
from suggester.entities import Anchor, Suggestion, Suggestions
from suggester.web.report import Report

from .toy import CARDS, FOUND, NOTHING, SITE_URL, card

MADE = datetime(2026, 11, 21, 9, 3, tzinfo=UTC)
SECONDS = {"reading": 0.8, "embedding": 3.4, "suggesting": 0.42}


def report(found: list[Suggestions], cards: dict[int, Card], orphans: list[Card], name: str = "Bread") -> Report:
    return Report(SITE_URL, name, found, cards, orphans, MADE, SECONDS)


def of_the_toy() -> Report:
    return report([FOUND, *(Suggestions(each, (), NOTHING) for each in (2, 3))], CARDS, [CARDS[2]])


def of_many(count: int) -> Report:
    """A site on which each post has one suggestion for the next, the later the stronger."""
    cards = {number: card(number, f"p{number}", f"Post number {number}", 1, 1) for number in range(1, count + 1)}
    found = [
        Suggestions(number, (_to_next(number, count),) if number < count else (), {"too_weak": number})
        for number in cards
    ]
    return report(found, cards, [cards[1]])


def _to_next(number: int, count: int) -> Suggestion:
    anchor = Anchor("the next post", "Go on with ", ".", 0)
    return Suggestion(number, number + 1, anchor, number / count, True, "Go on with the next post.")
