"""`links`: links that lead astray, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, terminal, with_options
from suggester.cli.output import print_json, print_table, table, title
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.entities import Edit
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.tasks.service import Service

COLUMNS = (
    "source.id", "source.title", "source.url", "kind", "anchor.text", "sentence", "old_href", "href", "target.id",
    "target.title", "score", "chosen", "reasons.text", "why",
)  # fmt: skip


@click.command()
@click.option("--make-run", is_flag=True, help="Keep them as a run, to be reviewed and applied.")
@with_options
@click.pass_obj
def links(desk: Desk, make_run: bool) -> None:
    """List links that lead to former addresses, to posts that are gone, or nowhere, and what to do with each.

    It knows what the last sync knew. A link to a former address gets the new one; one that leads nowhere leads to
    another post where one fits its words, else it is taken out. Nothing is written to WordPress.
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        with Bars(terminal(desk, stderr=True)) as bars:
            run = service.make_links_run(site_id, bars) if make_run else None
            edits = (
                service.edits(site_id, run.id, sort="id", limit=None)[1] if run else service.link_changes(site_id, bars)
            )
        told = _told(service, site_id, edits)
    if not print_json(desk, {"run": run.id if run else None, "link_changes": told}, told, COLUMNS):
        _show(desk, told)
    if run:
        hint(desk, f"Kept as run {run.id}; nothing is written to WordPress before it is applied.")


def _told(service: Service, site_id: int, edits: Sequence[Edit]) -> list[Json]:
    wanted = {each for edit in edits for each in (edit.source_id, edit.target_id) if each is not None}
    posts = {
        post.id: {"id": post.id, "title": post.title, "url": post.url}
        for post in service.store.some_posts(site_id, wanted)
    }
    return [
        {
            "source": posts.get(edit.source_id),
            "kind": edit.kind,
            "anchor": {"text": edit.anchor.text, "before": edit.anchor.before, "after": edit.anchor.after},
            "sentence": edit.sentence,
            "old_href": edit.old_href,
            "href": edit.href,
            "target": posts.get(edit.target_id or 0),
            "score": round(edit.score, 4),
            "chosen": edit.chosen,
            "reasons": [{"code": each.code, "text": each.text} for each in edit.reasons],
            "why": edit.why,
        }
        for edit in edits
    ]


def _show(desk: Desk, told: Sequence[Json]) -> None:
    if not told:
        print_table(desk, "No link leads astray, as far as the last sync knows.")
        return
    shown = table("Post", "Words", "Leads to", "Change", "Why", heading=plural(len(told), "link change"))
    for each in told:
        what = f"→ {each['href']}" if each["kind"] == "rewrite" else "take the link out"
        why = each["why"] or each["reasons"][0]["text"]
        words = each["anchor"]["text"] or "(no words)"
        row = (words, each["old_href"], what if each["chosen"] else f"by hand: {what}", why)
        shown.add_row(title(each["source"]["title"]), *(Text(tame(cell)) for cell in row))
    print_table(desk, shown)
