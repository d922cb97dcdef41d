"""`apply` and `undo`: a run is written to WordPress, and its links are taken out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from suggester.cli.base import Desk, hint, say, terminal, with_options
from suggester.cli.output import print_json, print_table
from suggester.cli.progress import Bars
from suggester.cli.runs import EDIT_COLUMNS, edits_table, in_words, told_edits
from suggester.content.text import plural
from suggester.entities import Run
from suggester.errors import SiteError
from suggester.web.answers import Json
from suggester.web.edits import of_run

if TYPE_CHECKING:
    from suggester.tasks.pace import Pace
    from suggester.tasks.service import Service

NOT_WELL = ("refused", "failed", "kept")
PER_MINUTE = click.option(
    "--per-minute", type=click.IntRange(1, 6000), help="Posts written a minute, at most; 120 unless the settings say."
)


@click.command("apply")
@click.argument("run", type=int)
@click.option("--yes", is_flag=True, help="Really write to WordPress; without it, only say what would be done.")
@PER_MINUTE
@with_options
@click.pass_obj
def apply(desk: Desk, run: int, yes: bool, per_minute: int | None) -> None:
    """Put the chosen links of RUN into their posts.

    Without --yes nothing is written: each post is read and looked through, and what would be done is said. Ctrl-C
    pauses a run; the same command goes on with it. `suggester undo` takes the links out again.
    """
    with desk.open() as service, Bars(terminal(desk, stderr=True)) as bars:
        site_id = desk.site_id(service)
        if yes:
            done = service.apply_now(site_id, run, bars, pace=_pace(desk, per_minute))
        else:
            outcomes = service.rehearse(site_id, run, bars)
            bars.finish()
    if yes:
        _tell(desk, site_id, done)
    else:
        _foretell(desk, site_id, run, outcomes)


@click.command()
@click.argument("run", type=int)
@click.option("--edit", "edits", type=int, multiple=True, help="Only this edit, by its id; may be given several times.")
@PER_MINUTE
@with_options
@click.pass_obj
def undo(desk: Desk, run: int, edits: tuple[int, ...], per_minute: int | None) -> None:
    """Take the links of RUN out of their posts again.

    Only what the run put in goes; whatever was edited since stays. A link that was changed since is kept, and said.
    """
    with desk.open() as service, Bars(terminal(desk, stderr=True)) as bars:
        site_id = desk.site_id(service)
        done = service.undo(site_id, run, edits or None, bars, pace=_pace(desk, per_minute))
    _tell(desk, site_id, done)


def _pace(desk: Desk, per_minute: int | None) -> Pace:
    from suggester.tasks.pace import Pace

    return Pace((per_minute or desk.config.writes_per_minute) / 60)


def _tell(desk: Desk, site_id: int, run: Run) -> None:
    """Say how far a run came, and name what did not go well."""
    with desk.open() as service:
        told = [each for state in NOT_WELL for each in _edits(service, site_id, run.id, state)]
    if not print_json(desk, of_run(run) | {"not_well": told}, told, EDIT_COLUMNS):
        print_table(desk, f"Run {run.id} is {run.state}: {in_words(run)}.")
        if told:
            print_table(desk, "", edits_table(told))
    if run.state == "paused":
        raise SiteError(run.error)
    if run.counts.get("applied"):
        hint(desk, f"suggester undo {run.id} takes the links out again.")


def _foretell(desk: Desk, site_id: int, run_id: int, outcomes: Mapping[int, tuple[str, str]]) -> None:
    """Say what would become of each edit."""
    with desk.open() as service:
        edits = service.edits(site_id, run_id, limit=None)[1]
        met = [
            replace(each, state=outcomes[each.id][0], why=outcomes[each.id][1]) for each in edits if each.id in outcomes
        ]
        told = told_edits(service, site_id, met)
    counts = Counter(each.state for each in met)
    if print_json(desk, {"run": run_id, "would_be": dict(counts), "edits": told}, told, EDIT_COLUMNS):
        return
    posts = len({each.source_id for each in met if each.state == "applied"})
    print_table(desk, edits_table([each for each in told if each["state"] in NOT_WELL]), "")
    print_table(
        desk, f"{plural(counts['applied'], 'link')} would go into {plural(posts, 'post')}; nothing was written."
    )
    if counts["applied"]:
        hint(desk, f"suggester apply {run_id} --yes writes them.")
    else:
        say("Choose edits of a run that waits; `suggester runs show` lists them.")


def _edits(service: Service, site_id: int, run_id: int, state: str) -> list[Json]:
    return told_edits(service, site_id, service.edits(site_id, run_id, state=state, limit=None)[1])
