"""Plans over a whole site: made aside, then looked over as a run."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.text import plural
from suggester.entities import Plan
from suggester.tasks.progress import Progress
from suggester.web import wording
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.jobs import DONE, FAILED, RUNNING, Jobs, Outcome
from suggester.web.room import service

if TYPE_CHECKING:
    from suggester.tasks.service import Service

KEY = "suggester.jobs"
MOST_LINKS = 5  # for each orphan
USUAL_LINKS = 3


@dashboard.post("/<int:site_id>/repair")
def repair(site_id: int) -> AnyResponse:
    """Plan the links that would repair all orphans, more links to all nearly-orphans, or some to one post."""
    targets, title = request.form.getlist("target", type=int) or None, "Repair of all orphans"
    if targets is not None:
        title = "Links to one post"
    elif request.form.get("show") == "nearly":
        targets, title = [card.id for card in service().nearly_orphans(site_id)], "More links to nearly-orphans"
    links = min(max(request.form.get("links", USUAL_LINKS, type=int), 1), MOST_LINKS)
    jobs().begin(site_id, title, partial(_plan, service(), site_id, targets, links, title))
    return redirect(url_for("dashboard.plan", site_id=site_id))


@dashboard.get("/<int:site_id>/plan")
def plan(site_id: int) -> AnyResponse:
    """Show how far a plan is; lead on where it is ready."""
    job = jobs().of(site_id)
    if job is None or job.state != RUNNING:
        return redirect(_onwards(site_id))
    return Response(render_template("dashboard/plan.html", job=job))


@dashboard.get("/<int:site_id>/plan/progress")
def plan_progress(site_id: int) -> AnyResponse:
    """Show how far a plan is, as a part of the page."""
    job = jobs().of(site_id)
    if job is None or job.state != RUNNING:
        return Response(headers={"HX-Redirect": _onwards(site_id)})
    return Response(render_template("dashboard/parts/plan_progress.html", job=job))


@dashboard.post("/<int:site_id>/plan/stop")
def stop_plan(site_id: int) -> AnyResponse:
    """Give a plan up."""
    job = jobs().of(site_id)
    jobs().stop(site_id)
    return redirect(url_for(f"dashboard.{job.back if job else 'orphans'}", site_id=site_id))


def jobs() -> Jobs:
    """Give the jobs of the running app."""
    found: Jobs = current_app.extensions.setdefault(KEY, Jobs(service().at_one_moment))
    return found


def _plan(service: Service, site_id: int, targets: list[int] | None, links: int, title: str, job: Progress) -> Outcome:
    made = service.plan(site_id, per_target=links, targets=targets, progress=job)
    if not made.items:
        return Outcome(None, _left_over(made) or "There is nothing to repair.")
    run = service.make_run(site_id, made, "orphans" if targets is None else "inbound", title)
    return Outcome(run.id, _left_over(made))


def _left_over(made: Plan) -> str:
    """Say which orphans no link was found for, and why."""
    if not made.unrepaired:
        return ""
    reasons = wording.dropped(Counter(made.unrepaired.values()), wording.SOURCES)
    why = ", ".join(f"{text} ({count:,})" for text, count in reasons[:3])
    return f"For {plural(len(made.unrepaired), 'post')} no link was found: {why}."


def _onwards(site_id: int) -> str:
    """Say where to go once there is no plan under way, and tell what became of it."""
    job = jobs().of(site_id)
    jobs().forget(site_id)
    if job and job.state == FAILED:
        flash(job.error, "bad")
    if job and job.state == DONE and job.outcome:
        if job.outcome.said:
            flash(job.outcome.said, "")
        if job.outcome.run_id is not None:
            return url_for("dashboard.review", site_id=site_id, run_id=job.outcome.run_id)
        return url_for(f"dashboard.{job.outcome.back}", site_id=site_id)
    return url_for(f"dashboard.{job.back if job else 'orphans'}", site_id=site_id)
