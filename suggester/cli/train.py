"""`train`: the ranker learns from a site's own links and verdicts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, terminal, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.cli.progress import Bars
from suggester.content.text import plural

COLUMNS = ("nDCG@10", "R@10 kept", "R@10 removed")

if TYPE_CHECKING:
    from suggester.evaluate.own_ranker import Trained


@click.command()
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Another seed cuts the posts learned from otherwise."
)
@click.option("--forget", is_flag=True, help="Go back to the ranker that came with the program.")
@with_options
@click.pass_obj
def train(desk: Desk, seed: int, forget: bool) -> None:
    """Let the ranker learn from your own site.

    It learns from the links that stand there, each hidden before it is asked for, and from what you accepted and
    dismissed. A fifth of the posts with links is held out; the new ranker is kept only if it is better on those.
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        if forget:
            _forget(desk, service.rankers.forget(site_id), service.ranker(site_id).id)
            return
        from suggester.evaluate.own_ranker import train as learn

        with Bars(terminal(desk, stderr=True)) as bars:
            done = learn(service, site_id, seed=seed, progress=bars)
    whole = asdict(done)
    if not print_json(desk, whole, [whole]):
        _show(desk, done)


def _forget(desk: Desk, there_was: bool, now: str) -> None:
    whole = {"forgotten": there_was, "ranker": now}
    if not print_json(desk, whole, [whole]):
        done = "Forgotten." if there_was else "This site had no ranker of its own."
        print_table(desk, f"{done} Suggestions are ranked by {now}.")


def _show(desk: Desk, done: Trained) -> None:
    shown = table("", "#Posts", *(f"#{name}" for name in COLUMNS))
    for part, found in (("held out", done.held_out), ("left out in turn", done.learned)):
        for name, figures in (("bundled", found.before), ("own", found.after)):
            shown.add_row(Text(f"{part}, {name}"), f"{found.posts:,}", *(f"{figures[each]:.3f}" for each in COLUMNS))
    print_table(desk, shown, "")
    verdicts = f" and {plural(done.accepted + done.dismissed, 'verdict')}" if done.accepted + done.dismissed else ""
    print_table(desk, f"Learned from {plural(done.learned.posts, 'post')} with links of their own{verdicts}.")
    print_table(desk, _decision(done))
    if done.kept:
        hint(desk, "`suggester train --forget` goes back to the bundled ranker.")


def _decision(done: Trained) -> str:
    before, after = done.held_out.before["nDCG@10"], done.held_out.after["nDCG@10"]
    told = (
        f"on what was held out nDCG@10 is {after:.3f}, with the bundled ranker {before:.3f}; over all posts your own "
        f"is better in {100 * done.sure:.0f} of 100 resamples, and 95 are asked for"
    )
    if done.kept:
        return f"Kept: {told}. This site is ranked by {done.ranker} from now on."
    return f"Not kept: {told}. This site stays with {done.ranker}."
