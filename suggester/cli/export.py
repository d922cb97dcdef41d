"""`export`: tables for other tools."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from suggester.cli.base import Desk, hint, tame, terminal, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.cli.progress import Bars
from suggester.content.sheets import BOM, csv_parts
from suggester.content.text import plural
from suggester.errors import RequestError

WHAT = ("inlinks", "internal", "orphans", "suggestions")
SHOWN = 20  # rows of a table in the terminal


@click.command()
@click.option("--as", "what", type=click.Choice(WHAT), required=True, help="Which table.")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write CSV into this file.")
@with_options
@click.pass_obj
def export(desk: Desk, what: str, file: Path | None) -> None:
    """Write a table for other tools, under the headings of Screaming Frog's exports.

    \b
      inlinks      all_inlinks: every internal link in the text of posts, with its words
      internal     internal_all: every post, its links, its rank, and its searches where they were imported
      orphans      posts that no other post links to, those that searchers are shown most first
      suggestions  the suggestions that are kept since the last refresh

    What is not known here, as sizes and response times, is left empty. Nothing is fetched.
    """
    with desk.open() as service, Bars(terminal(desk, stderr=True)) as bars:
        found = service.export(desk.site_id(service), what, bars)
        if file or desk.format == "csv":
            _write(desk, file, csv_parts(found.columns, found.rows))
            return
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    if print_json(desk, {"columns": list(found.columns), "rows": rows}, rows):
        return
    filled = [name for name in found.columns if any(row[name] not in (None, "") for row in rows)]
    shown = table(*filled, heading=plural(len(rows), "row"))
    for row in rows[:SHOWN]:
        shown.add_row(*(tame("" if row[name] is None else str(row[name])) for name in filled))
    print_table(desk, shown)
    hint(desk, f"Next: suggester export --as {what} --to {what}.csv")


def _write(desk: Desk, file: Path | None, pieces: Iterable[str]) -> None:
    if file is None:
        for piece in pieces:
            click.echo(piece.encode("utf-8", "replace"), nl=False)
        return
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            out.write(BOM)  # spreadsheets know by the mark that it is UTF-8
            out.writelines(pieces)
    except OSError as error:
        raise RequestError(f"{file} cannot be written ({error.strerror}); name another file.") from error
    hint(desk, f"Written to {file}.")
