"""How much workers do, and how long the editor waits meanwhile.

    python -m benchmarks.workers [../shared/bench] [--sites 200] [--posts 500] [--workers 1,2,4] [--only told]

The sites are export files of synthetic posts (see `benchmarks/posts.py`), read, embedded by the real encoder and kept
in a SQLite file. `first` is the refresh of sites that were never read. `night` is the one behind a day on which one
post in a hundred changed, one at least. Both are timed from the moment that all wait until none does; the workers run
already; `stages` are the seconds that all refreshes together say they spent, and any that failed stops the measurement.
Other sizes that were measured before stay, with `--only workers`. `editor` is how long a draft waits with a `suggester
serve` that does nothing else, and while its own worker reads a site for the first time. `told` is how long it takes
until a post that the plugin tells of has new suggestions, while all those of its site are made anew. `--only` measures
some of it, the other figures stay. Writes benchmarks/results/workers.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from benchmarks.posts import SITE, Original, Writer, originals, write_export
from benchmarks.request import spread
from benchmarks.serving import Server, serving
from suggester.entities import Post
from suggester.store import DATABASE, Store
from suggester.tasks.service import Service

RESULT = Path(__file__).parent / "results" / "workers.json"
WORDS = 200
DRAFT_WORDS = 300
WARM_UP = 3
SOME = 64  # sources whose suggestions are made before the first post is told of
TOLD = 3  # posts, one after the other
LOOK_S = 0.05
LOOK_SELDOM_S = 0.25  # where hundreds of tasks wait


def main() -> None:
    """Measure; write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description="How much workers do.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--sites", type=int, default=12)
    parser.add_argument("--posts", type=int, default=60, help="of each site")
    parser.add_argument("--workers", default="1,2,4", help="numbers of workers, separated by commas")
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--only", choices=("workers", "editor", "told"), help="which part to measure")
    parser.add_argument("--work", type=Path, default=Path("build/bench-workers"))
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    shutil.rmtree(asked.work, ignore_errors=True)
    made_of = originals(asked.bench)
    figures: dict[str, Any] = json.loads(asked.out.read_text("utf-8")) if asked.only and asked.out.is_file() else {}
    figures |= {"words_a_post": WORDS, "cores": len(os.sched_getaffinity(0))}
    if asked.only in (None, "workers"):
        figures["workers"] = figures.get("workers", {}) | {
            f"{asked.sites} sites of {asked.posts} posts": {
                number: nights(asked.work / number, made_of, asked.sites, asked.posts, int(number))
                for number in asked.workers.split(",")
            }
        }
    if asked.only in (None, "editor"):
        figures["editor"] = editor(asked.work / "editor", made_of, 2 * asked.posts, asked.requests)
    if asked.only in (None, "told"):
        figures["told"] = told(asked.work / "told", made_of, 2 * asked.posts)
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))


def nights(data: Path, made_of: Sequence[Original], sites: int, posts: int, workers: int) -> dict[str, Any]:
    """Let so many workers read all sites for the first time, and refresh them after a day's changes."""
    data.mkdir(parents=True)
    store = Store.open(data / DATABASE)
    written = {number: list(Writer(made_of, number).posts(posts, WORDS)) for number in range(1, sites + 1)}
    try:
        ids = [connect(store, data, number, written[number]) for number in written]
        with working(data, workers):
            first = rates(until_done(store, ids), sites, posts) | {"stages": stages(store, ids)}
            print("first", first, flush=True)
            for number, some in written.items():
                write(data, number, changed(some))
            night = rates(until_done(store, ids), sites, posts) | {"stages": stages(store, ids)}
    finally:
        store.close()
    return {"first": first, "night": night}


def editor(data: Path, made_of: Sequence[Original], posts: int, requests: int) -> dict[str, Any]:
    """Ask for suggestions with nothing else to do, and while another site is read for the first time."""
    data.mkdir(parents=True)
    service, drafts = Service.open(data), Writer(made_of, os.getpid())
    try:
        service.refresh(connect(service.store, data, 1, list(Writer(made_of, 1).posts(posts, WORDS))))
        with serving(data) as server:
            idle = waits(server, drafts, requests)
            wait_for(service.store, [connect(service.store, data, 2, list(Writer(made_of, 2).posts(2 * posts, WORDS)))])
            while not any(task.state == "running" for task in service.store.tasks.every()):
                sleep(LOOK_S)
            busy: list[float] = []
            while len(busy) < requests and service.store.tasks.every():
                busy += [server.ask(*drafts.draft(DRAFT_WORDS))]
    finally:
        service.close()
    told: dict[str, Any] = {"idle": spread(idle), "busy": spread(busy), "requests_busy": len(busy)}
    return told | {"p95_ratio": round(told["busy"]["p95_ms"] / told["idle"]["p95_ms"], 2)}


