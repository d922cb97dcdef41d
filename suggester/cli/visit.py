"""`visit`: a site as its readers see it: clicks from the homepage, and where links lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, terminal, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.entities import Visit
from suggester.fetching import MOST_PAGES, REST
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.tasks.visits import VisitReport

COLUMNS = (
    "url", "status", "outcome", "final_url", "hops", "error", "depth", "content_depth", "noindex", "canonical", "title",
    "post_id", "page", "external", "at",
)  # fmt: skip
SHOWN = 30  # addresses with something wrong that are listed; JSON and CSV have them all


@click.command()
@click.option("--external", is_flag=True, help="Ask for the addresses of other sites, too.")
@click.option("--anew", is_flag=True, help="Ask for everything, also for what was found a moment ago.")
@click.option("--pages", type=click.IntRange(min=1), default=MOST_PAGES, show_default=True, help="Visit so many.")
@click.option(
    "--rest", type=click.FloatRange(0, 30), default=REST, show_default=True, help="Seconds between two requests."
)
@with_options
@click.pass_obj
def visit(desk: Desk, external: bool, anew: bool, pages: int, rest: float) -> None:
    """Walk over the pages of a site as its readers do, and see where its links lead.

    From the homepage on, one request at a time, as robots.txt allows; no login is used and nothing is written. What
    was found within the last day is not asked for again, and a walk that was stopped goes on. `suggester audit` goes by
    what was found.
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        with Bars(terminal(desk, stderr=True)) as bars:
            report = service.visit(site_id, external=external, anew=anew, most_pages=pages, rest=rest, progress=bars)
        found = service.store.visits(site_id)
    lines = [_told(each) for each in found]
    if not print_json(desk, asdict(report) | {"visits": lines}, lines, COLUMNS):
        _show(desk, report, found)


def _told(found: Visit) -> Json:
    return asdict(found) | {"at": found.at.isoformat()}


def _show(desk: Desk, report: VisitReport, found: Sequence[Visit]) -> None:
    pages, others = plural(report.pages, "page"), plural(report.checked, "further address", "further addresses")
    print_table(
        desk,
        f"{pages} visited, {others} checked; {report.asked:,} asked for now, in {report.seconds:.0f} s.",
        f"The farthest page is {plural(report.deepest, 'click')} from the homepage; no click leads to "
        f"{plural(report.unreached, 'post')}.",
    )
    for note in report.notes:
        print_table(desk, tame(note))
    wrong = [each for each in found if each.broken or (each.hops and not each.external)]
    if not wrong:
        return
    shown = table("#Status", "Address", "What is wrong")
    for each in wrong[:SHOWN]:
        what = each.error if each.broken else f"It only leads on to {each.final_url}"
        shown.add_row(str(each.status or "–"), Text(tame(each.url)), Text(tame(what)))
    print_table(desk, "", shown)
    if len(wrong) > SHOWN:
        hint(desk, f"… and {len(wrong) - SHOWN:,} more; --format csv lists all.")
    hint(desk, "`suggester audit` says which posts link there.")
