"""`similar`: the posts that say nearly the same as one."""

from __future__ import annotations

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.lookup import find_post
from suggester.cli.output import print_json, print_table, table, title
from suggester.web import answers

COLUMNS = ("likeness", "linked", "post.id", "post.title", "post.url", "post.inbound", "post.outbound", "post.words")


@click.command()
@click.argument("post")
@click.option("--limit", "-n", type=click.IntRange(1, answers.MAX_LIMIT), default=10, show_default=True)
@with_options
@click.pass_obj
def similar(desk: Desk, post: str, limit: int) -> None:
    """List the posts that say nearly the same as POST: its id, its address or its slug.

    Such posts compete with each other for the same readers: keep the better one, lead the other there, or tell them
    apart. Likeness is 1 where two posts say the same; every other post of the site is compared.
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        post_id = find_post(service.store, site_id, post)
        lines: list[answers.Json] = [
            {"likeness": each.likeness, "linked": each.linked, "post": answers.card(each.card)}
            for each in service.similar(site_id, post_id, limit)
        ]
        if print_json(desk, {"post_id": post_id, "similar": lines}, lines, COLUMNS):
            return
        if not lines:
            print_table(desk, "No other published post has been read yet.")
            return
        asked = service.store.post(site_id, post_id).title
    shown = table("#Likeness", "#Id", "Title", "Address", "Linked", heading=f"Like “{tame(asked)}”")
    for line in lines:
        card, linked = line["post"], "yes" if line["linked"] else ""
        address = Text(tame(card["url"]))
        shown.add_row(f"{line['likeness']:.2f}", str(card["id"]), title(card["title"]), address, linked)
    print_table(desk, shown)
    hint(desk, "Where two compete, the clearest cure is to lead one of them to the other.")
