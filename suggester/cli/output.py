"""Answers on stdout: JSON for programs, tables for people."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from suggester.cli.base import Desk, tame, terminal
from suggester.entities import Suggestion
from suggester.web import wording
from suggester.web.answers import Json, confidence

COLOURS = {"high": "green", "medium": "yellow", "low": "bright_black"}
ANCHOR = "bold black on yellow"
TITLE = "bold cyan"
MOST_REASONS = 3  # the first ones tell most


def print_json(desk: Desk, whole: Json, lines: Iterable[object]) -> bool:
    """Print an answer for a program, whole or line by line; False where a table is wanted instead."""
    if desk.format == "json":
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    elif desk.format == "jsonl":
        for line in lines:
            click.echo(json.dumps(line, ensure_ascii=False))
    return desk.format != "table"


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
