"""How long a repair of all orphans takes to plan, and how it grows with the site.

    python -m benchmarks.orphans [../shared/bench] [--posts 1000,10000,100000] [--many 0.5]

Sites are those of `benchmarks.request` (synthetic posts, random vectors, see `benchmarks/stores.py`), embedded and
indexed already. Each is planned twice: for its orphans, and for a share of all posts (`--many`), as on sites where
most posts are orphans. Memory is the peak of this process; each helper holds as much again of the index. Writes
benchmarks/results/orphans.json; sizes that were not asked for keep their figures.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Sequence
from math import log10
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

from benchmarks.posts import Original, originals
from benchmarks.stores import SITE_ID, prepared
from suggester.tasks.service import Service

RESULT = Path(__file__).parent / "results" / "orphans.json"
WISH_S = {"10000": 60}


def main() -> None:
    """Measure each size; write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orphans", description="Planning the repair of a site.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--posts", default="1000,10000,100000", help="sizes of site, separated by commas")
    parser.add_argument(
        "--many", type=float, default=0.5, help="share of the posts that the second plan is for; 0 for none"
    )
    parser.add_argument("--work", type=Path, default=Path("build/bench-request"))
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    made_of = originals(asked.bench)
    sites: dict[str, Any] = json.loads(asked.out.read_text("utf-8"))["sites"] if asked.out.is_file() else {}
    for size in asked.posts.split(","):
        sites[size] = measure(asked.work / size, made_of, int(size), asked.many)
        figures = {"cores": len(os.sched_getaffinity(0)), "share": asked.many, "sites": sites}
        asked.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(as_table(sites))


def measure(data: Path, made_of: Sequence[Original], size: int, many: float) -> dict[str, Any]:
    """Plan for the orphans of a site, and for a share of all its posts."""
    prepared(data, made_of, size)
    service = Service.open(data)
    try:
        orphans = [card.id for card in service.orphans(SITE_ID)]
        told = {"orphans": planned(service, orphans)}
        if many:
            told["many"] = planned(service, list(range(1, size + 1, round(1 / many))))
        return told
    finally:
        service.close()


def planned(service: Service, targets: Sequence[int]) -> dict[str, Any]:
    """Plan once; say what it took, and what it brings."""
    service.meta(SITE_ID)  # the index is loaded
    began, used = perf_counter(), processor_time()
    plan = service.plan(SITE_ID, targets=targets)
    return {
        "targets": len(targets),
        "seconds": round(perf_counter() - began, 1),
        "processor_seconds": round(processor_time() - used, 1),
        "memory_mb": getrusage(RUSAGE_SELF).ru_maxrss // 1024,
        "helper_memory_mb": getrusage(RUSAGE_CHILDREN).ru_maxrss // 1024,
        "orphans_before": plan.orphans_before,
        "orphans_after": plan.orphans_after,
        "links": len(plan.items),
        "posts_touched": plan.posts_touched,
        "left_because": dict(Counter(plan.unrepaired.values()).most_common()),
    }


def processor_time() -> float:
    """Seconds of processor time of this process and its helpers so far, those that still run left out."""
    return sum(used.ru_utime + used.ru_stime for used in (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)))


def as_table(sites: dict[str, Any]) -> str:
    """Show the figures, and the exponent by which time grew from one size to the next."""
    lines = ["| posts | targets | seconds | wish | processor | grows as n to the | links | memory MB | a helper's MB |"]
    lines.append("|---" * 9 + "|")
    for kind in ("orphans", "many"):
        before: tuple[int, float] | None = None
        for size, told in sorted(sites.items(), key=lambda one: int(one[0])):
            row = told.get(kind)
            if row is None:
                continue
            grown = exponent(before, (int(size), row["processor_seconds"]))
            before = int(size), row["processor_seconds"]
            cells = [f"{int(size):,}", f"{row['targets']:,}", row["seconds"], WISH_S.get(size, "")]
            cells += [row["processor_seconds"], grown, row["links"], row["memory_mb"], row["helper_memory_mb"]]
            lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def exponent(before: tuple[int, float] | None, now: tuple[int, float]) -> str:
    """Say how time grew: 1 in step with the site, 2 with its square."""
    if before is None or min(before[1], now[1]) <= 0:
        return ""
    return f"{log10(now[1] / before[1]) / log10(now[0] / before[0]):.2f}"


if __name__ == "__main__":
    main()
