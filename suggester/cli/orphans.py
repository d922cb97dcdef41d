"""`orphans`: the posts that nothing links to, and what would repair them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, terminal, with_options
from suggester.cli.output import SUGGESTION, of_suggestion, print_json, print_table, table, title
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.entities import Plan, Run, Suggestion
from suggester.errors import RequestError
from suggester.web import answers, imports, plans, wording

if TYPE_CHECKING:
    from suggester.tasks.service import Service

CARD = ("id", "title", "url", "type", "published", "inbound", "outbound", "lang", "words")  # columns as CSV
PLANNED = ("source.title", "source.url", *SUGGESTION)  # the same of a plan
UNREPAIRED = 5  # posts without a way out that are named


@click.command()
@click.option("--near", is_flag=True, help="Also the posts that a single other post links to.")
@click.option("--repair", type=click.IntRange(1, 50), metavar="N", help="Plan up to N new links to each.")
@click.option("--per-post", type=click.IntRange(1), default=3, show_default=True, help="Most new links in one post.")
@click.option("--most", type=click.IntRange(1), help="Most new links altogether.")
@click.option("--make-run", is_flag=True, help="Keep the plan as a run, to be reviewed and applied.")
@with_options
@click.pass_obj
def orphans(desk: Desk, near: bool, repair: int | None, per_post: int, most: int | None, make_run: bool) -> None:
    """List the posts that no other post links to; with --repair, plan the links they should get.

    Only links in the bodies of posts count. Menus, widgets and whatever the theme adds are no part of a post's body:
    a post that is only in a menu is an orphan here.

    The plan assigns the whole site at once. Every orphan gets a first link before any gets a second; no post is asked
    beyond the links its length can bear; strong and relevant posts go first; and a post is not called the same by
    all that link to it. Each link is a suggestion that its source would get itself. Nothing is written.
    """
    if make_run and not repair:
        raise RequestError("--make-run keeps a plan; say with --repair how many links each orphan should get.")
    with desk.ask() as service:
        site_id = desk.site_id(service)
        if repair:
            _repair(desk, service, site_id, near, repair, per_post, most, make_run)
        else:
            _list(desk, service, site_id, near)


def _list(desk: Desk, service: Service, site_id: int, near: bool) -> None:
    answer, shown = answers.orphans(service, site_id), service.impressions(site_id)
    answer["orphans"] = imports.with_impressions(answer["orphans"], shown)
    if near:
        cards = [answers.card(each) for each in service.nearly_orphans(site_id)]
        answer["nearly_orphans"] = imports.with_impressions(cards, shown)
    nearly = answer.get("nearly_orphans", [])
    if print_json(desk, answer, [*answer["orphans"], *nearly], (*CARD, "impressions") if shown else CARD):
        return
    if not answer["orphans"]:
        print_table(desk, "No orphans: every post is linked from another one.")
    else:
        print_table(desk, _table(answer["orphans"], plural(len(answer["orphans"]), "orphan")))
    if nearly:
        single = "that a single other post links to"
        print_table(desk, "", _table(nearly, plural(len(nearly), f"post {single}", f"posts {single}")))
    if shown:
        by = imports.named(service.store.imports_with(site_id, "impressions"))
        print_table(desk, "", f"Those that searchers are shown most come first, by {by}.")
    if answer["orphans"]:
        hint(desk, "Next: suggester orphans --repair 3")


def _table(cards: list[answers.Json], heading: str) -> Table:
    told = any("impressions" in card for card in cards)
    found = table("#Id", "Title", "Address", "#Links out", *(["#Impressions"] if told else []), heading=heading)
    for card in cards:
        shown = [f"{card['impressions']:,}"] if told else []
        found.add_row(str(card["id"]), title(card["title"]), Text(tame(card["url"])), str(card["outbound"]), *shown)
    return found


def _repair(
    desk: Desk, service: Service, site_id: int, near: bool, repair: int, per_post: int, most: int | None, keep: bool
) -> None:
    targets = None
    if near:
        cards = [*service.orphans(site_id), *service.nearly_orphans(site_id)]
        targets = [card.id for card in cards]
    with Bars(terminal(desk, stderr=True)) as bars:
        made = service.plan(site_id, per_target=repair, per_source=per_post, most=most, targets=targets, progress=bars)
    run = (
        service.make_run(site_id, made, "orphans", f"Repair of {plural(made.orphans_before, 'orphan')}")
        if keep
        else None
    )
    answer = plans.plan(service, site_id, made) | ({"run_id": run.id} if run else {})
    if not print_json(desk, answer, answer["suggestions"], PLANNED):
        _show(desk, service, site_id, made, run)


def _show(desk: Desk, service: Service, site_id: int, made: Plan, run: Run | None) -> None:
    by_target: dict[int, list[Suggestion]] = defaultdict(list)
    for item in made.items:
        by_target[item.target_id].append(item)
    for target_id, items in by_target.items():
        print_table(desk, title(service.card(site_id, target_id).title))
        for item in items:
            print_table(desk, of_suggestion(item, source=service.card(site_id, item.source_id).title))
    print_table(
        desk,
        f"Orphans: {made.orphans_before:,} today, {made.orphans_after:,} with these links. "
        f"Linked from a single post: {made.nearly_before:,} today, {made.nearly_after:,} then.",
        f"{plural(len(made.items), 'link')} in {plural(made.posts_touched, 'post')}.",
    )
    _tell_unrepaired(desk, service, site_id, made)
    if run:
        hint(desk, f"Kept as run {run.id}; review it in the dashboard or with `suggester runs show {run.id}`.")
    elif made.items:
        hint(desk, "Nothing was written; --make-run keeps this plan, to be reviewed and applied.")


def _tell_unrepaired(desk: Desk, service: Service, site_id: int, made: Plan) -> None:
    counted = sorted(Counter(made.unrepaired.values()).items(), key=lambda each: (-each[1], each[0]))
    for reason, count in counted:
        told = wording.SOURCES.get(reason, reason)
        some = [post_id for post_id, why in made.unrepaired.items() if why == reason][:UNREPAIRED]
        names = ", ".join(f"“{tame(service.card(site_id, post_id).title)}”" for post_id in some)
        more = f" and {count - len(some):,} more" if count > len(some) else ""
        hint(desk, f"Without a link ({told}): {names}{more}.")
