"""How much memory the service takes, and how soon it answers: 10,000 posts, after 50 requests.

    python -m benchmarks.memory [../shared/bench] [--posts 10000] [--requests 50]

Memory is the resident size of a real `suggester serve`, and its peak. The first answer is timed from the start of the
process to the answer to a 1,500-word draft; the median of several starts. The site is the one that `benchmarks.request`
prepares. Writes benchmarks/results/memory.json.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.posts import Writer, originals
from benchmarks.request import WORDS
from benchmarks.serving import serving
from benchmarks.stores import prepared

RESULT = Path(__file__).parent / "results" / "memory.json"
STARTS = 5
WISHES = {"resident_mb": 400, "first_answer_s": 2}


def main() -> None:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description="Memory of the service.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--work", type=Path, default=Path("build/bench-request"), help="the prepared site is kept here")
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    made_of, data = originals(asked.bench), asked.work / str(asked.posts)
    prepared(data, made_of, asked.posts)
    figures = {"posts": asked.posts, "requests": asked.requests, "cores": len(os.sched_getaffinity(0))}
    figures |= measure(data, Writer(made_of, seed=os.getpid()), asked.requests)
    asked.out.parent.mkdir(exist_ok=True)
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(as_table(figures))


def measure(data: Path, drafts: Writer, requests: int) -> dict[str, float]:
    """Start the service several times, and ask the last one on."""
    started = []
    for _ in range(STARTS):
        with serving(data) as server:
            listening = perf_counter() - server.began
            server.ask(*drafts.draft(WORDS))
            started.append((listening, perf_counter() - server.began))
            if len(started) < STARTS:
                continue
            first = server.memory("VmRSS")
            for _ in range(requests):
                server.ask(*drafts.draft(WORDS))
            resident, peak = server.memory("VmRSS"), server.memory("VmHWM")
    return {
        "resident_mb": resident,
        "resident_after_first_mb": first,
        "peak_mb": peak,
        "listening_s": round(median(listening for listening, _ in started), 2),
        "first_answer_s": round(median(answered for _, answered in started), 2),
    }


def as_table(figures: dict[str, float]) -> str:
    """Show the figures beside the wishes."""
    lines = ["| figure | measured | wish |", "|---|---|---|"]
    for name in ("resident_mb", "resident_after_first_mb", "peak_mb", "listening_s", "first_answer_s"):
        lines.append(f"| {name} | {figures[name]} | {f'under {WISHES[name]}' if name in WISHES else ''} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
