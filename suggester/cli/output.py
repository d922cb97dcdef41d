"""Answers on stdout: JSON for programs, tables for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

import click
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from suggester.cli.base import Desk, tame, terminal
from suggester.content.sheets import Cell, to_csv
from suggester.entities import Suggestion
from suggester.web import wording
from suggester.web.answers import Json, confidence

COLOURS = {"high": "green", "medium": "yellow", "low": "bright_black"}
ANCHOR = "bold black on yellow"
TITLE = "bold cyan"
MOST_REASONS = 3  # the first ones tell most
SUGGESTION = (
    "source_id", "target.id", "target.title", "target.url", "anchor.text", "anchor.before", "anchor.after",
    "block.index", "block.kind", "sentence", "score", "confidence", "shown", "reasons.text",
)  # fmt: skip
"""Columns of a suggestion as CSV."""


def print_json(desk: Desk, whole: Json, lines: Iterable[Json], columns: Sequence[str] = ()) -> bool:
    """Print an answer for a program, whole or line by line; False where a table is wanted instead.

    As CSV, each line is a row. `columns` names its cells by their paths in a line, "target.title"; left out, they are
    all that stand in the lines. The headings are the same with underscores. What is a list in JSON is one cell.
    """
    if desk.format == "json":
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    elif desk.format == "jsonl":
        for line in lines:
            click.echo(json.dumps(line, ensure_ascii=False))
    elif desk.format == "csv":
        _print_csv(list(lines), columns)
    return desk.format != "table"


def _print_csv(lines: Sequence[Json], columns: Sequence[str]) -> None:
    """Print in UTF-8, whatever the terminal's locale says."""
    columns = columns or _all_paths(lines)
    rows = ([_cell(_at(line, path.split("."))) for path in columns] for line in lines)
    headings = [path.replace(".", "_") for path in columns]
    click.echo(to_csv(headings, rows).encode("utf-8", "replace"), nl=False)


def _all_paths(lines: Iterable[Json]) -> list[str]:
    found = dict.fromkeys(path for line in lines for path in _paths(line))
    return [path for path in found if not any(other.startswith(f"{path}.") for other in found)]


def _paths(line: Mapping[str, object]) -> Iterator[str]:
    for name, value in line.items():
        if isinstance(value, Mapping) and value:
            yield from (f"{name}.{path}" for path in _paths(value))
        else:
            yield name


def _at(value: object, path: Sequence[str]) -> object:
    """Follow a path; through a list, in each of its things."""
    if not path or value is None:
        return value
    if isinstance(value, list):
        return [_at(each, path) for each in value]
    return _at(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else None


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return " | ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


def print_table(desk: Desk, *shown: RenderableType) -> None:
    """Print for a person."""
    console = terminal(desk)
    for each in shown:
        console.print(each, soft_wrap=isinstance(each, str | Text))  # a line that is one line stays one


def table(*columns: str, heading: str = "") -> Table:
    """Make an empty table in the house's style; columns that begin with # hold numbers."""
    made = Table(
        title=heading or None, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for column in columns:
        number = column.startswith("#")
        made.add_column(
            column.lstrip("#"), justify="right" if number else "left", header_style="bright_black", no_wrap=number
        )
    return made


def of_suggestion(item: Suggestion, target: str = "", source: str = "") -> RenderableType:
    """Show a suggestion: its sentence with the anchor highlighted, where it leads or stands, the score and why."""
    head = Text.assemble((f"{item.score:.2f} {wording.score(item)}", COLOURS[confidence(item.score)]))
    if target:
        head.append_text(Text.assemble("  → ", (tame(target), TITLE)))
    if source:
        head.append_text(Text.assemble(("  in ", "bright_black"), tame(source)))
    reasons = " · ".join(reason.text.rstrip(".") for reason in item.reasons[:MOST_REASONS])
    rows: list[RenderableType] = [head, Padding(sentence(item), (0, 0, 0, 2))]
    if reasons:
        rows.append(Padding(Text(tame(reasons), "bright_black"), (0, 0, 0, 2)))
    return Padding(Group(*rows), (0, 0, 1, 0))


def sentence(item: Suggestion) -> Text:
    """Write a suggestion's sentence with its anchor highlighted."""
    cut = wording.marked(item)
    new = [("New text: ", "yellow")] if item.anchor is None else []
    return Text.assemble(*new, tame(cut.before), (tame(cut.anchor), ANCHOR), tame(cut.after))


def title(text: str) -> Text:
    """Write the title of a post or a site."""
    return Text(tame(text), TITLE)
