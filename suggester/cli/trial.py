"""`try` and `demo`: look at a site's suggestions with nothing connected and nothing changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Command, Desk, terminal, with_options
from suggester.cli.browser import show
from suggester.cli.output import SUGGESTION, of_suggestion, print_json, print_table, table, title
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.entities import Suggestion, Suggestions
from suggester.errors import ConfigError
from suggester.web import answers
from suggester.web.report import Report, render

if TYPE_CHECKING:
    from suggester.engine.index import Card
    from suggester.tasks.refreshing import RefreshReport
    from suggester.tasks.service import Service

BEST = 10  # suggestions in the terminal; the page has them all
NAMED_ORPHANS = 10


@dataclass(frozen=True)
class Trial:
    """What was found out about a site, and the page that shows it."""

    report: Report
    page: Path

    @property
    def best(self) -> list[Suggestion]:
        """The suggestions that would be shown unasked, best first."""
        shown = (item for found in self.report.found for item in found.items if item.shown)
        return sorted(shown, key=lambda item: (-item.score, item.source_id, item.target_id))


def _options(command: Command) -> Command:
    out = click.Path(dir_okay=False, writable=True, path_type=Path)
    for option in (
        click.option("--browser/--no-browser", default=True, help="Open the page in the browser."),
        click.option(
            "--limit", "-n", type=click.IntRange(1, answers.MAX_LIMIT), default=8, show_default=True, help="Per post."
        ),
        click.option("--out", type=out, help="Write the page here."),
    ):
        command = option(command)
    return with_options(command)


@click.command("try")
@click.argument("address", metavar="URL|EXPORT.XML")
@_options
@click.pass_obj
def try_(desk: Desk, address: str, out: Path | None, limit: int, browser: bool) -> None:
    """Look at any public WordPress site.

    Or at a WordPress export file. Nothing is installed there and nothing is changed. The work is kept in the cache
    folder, so that it can be stopped and taken up again, and the second time is quick.
    """
    _run(desk, address, out, limit, browser)


@click.command()
@_options
@click.pass_obj
def demo(desk: Desk, out: Path | None, limit: int, browser: bool) -> None:
    """Look at a sample site that comes along."""
    sample = files("suggester").joinpath("sample", "sample.xml")
    if not sample.is_file():
        raise ConfigError("The sample site is missing from this installation; install the package again.")
    _run(desk, str(sample), out, limit, browser)


def _run(desk: Desk, address: str, out: Path | None, limit: int, browser: bool) -> None:
    folder = desk.cache / "try" / _name(address)
    with desk.open(folder) as service:
        known = service.sites()
        site_id = known[0].id if known else service.connect(address, None).site_id
        with Bars(terminal(desk, stderr=True)) as bars:
            refreshed = service.update(site_id, bars)
        with service.at_one_moment():
            trial = _look(desk, service, site_id, refreshed, out or folder / "page.html", limit)
            _print(desk, service, trial)
    if browser and desk.format == "table":
        show(trial.page.as_uri())


def _name(address: str) -> str:
    """Name the folder that keeps the work on one address or file."""
    from suggester.wordpress.connect import is_file

    known = str(Path(address).resolve()) if is_file(address) else address.rstrip("/").lower()
    return hashlib.sha256(known.encode()).hexdigest()[:16]


def _look(desk: Desk, service: Service, site_id: int, refreshed: RefreshReport, page: Path, limit: int) -> Trial:
    from suggester.store.files import write_whole

    with Bars(terminal(desk, stderr=True)) as bars:
        began = time.perf_counter()
        found = tuple(service.all_suggestions(site_id, limit=limit, progress=bars))
        suggesting = time.perf_counter() - began
    row = service.find_site(str(site_id))
    report = Report(
        url=row.url,
        name=row.name,
        found=found,
        cards={post_id: service.card(site_id, post_id) for post_id in _named(found)},
        orphans=service.orphans(site_id),
        made_at=datetime.now().astimezone(),
        seconds={
            "reading": refreshed.sync.seconds + refreshed.index_seconds,
            "embedding": refreshed.embed.seconds,
            "suggesting": suggesting,
        },
    )
    write_whole(page, render(report))
    return Trial(report, page.resolve())


def _named(found: Sequence[Suggestions]) -> set[int]:
    return {each.source_id for each in found} | {item.target_id for each in found for item in each.items}


def _print(desk: Desk, service: Service, trial: Trial) -> None:
    if desk.format == "table":
        if trial.report.found:
            _print_best(desk, trial.best, trial.report.cards)
        else:
            print_table(desk, "No posts were read: there are none that are published and open to everybody.", "")
        _print_orphans(desk, trial.report.orphans)
        print_table(desk, _in_words(trial))
    else:
        _print_all(desk, service, trial)


def _print_all(desk: Desk, service: Service, trial: Trial) -> None:
    report, site_id = trial.report, service.find_site(trial.report.url).id
    made = service.meta(site_id)
    posts = [answers.suggestions(service, site_id, found, made) for found in report.found]
    whole = {
        "site": {"url": report.url, "name": report.name},
        "posts": posts,
        "orphans": [answers.card(card) for card in report.orphans],
        "summary": _summary(trial),
    }
    print_json(desk, whole, (item for post in posts for item in post["suggestions"]), SUGGESTION)


def _summary(trial: Trial) -> answers.Json:
    return {
        "posts": len(trial.report.found),
        "suggestions": len(trial.best),
        "orphans": len(trial.report.orphans),
        "seconds": {stage: round(seconds, 3) for stage, seconds in trial.report.seconds.items()},
        "page": str(trial.page),
    }


def _print_best(desk: Desk, best: Sequence[Suggestion], cards: Mapping[int, Card]) -> None:
    if not best:
        print_table(desk, "Nothing to suggest; the page says why, post by post.", "")
        return
    print_table(desk, Text(f"The best of {plural(len(best), 'suggestion')}", "bold"), "")
    for item in best[:BEST]:
        print_table(desk, of_suggestion(item, cards[item.target_id].title, cards[item.source_id].title))


def _print_orphans(desk: Desk, orphans: Sequence[Card]) -> None:
    if not orphans:
        return
    shown = table("#Id", "Title", "#Links out", heading=f"{plural(len(orphans), 'orphan')}: no other post links here")
    for card in orphans[:NAMED_ORPHANS]:
        shown.add_row(str(card.id), title(card.title), str(card.outbound))
    print_table(desk, shown)
    if len(orphans) > NAMED_ORPHANS:
        print_table(desk, Text(f"… and {len(orphans) - NAMED_ORPHANS:,} more on the page", "bright_black"))
    print_table(desk, "")


def _in_words(trial: Trial) -> Text:
    report = trial.report
    parts = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in report.seconds.items())
    return Text.assemble(
        (f"{plural(len(report.found), 'post')}, {plural(len(trial.best), 'suggestion')}, ", "bold"),
        (plural(len(report.orphans), "orphan"), "bold"),
        f" in {sum(report.seconds.values()):.1f} seconds ({parts}).\nThe page with everything: ",
        (str(trial.page), "underline"),
    )
