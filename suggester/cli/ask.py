"""`suggest`: what the plugin asks over HTTP, asked at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.lookup import find_post
from suggester.cli.output import SUGGESTION, of_suggestion, print_json, print_table, title
from suggester.content.text import plural
from suggester.entities import Suggestions
from suggester.web import answers, wording

if TYPE_CHECKING:
    from suggester.tasks.service import Service


@click.command()
@click.argument("post")
@click.option("--limit", "-n", type=click.IntRange(1, answers.MAX_LIMIT), default=8, show_default=True)
@with_options
@click.pass_obj
def suggest(desk: Desk, post: str, limit: int) -> None:
    """Suggest links for POST: its id, its address or its slug.

    The text is that of the last sync; the plugin asks for the text on screen.
    """
    with desk.ask() as service:
        site_id = desk.site_id(service)
        found = service.suggestions(site_id, find_post(service.store, site_id, post), limit=limit)
        answer = answers.suggestions(service, site_id, found)
        if not print_json(desk, answer, answer["suggestions"], SUGGESTION):
            _show(desk, service, site_id, found)


def _show(desk: Desk, service: Service, site_id: int, found: Suggestions) -> None:
    card = service.card(site_id, found.source_id)
    print_table(desk, title(card.title), Text(tame(card.url), "bright_black"), "")
    shown = [item for item in found.items if item.shown]
    for item in shown:
        print_table(desk, of_suggestion(item, service.card(site_id, item.target_id).title))
    if not shown:
        print_table(desk, wording.nothing(found.dropped))
    elif told := wording.dropped(found.dropped):
        hint(desk, "Fell away: " + ", ".join(f"{count:,} {text}" for text, count in told) + ".")
    if weaker := len(found.items) - len(shown):
        hint(desk, f"{plural(weaker, 'weaker suggestion')} left out; --format json lists all.")