def told(data: Path, made_of: Sequence[Original], posts: int) -> dict[str, Any]:
    """Tell of posts while all suggestions of their site are made anew; give how long each waited for its own."""
    data.mkdir(parents=True)
    service, texts = Service.open(data), list(Writer(made_of, 1).posts(posts, WORDS))
    store, waited, left = service.store, [], []
    try:
        site_id = connect(store, data, 1, texts)
        service.refresh(site_id)
        with serving(data) as server:
            service.change_settings(site_id, {"least_score": 0.11})
            wait_for(store, [site_id])
            while not (due := len(store.due(site_id))) or due > posts - SOME:
                sleep(LOOK_S)
            for post_id in sorted((post.id for post in texts), reverse=True)[:TOLD]:
                texts = [written_on(each) if each.id == post_id else each for each in texts]
                write(data, 1, texts)
                waited.append(until_made(server, store, site_id, post_id))
                left.append(len(store.due(site_id)))
            began = perf_counter()
            while store.tasks.every():
                sleep(LOOK_S)
            rest = perf_counter() - began
    finally:
        service.close()
    return {"posts": posts, "seconds": [round(each, 1) for each in waited], "left": left, "rest_s": round(rest, 1)}


def until_made(server: Server, store: Store, site_id: int, post_id: int) -> float:
    """Tell of a post; give the seconds until its suggestions are made by its new text."""
    before, began = store.watched(site_id)[post_id].made_by, perf_counter()
    server.tell(post_id)
    while store.watched(site_id)[post_id].made_by == before:
        sleep(LOOK_S)
    return perf_counter() - began


def waits(server: Server, drafts: Writer, requests: int) -> list[float]:
    """Give the seconds that drafts waited, each a new text."""
    return [server.ask(*drafts.draft(DRAFT_WORDS)) for _ in range(WARM_UP + requests)][WARM_UP:]


def rates(seconds: float, sites: int, posts: int) -> dict[str, float]:
    """Give how much was done in this time."""
    return {
        "seconds": round(seconds, 1),
        "refreshes_a_minute": round(60 * sites / seconds, 1),
        "posts_a_second": round(sites * posts / seconds, 1),
    }


def stages(store: Store, ids: Sequence[int]) -> dict[str, float]:
    """Add up the seconds of each stage of every site's last refresh; raise RuntimeError if one did not succeed."""
    spent: Counter[str] = Counter()
    for site_id in ids:
        (refresh,) = store.refreshes(site_id, 1)
        if refresh.ended_at is None or refresh.error:
            raise RuntimeError(f"The refresh of site {site_id} did not succeed: {refresh}")
        spent.update(refresh.seconds)
    return {stage: round(seconds, 1) for stage, seconds in spent.items()}


def connect(store: Store, data: Path, number: int, posts: Sequence[Post]) -> int:
    """Connect a site of these posts."""
    return store.add_site(address(number), str(write(data, number, posts)), name=SITE.name, lang=SITE.lang)


def write(data: Path, number: int, posts: Sequence[Post]) -> Path:
    """Write a site's export file, under an address of its own."""
    path = data / f"site-{number}.xml"
    write_export(posts, path)
    path.write_text(path.read_text("utf-8").replace(SITE.url, address(number)), "utf-8")
    return path


def address(number: int) -> str:
    """Give the home address of a site."""
    return f"https://site-{number}.example"


def changed(posts: Sequence[Post]) -> list[Post]:
    """Change one post in a hundred, one at least."""
    some = max(1, len(posts) // 100)
    return [written_on(each) for each in posts[:some]] + list(posts[some:])


def written_on(post: Post) -> Post:
    """Give a post with one more paragraph."""
    return replace(post, content=f"{post.content}<p>{post.title}, again.</p>")


def until_done(store: Store, ids: Sequence[int]) -> float:
    """Let all sites wait for their refresh, and give the seconds until none does."""
    began = perf_counter()
    wait_for(store, ids)
    while store.tasks.every():
        sleep(LOOK_SELDOM_S)
    return perf_counter() - began


def wait_for(store: Store, ids: Sequence[int]) -> None:
    """Let these sites wait for their refresh."""
    now = datetime.now(UTC)
    for site_id in ids:
        store.tasks.add(site_id, "refresh", "night", now, now)


@contextmanager
def working(data: Path, workers: int) -> Iterator[None]:
    """Run one process with so many workers, each with one thread for the encoder."""
    command = [sys.executable, "-m", "suggester.cli", "--data", str(data), "worker", "--workers", str(workers)]
    process = subprocess.Popen(command, env=os.environ | {"SUGGESTER_THREADS": "1"}, stderr=subprocess.DEVNULL)
    try:
        sleep(3)
        yield
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
