"""Looking at a site as a whole takes seconds where it is large: done aside, once for each version of its index."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from suggester.tasks.progress import Progress
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.jobs import FAILED, RUNNING, Jobs, Outcome
from suggester.web.room import service

if TYPE_CHECKING:
    from suggester.tasks.service import Service

KEY = "suggester.looks"
AT_ONCE = 300  # posts; so few are looked at while the page is made
PAGES = {"clusters": "Clusters", "map": "Map"}  # that show what is seen


def look(site_id: int, page: str) -> AnyResponse:
    """Look at a site aside, and show how far that is; it leads back to the page that asked."""
    looks().begin(site_id, PAGES[page], partial(_look, service(), site_id, page))
    return make_response(
        render_template("dashboard/looking.html", job=looks().of(site_id), page=page, title=PAGES[page])
    )


@dashboard.get("/<int:site_id>/look")
def looking(site_id: int) -> AnyResponse:
    """Show how far it is, as a part of the page; lead back where it is over."""
    page = page if (page := request.args.get("page", "")) in PAGES else "map"
    job = looks().of(site_id)
    if job is not None and job.state == RUNNING:
        return Response(render_template("dashboard/parts/looking.html", job=job, page=page))
    looks().forget(site_id)
    back = url_for(f"dashboard.{page}", site_id=site_id)
    if job is not None and job.state == FAILED:
        flash(job.error, "bad")
        back = url_for("dashboard.overview", site_id=site_id)
    return Response(headers={"HX-Redirect": back}) if request.headers.get("HX-Request") else redirect(back)


def looks() -> Jobs:
    """Give the looks that are under way in the running app."""
    found: Jobs = current_app.extensions.setdefault(KEY, Jobs(service().at_one_moment))
    return found


def _look(service: Service, site_id: int, page: str, job: Progress) -> Outcome:
    service.make_picture(site_id, job)
    return Outcome(None, back=page)
