"""What other tools know: files dropped and looked at before they are kept, what they change, and tables to take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.sheets import BOM, csv_parts
from suggester.content.text import plural
from suggester.engine.index import Card
from suggester.errors import BodyTooLarge, ImportRefused, RequestError
from suggester.imports.kinds import KINDS
from suggester.imports.written import COLUMNS, MEANINGS
from suggester.tasks.imports import Striking
from suggester.web import imports as told_as
from suggester.web.answers import Json
from suggester.web.dashboard.door import dashboard, wants_part
from suggester.web.room import service

NEAR = 10  # posts in striking distance that are shown, and lifted together
LARGER = 4  # files may be so much larger than other bodies, as the server lets through; see `web.server`
MEGABYTE = 1_048_576
TOO_LARGE = (
    "The files are larger than {} MB together; put them into a zip, or take them in on the machine itself with"
    " `suggester import FILE`."
)
UPLOADS = ("dashboard.look_at_files", "dashboard.keep_files")


@dataclass(frozen=True, slots=True)
class Near:
    """A post in striking distance, as the page shows it."""

    of: Striking
    card: Card


@dashboard.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: object) -> None:
    """Let files be larger than other bodies, before anything reads them."""
    if endpoint in UPLOADS:
        request.max_content_length = _most()


@dashboard.get("/<int:site_id>/imports")
def imports(site_id: int) -> str:
    """Show what was imported, what it changes, and what can be taken away."""
    effects = service().import_effects(site_id)
    return render_template(
        "dashboard/imports.html",
        imports=service().imports(site_id),
        names={name: kind.name for name, kind in KINDS.items()},
        changed=told_as.changed(told_as.effects(effects)),
        near=[Near(each, service().card(site_id, each.post_id)) for each in effects.striking[:NEAR]],
        keywords=effects.keywords[: 3 * NEAR],
        effects=effects,
        exports=MEANINGS,
        megabytes=_most() // MEGABYTE,
        too_large=TOO_LARGE.format(_most() // MEGABYTE),
    )


@dashboard.post("/<int:site_id>/imports/look")
def look_at_files(site_id: int) -> AnyResponse:
    """Say what is in the files that were chosen; nothing is kept."""
    part = "dashboard/parts/understood.html"
    try:
        told = _take_in(site_id, dry_run=True)
    except RequestError as error:  # an answer to what is in the files, which takes the place of the one before
        return Response(render_template(part, trouble=str(error)))
    return Response(render_template(part, told=told, in_words=told_as))


@dashboard.post("/<int:site_id>/imports")
def keep_files(site_id: int) -> AnyResponse:
    """Take in the files that were chosen."""
    told = _take_in(site_id, dry_run=False)
    flash(f"{_named(told)}: taken in. Suggestions go by it from now on.", "good")
    return _back(site_id)


@dashboard.post("/<int:site_id>/imports/<kind>/forget")
def forget_import(site_id: int, kind: str) -> AnyResponse:
    """Forget an import."""
    service().forget_import(site_id, kind)
    flash(f"{KINDS[kind].name if kind in KINDS else kind}: forgotten. What it changed is as it was before.", "good")
    return _back(site_id)


@dashboard.get("/<int:site_id>/exports/<what>.csv")
def export_table(site_id: int, what: str) -> AnyResponse:
    """Give a table for other tools, a piece at a time."""
    if what not in COLUMNS:
        raise RequestError(f"There is no export {what!r}; there are {', '.join(COLUMNS)}.")
    found = service().export(site_id, what)
    answer = Response(_marked(csv_parts(found.columns, found.rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}.csv"'
    return answer


def _marked(pieces: Iterator[str]) -> Iterator[bytes]:
    """Put the mark in front by which spreadsheets know that it is UTF-8."""
    yield BOM.encode()
    for piece in pieces:
        yield piece.encode("utf-8", "replace")


def _take_in(site_id: int, *, dry_run: bool) -> Json:
    _check_size()
    sent = [each for each in request.files.getlist("files") if each.filename]
    if not sent:
        raise ImportRefused("No file was chosen; drop an export of another tool into the field, or choose it there.")
    files = [(each.filename or "", each.stream) for each in sent]
    return told_as.taken_in(service(), site_id, service().take_in(site_id, files, dry_run=dry_run))


def _check_size() -> None:
    if (request.content_length or 0) > _most():
        raise BodyTooLarge(TOO_LARGE.format(_most() // MEGABYTE))


def _most() -> int:
    return LARGER * int(current_app.config["MAX_CONTENT_LENGTH"])


def _named(told: Json) -> str:
    return ", ".join(f"{each['name']} ({plural(each['posts'], 'post')})" for each in told["imports"])


def _back(site_id: int) -> AnyResponse:
    where = url_for("dashboard.imports", site_id=site_id)
    return Response(headers={"HX-Redirect": where}) if wants_part() else redirect(where)
