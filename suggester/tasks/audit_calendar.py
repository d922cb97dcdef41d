"""When audits come by themselves, and what is told of one: how it differs from the one before."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, datetime

from suggester.content.text import day, plural
from suggester.entities import Audit, Event
from suggester.graph.audit.kinds import KINDS

NAMED = 3  # kinds of faults, of those that are new and of those that are gone
MONTHS = 12  # of a year


def next_audit(last: Audit | None, every: int, now: datetime) -> datetime | None:
    """Say when an audit is due: so many months after the last one, whoever asked for it; None where none is wanted.

    A month that is too short for the day ends with it: three months after 30 November come on 28 or 29 February.
    """
    if not every:
        return None
    if last is None:
        return now
    months = last.at.year * MONTHS + last.at.month - 1 + every
    year, month = months // MONTHS, months % MONTHS + 1
    return last.at.replace(year=year, month=month, day=min(last.at.day, monthrange(year, month)[1]))


def is_due(last: Audit | None, every: int, now: datetime) -> bool:
    """Whether an audit is due."""
    at = next_audit(last, every, now)
    return at is not None and at <= now


def event_of(made: Audit, before: Audit | None, refresh_id: int | None, visited: str = "") -> Event | None:
    """Tell of an audit that came by itself, and of the visit before; nothing of a site's first one, when all is new."""
    if before is None or refresh_id is None:
        return None
    told = " ".join(filter(None, [difference(made, before), visited]))
    what = {"why": told, "score": made.score, "before": before.score}
    return Event(made.site_id, refresh_id, "audited", None, None, what, datetime.now(UTC))


def difference(made: Audit, before: Audit) -> str:
    """Say in two or three sentences how an audit differs from the one before."""
    change = round(made.score - before.score, 1)
    how = f"{abs(change):.1f} {'more' if change > 0 else 'less'} than on" if change else "the same as on"
    told = [f"The score is {made.score:.1f} of 100, {how} {day(before.at)}."]
    for name, counts in (("New", made.fresh), ("Gone", made.gone)):
        if words := _named(counts):
            told.append(f"{name}: {words}.")
    return " ".join(told)


def _named(counts: Mapping[str, int]) -> str:
    order = list(KINDS)
    found = sorted((kind for kind, count in counts.items() if count and kind in KINDS), key=order.index)
    named = [plural(counts[kind], KINDS[kind].one, KINDS[kind].many) for kind in found[:NAMED]]
    more = sum(counts[kind] for kind in found[NAMED:])
    return ", ".join([*named, *([f"{more:,} more"] if more else [])])
