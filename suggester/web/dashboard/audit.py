"""The audit of a site's links: the score, what it was, what is wrong, and what repairs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.text import day, plural
from suggester.entities import Audit
from suggester.graph.audit.kinds import KINDS, PARTS, REPAIRED_BY_RUN, Kind
from suggester.store import Head
from suggester.store.audits import FaultRow
from suggester.tasks.progress import Progress
from suggester.web import audits as told_as
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.jobs import Outcome
from suggester.web.dashboard.plans import jobs
from suggester.web.room import service

if TYPE_CHECKING:
    from suggester.tasks.service import Service

PAGE_SIZE = 50
CHARTED = 24  # audits in the chart: six years, one each quarter


@dataclass(frozen=True, slots=True)
class Shown:
    """One fault on a page."""

    row: FaultRow
    head: Head | None
    target: Head | None
    edit: str  # address of the post in the WordPress editor


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score."""

    name: str
    score: float
    grade: str


@dashboard.get("/<int:site_id>/audit")
def audit(site_id: int) -> str:
    """Show the last audit."""
    audits = service().audits(site_id)
    last = audits[-1] if audits else None
    lines = told_as.lines_of(last) if last else []
    return render_template(
        "dashboard/audit.html",
        audit=last,
        before=audits[-2] if len(audits) > 1 else None,
        grade=told_as.grade(last.score) if last else "",
        parts=_parts(last) if last else [],
        lines=[line for line in lines if line.count],
        clean=[line for line in lines if not line.count],
        unseen=[KINDS[kind] for kind in told_as.unseen(last)] if last else [],
        points=[(day(each.at), each.score) for each in audits[-CHARTED:]],
        repair=partial(repair_of, site_id),
        next_at=service().next_audit(site_id),
        visits=service().settings(site_id).audit_visits,
    )


@dashboard.post("/<int:site_id>/audit")
def make_audit(site_id: int) -> AnyResponse:
    """Look at the site again."""
    visit, external = "visit" in request.form, "external" in request.form
    jobs().begin(site_id, "Looking at all links", partial(_look, service(), site_id, visit, external))
    return redirect(url_for("dashboard.plan", site_id=site_id))


@dashboard.get("/<int:site_id>/audit/<kind>")
def audit_list(site_id: int, kind: str) -> str:
    """Show where the faults of one kind are."""
    last = service().last_audit(site_id)
    if kind not in KINDS or last is None:
        raise NotFound
    fresh_only = request.args.get("show") == "new"
    page = max(1, request.args.get("page", 1, type=int))
    line = next((each for each in told_as.lines_of(last) if each.kind == kind), None)
    if line is None:
        raise NotFound
    rows = service().faults(site_id, kind, PAGE_SIZE, (page - 1) * PAGE_SIZE, fresh_only)
    heads = service().heads(site_id, told_as.posts_of(rows))
    home = service().store.site(site_id).url
    return render_template(
        "dashboard/audit_list.html",
        audit=last,
        line=line,
        fresh_only=fresh_only,
        faults=[_shown(row, heads, home) for row in rows],
        page=page,
        total=line.fresh if fresh_only else line.count,
        size=PAGE_SIZE,
        repair=repair_of(site_id, kind),
        page_url=partial(_page_url, site_id, kind, fresh_only),
    )


@dashboard.post("/<int:site_id>/audit/<kind>/repair")
def repair_audit(site_id: int, kind: str) -> AnyResponse:
    """Make a run that puts in the addresses that the audit found."""
    if kind not in REPAIRED_BY_RUN:
        raise NotFound
    jobs().begin(site_id, KINDS[kind].repair, partial(_repair, service(), site_id, kind))
    return redirect(url_for("dashboard.plan", site_id=site_id))


@dataclass(frozen=True, slots=True)
class Repair:
    """The button beside a finding."""

    words: str
    url: str  # "" where it is repaired post by post, in the editor
    posts: bool = False  # whether it is a form


def repair_of(site_id: int, kind: str) -> Repair:
    """Say what repairs a finding."""
    card: Kind = KINDS[kind]
    if card.page == "audit":
        return Repair(card.repair, url_for("dashboard.repair_audit", site_id=site_id, kind=kind), posts=True)
    if card.page == "link_changes":
        return Repair(card.repair, url_for("dashboard.look_through_links", site_id=site_id), posts=True)
    if card.page == "orphans":
        return Repair(card.repair, url_for("dashboard.orphans", site_id=site_id))
    if card.page == "nearly":
        return Repair(card.repair, url_for("dashboard.orphans", site_id=site_id, show="nearly"))
    return Repair(card.repair, "")


def _parts(made: Audit) -> list[Part]:
    return [Part(PARTS[name][1], value, told_as.grade(value)) for name, value in made.parts.items()]


def _shown(row: FaultRow, heads: dict[int, Head], home: str) -> Shown:
    target = row.fault.target_id
    edit = f"{home}/wp-admin/post.php?post={row.fault.post_id}&action=edit"
    return Shown(row, heads.get(row.fault.post_id), None if target is None else heads.get(target), edit)


def _page_url(site_id: int, kind: str, fresh_only: bool, page: int) -> str:
    show = "new" if fresh_only else None
    return url_for("dashboard.audit_list", site_id=site_id, kind=kind, show=show, page=page if page > 1 else None)


def _look(service: Service, site_id: int, visit: bool, external: bool, job: Progress) -> Outcome:
    made = service.audit(site_id, job, visit=visit, external=external).audit
    count = sum(made.counts.values())
    return Outcome(None, f"{plural(count, 'thing')} found in {plural(made.posts, 'post')}.", "audit")


def _repair(service: Service, site_id: int, kind: str, job: Progress) -> Outcome:
    return Outcome(service.make_audit_run(site_id, kind, job).id)
