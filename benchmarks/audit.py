"""The audit of a large site: how long it takes and what it holds in memory, without visiting a page.

    python -m benchmarks.audit [--bench ../shared/bench] [--sizes 10000,100000] [--work build/bench-audit]

Each site is made of the synthetic posts of `benchmarks.posts`, with ten links each, so 10,000 posts with 100,000 links
and 100,000 posts with a million. Of the links some lead to dead addresses, to former ones, begin with http, carry
nofollow, or stand on generic words, as `PLANTED` says; the audit has to find just as many. The index has the words of
no post, only what an audit goes by: posts, addresses, and who links to whom. Each site is audited by a process of its
own, a small one twice: the second audit also compares itself with the first. Results: benchmarks/results/audit.json and
the table in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

import numpy as np
import scipy.sparse as sparse

from benchmarks import tables
from benchmarks.posts import SITE, Writer, address, originals
from suggester.engine.build import build
from suggester.engine.index import Index, Posts
from suggester.entities import Audit, Post
from suggester.store import DATABASE, Store
from suggester.tasks.readings import read_posts
from suggester.tasks.service import Service

RESULT = Path(__file__).parent / "results" / "audit.json"
MARK = "<!-- audit table: made by benchmarks/audit.py -->"
LINKS, WORDS, AT_ONCE = 10, 500, 500
PLANTED = {"broken": 0.01, "redirected": 0.01, "plain_http": 0.01, "nofollow": 0.01, "generic": 0.01}
LONG = 30.0  # seconds; what takes longer is done once
SAMPLE = 200  # posts of which a real index is made, so that all of its columns are there

Figures = dict[str, Any]


def main() -> None:
    """Make the sites, audit each, write and print what came of it."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--bench", type=Path)
    args.add_argument("--sizes", default="10000,100000")
    args.add_argument("--work", type=Path, default=Path("build/bench-audit"))
    args.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = args.parse_args()
    if given.child:
        print(json.dumps(measured(given.child)))
        return
    results: Figures = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {}
    for size in given.sizes.split(","):
        folder = given.work / size
        planted = site_of(folder, Writer(originals(given.bench)), int(size))
        command = [sys.executable, "-m", "benchmarks.audit", "--child", str(folder)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        results[size] = {"posts": int(size), **told, "found_as_planted": told["found"] == planted}
        print(size, results[size], file=sys.stderr)
    RESULT.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    tables.put(MARK, as_table(results))


def site_of(folder: Path, writer: Writer, count: int) -> dict[str, int]:
    """Make a data folder with a site of so many posts, unless it is there; say how many faults were planted."""
    card = folder / "planted.json"
    if not card.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        store = Store.open(folder / DATABASE)
        try:
            card.write_text(json.dumps(_filled(store, writer, count)))
        finally:
            store.close()
    return dict(json.loads(card.read_text()))


def _filled(store: Store, writer: Writer, count: int) -> dict[str, int]:
    site_id = store.add_site(SITE.url, SITE.url, name=SITE.name, lang=SITE.lang)
    dice, planted, pairs = Random(1), Counter[str](), list[tuple[int, int]]()
    posts = (_linked(post, count, dice, planted, pairs) for post in writer.posts(count, WORDS))
    kept: list[Post] = []
    while some := list(islice(posts, AT_ONCE)):
        store.put_posts(site_id, some)
        kept += [replace(post, content="") for post in some]
    store.put_dead_addresses(site_id, [f"{SITE.url}/dead-{at}/" for at in range(100)])
    index = build(SITE, islice(read_posts(store, site_id), SAMPLE), "")
    with store.shelf.put(site_id, "index") as path:
        _spread(index, kept, pairs).save(path)
    return dict(planted)


def _linked(post: Post, count: int, dice: Random, planted: Counter[str], pairs: list[tuple[int, int]]) -> Post:
    """Give a post links, some of them faulty; it has none before."""
    paragraphs = post.content.replace("</a>", "").split("\n\n")
    paragraphs = [_without(text) for text in paragraphs]
    links = [" ".join(_link(post.id, place, count, dice, planted, pairs) for place in range(LINKS))]
    return replace(post, content="\n\n".join([*paragraphs, f"<p>{links[0]}</p>"]), old_slugs=(f"old-{post.id}",))


def _without(text: str) -> str:
    head, *rest = text.split("<a href=")
    return head + "".join(part.partition(">")[2] for part in rest)


def _link(
    source: int, place: int, count: int, dice: Random, planted: Counter[str], pairs: list[tuple[int, int]]
) -> str:
    target = dice.randint(1, count - 1)
    target += target >= source
    href, words, more = address(target), f"words {place} of {source}", ""
    drawn, fault = dice.random(), ""
    for kind, share in PLANTED.items():
        drawn -= share
        if drawn < 0:
            fault = kind
            planted[kind] += 1
            break
    if fault != "broken":
        pairs.append((source, target))
    if fault == "broken":
        href = f"{SITE.url}/dead-{dice.randrange(100)}/"
    elif fault == "redirected":
        href = f"{SITE.url}/old-{target}/"
    elif fault == "plain_http":
        href = href.replace("https://", "http://")
    elif fault == "nofollow":
        more = ' rel="nofollow"'
    elif fault == "generic":
        words = "click here"
    return f'so <a href="{href}"{more}>{words}</a> goes'


def _spread(index: Index, posts: list[Post], pairs: list[tuple[int, int]]) -> Index:
    """Give an index the posts and the links of the whole site."""
    count = len(posts)
    rows = np.array(pairs, np.int64) - 1
    links = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows[:, 0], rows[:, 1])), shape=(count, count))
    links.sum_duplicates()
    columns = Posts(
        ids=np.array([post.id for post in posts], np.int64),
        urls=tuple(post.url for post in posts),
        titles=tuple(post.title for post in posts),
        types=tuple(post.type for post in posts),
        langs=np.full(count, "en"),
        days=np.zeros(count, np.int32),
        words=np.full(count, WORDS, np.int32),
        targets=np.ones(count, bool),
    )
    return replace(index, posts=columns, links=links)


