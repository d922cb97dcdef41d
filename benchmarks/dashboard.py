"""How long the pages of the dashboard take on a large site, warm: the time until the whole answer is there.

    python -m benchmarks.dashboard [../shared/bench] [--posts 10000] [--rounds 15]

A real `suggester serve` answers a signed-in session over HTTP. The posts are synthetic (see `benchmarks/stores.py`);
the run under review holds 3,000 links, the site 1,000 rules. Beside the wait stands the processor time of the service,
which other work on the machine does not stretch. Writes benchmarks/results/dashboard.json.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import requests

from benchmarks.posts import originals
from benchmarks.serving import Server, serving
from benchmarks.stores import SITE_ID, prepared
from suggester.content.blocks import read
from suggester.content.text import anchor_at, sentence_around
from suggester.entities import Edit, Post, Rule
from suggester.store import DATABASE, Store
from suggester.tasks.service import Service
from suggester.web.dashboard.sessions import with_token

RESULT = Path(__file__).parent / "results" / "dashboard.json"
SOURCES, LINKS_EACH, RULES = 300, 10, 1000
TITLE = "Bench"
WARM_UP = 2
WISH_MS = 200


def main() -> None:
    """Measure each page; write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description="How long pages take.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--work", type=Path, default=Path("build/bench-dashboard"))
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    data = asked.work / str(asked.posts)
    prepared(data, originals(asked.bench), asked.posts)
    run_id, edit_id, post_id, token = made_ready(data)
    look_at(data)
    with serving(data) as server:
        pages = measured(server, token, run_id, edit_id, post_id, asked.rounds)
    figures = {
        "posts": asked.posts,
        "links_of_the_run": SOURCES * LINKS_EACH,
        "rules": RULES,
        "rounds": asked.rounds,
        "cores": len(os.sched_getaffinity(0)),
        "wish_ms": WISH_MS,
        "pages": pages,
    }
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    for name, took in pages.items():
        print(f"{name:26} {took['p50_ms']:6.0f} / {took['p95_ms']:.0f} ms, {took['cpu_ms']:4.0f} of the processor")


def made_ready(data: Path) -> tuple[int, int, int, str]:
    """Give a run, an edit and a post to ask for, and the token of a link; make the run and the rules where missing."""
    store = Store.open(data / DATABASE)
    try:
        known = [run for run in store.runs.every(SITE_ID) if run.title == TITLE]
        if not known:
            posts = list(islice(store.posts(SITE_ID), SOURCES + LINKS_EACH))
            edits = [edit for at in range(SOURCES) for edit in links_of(posts[at], posts[at + 1 : at + 1 + LINKS_EACH])]
            known = [store.runs.add(SITE_ID, "orphans", TITLE, edits, 900, 300)]
            rules = [
                Rule("always", f"phrase number {each.id}", each.id) for each in islice(store.posts(SITE_ID), RULES)
            ]
            store.rules.change(SITE_ID, rules, set(), whole=True)
        edit = store.runs.edits(known[0].id, limit=1)[1][0]
        return known[0].id, edit.id, edit.source_id, store.make_sign_in_link([SITE_ID])
    finally:
        store.close()


def look_at(data: Path) -> None:
    """Find clusters and map, as the first visit of their pages does."""
    service = Service.open(data)
    service.make_picture(SITE_ID)
    service.close()


def links_of(source: Post, targets: list[Post]) -> list[Edit]:
    """Make a link to each target on three words of the source's first paragraph that is long enough."""
    block = max(read(source.content).blocks, key=lambda each: len(each.text))
    words = block.text.split(" ")
    made = []
    for at, target in enumerate(targets):
        start = len(" ".join(words[: 3 * at])) + bool(at)
        end = start + len(" ".join(words[3 * at : 3 * at + 3]))
        first, last = sentence_around(block.text, start, end)
        anchor, sentence = anchor_at(block, start, end), block.text[first:last]
        edit = Edit(0, 0, source.id, target.id, "insert", anchor, target.url)
        made.append(replace(edit, score=0.9 / (at + 1), sentence=sentence))
    return made


def processor_s(pid: int) -> float:
    """Give the processor time that a process has used so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(server: Server, token: str, run_id: int, edit_id: int, post_id: int, rounds: int) -> dict[str, Any]:
    """Ask for each page by turns."""
    session = requests.Session()
    home = session.get(with_token(server.address, token), timeout=60)
    home.raise_for_status()
    csrf = home.text.partition('name="csrf" value="')[2].partition('"')[0]
    pages: dict[str, tuple[str, dict[str, str] | None]] = {
        "overview": ("", None),
        "orphans": ("orphans", None),
        "orphans, searched": ("orphans?text=a&sort=title", None),
        "nearly-orphans, page 5": ("orphans?show=nearly&sort=easiest&page=5", None),
        "runs": ("runs/", None),
        "review of 3,000 links": (f"runs/{run_id}", None),
        "review, searched": (f"runs/{run_id}?text=the&least=0.25&sort=target", None),
        "review, page 100": (f"runs/{run_id}?page=100", None),
        "choose one link": (f"edits/{edit_id}/choose", {"csrf": csrf, "chosen": "yes"}),
        "other words": (f"edits/{edit_id}/words", None),
        "a close look": (f"edits/{edit_id}/closely", None),
        "confirmation": (f"runs/{run_id}/confirm", None),
        "rules": ("rules", None),
        "a post by its title": ("posts?post=a", None),
        "link changes": ("links", None),
        "equity": ("equity", None),
        "equity, searched": ("equity?show=starves&text=a", None),
        "clusters": ("clusters", None),
        "a cluster": ("clusters/1", None),
        "map": ("map", None),
        "map, searched": ("map?text=a&sort=title", None),
        "data of the map": ("map/data", None),
        "a post of the map": (f"map/{post_id}", None),
        "spread": ("spread", None),
    }
    took: dict[str, list[float]] = {name: [] for name in pages}
    size, busy = dict.fromkeys(pages, 0), dict.fromkeys(pages, 0.0)
    for turn in range(WARM_UP + rounds):
        for name, (path, form) in pages.items():
            began, busy_before = perf_counter(), processor_s(server.pid)
            address = f"{server.address}/dashboard/{SITE_ID}/{path}"
            answer = session.post(address, data=form, timeout=60) if form else session.get(address, timeout=60)
            if turn >= WARM_UP:
                took[name].append(1000 * (perf_counter() - began))
                busy[name] += processor_s(server.pid) - busy_before
            answer.raise_for_status()
            size[name] = len(answer.content)
    return {
        name: {
            "p50_ms": round(median(times), 1),
            "p95_ms": round(quantiles(times, n=20)[-1], 1),
            "cpu_ms": round(1000 * busy[name] / rounds, 1),
            "kb": round(size[name] / 1000, 1),
        }
        for name, times in took.items()
    }


if __name__ == "__main__":
    main()
