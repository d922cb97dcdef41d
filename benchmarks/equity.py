"""Link equity and clusters: whether they are right, whether choosing by lift pays, and how long they take.

    python -m benchmarks.equity ../shared/bench [--only vagov,18f,mtlynch,dltj,sourcegraph,cds-fr] [--work build/bench]
    python -m benchmarks.equity ../shared/bench --speed 10000,10000x10 [--sites build/bench-request]

Each site is written as a WordPress export file without its hidden links, and indexed as any. Its ranks are held against
those of networkx. Then 20 links are chosen for the longest posts that starve, a hundred at most, once by lift and once
by score alone, among the same offers and within the same limits. A choice is worth what it adds to the PageRank of
these posts: if all links are made, and on the average where each is made by its chance. Of clusters, the share of the
authors' links that stay within is told, beside chance. `--speed` takes synthetic sites of `benchmarks.stores`;
“10000x10” is such a site ten times over, with other vectors. Results: benchmarks/results/equity.json and the tables
in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import fmean
from time import process_time
from typing import Any

import networkx
import numpy as np
import scipy.sparse as sparse

from benchmarks import tables
from benchmarks.posts import originals
from benchmarks.quality import names_of
from benchmarks.stores import SITE_ID, prepared
from suggester.engine.assign import Assigned, Offer
from suggester.engine.features import Rows
from suggester.engine.index import Index, Posts
from suggester.engine.policy import Policy
from suggester.graph.clusters import find_clusters
from suggester.graph.duplicates import find_rivals
from suggester.graph.equity import change, equity
from suggester.graph.flow import Flow
from suggester.graph.lifting import CLOSE, Lifting
from suggester.graph.nearest import unit
from suggester.graph.strength import pagerank
from suggester.graph.topics import purity, topics
from suggester.tasks.equity import PER_TARGET, WAVES, by_lift, by_score_alone, promising
from suggester.tasks.plan import Way, Wish, plan
from suggester.tasks.service import Service

RESULT = Path(__file__).parent / "results" / "equity.json"
MARK, SPEED_MARK = (
    "<!-- equity table: made by benchmarks/equity.py -->",
    "<!-- equity speed: made by benchmarks/equity.py -->",
)
DEVELOPMENT = "vagov,18f,mtlynch,dltj,sourcegraph,cds-fr"
LIFTED, LINKS, DRAWS = 100, 20, 1000
GAINS = ("gain_expected", "gain_of_all")

Figures = dict[str, Any]


def main() -> None:
    """Measure what was asked for; write and print it."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("bench", type=Path)
    args.add_argument("--only", default=DEVELOPMENT, help="names of sites, separated by commas")
    args.add_argument("--work", type=Path, default=Path("build/bench"))
    args.add_argument("--speed", default="", help="sizes of synthetic sites, separated by commas, instead")
    args.add_argument("--sites", type=Path, default=Path("build/bench-request"), help="where they are kept")
    given = args.parse_args()
    results: Figures = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {"sites": {}, "speed": {}}
    if given.speed:
        made_of = originals(given.bench)
        for size in given.speed.split(","):
            posts, _, times = size.partition("x")
            prepared(given.sites / posts, made_of, int(posts))
            results["speed"][size] = speed(given.sites / posts, int(times or 1))
    else:
        for name in names_of(given.bench, given.only):
            results["sites"][name] = measure(given.bench, given.work, name)
            print(name, results["sites"][name], file=sys.stderr)
    RESULT.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if results["sites"]:
        tables.put(MARK, as_table(results["sites"]))
    if results["speed"]:
        tables.put(SPEED_MARK, speed_table(results["speed"]))


