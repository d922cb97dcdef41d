"""`refresh`: sites and their suggestions, brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, say, tame, terminal, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.entities import Refresh
from suggester.errors import SuggesterError
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.store import SiteRow
    from suggester.tasks.service import Service

COLUMNS = (
    "site", "error", "whole", "read", "changed", "deleted", "embedded", "renewed", "appeared", "died", "seconds.sync",
    "seconds.embed", "seconds.index", "seconds.check", "seconds.renew",
)  # fmt: skip
COUNTED = ("changed", "deleted", "renewed", "appeared", "died")


@click.command()
@click.option("--full", is_flag=True, help="Read every post again, and make every suggestion anew.")
@with_options
@click.pass_obj
def refresh(desk: Desk, full: bool) -> None:
    """Bring sites and their suggestions up to date: the one named, or all.

    What changed is read and embedded, the suggestions that this touches are made anew, and every stored one is checked.
    It can be stopped at any moment; the next refresh goes on where it was. A site that fails does not keep the others
    from their refresh; the exit code is then that of the first failure.
    """
    failed: list[SuggesterError] = []
    told: list[Json] = []
    with desk.open() as service, Bars(terminal(desk, stderr=True)) as bars:
        rows = [service.find_site(desk.site)] if desk.site else service.sites()
        for row in rows:
            try:
                told.append(_refreshed(desk, service, row, bars, full))
            except SuggesterError as error:
                failed.append(error)
                told.append({"site": row.url, "error": str(error)})
    if not print_json(desk, {"refreshes": told}, told, COLUMNS):
        _show(desk, told)
    for each in failed:
        say(str(each))
    if failed:
        click.get_current_context().exit(failed[0].exit_code)


def _refreshed(desk: Desk, service: Service, row: SiteRow, bars: Bars, full: bool) -> Json:
    report = service.refresh(row.id, bars, full=full)
    for note in (*report.sync.notes, report.trouble):
        if note:
            hint(desk, note)
    return {"site": row.url, **_told(report.kept)} if report.kept else {"site": row.url}


def _told(done: Refresh) -> Json:
    told = asdict(done)
    for name in ("started_at", "ended_at"):
        told[name] = told[name] and told[name].isoformat()
    return told


def _show(desk: Desk, told: Sequence[Json]) -> None:
    if not told:
        print_table(desk, "No site is connected; `suggester connect` connects one.")
        return
    shown = table("Site", "#Changed", "#Deleted", "#Renewed", "#Appeared", "#Died", "#Seconds", "")
    for one in told:
        counts = [
            f"{one[name]:,}" if name in one else "" for name in ("changed", "deleted", "renewed", "appeared", "died")
        ]
        seconds = f"{sum(one['seconds'].values()):,.0f}" if "seconds" in one else ""
        shown.add_row(Text(tame(one["site"])), *counts, seconds, "failed" if one.get("error") else "")
    print_table(desk, shown)
    appeared, died = (sum(one.get(name, 0) for one in told) for name in ("appeared", "died"))
    hint(desk, f"{plural(appeared, 'suggestion')} appeared, {died:,} died.")
