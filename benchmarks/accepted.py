"""What words a reader takes: learned from the verdicts in benchmarks/verdicts, and judged with whole sites left out.

    python -m benchmarks.accepted ../shared/bench [--work build/bench]

Each verdict file says which of the suggestions that a site was shown were taken, see `suggester evaluate --sample`. How
strongly the words speak of the target is the anchor's score; a logistic function of it, and of the share of the
target's title or address that the words say, tells how likely a reader takes them. Written to
models/anchors/weights.json (`accepted`); the table is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.quality import names_of
from suggester.engine.analysis import analyse
from suggester.engine.anchor_model import FILE, AnchorModel, bundled
from suggester.engine.anchors import Finder
from suggester.engine.policy import Policy
from suggester.tasks.service import Service

HERE = Path(__file__).parent
POLICY = Policy(written_today=True)
LOOSE = 1e3  # inverse strength of regularisation: two numbers need none
LEVELS = (0.5, 0.55, 0.6, POLICY.least_accepted, 0.7)


@dataclass(frozen=True)
class Read:
    """A suggestion that was read: how strongly its words speak of the target, and whether it was taken."""

    site: str
    likely: float  # score of the target when it was drawn
    score: float
    named: float
    taken: bool


def main() -> None:
    """Learn what readers take, and say how well that holds on sites left out."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("bench", type=Path)
    args.add_argument("--work", type=Path, default=Path("build/bench"))
    given = args.parse_args()
    files = [path for name in names_of(given.bench) for path in sorted((HERE / "verdicts").glob(f"{name}-*.json"))]
    read = [one for path in files for one in scored(path, given.work)]
    model = replace(bundled(), accepted=fit(read))
    model.save(HERE.parent / "models" / FILE)
    print(f"{len(read)} suggestions read; accepted: {model.accepted}\n")
    print(table(read))


def scored(path: Path, work: Path) -> Iterator[Read]:
    """Score the words of the suggestions of a verdict file; those whose words changed since are left out."""
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    name = path.stem.rpartition("-")[0]
    service = Service.open(work / "data")
    site_id = service.connect(str(work / f"{name}.kept.xml")).site_id
    service.refresh(site_id)
    known = service.known(site_id)
    for said in told["verdicts"]:
        text = analyse(known.draft(service.store.post(site_id, said["source_id"])), known.index, known.encode)
        row = known.index.row(said["target_id"])
        if row is None:
            continue
        finder = Finder(text, known.index, POLICY)
        placed = next((one for one in finder.find(row) if one.anchor.block == said["block"]), None)
        best = finder.judged_at(row, placed) if placed else None
        if best:
            yield Read(name, said["score"], best.score, best.named, said["verdict"] == "accepted")
    print(f"{path.stem}: read", file=sys.stderr)
    service.close()


def fit(read: list[Read]) -> dict[str, float]:
    """Fit a logistic function of score and share named."""
    scores = np.array([[one.score, one.named] for one in read])
    line = LogisticRegression(C=LOOSE).fit(scores, [one.taken for one in read])
    names = ("score", "named")
    return {"bias": round(float(line.intercept_[0]), 4)} | {
        name: round(float(weight), 4) for name, weight in zip(names, line.coef_[0], strict=True)
    }


def table(read: list[Read]) -> str:
    """Say what share of the read ones would be shown from several levels on, and taken: each site left out in turn."""
    sites = sorted({one.site for one in read})
    fitted = {site: fit([one for one in read if one.site != site]) for site in sites}
    lines = [f"| level | of {len(read)} shown | taken | {' | '.join(sites)} |", "|---" * (3 + len(sites)) + "|"]
    for level in LEVELS:
        kept = [
            one for one in read if AnchorModel({}, {}, "", fitted[one.site]).acceptance(one.score, one.named) >= level
        ]
        shares = [share([one for one in kept if one.site == site]) for site in sites]
        lines.append(f"| {level} | {len(kept)} | {share(kept)} | {' | '.join(shares)} |")
    return "\n".join(lines)


def share(read: list[Read]) -> str:
    """Write how many were taken."""
    return f"{sum(one.taken for one in read) / max(1, len(read)):.2f} of {len(read)}"


if __name__ == "__main__":
    main()
