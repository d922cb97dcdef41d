"""`runs`: the bulk changes of a site, listed, looked into, and taken to a spreadsheet and back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.output import print_json, print_table, table, title
from suggester.content.sheets import BOM
from suggester.content.text import plural
from suggester.entities import EDIT_STATES, Edit, Run
from suggester.errors import CsvRefused
from suggester.web.answers import Json
from suggester.web.edits import of_edit, of_run

if TYPE_CHECKING:
    from suggester.tasks.service import Service

EDIT_COLUMNS = (
    "id", "state", "chosen", "source.id", "source.title", "source.url", "target.id", "target.title", "target.url",
    "anchor.text", "sentence", "score", "why",
)  # fmt: skip
SHOWN = 50  # edits in a table


@click.group(invoke_without_command=True)
@with_options
@click.pass_context
def runs(ctx: click.Context) -> None:
    """List the runs: bulk changes under review, applied, or undone."""
    if ctx.invoked_subcommand is None:
        list_runs(ctx.obj)


def list_runs(desk: Desk) -> None:
    """Print the runs of a site, newest first."""
    with desk.open() as service:
        found = service.runs(desk.site_id(service))
    told = [of_run(run) for run in found]
    if print_json(desk, {"runs": told}, told):
        return
    shown = table("#Run", "Title", "Kind", "State", "Made", "Edits")
    for run in found:
        made = run.created_at.isoformat()[:16].replace("T", " ")
        shown.add_row(str(run.id), title(run.title), run.kind, run.state, made, in_words(run))
    print_table(desk, shown if found else "No runs yet.")


@runs.command()
@click.argument("run", type=int)
@click.option("--state", type=click.Choice(EDIT_STATES), help="Only edits in this state.")
@with_options
@click.pass_obj
def show(desk: Desk, run: int, state: str | None) -> None:
    """Show a run and its edits."""
    limit = SHOWN if desk.format == "table" else None
    with desk.open() as service:
        site_id = desk.site_id(service)
        found = service.run(site_id, run)
        total, edits = service.edits(site_id, run, state=state, limit=limit)
        told = told_edits(service, site_id, edits)
    if print_json(desk, of_run(found) | {"edits": told}, told, EDIT_COLUMNS):
        return
    print_table(desk, title(found.title or f"Run {found.id}"), f"{found.state}: {in_words(found)}")
    if found.error:
        print_table(desk, found.error)
    print_table(desk, "", edits_table(told))
    if total > len(edits):
        hint(desk, f"{total - len(edits):,} more; --format csv lists all.")


@runs.command("export")
@click.argument("run", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@with_options
@click.pass_obj
def export_run(desk: Desk, run: int, file: Path | None) -> None:
    """Write a run as CSV, to FILE or on the screen.

    Change the columns `chosen` (yes or no) and `anchor`, and take the file back in with `suggester runs import`.
    """
    with desk.open() as service:
        text = service.export_csv(desk.site_id(service), run)
    if file is None:
        click.echo(text.encode("utf-8", "replace"), nl=False)
        return
    file.write_bytes((BOM + text).encode("utf-8", "replace"))
    hint(desk, f"Written to {file}; `suggester runs import {file}` takes it back in.")


@runs.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_options
@click.pass_obj
def import_run(desk: Desk, file: Path) -> None:
    """Take an exported CSV back in: which edits are chosen, and on which words.

    Rows that were deleted are not chosen. Where a row is wrong it is named, and nothing is taken in.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CsvRefused(f"{file} is not UTF-8; save it as “CSV UTF-8”, and import it again.") from error
    with desk.open() as service:
        run = service.import_csv(desk.site_id(service), text)
    if not print_json(desk, told := of_run(run), [told]):
        print_table(desk, f"Run {run.id}: {in_words(run)}.")


@runs.command()
@click.argument("run", type=int)
@with_options
@click.pass_obj
def delete(desk: Desk, run: int) -> None:
    """Forget a run that was never started."""
    with desk.open() as service:
        service.delete_run(desk.site_id(service), run)
    hint(desk, f"Run {run} is forgotten.")


def told_edits(service: Service, site_id: int, edits: Iterable[Edit]) -> list[Json]:
    """Word edits, with the titles of their posts."""
    found = list(edits)
    targets = {each.target_id for each in found if each.target_id is not None}
    heads = service.heads(site_id, targets | {each.source_id for each in found})
    return [of_edit(each, heads) for each in found]


def edits_table(told: Iterable[Json]) -> Table:
    """Lay edits out for a person."""
    shown = table("#Id", "State", "In", "Words", "Leads to", "#Score")
    for each in told:
        cells = [_named(each["source"]), each["anchor"]["text"], _named(each["target"])]
        state = each["state"] if each["chosen"] or each["state"] != "waiting" else "not chosen"
        shown.add_row(str(each["id"]), state, *(Text(tame(cell)) for cell in cells), f"{each['score']:.2f}")
        if each["why"]:
            shown.add_row("", "", Text(tame(each["why"]), "yellow"))
    return shown


def in_words(run: Run) -> str:
    """Count a run's edits by state."""
    counted = {state: run.counts[state] for state in EDIT_STATES if run.counts.get(state)}
    said = [f"{count:,} {state}" for state, count in counted.items()]
    if waiting := run.counts.get("waiting"):
        said[list(counted).index("waiting")] = f"{run.counts.get('chosen', 0):,} of {plural(waiting, 'edit')} chosen"
    return ", ".join(said) or "no edits"


def _named(post: Json | None) -> str:
    return str(post["title"] or post["url"]) if post else ""
