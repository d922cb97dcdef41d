"""`evaluate`: how good the suggestions are on one's own site."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, terminal, with_options
from suggester.cli.browser import show
from suggester.cli.output import print_json, print_table, table
from suggester.cli.progress import Bars
from suggester.content.text import plural

COLUMNS = (
    "number", "source.id", "source.title", "source.url", "anchor", "target.id", "target.title", "target.url", "score",
    "verdict",
)  # fmt: skip

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)

if TYPE_CHECKING:
    from suggester.evaluate.verdicts import Precision, Verdicts
    from suggester.tasks.service import Service
    from suggester.web.answers import Json


@click.command()
@click.option("--removed", is_flag=True, help="Cut the words that carried the hidden links out of the text, too.")
@click.option(
    "--share", type=click.FloatRange(0.02, 0.5), default=0.2, show_default=True, help="Of the posts with links to hide."
)
@click.option(
    "--sample", "count", type=click.IntRange(1, 2000), help="Draw so many shown suggestions to judge instead."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed hides, or draws, others.")
@click.option("--out", type=FILE, help="Write the page of a sample here.")
@click.option("--browser/--no-browser", default=True, help="Open the page of a sample in the browser.")
@click.option(
    "--verdicts",
    "files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Say what the verdicts saved in this file come to; may be given more than once.",
)
@click.option("--bare", type=FILE, help="Write the one file of --verdicts here, without any of the site's text.")
@with_options
@click.pass_obj
def evaluate(
    desk: Desk,
    removed: bool,
    share: float,
    count: int | None,
    seed: int,
    out: Path | None,
    browser: bool,
    files: tuple[Path, ...],
    bare: Path | None,
) -> None:
    """Say how good the suggestions are on your own site.

    The links of some posts are hidden, and it is counted how many come back, beside plain TF-IDF and "same tag".
    Nothing on the site is touched. With --sample, a random part of what is shown unasked is written to a page, to be
    accepted or dismissed one by one; with --verdicts, what was said there is counted.
    """
    if files:
        _strip(files, bare)
        _count(desk, files)
        return
    with desk.open() as service:
        if count:
            _draw(desk, service, count, seed, out, browser)
        else:
            _hide(desk, service, removed, share, seed)


def _hide(desk: Desk, service: Service, removed: bool, share: float, seed: int) -> None:
    from suggester.cli.hidden import show_evaluation
    from suggester.evaluate import kept
    from suggester.evaluate.own_site import evaluate as hide

    site_id = desk.site_id(service)
    with Bars(terminal(desk, stderr=True)) as bars:
        found = hide(service, site_id, removed=removed, share=share, seed=seed, progress=bars)
    found = kept.keep(service.store.shelf, site_id, found)
    whole = asdict(found)
    lines = [
        {"part": part.name, "tool": tool} | figures for part in found.parts for tool, figures in part.figures.items()
    ]
    if not print_json(desk, whole, lines):
        show_evaluation(desk, found)


def _draw(desk: Desk, service: Service, count: int, seed: int, out: Path | None, browser: bool) -> None:
    from suggester.evaluate.sample import draw
    from suggester.store.files import write_whole
    from suggester.web.sampling import as_json, render

    site_id = desk.site_id(service)
    with service.at_one_moment(), Bars(terminal(desk, stderr=True)) as bars:
        sample = draw(service, site_id, count, seed, bars)
    page = out or desk.cache / "samples" / f"{site_id}-{seed}.html"
    write_whole(page, render(sample))
    whole = as_json(sample) | {"page": str(page.resolve())}
    if print_json(desk, whole, whole["suggestions"], COLUMNS):
        return
    told = plural(len(sample.items), "suggestion")
    print_table(
        desk,
        Text.assemble(
            (told, "bold"),
            f" of {sample.shown:,} shown, drawn at random. Judge them on this page:\n",
            str(page.resolve()),
        ),
    )
    hint(desk, "Then save the verdicts there, and: suggester evaluate --verdicts FILE")
    if browser:
        show(page.resolve().as_uri())


def _strip(files: Sequence[Path], to: Path | None) -> None:
    from suggester.errors import ConfigError
    from suggester.evaluate import verdicts
    from suggester.store.files import write_whole

    if to is None:
        return
    if len(files) > 1:
        raise ConfigError("--bare writes one file; give --verdicts once with it.")
    write_whole(to, json.dumps(verdicts.bare(files[0]), indent=1) + "\n")


def _count(desk: Desk, files: Sequence[Path]) -> None:
    from suggester.evaluate.verdicts import precision, read, reliability

    found = [read(file) for file in files]
    every = [each for one in found for each in one.judged]
    whole: Json = {
        "files": [_told(one) for one in found],
        "all": _precision(precision(every)),
        "bands": [
            {"least": band.least, "most": band.most, "said": round(band.said, 4)} | _precision(band.found)
            for band in reliability(every)
        ],
    }
    if not print_json(desk, whole, whole["files"]):
        _show_verdicts(desk, whole)


def _told(one: Verdicts) -> Json:
    from suggester.evaluate.verdicts import precision

    return {"file": one.name, "site": one.site, "ranker": one.ranker, "drawn": one.drawn} | _precision(
        precision(one.judged)
    )


def _precision(found: Precision) -> Json:
    return {
        "judged": found.judged,
        "accepted": found.accepted,
        "precision": round(found.share, 4) if found.judged else None,
        "low": round(found.low, 4),
        "high": round(found.high, 4),
    }


def _show_verdicts(desk: Desk, whole: Json) -> None:
    shown = table("File", "Ranker", "#Judged", "#Accepted", "#Precision", "95 % interval")
    for one in whole["files"]:
        shown.add_row(Text(one["file"]), Text(one["ranker"]), *_cells(one))
    if len(whole["files"]) > 1:
        shown.add_row(Text("together", "bold"), "", *_cells(whole["all"]))
    print_table(desk, shown, "")
    bands = table("Score", "#Mean score", "#Judged", "#Accepted", "#Precision", "95 % interval", heading="By score")
    for band in whole["bands"]:
        bands.add_row(f"{band['least']:.1f} to {band['most']:.1f}", f"{band['said']:.2f}", *_cells(band))
    print_table(desk, bands)


def _cells(found: Json) -> list[str]:
    if not found["judged"]:
        return ["0", "0", "", ""]
    share = f"{found['precision']:.3f}"
    return [f"{found['judged']:,}", f"{found['accepted']:,}", share, f"{found['low']:.3f} to {found['high']:.3f}"]