def measure(bench: Path, work: Path, name: str) -> Figures:
    """Read a site, and hold its figures against others."""
    work.mkdir(parents=True, exist_ok=True)
    export = work / f"{name}.kept.xml"
    with export.open("w") as out:
        subprocess.run(
            [sys.executable, bench / "wxr.py", bench / "sites" / name, "--regime", "kept"], stdout=out, check=True
        )
    service = Service.open(work / "data")
    try:
        site_id = service.connect(str(export.resolve())).site_id
        service.refresh(site_id)
        weighed = service.equity(site_id)
        index, starving = weighed.index, np.flatnonzero(weighed.equity.starves)
        chosen = starving[np.lexsort((starving, -index.posts.words[starving]))][:LIFTED]
        offered = offers_of(service, site_id, chosen)
        lifting = Lifting(Flow.of(index.links), chosen)
        taken = {"lift": by_lift(lifting, *offered, LINKS), "score": by_score_alone(*offered, LINKS)}
        return {
            "posts": len(index),
            "links": int(index.links.nnz),
            "networkx_differs": furthest(index),
            "offers": len(offered[0]),
            **{way: worth(index, chosen, [offered[0][at] for at in found.chosen]) for way, found in taken.items()},
            **clustered(index),
        }
    finally:
        service.close()


def furthest(index: Index) -> float:
    """Give the largest difference of a post's rank to that of networkx, as a share of the average rank."""
    graph = networkx.from_scipy_sparse_array(index.links.astype(bool).astype(float), create_using=networkx.DiGraph)
    known = networkx.pagerank(graph, weight=None, max_iter=1000, tol=1e-14)
    ours = pagerank(index.links, close=CLOSE)
    return float(np.abs(ours - [known[row] for row in range(len(index))]).max() * len(index))


def offers_of(service: Service, site_id: int, wanted: Rows) -> tuple[Any, Any, Any, Any]:
    """Read the sources for some posts once, and give all that choosing takes but the number of links."""
    index = service.known(site_id).index
    held: list[tuple[Any, Any, Any, Any]] = []

    def hold(
        offers: Sequence[Offer],
        needs: Mapping[int, int],
        rooms: Mapping[int, int],
        used: Mapping[int, Collection[str]],
        most: int | None,
    ) -> Assigned:
        held.append((offers, needs, rooms, used))
        return Assigned({}, {})

    lifting = Lifting(Flow.of(index.links), wanted)
    way = Way(sources=partial(promising, index, lifting), waves=WAVES, choose=hold)
    wish = Wish(PER_TARGET, most=LINKS, targets=index.posts.ids[wanted].tolist())
    plan(service._plan_known(site_id), wish, way=way)
    return held[0]


def worth(index: Index, wanted: Rows, taken: Sequence[Offer]) -> Figures:
    """Say what chosen links add to the rank of the posts to be lifted, as a share of what they hold."""
    flow, dice = Flow.of(index.links), np.random.default_rng(0)
    before = float(flow.ranks(CLOSE)[wanted].sum())
    likely = np.array([offer.likely for offer in taken])

    def after(made: np.ndarray[Any, Any]) -> float:
        pairs = [(offer.source, offer.target) for offer, one in zip(taken, made, strict=True) if one]
        return float(flow.with_links(pairs).ranks(1e-7)[wanted].sum())

    draws = [after(dice.random(len(taken)) < likely) for _ in range(DRAWS)]
    return {
        "links": len(taken),
        "likely": round(float(likely.mean()), 3),
        "gain_of_all": round(after(np.ones(len(taken), bool)) / before - 1, 3),
        "gain_expected": round(fmean(draws) / before - 1, 3),
    }


def clustered(index: Index) -> Figures:
    """Say how the authors' links fall on the clusters."""
    found = topics(index, find_clusters(index))
    within, by_chance = purity(found)
    return {
        "clusters": len(found),
        "purity": within and round(within, 3),
        "by_chance": by_chance and round(by_chance, 3),
    }


