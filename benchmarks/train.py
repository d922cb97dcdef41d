"""Train the ranker that comes with the program, on every site of a bench folder, in both regimes.

    python -m benchmarks.train ../shared/bench [--work build/bench] [--out models/ranker/ranker.json] [--ablate]

What it is worth is measured leaving whole sites out; those that share posts leave together. The first run reads and
embeds every site (an hour or so on two cores), and keeps all of it in the work folder.
Results: the ranker's file, benchmarks/results/ranker.json, and with `--ablate` the table in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks import reliability, tables
from benchmarks.quality import REGIMES, RIVALS, names_of, path_of
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET
from suggester.engine.rankerfile import FILE_NAME, RankerFile, home
from suggester.engine.reading import Draft
from suggester.evaluate import fitting, measures
from suggester.evaluate.examples import Example, gather
from suggester.evaluate.measures import Band
from suggester.tasks.service import Service

HERE = Path(__file__).parent
TOGETHER = [("18f", "digitalgov")]  # share posts
NAME = "trained-2"
MARK = "<!-- ranker table: made by benchmarks/train.py -->"
SITES_MARK = "<!-- table of sites left out: made by benchmarks/train.py -->"
BANDS_MARK = "<!-- reliability table: made by benchmarks/train.py -->"
GROUPS = {
    "words in common": ("words", "words_share", "words_rank", "block", "block_share"),
    "nearer than usual": ("nearer_than_usual",),
    "meaning": ("meaning", "passage_place"),
    "titles standing in the text": ("title", "title_words"),
    "pieces of titles": ("fragment", "long_fragment"),
    "pieces of headings": ("heading",),
    "anchors in use": ("anchor",),
    "what similar posts link to": ("neighbours",),
    "a link back": ("links_back",),
    "how linked and long the target is": ("inbound", "orphan", "length"),
    "dates": ("newer", "newer_by", "posts_between"),
}


Row = dict[str, float]


@dataclass(frozen=True, slots=True)
class Honesty:
    """What was said and what was true."""

    bands: dict[str, list[Band]]  # before the curve and with it
    sites: dict[str, Band]  # of what would be shown


def main() -> None:
    """Gather examples, learn, measure, write."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("bench", type=Path)
    args.add_argument("--work", type=Path, default=Path("build/bench"))
    args.add_argument("--out", type=Path, default=home() / FILE_NAME)
    args.add_argument("--as-indexed", action="store_true", help="take sites as the last run read them, where it did")
    args.add_argument("--ablate", action="store_true", help="also leave each group of features out")
    given = args.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    names = names_of(given.bench)
    found = list(examples(given.bench, given.work, names, anew=not given.as_indexed))
    learnt, rows, honesty = learn(found, names)
    learnt.save(given.out)
    if given.ablate:
        rows |= ablation(found)
    print(as_table(rows), as_bands(honesty), sep="\n\n")
    write(learnt, rows, honesty)


def examples(bench: Path, work: Path, names: Sequence[str], anew: bool) -> Iterator[Example]:
    """Measure the candidates of every source of every site, in both regimes."""
    service = Service.open(work / "data")
    try:
        for name in names:
            for regime in REGIMES:
                yield from of_site(service, bench, work, name, regime, anew)
    finally:
        service.close()


def of_site(service: Service, bench: Path, work: Path, name: str, regime: str, anew: bool) -> Iterator[Example]:
    """Read a site as an export file, and measure the candidates of each source."""
    export = work / f"{name}.{regime}.xml"
    with export.open("w") as out:
        subprocess.run(
            [sys.executable, bench / "wxr.py", bench / "sites" / name, "--regime", regime], stdout=out, check=True
        )
    site_id = service.connect(str(export.resolve())).site_id
    service.refresh(site_id, full=anew)
    known = service.known(site_id)
    ids = {
        path_of(url): int(post_id) for url, post_id in zip(known.index.posts.urls, known.index.posts.ids, strict=True)
    }
    truth = answers(bench / "sites" / name)
    drafts: list[tuple[Draft, list[int]]] = [
        (known.draft(post), [ids[path] for path in truth[path_of(post.url)] if path in ids])
        for post in service.store.posts(site_id)
        if path_of(post.url) in truth
    ]
    print(f"{name} {regime}: {len(drafts)} posts", file=sys.stderr)
    yield from gather(drafts, known.index, known.encode, name, regime)


def answers(site: Path) -> dict[str, set[str]]:
    """Give the paths of the hidden targets by the path of their source."""
    found: dict[str, set[str]] = defaultdict(set)
    with gzip.open(f"{site}.hidden.jsonl.gz", "rt", encoding="utf-8") as lines:
        for link in map(json.loads, lines):
            if link["answer"]:
                found[path_of(link["source_url"])].add(path_of(link["target_url"]))
    return found


def learn(found: Sequence[Example], names: Sequence[str]) -> tuple[RankerFile, dict[str, Row], Honesty]:
    """Learn from all sites; the figures are of rankers, and of curves, that have not seen the site."""
    scores = fitting.scores_without(found, TOGETHER)
    honest = fitting.bent_without(scores, found, TOGETHER)
    ranker, curve = fitting.fit(found, NAME), fitting.calibrated(scores, found)
    bands = {"weighed": measures.reliability(scores, found), "weighed and bent": measures.reliability(honest, found)}
    by_hand = [HAND_SET.probabilities(example.features) for example in found]
    sources = sum(example.regime == REGIMES[0] for example in found)
    card = RankerFile(
        id=NAME,
        bias=round(ranker.bias, 5),
        weights={name: round(weight, 5) for name, weight in ranker.weights.items()},
        curve=asdict(curve),
        trained_on=f"{len(names)} sites, {sources} posts with hidden links, their words kept and removed",
        made=f"logistic regression over standardised features, C={fitting.STRENGTH}",
        measured=figures(found, scores),
        calibration={
            "method": "beta calibration, on scores of sites left out; the bands are of sites left out of the curve too",
            "bands": [asdict(band) for band in bands["weighed and bent"]],
        },
    )
    rows = {"hand-set weights": means(figures(found, by_hand)), "trained, site left out": means(card.measured)}
    return card, rows, Honesty(bands, by_site(honest, found))


