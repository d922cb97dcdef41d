"""How good the suggestions are on this very site, by what `suggester evaluate` and `suggester train` found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from suggester.evaluate import kept
from suggester.evaluate.figures import Band
from suggester.evaluate.own_site import OURS, Evaluation
from suggester.web import quality as words
from suggester.web.dashboard.door import dashboard
from suggester.web.room import service

COLUMNS = {"come back": words.BACK, "hit@1": "hit@1", "nDCG@10": "nDCG@10", "on the very words": "place"}


@dataclass(frozen=True, slots=True)
class Row:
    """What one tool found."""

    tool: str
    ours: bool
    figures: tuple[float | None, ...]  # one for each of COLUMNS; None where a tool cannot have it


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of the hidden links, as the page shows it."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An evaluation, as the page shows it."""

    heading: str
    at: datetime
    sentences: tuple[str, ...]
    settings: str
    parts: tuple[Shown, ...]
    bands: tuple[Band, ...]  # of the part that tells most, the best scores first


@dashboard.get("/<int:site_id>/quality")
def quality(site_id: int) -> str:
    """Show the last evaluations, and the ranker that serves."""
    found = [_told(each) for each in kept.last(service().store.shelf, site_id)]
    card = service().rankers.card(site_id)
    return render_template(
        "dashboard/quality.html", found=found, columns=COLUMNS, ranker=service().ranker(site_id).id, card=card
    )


def _told(found: Evaluation) -> Told:
    return Told(
        heading="Link words cut out" if found.removed else "Link words left in the text",
        at=datetime.fromisoformat(found.at),
        sentences=tuple(words.in_words(found)),
        settings=words.settings(found),
        parts=tuple(Shown(words.part_in_words(part, found), _rows(part.figures)) for part in found.parts),
        bands=tuple(reversed(words.telling(found).bands)),
    )


def _rows(figures: dict[str, dict[str, float]]) -> tuple[Row, ...]:
    return tuple(
        Row(name, tool == OURS, tuple(figures[tool].get(figure) for figure in COLUMNS.values()))
        for tool, name in words.TOOLS.items()
        if tool in figures
    )
