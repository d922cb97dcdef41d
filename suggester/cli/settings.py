"""`settings`: what the owner of a site decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from suggester.cli.base import Desk, tame, with_options
from suggester.cli.digest import MEANINGS as DIGEST_MEANINGS
from suggester.cli.digest import of_wish, wanted_by
from suggester.cli.lookup import find_post
from suggester.cli.output import print_json, print_table, table
from suggester.entities import Settings
from suggester.errors import ConfigError
from suggester.web import answers

if TYPE_CHECKING:
    from suggester.tasks.service import Service

NUMBERS = ("links_per_1000", "least_score")
WHOLE_NUMBERS = ("audit_every",)
FLAGS = {"yes": True, "no": False}
FLAG_NAMES, WORD_NAMES = ("refresh_nightly", "audit_visits"), ("refresh_at", "time_zone")
NAMES = tuple(field.name for field in fields(Settings))
MEANINGS = {
    "post_types": "types of posts to suggest for and to lead to; none stands for all",
    "excluded_posts": "never a target, and they get no suggestions",
    "excluded_terms": "the same for all posts of a term: taxonomy:slug",
    "excluded_words": "no anchor contains one of these",
    "links_per_1000": "links that a thousand words may carry at most",
    "least_score": "below it nothing is shown unasked",
    "refresh_nightly": "the service refreshes the site every night by itself: yes or no",
    "refresh_at": "hour of the night, or up to an hour later",
    "time_zone": "of that hour, as in Europe/Berlin; none stands for UTC",
    "audit_every": "months from one audit to the next that is made by itself; 0 for none",
    "audit_visits": "such an audit visits the pages before, some each night: yes or no",
}


@click.group(invoke_without_command=True)
@with_options
@click.pass_context
def settings(context: click.Context) -> None:
    """Show the settings of a site, or change one."""
    if context.invoked_subcommand is None:
        desk: Desk = context.obj
        with desk.open() as service:
            site_id = desk.site_id(service)
            _show(desk, service.settings(site_id), of_wish(service.digest_wish(site_id)))


@settings.command("set")
@click.argument("name", type=click.Choice((*NAMES, *DIGEST_MEANINGS)))
@click.argument("values", nargs=-1)
@with_options
@click.pass_obj
def set_(desk: Desk, name: str, values: tuple[str, ...]) -> None:
    """Let the setting NAME be VALUES; a list without values becomes empty.

    \b
      suggester settings set excluded_terms category:news post_tag:sale
      suggester settings set links_per_1000 8
      suggester settings set time_zone Europe/Berlin
      suggester settings set digest_email you@your-site.example
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        if name in DIGEST_MEANINGS:
            wish = of_wish(service.change_digest_wish(site_id, wanted_by(name, values)))
            _print(desk, wish, wish)
            return
        _show(desk, service.change_settings(site_id, {name: _value(service, site_id, name, values)}))


def _show(desk: Desk, stored: Settings, wish: Mapping[str, Any] | None = None) -> None:
    told = answers.settings(stored)
    _print(desk, told, told | dict(wish or {}))


def _print(desk: Desk, told: dict[str, Any], rows: Mapping[str, Any]) -> None:
    if print_json(desk, told, [told]):
        return
    shown = table("Setting", "Value", "Meaning")
    for name, value in rows.items():
        shown.add_row(name, Text(tame(_written(value))), (MEANINGS | DIGEST_MEANINGS)[name])
    print_table(desk, shown)


def _written(value: list[Any] | float | str | bool) -> str:
    if isinstance(value, bool):
        return next(word for word, flag in FLAGS.items() if flag == value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return (value or "none") if isinstance(value, str) else f"{value:g}"


def _value(service: Service, site_id: int, name: str, values: Sequence[str]) -> Any:  # noqa: ANN401 - of any setting
    if name in NUMBERS:
        return _number(name, values)
    if name in WHOLE_NUMBERS:
        return _whole(name, values)
    if name in FLAG_NAMES:
        return _flag(name, values)
    return " ".join(values).strip() if name in WORD_NAMES else _list(service, site_id, name, values)


def _flag(name: str, values: Sequence[str]) -> bool:
    try:
        (value,) = values
        return FLAGS[value.casefold()]
    except (KeyError, ValueError) as error:
        raise ConfigError(f"{name} takes yes or no, as in `suggester settings set {name} no`.") from error


def _number(name: str, values: Sequence[str]) -> float:
    try:
        (value,) = values
        return float(value)
    except ValueError as error:
        raise ConfigError(f"{name} takes one number, as in `suggester settings set {name} 5`.") from error


def _whole(name: str, values: Sequence[str]) -> int:
    number = _number(name, values)
    if number != int(number):
        raise ConfigError(f"{name} takes a whole number, as in `suggester settings set {name} 3`.")
    return int(number)


def _list(service: Service, site_id: int, name: str, values: Sequence[str]) -> list[Any]:
    if name != "excluded_posts":
        return [value.strip() for value in values if value.strip()]
    return [find_post(service.store, site_id, value) for value in values]
