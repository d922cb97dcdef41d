"""What the policy shows over whole sites: how many links, on which words, to which posts.

    python benchmarks/policy.py ../shared/bench [--only 18f,vagov] [--work build/bench] [--posts 200]

Each site is asked for suggestions for some of its posts, evenly spread, with default settings. Results:
benchmarks/results/policy.json, and the table that it prints.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

from suggester.engine.generic import is_generic
from suggester.engine.words import fold
from suggester.entities import Suggestions
from suggester.graph.orphans import orphans
from suggester.tasks.service import Service

HERE = Path(__file__).parent
ASKED = 12
DEEP = 10  # an anchor alone, as a query, should find its target among so many


def main() -> None:
    """Ask every site and print what was shown."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("bench", type=Path)
    args.add_argument("--only", default="", help="names of sites, separated by commas")
    args.add_argument("--work", type=Path, default=Path("build/bench"))
    args.add_argument("--posts", type=int, default=200)
    given = args.parse_args()
    ending = ".posts.jsonl.gz"
    names = sorted(path.name.removesuffix(ending) for path in (given.bench / "sites").glob(f"*{ending}"))
    names = [name for name in names if not given.only or name in given.only.split(",")]
    sites = {name: measure(given.bench, given.work, name, given.posts) for name in names}
    sites["mean"] = {figure: round(fmean(site[figure] for site in sites.values()), 3) for figure in sites[names[0]]}
    for name, figures in sites.items():
        sys.stdout.write(f"| {name} | " + " | ".join(f"{value:g}" for value in figures.values()) + " |\n")
    sys.stdout.write(f"columns: {', '.join(sites['mean'])}\n")
    if not given.only:
        (HERE / "results" / "policy.json").write_text(json.dumps(sites, indent=1) + "\n")


def measure(bench: Path, work: Path, name: str, posts: int) -> dict[str, float]:
    """Ask one site for suggestions for some of its posts."""
    export = work / f"{name}.kept.xml"
    if not export.exists():
        with export.open("w") as out:
            command = [sys.executable, bench / "wxr.py", bench / "sites" / name, "--regime", "kept"]
            subprocess.run(command, stdout=out, check=True)
    service = Service.open(work / "data")
    try:
        site_id = service.connect(str(export.resolve())).site_id
        service.refresh(site_id)
        ids = service.store.post_ids(site_id)
        some = ids[:: max(1, len(ids) // posts)]
        return figures(service, site_id, [service.suggestions(site_id, each, limit=ASKED) for each in some])
    finally:
        service.close()


def figures(service: Service, site_id: int, answers: Iterable[Suggestions]) -> dict[str, float]:
    """Count what was shown, and on which words."""
    index = service._indexes.ready(site_id).index
    words = present = 0
    shown = []
    for answer in answers:
        row = index.row(answer.source_id)
        words += int(index.posts.words[row]) if row is not None else 0
        present += int(index.links[row].sum()) if row is not None else 0
        shown += [(one.target_id, fold(one.anchor.text)) for one in answer.items if one.shown and one.anchor]
    used = {(index.row(target), anchor) for target, anchor in shown}
    standing = {(row, fold(text)) for row, texts in index.anchors.items() for text, _ in texts}
    lonely = set(orphans(index))
    times = Counter(shown)
    again = sum((index.row(target), anchor) in standing or times[target, anchor] > 1 for target, anchor in shown)
    found = sum(finds(service, site_id, anchor, target) for target, anchor in set(shown))
    targets = {target for target, _ in shown}
    return {
        "shown per 1,000 words": round(1000 * len(shown) / max(1, words), 2),
        "with those that stand": round(1000 * (len(shown) + present) / max(1, words), 2),
        "anchor used before for it": round(again / max(1, len(shown)), 3),
        "targets per suggestion": round(len(targets) / max(1, len(shown)), 3),
        "share of orphans reached": round(len(targets & lonely) / max(1, len(lonely)), 3),
        "anchor finds its target": round(found / max(1, len(used)), 3),
        "generic": sum(is_generic(anchor) for _, anchor in shown),
        "words of an anchor": round(fmean([len(anchor.split()) for _, anchor in shown] or [0]), 2),
    }


def finds(service: Service, site_id: int, anchor: str, target: int) -> bool:
    """Whether an anchor alone, as a query by words, finds its target among the first ten posts."""
    import numpy as np

    from suggester.engine.words import terms

    index = service._indexes.ready(site_id).index
    row = index.row(target)
    if row is None:
        return False
    query = index.lexicon.vectors([terms(anchor, str(index.posts.langs[row]))])
    scores = np.asarray((query @ index.body).todense()).ravel()
    return bool(scores[row] > 0 and (scores > scores[row]).sum() < DEEP)


if __name__ == "__main__":
    main()
