"""`inbound`: which other posts should link to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.lookup import find_post
from suggester.cli.output import SUGGESTION, of_suggestion, print_json, print_table, title
from suggester.content.text import plural
from suggester.entities import Inbound
from suggester.web import answers, wording

if TYPE_CHECKING:
    from suggester.tasks.service import Service


COLUMNS = ("source.title", "source.url", *SUGGESTION)  # as CSV


@click.command()
@click.argument("post")
@click.option("--limit", "-n", type=click.IntRange(1, answers.MAX_LIMIT), default=8, show_default=True)
@with_options
@click.pass_obj
def inbound(desk: Desk, post: str, limit: int) -> None:
    """Suggest which other posts should link to POST: its id, its address or its slug."""
    with desk.ask() as service:
        site_id = desk.site_id(service)
        found = service.inbound(site_id, find_post(service.store, site_id, post), limit=limit)
        answer = answers.inbound(service, site_id, found)
        if not print_json(desk, answer, answer["suggestions"], COLUMNS):
            _show(desk, service, site_id, found)


def _show(desk: Desk, service: Service, site_id: int, found: Inbound) -> None:
    card = service.card(site_id, found.target_id)
    linked = "An orphan: no other post links here." if found.orphan else _linking(found.inbound)
    print_table(desk, title(card.title), Text(tame(card.url), "bright_black"), linked, "")
    shown = [item for item in found.items if item.shown]
    for item in shown:
        print_table(desk, of_suggestion(item, source=service.card(site_id, item.source_id).title))
    if not shown:
        print_table(desk, wording.nothing(found.dropped, wording.SOURCES))
    elif told := wording.dropped(found.dropped, wording.SOURCES):
        hint(desk, "Fell away: " + ", ".join(f"{count:,} {text}" for text, count in told) + ".")
    if weaker := len(found.items) - len(shown):
        hint(desk, f"{plural(weaker, 'weaker suggestion')} left out; --format json lists all.")


def _linking(count: int) -> str:
    return plural(count, "other post links here.", "other posts link here.") if count else "No other post links here."
