"""The way into the dashboard: signing in and out, and what holds for each of its pages."""

from __future__ import annotations

import logging
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as AnyResponse

from suggester import errors
from suggester.store import SiteRow
from suggester.web.answers import VERSION
from suggester.web.dashboard import charts, filters, sessions, words
from suggester.web.dashboard.navigation import menu
from suggester.web.errors import status_of
from suggester.web.room import service

dashboard = Blueprint("dashboard", __name__, url_prefix="/dashboard")
OPEN = {"dashboard.sign_in", "dashboard.signed_out"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LOST = "There is no such page in the dashboard; the menu leads to those there are."
log = logging.getLogger("suggester.web")
filters.register(dashboard)
charts.register(dashboard)


@dashboard.before_request
def let_in() -> AnyResponse | None:
    """Let only signed-in browsers in, each to its sites, and take only forms that are ours."""
    if request.endpoint in OPEN:
        return None
    g.sites = sessions.sites()
    asked = (request.view_args or {}).get("site_id")
    if not g.sites or (asked is not None and asked not in g.sites):
        return _at_the_door(401, "")
    sessions.check_form()
    return None


@dashboard.after_request
def guard(answer: Response) -> Response:
    """Let the page's own scripts and styles run, and nothing else."""
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@dashboard.get("/sign-in", provide_automatic_options=False)
def sign_in() -> AnyResponse:
    """Open a session with a one-time link."""
    if request.method != "GET":  # looking at where a link leads does not use it up
        return make_response("")
    try:
        sessions.begin(request.args.get("token", ""))
    except errors.LinkRefused as error:
        if sessions.sites():  # the link was clicked twice
            return redirect(url_for("dashboard.home"))
        return _at_the_door(401, str(error))
    return redirect(url_for("dashboard.home"))


@dashboard.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this browser's session."""
    sessions.end()
    return redirect(url_for("dashboard.signed_out"))


@dashboard.get("/signed-out")
def signed_out() -> AnyResponse:
    """Say good-bye, and how to come back."""
    return _at_the_door(200, "You are signed out.")


@dashboard.get("/")
def home() -> AnyResponse:
    """Lead to the only site there is, or let one be chosen."""
    rows = my_sites()
    if len(rows) == 1:
        return redirect(url_for("dashboard.overview", site_id=rows[0].id))
    return make_response(render_template("dashboard/sites.html", rows=rows))


@dashboard.get("/<path:_anything>")
def lost(_anything: str) -> AnyResponse:
    """Say that there is no such page."""
    raise NotFound


@dashboard.errorhandler(errors.SuggesterError)
def of_ours(error: errors.SuggesterError) -> AnyResponse:
    """Show an error of ours: one sentence that says what to do."""
    status = status_of(error)
    if status >= 500:
        log.warning("%s: %s", type(error).__name__, error)
    return _trouble(status, str(error))


@dashboard.errorhandler(HTTPException)
def of_http(error: HTTPException) -> AnyResponse:
    """Show an error of HTTP itself."""
    status = error.code or 500
    return _trouble(status, LOST if status == 404 else f"{error.name}: the page could not be shown; go back and retry.")


@dashboard.errorhandler(Exception)
def unexpected(error: Exception) -> AnyResponse:
    """Show that something is wrong with the service itself."""
    log.error("unexpected", exc_info=error)
    return _trouble(500, "Something went wrong inside the service; its log says what. Nothing was lost.")


@dashboard.context_processor
def frame() -> dict[str, Any]:
    """Give what stands around each page."""
    rows = my_sites()
    here = (request.view_args or {}).get("site_id")
    return {
        "navigation": menu(current_app.view_functions),
        "csrf": session.get(sessions.CSRF, ""),
        "rows": rows,
        "site": next((row for row in rows if row.id == here), None),
        "version": VERSION,
        "kinds": words.KINDS,
        "run_states": words.RUN_STATES,
        "edit_states": words.EDIT_STATES,
    }


def my_sites() -> list[SiteRow]:
    """Give the sites that this browser may see."""
    allowed = g.get("sites") or frozenset()
    return [row for row in service().sites() if row.id in allowed] if allowed else []


def wants_part() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def _at_the_door(status: int, said: str) -> AnyResponse:
    if wants_part():
        return Response(status=401, headers={"HX-Redirect": url_for("dashboard.home")})
    return make_response(render_template("dashboard/door.html", said=said), status)


def _trouble(status: int, sentence: str) -> AnyResponse:
    page = "dashboard/parts/trouble.html" if wants_part() else "dashboard/trouble.html"
    return make_response(render_template(page, sentence=sentence), status)
