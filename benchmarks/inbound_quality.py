"""How many hidden links come back when their targets are asked who should link to them, beside plain TF-IDF.

    python -m benchmarks.inbound_quality ../shared/bench --only vagov,dltj [--work build/bench]

Sites and their hidden links are those of `quality.py`. Every post that hidden links lead to is asked for ten sources;
what counts is the share of its hidden sources among them. TF-IDF gives the ten posts whose whole text is nearest,
without those that link to it already. Nothing is trained or tuned here. Results: results/inbound_quality.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.quality import REGIMES, path_of
from suggester.engine.features import dense
from suggester.engine.index import Index
from suggester.tasks.service import Service

RESULT = Path(__file__).parent / "results" / "inbound_quality.json"
ASKED = 10


def main() -> None:
    """Measure the sites that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--only", required=True, help="names of sites, separated by commas")
    parser.add_argument("--work", type=Path, default=Path("build/bench"))
    parser.add_argument("--out", type=Path, default=RESULT)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    names = given.only.split(",")
    sites = {name: {regime: measure(given.bench, given.work, name, regime) for regime in REGIMES} for name in names}
    given.out.write_text(json.dumps({"sites": sites, "mean": mean(list(sites.values()))}, indent=1) + "\n")
    print(as_table(sites))


def measure(bench: Path, work: Path, name: str, regime: str) -> dict[str, Any]:
    """Ask every post that hidden links lead to."""
    site, export = bench / "sites" / name, work / f"{name}.{regime}.xml"
    with export.open("w") as out:
        subprocess.run([sys.executable, bench / "wxr.py", site, "--regime", regime], stdout=out, check=True)
    service = Service.open(work / "data")
    try:
        site_id = service.connect(str(export.resolve())).site_id
        service.refresh(site_id, full=True)
        index = service.known(site_id).index
        wanted = hidden(site, index)
        ours = [share(wanted[target], sources(service, site_id, target)) for target in wanted]
        tfidf = [share(wanted[target], nearest(index, target)) for target in wanted]
    finally:
        service.close()
    return {"targets": len(wanted), "ours": round(fmean(ours), 4), "tfidf": round(fmean(tfidf), 4)}


def hidden(site: Path, index: Index) -> dict[int, set[int]]:
    """Give the ids of the posts that hidden links lead to, each with the ids of their sources."""
    ids = {path_of(url): post_id for url, post_id in zip(index.posts.urls, index.post_ids, strict=True)}
    wanted: dict[int, set[int]] = defaultdict(set)
    with gzip.open(f"{site}.hidden.jsonl.gz", "rt", encoding="utf-8") as lines:
        for link in map(json.loads, lines):
            source, target = ids.get(path_of(link["source_url"])), ids.get(path_of(link["target_url"]))
            if link["answer"] and source is not None and target is not None and source != target:
                wanted[target].add(source)
    return wanted


def sources(service: Service, site_id: int, target: int) -> list[int]:
    """Ask the service, as any of its doors would."""
    return [item.source_id for item in service.inbound(site_id, target, limit=ASKED).items]


def nearest(index: Index, target: int) -> list[int]:
    """Give the posts nearest by words that do not link to the target yet."""
    row = index.row(target)
    assert row is not None
    near = dense(index.body[:, row].T.tocsr() @ index.body)
    near[row] = 0
    near[index.links[:, row].tocoo().row] = 0
    return [index.post_ids[at] for at in np.argsort(-near, kind="stable")[:ASKED].tolist()]


def share(wanted: set[int], found: list[int]) -> float:
    """Say how many of the hidden sources were found."""
    return len(wanted.intersection(found)) / len(wanted)


def mean(sites: list[dict[str, dict[str, Any]]]) -> dict[str, dict[str, float]]:
    """Average over the sites."""
    return {
        regime: {tool: round(fmean(site[regime][tool] for site in sites), 4) for tool in ("ours", "tfidf")}
        for regime in REGIMES
    }


def as_table(sites: dict[str, dict[str, Any]]) -> str:
    """Show the shares of both, in both regimes."""
    lines = ["| site | targets | ours kept | tfidf kept | ours removed | tfidf removed |", "|---" * 6 + "|"]
    average = mean(list(sites.values()))
    for name, regimes in [*sorted(sites.items()), ("**mean**", average)]:
        cells = [f"{regimes[regime][tool]:.3f}" for regime in REGIMES for tool in ("ours", "tfidf")]
        lines.append(f"| {name} | {regimes['kept'].get('targets', '')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