def measured(folder: Path) -> Figures:
    """Audit a site twice; give the seconds and the memory of each."""
    service = Service.open(folder)
    try:
        service.orphans(1)
        told: Figures = {"index_mb": megabytes()}
        first = timed(partial(_audit, service), told, "")
        told["memory_mb"] = megabytes()
        if told["cpu_s"] < LONG:
            timed(partial(_audit, service), told, "again_")
        told |= {"links": first.links, "faults": sum(first.counts.values()), "score": first.score}
        began = perf_counter()
        service.faults(1, "redirected", 50)
        told["page_ms"] = round(1000 * (perf_counter() - began), 1)
        return told | {"found": {kind: first.counts[kind] for kind in PLANTED}}
    finally:
        service.close()


def _audit(service: Service) -> Audit:
    return service.audit(1).audit


def timed(work: Callable[[], Audit], told: Figures, name: str) -> Audit:
    """Note the seconds of processor time that something takes; all of it is done by one thread."""
    began = process_time()
    done = work()
    told[f"{name}cpu_s"] = round(process_time() - began, 1)
    return done


def megabytes() -> int:
    """Give the most memory that this process has held since it began; what its parent held counts in `getrusage`."""
    peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    return int(peak[1]) // 1024 if peak else 0


def as_table(results: Mapping[str, Figures]) -> str:
    """Show each site in a row."""
    head = ["posts", "links", "faults", "seconds of processor", "again, with what is new", "MB before",
            "MB at most", "one page of a list, ms", "found as planted"]  # fmt: skip
    return tables.table(head, list(_rows(results)))


def _rows(results: Mapping[str, Figures]) -> Iterator[list[Any]]:
    for told in sorted(results.values(), key=lambda each: int(each["posts"])):
        counts = [f"{told[name]:,}" for name in ("posts", "links", "faults")]
        seconds = [told["cpu_s"], told.get("again_cpu_s", "")]
        yes = "yes" if told["found_as_planted"] else "no"
        yield [*counts, *seconds, told["index_mb"], told["memory_mb"], told["page_ms"], yes]


if __name__ == "__main__":
    main()
