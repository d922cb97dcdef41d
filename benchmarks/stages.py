"""Where the wait for suggestions goes, stage by stage, and what the ranker that ships costs beside the one set by hand.

    python -m benchmarks.stages [../shared/bench] [--posts 10000] [--requests 60] [--work build/bench-request]

The site is that of `benchmarks.request`. Each draft is a new text of 1,500 words, encoded by the real encoder. Both
rankers are asked by turns, each with the features that it weighs and no others. `again` is the same draft with its
vectors known, as in the editor, where only edited passages are encoded. Results: benchmarks/results/stages.json.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.posts import Writer, originals
from benchmarks.stores import SITE_ID, prepared
from suggester import encoding
from suggester.encoding.protocol import Vectors
from suggester.engine import candidates, ranker, suggest
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, Ranker
from suggester.engine.rankerfile import bundled
from suggester.entities import Post
from suggester.store import DATABASE, Store
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.readings import draft_of

RESULT = Path(__file__).parent / "results" / "stages.json"
WORDS = 1500
WARM_UP = 5
WATCHED: tuple[tuple[Any, str, str], ...] = (
    (suggest, "analyse", "words"),
    (suggest, "find", "candidates"),
    (candidates, "measure", "features"),
    (ranker.Ranker, "probabilities", "rank"),
    (suggest, "seek_anchors", "anchors"),
    (suggest, "from_candidates", "policy and reasons"),
)
"""Functions, and the stage that their time goes to, less that of the stages within."""


class Clock:
    """Sums up what each stage took; the time of a stage within another counts for the inner one alone."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}
        self._within: list[float] = []

    def begin(self) -> None:
        """The next request begins."""
        self.took = defaultdict(float)

    def watch(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function that does the same and is timed."""

        @wraps(work)
        def timed(*given: Any, **named: Any) -> Any:  # noqa: ANN401
            began = perf_counter()
            self._within.append(0.0)
            try:
                return work(*given, **named)
            finally:
                whole = 1000 * (perf_counter() - began)
                self.took[stage] += whole - self._within.pop()
                if self._within:
                    self._within[-1] += whole

        return timed


@contextmanager
def watching(clock: Clock) -> Iterator[None]:
    """Time the stages of the engine, and leave it as it was."""
    before = [(place, name, getattr(place, name)) for place, name, _ in WATCHED]
    for place, name, stage in WATCHED:
        setattr(place, name, clock.watch(stage, getattr(place, name)))
    try:
        yield
    finally:
        for place, name, work in before:
            setattr(place, name, work)


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description="Where the wait goes.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--work", type=Path, default=Path("build/bench-request"))
    asked = parser.parse_args()
    made_of = originals(asked.bench)
    data = asked.work / str(asked.posts)
    prepared(data, made_of, asked.posts)
    figures = measure(data, Writer(made_of, seed=os.getpid()), asked.requests)
    told = {"posts": asked.posts, "words_a_draft": WORDS, "requests": asked.requests, **figures}
    RESULT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(as_table(figures))


def measure(data: Path, drafts: Writer, requests: int) -> dict[str, Any]:
    """Ask both rankers for suggestions for new drafts, and again with the vectors known."""
    clock, encoder, store = Clock(), encoding.load(), Store.open(data / DATABASE)
    rankers = (bundled(), HAND_SET)
    took: dict[str, list[dict[str, float]]] = defaultdict(list)
    try:
        ready = Indexes(store).ready(SITE_ID)
        with watching(clock):
            for turn in range(WARM_UP + requests):
                post = Post(0, "", *drafts.draft(WORDS))
                memory: dict[tuple[str, ...], Vectors] = {}
                for one in rankers if turn % 2 else rankers[::-1]:
                    took[one.id].append(ask(clock, post, ready, partial(encoder.encode), one))
                    known = partial(remembered, memory, encoder.encode)
                    ask(clock, post, ready, known, one)
                    took[f"{one.id}, again"].append(ask(clock, post, ready, known, one))
    finally:
        store.close()
    stages = {name: medians(each[WARM_UP:]) for name, each in took.items()}
    ship, hand = (one.id for one in rankers)
    ratios = {
        what: round(stages[ship + what]["all"] / stages[hand + what]["all"], 3) for what in ("", ", again")
    }  # fmt: skip
    return {"rankers": {"ships": ship, "by hand": hand}, "stages_ms": stages, "ratio": ratios}


def remembered(
    memory: dict[tuple[str, ...], Vectors], encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]
) -> Vectors:
    """Encode texts once."""
    key = tuple(texts)
    if key not in memory:
        memory[key] = encode(texts)
    return memory[key]


def ask(clock: Clock, post: Post, ready: Ready, encode: Callable[..., Vectors], ranker: Ranker) -> dict[str, float]:
    """Ask for suggestions; give the milliseconds of each stage."""
    clock.begin()
    began = perf_counter()
    draft = clock.watch("read", draft_of)(post, ready.resolver, ready.index.site.lang)
    suggest.suggest(draft, ready.index, clock.watch("embed", encode), Policy(written_today=True), ranker=ranker)
    return {**clock.took, "all": 1000 * (perf_counter() - began)}


def medians(requests: Sequence[dict[str, float]]) -> dict[str, float]:
    """Give the median of each stage."""
    return {stage: round(median(one.get(stage, 0.0) for one in requests), 2) for stage in requests[0]}


def as_table(figures: dict[str, Any]) -> str:
    """Show the stages of each ranker."""
    stages = figures["stages_ms"]
    head = list(next(iter(stages.values())))
    lines = ["| ms, median | " + " | ".join(head) + " |", "|---" * (len(head) + 1) + "|"]
    lines += [f"| {name} | " + " | ".join(f"{row[each]:.1f}" for each in head) + " |" for name, row in stages.items()]
    return "\n".join([*lines, f"ratio of the ranker that ships to the one set by hand: {figures['ratio']}"])


if __name__ == "__main__":
    main()