def speed(data: Path, times: int) -> Figures:
    """Measure each part on a site of synthetic posts."""
    index = repeated(Index.load(data / "indexes" / f"{SITE_ID}.npz"), times)
    took: Figures = {"posts": len(index), "links": int(index.links.nnz), "index_mb": megabytes()}
    took["equity_s"] = timed(lambda: equity(index, Policy()))
    took["simulate_s"] = timed(lambda: change(index.links, list(zip(range(20), range(50, 70), strict=True))))
    took["choose_s"] = timed(lambda: choose(index))
    found = find_clusters(index)
    took["clusters_s"] = timed(lambda: find_clusters(index))
    took["topics_s"] = timed(lambda: topics(index, found))
    took["duplicates_s"] = timed(lambda: find_rivals(index, found))
    return took | {"memory_mb": megabytes()}


def repeated(index: Index, times: int) -> Index:
    """Give a site so many times over, with vectors at random and links from each copy to the next."""
    if times == 1:
        return index
    dice, posts, count = np.random.default_rng(0), index.posts, len(index) * times
    columns = {name: np.tile(getattr(posts, name), times) for name in ("langs", "days", "words", "targets")}
    listed = {name: getattr(posts, name) * times for name in ("urls", "titles", "types")}
    vectors = unit(dice.standard_normal((count, index.heads.shape[1]), np.float32))
    links = sparse.block_diag([index.links] * times, "csr")
    across = np.roll(dice.permutation(count), 1)
    return replace(
        index,
        posts=Posts(ids=np.arange(1, count + 1), **columns, **listed),
        body=sparse.hstack([index.body] * times, "csr"),
        titles=sparse.vstack([index.titles] * times, "csr"),
        terms=sparse.vstack([index.terms] * times, "csr"),
        links=(links + sparse.csr_matrix((np.ones(count), (np.arange(count), across)))).tocsr(),
        heads=vectors,
        means=vectors,
    )


def choose(index: Index) -> None:
    """Choose 20 links among 200 at random: the part of lifting that grows with the site's links."""
    dice = np.random.default_rng(0)
    wanted = dice.choice(len(index), 5, replace=False)
    sources, targets = dice.choice(len(index), 200), dice.choice(wanted, 200)
    lifting = Lifting(Flow.of(index.links), wanted)
    for _ in range(LINKS):
        best = lifting.best_first(sources, targets, np.ones(200))[0]
        lifting.add(int(sources[best]), int(targets[best]))


def timed(work: Callable[[], object]) -> float:
    """Give the seconds of processor time that something takes; all of it is done by one thread."""
    began = process_time()
    work()
    return round(process_time() - began, 2)


def megabytes() -> int:
    """Give the most memory that this process has held so far."""
    return getrusage(RUSAGE_SELF).ru_maxrss // 1024


def as_table(sites: Mapping[str, Figures]) -> str:
    """Show both ways to choose beside each other."""
    head = ["site", "offers", "expected gain by lift", "by score", "gain of all by lift", "by score",
            "mean chance by lift", "by score", "clusters", "links that stay", "at random"]  # fmt: skip
    rows = []
    for name, told in sorted(sites.items()):
        both = [told["lift"], told["score"]]
        gains = [f"{way[figure]:+.0%}" for figure in GAINS for way in both]
        counted = [told["clusters"], f"{told['purity']:.0%}", f"{told['by_chance']:.0%}"]
        rows.append([name, told["offers"], *gains, *(way["likely"] for way in both), *counted])
    means = [fmean(told[way][figure] for told in sites.values()) for figure in GAINS for way in ("lift", "score")]
    rows.append(["**mean**", "", *(f"{value:+.0%}" for value in means), "", "", "", "", ""])
    return tables.table(head, rows)


def speed_table(sizes: Mapping[str, Figures]) -> str:
    """Show the seconds of each part."""
    names = ("equity", "simulate", "choose", "clusters", "topics", "duplicates")
    rows = []
    for told in sorted(sizes.values(), key=lambda each: int(each["posts"])):
        seconds = [told[f"{name}_s"] for name in names]
        rows.append([f"{told['posts']:,}", f"{told['links']:,}", *seconds, told["index_mb"], told["memory_mb"]])
    return tables.table(["posts", "links", *names, "MB with the index", "MB at most"], rows)


if __name__ == "__main__":
    main()
