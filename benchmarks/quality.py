"""How many hidden links come back: ours beside TF-IDF and fusion, on every site of a bench folder, in both regimes.

    python -m benchmarks.quality ../shared/bench [--only 18f,vagov] [--work build/bench]

Each site is written as a WordPress export file, read as any export file is, and asked for 50 suggestions a source.
Nothing is trained or tuned here. Results: benchmarks/results/quality.json, and the table in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks import tables
from suggester.entities import Suggestion
from suggester.tasks.service import Service

HERE = Path(__file__).parent
REGIMES = ("kept", "removed")
RIVALS = ("tfidf", "fusion")
ASKED = 50
MARK = "<!-- quality table: made by benchmarks/quality.py -->"


def main() -> None:
    """Run the bench and write its results."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("bench", type=Path)
    args.add_argument("--only", default="", help="names of sites, separated by commas")
    args.add_argument("--work", type=Path, default=Path("build/bench"))
    args.add_argument("--as-indexed", action="store_true", help="take sites as the last run read them, where it did")
    given = args.parse_args()
    names = names_of(given.bench, given.only)
    given.work.mkdir(parents=True, exist_ok=True)
    sites = {
        name: {regime: measure(given.bench, given.work, name, regime, not given.as_indexed) for regime in REGIMES}
        for name in names
    }
    results = {"sites": sites, "mean": mean(sites)}
    table = as_table(results)
    print(table)
    if not given.only:
        write(results, table)


def names_of(bench: Path, only: str = "") -> list[str]:
    """List the sites of a bench folder, or those of them that are named, separated by commas."""
    ending = ".posts.jsonl.gz"
    names = sorted(path.name.removesuffix(ending) for path in (bench / "sites").glob(f"*{ending}"))
    names = [name for name in names if not only or name in only.split(",")]
    if not names:
        sys.exit(f"{bench}/sites holds no such *{ending}; hand in a folder with wxr.py, score.py and sites/")
    return names


def measure(bench: Path, work: Path, name: str, regime: str, anew: bool) -> dict[str, Any]:
    """Score ours and the rivals on one site in one regime."""
    site, export = bench / "sites" / name, work / f"{name}.{regime}.xml"
    with export.open("w") as out:
        subprocess.run([sys.executable, bench / "wxr.py", site, "--regime", regime], stdout=out, check=True)
    figures: dict[str, Any] = {}
    ours = work / f"{name}.{regime}.ours.jsonl"
    began = time.perf_counter()
    with ours.open("w") as out:
        out.writelines(json.dumps(line) + "\n" for line in predictions(work / "data", export, sources(site), anew))
    print(f"{name} {regime}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    figures["ours"] = score(bench, site, ours)
    for rival in RIVALS:
        theirs = work / f"{name}.{regime}.{rival}.jsonl"
        if not theirs.exists():
            command = [sys.executable, bench / "baselines.py", rival, export, site]
            theirs.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
        figures[rival] = score(bench, site, theirs)
    return figures


def predictions(data: Path, export: Path, wanted: set[str], anew: bool) -> Iterator[dict[str, Any]]:
    """Ask the service for suggestions, as any of its doors would; the store of vectors is shared by all runs."""
    service = Service.open(data)
    try:
        site_id = service.connect(str(export.resolve())).site_id
        service.refresh(site_id, full=anew)
        for post in service.store.posts(site_id):
            if path_of(post.url) in wanted:
                found = service.suggestions(site_id, post.id, limit=ASKED, written_today=False)
                targets = {one.target_id: service.card(site_id, one.target_id).url for one in found.items}
                yield {"source": post.url, "suggestions": [as_prediction(one, targets) for one in found.items]}
    finally:
        service.close()


def as_prediction(one: Suggestion, urls: dict[int, str]) -> dict[str, Any]:
    """Give a suggestion in the scorer's form."""
    anchor = one.anchor and {"text": one.anchor.text, "before": one.anchor.before, "after": one.anchor.after}
    return {"target": urls[one.target_id], "score": one.score, "shown": one.shown, "anchor": anchor}


def sources(site: Path) -> set[str]:
    """Give the addresses of the posts that have hidden links."""
    with gzip.open(f"{site}.hidden.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {path_of(link["source_url"]) for link in map(json.loads, lines) if link["answer"]}


def path_of(url: str) -> str:
    """Give the path of an address, with a slash at its end."""
    return "/" + url.split("://")[-1].partition("/")[2].rstrip("/") + "/" if "://" in url else url.rstrip("/") + "/"


def score(bench: Path, site: Path, predicted: Path) -> dict[str, Any]:
    """Run the bench's own scorer."""
    out = predicted.with_suffix(".json")
    subprocess.run(
        [sys.executable, bench / "score.py", site, predicted, "--json", out], check=True, capture_output=True
    )
    figures: dict[str, Any] = json.loads(out.read_text())
    return figures


def mean(sites: dict[str, Any]) -> dict[str, Any]:
    """Average every figure over the sites."""
    first = next(iter(sites.values()))
    return {
        regime: {
            tool: {
                figure: round(fmean(values), 4)
                for figure, value in figures.items()
                if isinstance(value, int | float)
                and (values := [v for s in sites.values() if (v := s[regime][tool].get(figure)) is not None])
            }
            for tool, figures in first[regime].items()
        }
        for regime in REGIMES
    }


def as_table(results: dict[str, Any]) -> str:
    """Show R@10/all and nDCG@10/all of all three, and how ours places its anchors."""
    head = ["site", *(f"{tool} {regime}" for regime in REGIMES for tool in ("ours", *RIVALS))]
    head += [f"nDCG@10 {tool} kept" for tool in ("ours", *RIVALS)] + ["hit@1 kept", "place kept", "anchor F1 kept"]
    sites = [*sorted(results["sites"].items()), ("**mean**", results["mean"])]
    rows = []
    for name, regimes in sites:
        cells = [regimes[regime][tool]["R@10/all"] for regime in REGIMES for tool in ("ours", *RIVALS)]
        cells += [regimes["kept"][tool]["nDCG@10/all"] for tool in ("ours", *RIVALS)]
        cells += [regimes["kept"]["ours"].get(figure, 0.0) for figure in ("hit@1", "place", "anchor F1")]
        rows.append([name, *(f"{cell:.3f}" for cell in cells)])
    return tables.table(head, rows)


def write(results: dict[str, Any], table: str) -> None:
    """Write the results, and the table between its marks in the README beside this file."""
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / "quality.json").write_text(json.dumps(results, indent=1) + "\n")
    tables.put(MARK, table)


if __name__ == "__main__":
    main()
