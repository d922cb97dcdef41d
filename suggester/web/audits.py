"""Audits in words: for the command line, for the plugin, and for pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.content.text import plural
from suggester.entities import Audit
from suggester.graph.audit.kinds import KINDS, PARTS, Kind
from suggester.web.answers import Json, moment

if TYPE_CHECKING:
    from suggester.store import Head
    from suggester.store.audits import FaultRow
    from suggester.tasks.service import Service

TOP = 3  # findings that are told in short
GOOD, FAIR = 90, 70  # scores from which a site's links are called so


@dataclass(frozen=True, slots=True)
class Line:
    """One finding in words."""

    kind: str
    card: Kind
    count: int
    of: int
    cost: float  # points of the score
    fresh: int
    gone: int

    @property
    def heading(self) -> str:
        """How many there are."""
        return plural(self.count, self.card.one, self.card.many)

    @property
    def news(self) -> str:
        """What changed since the audit before, "" where nothing did."""
        told = [(self.fresh, "new"), (self.gone, "gone")]
        return ", ".join(f"{count:,} {word}" for count, word in told if count)


def lines_of(audit: Audit) -> list[Line]:
    """Put the findings of an audit into words, those that cost most first; also those without a fault."""
    return [
        Line(
            kind, KINDS[kind], count, audit.of.get(kind, 0), audit.costs.get(kind, 0.0),
            audit.fresh.get(kind, 0), audit.gone.get(kind, 0),
        )
        for kind, count in sorted(audit.counts.items(), key=lambda each: _order(audit, each[0]))
        if kind in KINDS
    ]  # fmt: skip


def unseen(audit: Audit) -> list[str]:
    """Name the kinds that could not be looked for, as no page was visited."""
    return [kind for kind in KINDS if kind not in audit.counts]


def grade(score: float) -> str:
    """Say in a word how good a score is: "good", "fair" or "poor"."""
    return "good" if score >= GOOD else "fair" if score >= FAIR else "poor"


def summary(service: Service, site_id: int) -> Json:
    """Tell the last audit in short: the score, the one before, and what matters most."""
    audits = service.audits(site_id)
    last = audits[-1] if audits else None
    top = [line for line in lines_of(last) if line.count][:TOP] if last else []
    return {
        "score": last.score if last else None,
        "grade": grade(last.score) if last else "",
        "before": audits[-2].score if len(audits) > 1 else None,
        "at": moment(last.at) if last else None,
        "findings": [_short(line) for line in top],
    }


def whole(service: Service, site_id: int, audit: Audit, kinds: Iterable[str] = ()) -> Json:
    """Tell an audit that is a site's last one, with all its faults, or those of some kinds."""
    wanted = list(kinds)
    listed = [line for line in lines_of(audit) if not wanted or line.kind in wanted]
    rows = {line.kind: service.faults(site_id, line.kind) if line.count else [] for line in listed}
    heads = service.heads(site_id, posts_of(row for some in rows.values() for row in some))
    return {
        "site": service.store.site(site_id).url,
        "at": moment(audit.at),
        "score": audit.score,
        "grade": grade(audit.score),
        "parts": [{"name": name, "title": PARTS[name][1], "score": value} for name, value in audit.parts.items()],
        "posts": audit.posts,
        "links": audit.links,
        "pages_visited": audit.pages,
        "seconds": audit.seconds,
        "findings": [
            _short(line)
            | {"of": line.of, "gone": line.gone, "repair": line.card.repair, "command": line.card.command}
            | {"faults": [fault(row, heads) for row in rows[line.kind]]}
            for line in listed
        ],
        "not_looked_for": unseen(audit),
    }


def fault(row: FaultRow, heads: Mapping[int, Head]) -> Json:
    """Tell one fault."""
    one = row.fault
    words = one.anchor
    return {
        "kind": one.kind,
        "post": _post(one.post_id, heads),
        "target": None if one.target_id is None else _post(one.target_id, heads),
        "anchor": words and {"text": words.text, "before": words.before, "after": words.after, "block": words.block},
        "href": one.href,
        "url": one.url,
        "note": one.note,
        "fresh": row.fresh,
    }


def posts_of(rows: Iterable[FaultRow]) -> set[int]:
    """Give the posts that some faults name."""
    return {each for row in rows for each in (row.fault.post_id, row.fault.target_id) if each is not None}


def _short(line: Line) -> Json:
    told = {"kind": line.kind, "count": line.count, "heading": line.heading, "why": line.card.why}
    return told | {"cost": line.cost, "fresh": line.fresh}


def _order(audit: Audit, kind: str) -> tuple[float, int, int]:
    place = list(KINDS).index(kind) if kind in KINDS else len(KINDS)
    return -audit.costs.get(kind, 0.0), -audit.counts[kind], place


def _post(post_id: int, heads: Mapping[int, Head]) -> Json:
    head = heads.get(post_id)
    return {"id": post_id, "title": head.title if head else "", "url": head.url if head else ""}
