"""The runs of a site: their list, the review of one, and what can be done with it as a whole."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.text import plural
from suggester.entities import EditFilter
from suggester.tasks.progress import Progress
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.jobs import Outcome
from suggester.web.dashboard.plans import jobs
from suggester.web.dashboard.review import SORTS, Asked, Standing, cards_of, standing_of
from suggester.web.dashboard.uploads import table_sent
from suggester.web.dashboard.words import UNDER_WAY
from suggester.web.room import service

if TYPE_CHECKING:
    from suggester.tasks.service import Service

PAGE_SIZE = 25
REASONS = 3  # named after a trial
SURE = 0.75  # an editor would accept three in four of them
LEAST = {"0": "Any score", "0.25": "0.25 and more", "0.5": "0.50 and more", "0.75": "0.75 and more"}


@dashboard.get("/<int:site_id>/runs/")
def runs(site_id: int) -> str:
    """List the runs, newest first."""
    return render_template("dashboard/runs.html", runs=service().runs(site_id))


@dashboard.get("/<int:site_id>/runs/<int:run_id>")
def review(site_id: int, run_id: int) -> str:
    """Show a run, and a page of its edits."""
    run, asked = service().run(site_id, run_id), Asked.of_request()
    total, edits = service().edits(
        site_id, run_id, **asked.wanted, sort=asked.sort, offset=(asked.page - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    heads = service().heads(site_id, [each for each in (asked.source, asked.target) if each])
    return render_template(
        "dashboard/review.html",
        run=run,
        standing=standing_of(site_id, run),
        asked=asked,
        total=total,
        cards=cards_of(site_id, run, edits),
        narrowed=[heads[each] for each in (asked.source, asked.target) if each in heads],
        sorts=SORTS,
        least=LEAST,
        sure=SURE,
        size=PAGE_SIZE,
        page_url=lambda page: asked.address(site_id, run_id, page),
    )


@dashboard.post("/<int:site_id>/runs/<int:run_id>/choose")
def choose(site_id: int, run_id: int) -> AnyResponse:
    """Choose the sure edits, or choose or leave all that the filter shows."""
    asked, how = Asked.of_request(), request.form.get("how", "")
    if how == "sure":
        wanted = EditFilter(least_score=SURE)
    else:
        wanted = EditFilter(**asked.wanted)
    count = service().choose(site_id, run_id, wanted, how != "none")
    flash(f"{plural(count, 'link')} {'left out' if how == 'none' else 'chosen'}.", "good")
    return redirect(asked.address(site_id, run_id, asked.page))


@dashboard.get("/<int:site_id>/runs/<int:run_id>/confirm")
def confirm(site_id: int, run_id: int) -> str:
    """Say exactly what would be written, and ask whether to."""
    run = service().run(site_id, run_id)
    return render_template("dashboard/parts/confirm.html", run=run, standing=standing_of(site_id, run))


@dashboard.post("/<int:site_id>/runs/<int:run_id>/<any(start, pause, resume, undo):verb>")
def steer(site_id: int, run_id: int, verb: str) -> AnyResponse:
    """Start, pause, go on with, or undo a run."""
    verbs = {
        "start": service().start,
        "pause": service().pause,
        "resume": service().resume,
        "undo": service().start_undo,
    }
    verbs[verb](site_id, run_id)
    return redirect(url_for("dashboard.review", site_id=site_id, run_id=run_id))


@dashboard.post("/<int:site_id>/runs/<int:run_id>/rehearse")
def rehearse(site_id: int, run_id: int) -> AnyResponse:
    """Ask WordPress what would become of each link now; nothing is written."""
    service().run(site_id, run_id)
    jobs().begin(site_id, "Trying the run without writing", partial(_rehearse, service(), site_id, run_id))
    return redirect(url_for("dashboard.plan", site_id=site_id))


@dashboard.post("/<int:site_id>/runs/<int:run_id>/delete")
def delete_run(site_id: int, run_id: int) -> AnyResponse:
    """Forget a run that was only planned."""
    service().delete_run(site_id, run_id)
    flash("The plan is forgotten; nothing was written.", "good")
    return redirect(url_for("dashboard.runs", site_id=site_id))


@dashboard.get("/<int:site_id>/runs/<int:run_id>/progress")
def run_progress(site_id: int, run_id: int) -> AnyResponse:
    """Show how far a run is; once it has stopped the whole page is to be shown anew."""
    run = service().run(site_id, run_id)
    if run.state not in UNDER_WAY:
        return Response(headers={"HX-Refresh": "true"})
    standing: Standing = standing_of(site_id, run)
    return Response(render_template("dashboard/parts/run_progress.html", run=run, standing=standing))


@dashboard.get("/<int:site_id>/runs/<int:run_id>/edits.csv")
def export_run(site_id: int, run_id: int) -> AnyResponse:
    """Give a run as a table for a spreadsheet."""
    answer = Response(service().export_csv(site_id, run_id), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{run_id}.csv"'
    return answer


@dashboard.post("/<int:site_id>/runs/import")
def import_run(site_id: int) -> AnyResponse:
    """Take an edited table back in."""
    run = service().import_csv(site_id, table_sent())
    flash("The table was taken in; look the links over, then apply them.", "good")
    return redirect(url_for("dashboard.review", site_id=site_id, run_id=run.id))


def _rehearse(service: Service, site_id: int, run_id: int, job: Progress) -> Outcome:
    outcomes = service.rehearse(site_id, run_id, job)
    good = sum(state == "applied" for state, _ in outcomes.values())
    why = Counter(why for state, why in outcomes.values() if state != "applied")
    said = f"Tried without writing: {plural(good, 'link')} would go in, {len(outcomes) - good:,} would not."
    more = " ".join(f"{text} ({count:,})" for text, count in why.most_common(REASONS))
    return Outcome(run_id, f"{said} {more}".strip())
