"""Links that lead astray: found over the whole site, then looked over as a run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.text import plural
from suggester.tasks.progress import Progress
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.jobs import Outcome
from suggester.web.dashboard.plans import jobs
from suggester.web.room import service

if TYPE_CHECKING:
    from suggester.tasks.service import Service

NONE = "No link leads astray, as far as the last sync knows."


@dashboard.get("/<int:site_id>/links")
def link_changes(site_id: int) -> str:
    """Show what there is to find, and the runs that were made of it."""
    runs = [run for run in service().runs(site_id) if run.kind == "links"]
    return render_template("dashboard/changes.html", runs=runs)


@dashboard.post("/<int:site_id>/links")
def look_through_links(site_id: int) -> AnyResponse:
    """Look through all links of the site."""
    jobs().begin(site_id, "Looking through all links", partial(_look, service(), site_id))
    return redirect(url_for("dashboard.plan", site_id=site_id))


def _look(service: Service, site_id: int, job: Progress) -> Outcome:
    found = service.link_changes(site_id, job)
    if not found:
        return Outcome(None, NONE, "link_changes")
    return Outcome(service.make_run(site_id, found, "links", plural(len(found), "link change")).id)
