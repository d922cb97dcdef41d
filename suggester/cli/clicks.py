"""`clicks`: what links bring, as far as the owner lets clicks on them be counted."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.output import print_json, print_table, table, title
from suggester.content.text import plural
from suggester.web import clicks as told_as
from suggester.web.answers import Json

LINE = (
    "source.id", "source.title", "source.url", "target.id", "target.title", "href", "anchor", "ours", "clicks",
    "by_month",
)  # fmt: skip
DEAD = (
    "source.id", "source.title", "source.url", "target.id", "target.title", "target.url", "anchor", "ours",
    "clicks_on_others", "links",
)  # fmt: skip
SHOWN = 15  # lines of each table
MONTHS, MOST_MONTHS = 3, 36  # as `tasks.clicks` shows and keeps them


@click.command()
@click.option(
    "--months",
    type=click.IntRange(1, MOST_MONTHS),
    default=MONTHS,
    show_default=True,
    help="How many months to look at, the present one among them.",
)
@click.option("--dead", is_flag=True, help="The links that bring nothing, instead of those that are followed.")
@with_options
@click.pass_obj
def clicks(desk: Desk, months: int, dead: bool) -> None:
    """Say what internal links bring: how often readers follow them.

    The plugin counts clicks where the owner switches that on, under Settings > Link suggester: for each link and month
    a number, no cookies, no IP addresses, nothing about persons. Told are the links that are followed most, those
    added by us against those that stood there before, the anchors that work best, and dead weight.
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        report = service.clicks(site_id, months)
        told = told_as.clicks(service, site_id, report)
    lines, columns = (told["dead"], DEAD) if dead else (told["links"], LINE)
    if print_json(desk, told, lines, columns):
        return
    print_table(desk, told["state"])
    excuse = told_as.dead_line(report, datetime.now(UTC))
    if dead:
        _show_dead(desk, told["dead"], excuse)
    elif report.counting is not None:
        _show(desk, told, told_as.compared_line(report.all_links))
        _show_dead(desk, told["dead"][:SHOWN], excuse)
        hint(desk, "--format csv lists all links, with --dead those that bring nothing.")


def _show(desk: Desk, told: Json, compared: str) -> None:
    by_month = table("Month", "#On links of ours", "#On others")
    for each in told["months"]:
        by_month.add_row(told_as.month_name(each["month"], year=True), f"{each['ours']:,}", f"{each['others']:,}")
    print_table(desk, "", by_month, "")
    if not told["links"]:
        print_table(desk, "No click was told in these months.")
        return
    if compared:
        print_table(desk, compared, "")
    followed = table("#Clicks", "Anchor", "In", "Leads to", "Ours", heading="Links that are followed most")
    for each in told["links"][:SHOWN]:
        target = title(each["target"]["title"]) if each["target"] else tame(each["href"])
        ours = "yes" if each["ours"] else ""
        followed.add_row(f"{each['clicks']:,}", tame(each["anchor"]), title(each["source"]["title"]), target, ours)
    print_table(desk, followed, "")
    if told["anchors"]:
        best = table("Anchor", "Leads to", "#Clicks", "#Expected", heading="Anchors that work best")
        for each in told["anchors"][:SHOWN]:
            counts = f"{each['clicks']:,}", f"{each['expected']:,.1f}"
            best.add_row(tame(each["anchor"]), title(each["target"]["title"]), *counts)
        print_table(desk, best, "Expected: if readers followed all links of the same posts alike.", "")


def _show_dead(desk: Desk, dead: list[Json], excuse: str) -> None:
    if not dead:
        if excuse:
            print_table(desk, excuse)
        return
    shown = table("In", "Anchor", "Leads to", "#Clicks on others there", heading="Dead weight")
    for each in dead:
        ends = title(each["source"]["title"]), tame(each["anchor"]), title(each["target"]["title"])
        shown.add_row(*ends, f"{each['clicks_on_others']:,}")
    print_table(desk, shown, told_as.WHAT_IS_DEAD)
    hint(desk, f"{plural(len(dead), 'link')}: put each on other words, further up, or take it out.")
