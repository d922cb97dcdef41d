"""How numbers, moments and addresses are written on a page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint
from markupsafe import Markup, escape

from suggester.content.text import day, plural
from suggester.web import wording
from suggester.web.answers import confidence
from suggester.web.dashboard.words import EDIT_STATES

CODE = re.compile(r"`([^`]+)`")
MINUTE, HOUR, DAY = 60, 3600, 86_400


def register(blueprint: Blueprint) -> None:
    """Make the filters known to the pages."""
    for write in (number, web, day, ago, score, confidence, plural, run_counts, source_words, coded):
        blueprint.add_app_template_filter(write)


def number(value: float, digits: int = 0) -> str:
    """Write a number with its thousands apart."""
    return f"{value:,.{digits}f}"


def web(url: str) -> str:
    """Give an address a browser may open; anything but http and https is left out."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def ago(at: datetime | None, now: datetime | None = None) -> str:
    """Write how long ago a moment was, as in "5 minutes ago"; "not yet" for none."""
    if at is None:
        return "not yet"
    seconds = max(0.0, ((now or datetime.now(UTC)) - (at if at.tzinfo else at.replace(tzinfo=UTC))).total_seconds())
    if seconds < MINUTE:
        return "just now"
    for length, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= length:
            return f"{plural(int(seconds // length), name)} ago"
    return "just now"


def score(value: float) -> str:
    """Say a score in a word."""
    return wording.SCORES[confidence(value)]


def source_words(reasons: dict[str, int]) -> str:
    """Say in one sentence why there is no source."""
    return wording.nothing(reasons, wording.SOURCES)


def run_counts(counts: dict[str, int]) -> str:
    """Say how the edits of a run stand, as in "35 of 114 chosen" or "33 applied, 2 refused"."""
    told = [f"{counts[state]:,} {name.lower()}" for state, name in EDIT_STATES.items() if counts.get(state)]
    if set(counts) <= {"waiting", "chosen"}:
        told = [f"{counts.get('chosen', 0):,} of {plural(counts.get('waiting', 0), 'link')} chosen"]
    return ", ".join(told)


def coded(text: str) -> Markup:
    """Show what stands between backticks as code; all of the text is escaped first."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704
