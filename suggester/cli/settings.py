"""`settings`: what the owner of a site decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from suggester.cli.base import Desk, tame, with_options
from suggester.cli.lookup import find_post
from suggester.cli.output import print_json, print_table, table
from suggester.entities import Settings
from suggester.errors import ConfigError
from suggester.web import answers

if TYPE_CHECKING:
    from suggester.tasks.service import Service

NUMBERS = ("links_per_1000", "least_score")
NAMES = tuple(field.name for field in fields(Settings))
MEANINGS = {
    "post_types": "types of posts to suggest for and to lead to; none stands for all",
    "excluded_posts": "never a target, and they get no suggestions",
    "excluded_terms": "the same for all posts of a term: taxonomy:slug",
    "excluded_words": "no anchor contains one of these",
    "links_per_1000": "links that a thousand words may carry at most",
    "least_score": "below it nothing is shown unasked",
}


@click.group(invoke_without_command=True)
@with_options
@click.pass_context
def settings(context: click.Context) -> None:
    """Show the settings of a site, or change one."""
    if context.invoked_subcommand is None:
        desk: Desk = context.obj
        with desk.open() as service:
            _show(desk, service.settings(desk.site_id(service)))


@settings.command("set")
@click.argument("name", type=click.Choice(NAMES))
@click.argument("values", nargs=-1)
@with_options
@click.pass_obj
def set_(desk: Desk, name: str, values: tuple[str, ...]) -> None:
    """Let the setting NAME be VALUES; a list without values becomes empty.

    \b
      suggester settings set excluded_terms category:news post_tag:sale
      suggester settings set links_per_1000 8
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        wanted = {name: _number(name, values) if name in NUMBERS else _list(service, site_id, name, values)}
        _show(desk, service.change_settings(site_id, wanted))


def _show(desk: Desk, stored: Settings) -> None:
    told = answers.settings(stored)
    if print_json(desk, told, [told]):
        return
    shown = table("Setting", "Value", "Meaning")
    for name, value in told.items():
        written = ", ".join(map(str, value)) or "none" if isinstance(value, list) else f"{value:g}"
        shown.add_row(name, Text(tame(written)), MEANINGS[name])
    print_table(desk, shown)


def _number(name: str, values: Sequence[str]) -> float:
    try:
        (value,) = values
        return float(value)
    except ValueError as error:
        raise ConfigError(f"{name} takes one number, as in `suggester settings set {name} 5`.") from error


def _list(service: Service, site_id: int, name: str, values: Sequence[str]) -> list[Any]:
    if name != "excluded_posts":
        return [value.strip() for value in values if value.strip()]
    return [find_post(service.store, site_id, value) for value in values]
