"""How long the editor waits: suggestions for 1,500-word drafts that were never seen, and for links to a post, warm.

    python -m benchmarks.request [../shared/bench] [--posts 1000,10000,100000] [--requests 60]

A real `suggester serve` answers. The posts are synthetic (see `benchmarks/posts.py`), their vectors are random unit
vectors under the bundled encoder's id (see `benchmarks/stores.py`); each draft is a new text and is encoded by the
real bundled encoder within the request. `read`, `encode` and `engine` are where the time goes, measured on further
drafts in this process, by the ranker that ships or, with `--by-hand`, the one set by hand; what is left of the request
is HTTP and JSON. `inbound` is asked of another post each time, by turns with the drafts. Writes
benchmarks/results/request.json; sizes that were not asked for keep their figures.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any, TypeVar

from benchmarks.posts import Original, Writer, originals
from benchmarks.serving import serving
from benchmarks.stores import prepared
from suggester import encoding
from suggester.encoding.protocol import Vectors
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, Ranker
from suggester.engine.rankerfile import bundled
from suggester.engine.suggest import suggest
from suggester.entities import Post
from suggester.store import Store
from suggester.tasks.indexes import Indexes
from suggester.tasks.readings import draft_of
from suggester.tasks.service import DATABASE

RESULT = Path(__file__).parent / "results" / "request.json"
WORDS = 1500
WARM_UP = 5
WISHES_MS = {10_000: 150, 100_000: 300}
INBOUND_WISHES_MS = {10_000: 300}
Result = TypeVar("Result")


def main() -> None:
    """Measure each size; write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.request", description="How long the editor waits.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--posts", default="1000,10000,100000", help="sizes of site, separated by commas")
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument(
        "--work", type=Path, default=Path("build/bench-request"), help="the prepared sites are kept here"
    )
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--by-hand", action="store_true", help="part the time with the ranker set by hand instead")
    asked = parser.parse_args()
    made_of = originals(asked.bench)
    ranker = HAND_SET if asked.by_hand else bundled()
    sizes = [int(size) for size in asked.posts.split(",")]
    figures = {
        "words_a_draft": WORDS,
        "requests": asked.requests,
        "cores": len(os.sched_getaffinity(0)),
        "sites": earlier(asked.out)
        | {str(size): measure(asked.work / str(size), made_of, size, asked.requests, ranker) for size in sizes},
    }
    asked.out.parent.mkdir(exist_ok=True)
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(as_table(figures["sites"]))


def measure(data: Path, made_of: Sequence[Original], size: int, requests: int, ranker: Ranker) -> dict[str, Any]:
    """Prepare a site of this size where there is none, then ask."""
    preparing = prepared(data, made_of, size)
    drafts = Writer(made_of, seed=os.getpid())  # so that no earlier run has sent the same texts
    with serving(data) as server:
        targets = Random(os.getpid()).sample(range(1, size + 1), WARM_UP + requests)
        waited = [(server.ask(*drafts.draft(WORDS)), server.ask_inbound(target)) for target in targets][WARM_UP:]
        memory = server.memory("VmRSS")
    return {
        **spread([outbound for outbound, _ in waited]),
        "inbound": spread([inbound for _, inbound in waited]),
        "inside_ms": inside(data, drafts, max(10, requests // 3), ranker),
        "memory_mb": memory,
        "preparing": preparing,
    }


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Give median and 95th percentile in milliseconds."""
    return {"p50_ms": round(1000 * median(seconds), 1), "p95_ms": round(1000 * quantiles(seconds, n=20)[-1], 1)}


def earlier(written: Path) -> dict[str, Any]:
    """Give the figures of the sites that were measured before."""
    sites: dict[str, Any] = json.loads(written.read_text("utf-8"))["sites"] if written.is_file() else {}
    return sites


def inside(data: Path, drafts: Writer, requests: int, ranker: Ranker) -> dict[str, float]:
    """Part the time of a request into reading the draft, encoding it, and the engine; the median of each."""
    clock = Clock()
    store, encoder = Store.open(data / DATABASE), encoding.load()
    try:
        (site,) = store.sites()
        ready = Indexes(store).ready(site.id)

        def encode(texts: Sequence[str]) -> Vectors:
            return clock.time("encode", partial(encoder.encode, texts))

        for _ in range(WARM_UP + requests):
            clock.begin()
            title, content = drafts.draft(WORDS)
            post = Post(0, "", title, content)
            draft = clock.time("read", partial(draft_of, post, ready.resolver, site.lang))
            clock.time("whole", partial(suggest, draft, ready.index, encode, Policy(), ranker=ranker))
        return clock.medians(WARM_UP)
    finally:
        store.close()


class Clock:
    """Sums up what each part of a request took."""

    def __init__(self) -> None:
        self._requests: list[dict[str, float]] = []

    def begin(self) -> None:
        """The next request begins."""
        self._requests.append({"read": 0.0, "encode": 0.0, "whole": 0.0})

    def time(self, part: str, work: Callable[[], Result]) -> Result:
        """Do some work of a part."""
        began = perf_counter()
        result = work()
        self._requests[-1][part] += 1000 * (perf_counter() - began)
        return result

    def medians(self, behind: int) -> dict[str, float]:
        """Give the median of each part, without the first requests."""
        counted = self._requests[behind:]
        engine = [one["whole"] - one["encode"] for one in counted]
        parts = {part: [one[part] for one in counted] for part in ("read", "encode")} | {"engine": engine}
        return {part: round(median(took), 1) for part, took in parts.items()}


def as_table(sites: dict[str, dict[str, Any]]) -> str:
    """Show the figures, with the wish for p95 where there is one."""
    lines = ["| posts | p50 ms | p95 ms | wish | read | encode | engine | inbound p50 ms | p95 ms | wish | memory MB |"]
    lines.append("|---" * 11 + "|")
    for size, told in sites.items():
        parts, inbound = told["inside_ms"], told.get("inbound", {"p50_ms": "", "p95_ms": ""})
        cells = [f"{int(size):,}", told["p50_ms"], told["p95_ms"], wish(WISHES_MS, size)]
        cells += [parts["read"], parts["encode"], parts["engine"]]
        cells += [inbound["p50_ms"], inbound["p95_ms"], wish(INBOUND_WISHES_MS, size), told["memory_mb"]]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def wish(wishes: dict[int, int], size: str) -> str:
    """Say what was wished for a size of site."""
    return f"p95 < {wishes[int(size)]}" if int(size) in wishes else ""


if __name__ == "__main__":
    main()