def by_site(scores: Sequence[fitting.Floats], found: Sequence[Example]) -> dict[str, Band]:
    """Say for each site what was said and what was true of the candidates that would be shown."""
    shown = Policy().least_score
    result = {}
    for site in sorted({one.group for one in found}):
        said = np.concatenate([said for said, one in zip(scores, found, strict=True) if one.group == site])
        true = np.concatenate([one.linked for one in found if one.group == site])[said >= shown]
        said = said[said >= shown]
        result[site] = (
            Band(shown, len(said), float(said.mean()), float(true.mean())) if len(said) else Band(shown, 0, 0, 0)
        )
    return result


def figures(found: Sequence[Example], scores: Sequence[fitting.Floats]) -> dict[str, dict[str, float]]:
    """Give every figure for every site."""
    result = {}
    for regime in REGIMES:
        pairs = [(one, said) for one, said in zip(found, scores, strict=True) if one.regime == regime]
        dated = [older(one, said) for one, said in pairs]
        for name, figure, told in (
            ("R@10/all", measures.recall, pairs),
            ("hit@1/all", measures.hit, pairs),
            ("hit@1", measures.hit, [(one, said) for one, said in dated if one.linked.any()]),
        ):
            values = measures.mean_over_groups((one.group, figure(one, said)) for one, said in told)
            result[f"{name} {regime}"] = {site: round(value, 4) for site, value in values.items()}
        held = measures.mean_over_groups((one.group, measures.held(one)) for one, _ in pairs)
        result[f"candidates {regime}"] = {site: round(value, 4) for site, value in held.items()}
    return result


def older(example: Example, scores: fitting.Floats) -> tuple[Example, fitting.Floats]:
    """Leave out what is newer than the source: its author cannot have linked to it when writing."""
    there = example.features["newer"] == 0
    return replace(example, linked=example.linked & there), np.where(there, scores, -1).astype(np.float32)


def means(measured: dict[str, dict[str, float]]) -> dict[str, float]:
    """Give the mean of each figure over the sites."""
    return {name: values["mean"] for name, values in measured.items()}


def ablation(found: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Learn without each group of features."""
    rows = {}
    for name, group in GROUPS.items():
        features = [each for each in fitting.FEATURES if each not in group]
        rows[f"without {name}"] = means(figures(found, fitting.scores_without(found, TOGETHER, features)))
    return rows


def as_table(rows: dict[str, Row]) -> str:
    """Show the means."""
    head = [name for name in next(iter(rows.values())) if not name.startswith("candidates")]
    return tables.table(["", *head], [[name, *(f"{row[each]:.3f}" for each in head)] for name, row in rows.items()])


def as_sites(measured: dict[str, dict[str, float]]) -> str:
    """Show each site, scored by a ranker that has not seen it, beside what the last bench found of the rivals."""
    quality = HERE / "results" / "quality.json"
    known = json.loads(quality.read_text())["sites"] if quality.is_file() else {}
    head = [f"{tool} {regime}" for regime in REGIMES for tool in ("ours", *RIVALS)]
    rows = []
    for site in measured["R@10/all kept"]:
        cells = []
        for regime in REGIMES:
            rivals = {tool: [one[regime][tool]["R@10/all"] for one in known.values()] for tool in RIVALS}
            cells.append(f"{measured[f'R@10/all {regime}'][site]:.3f}")
            for tool in RIVALS:
                theirs = known[site][regime][tool]["R@10/all"] if site in known else fmean(rivals[tool] or [0])
                cells.append(f"{theirs:.3f}")
        cells += [f"{measured[name][site]:.3f}" for name in ("hit@1 kept", "hit@1 removed", "candidates kept")]
        rows.append([f"**{site}**" if site == "mean" else site, *cells])
    return tables.table(["R@10/all", *head, "hit@1 kept", "hit@1 removed", "among candidates, kept"], rows)


def as_bands(honesty: Honesty) -> str:
    """Show what was said and what was true, with the interval that holds the truth 19 times in 20."""
    rows = []
    for band in honesty.bands["weighed and bent"]:
        low, high = reliability.interval(band)
        rows.append(
            [
                f"{band.least:g} and more",
                band.candidates,
                f"{band.said:.3f}",
                f"{band.true:.3f}",
                f"{low:.3f} to {high:.3f}",
            ]
        )
    return tables.table(["score", "candidates", "said", "true", "true, give or take"], rows)


def write(learnt: RankerFile, rows: dict[str, Row], honesty: Honesty) -> None:
    """Write the results, the picture, and the tables in the README beside this file."""
    results: dict[str, Any] = {
        "id": learnt.id,
        "measured": learnt.measured,
        "calibration": {name: [asdict(band) for band in bands] for name, bands in honesty.bands.items()},
        "shown by site": {site: asdict(band) for site, band in honesty.sites.items()},
        "rows": rows,
    }
    folder = HERE / "results"
    (folder / "ranker.json").write_text(json.dumps(results, indent=1) + "\n")
    (folder / "reliability.svg").write_text(reliability.svg(honesty.bands))
    tables.put(MARK, as_table(rows))
    tables.put(BANDS_MARK, as_bands(honesty))
    tables.put(SITES_MARK, as_sites(learnt.measured))


if __name__ == "__main__":
    main()
