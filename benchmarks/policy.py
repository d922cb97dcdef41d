"""What is shown over whole sites, before and after training: how many links, on which words, to which posts.

    python -m benchmarks.policy ../shared/bench [--only 18f,vagov] [--work build/bench]

Every published post of each site is asked for suggestions with default settings, as if written today. *Before*: the
weights of the ranker and of the anchors set by hand, shown from 0.2; *after*: what ships. Each site is written to
benchmarks/results/policy.json and to the table in benchmarks/README.md as soon as it is measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import numpy as np

from benchmarks import tables
from benchmarks.quality import names_of
from suggester.engine import anchor_model, anchors
from suggester.engine.analysis import Analysis, analyse
from suggester.engine.anchor_model import AnchorModel
from suggester.engine.candidates import find
from suggester.engine.generic import is_generic
from suggester.engine.index import Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, Ranker
from suggester.engine.rankerfile import bundled
from suggester.engine.reading import Encode
from suggester.engine.suggest import from_candidates
from suggester.engine.words import fold, terms
from suggester.entities import PUBLISHED
from suggester.graph.orphans import orphans
from suggester.tasks.service import Service

RESULT = Path(__file__).parent / "results" / "policy.json"
ASKED = 12
DEEP = 10  # an anchor alone, as a query, should find its target among so many
LONG = 300  # words; the links of a shorter post say little by the thousand words
MARK = "<!-- policy table: made by benchmarks/policy.py -->"

Figures = dict[str, dict[str, float]]  # "before", "after" -> name of figure -> value


@dataclass(slots=True)
class Shown:
    """What one way of suggesting shows over a site."""

    name: str
    ranker: Ranker
    model: AnchorModel
    policy: Policy
    links: list[tuple[int, str]] = field(default_factory=list)  # row of the target, anchor
    rates: list[float] = field(default_factory=list)  # links per 1,000 words of long posts, shown ones included
    over: int = 0  # posts that what is shown lifts above the most there may be

    def add(self, text: Analysis, index: Index, encode: Encode | None) -> None:
        """Ask for the suggestions of a post."""
        with anchors_by(self.model):
            candidates = find(text, index, self.policy, (), self.ranker.weights)
            found = from_candidates(text, candidates, index, encode, self.policy, ASKED, self.ranker)
        shown = [(index.row(one.target_id), fold(one.anchor.text)) for one in found.items if one.shown and one.anchor]
        self.links += [(row, anchor) for row, anchor in shown if row is not None]
        standing = sum(link.target is not None for link in text.draft.body.links)
        if text.length >= LONG:
            self.rates.append(1000 * (standing + len(shown)) / text.length)
            self.over += bool(shown) and self.rates[-1] > self.policy.links_per_1000


@contextmanager
def anchors_by(model: AnchorModel) -> Iterator[None]:
    """Choose anchors by these weights meanwhile."""
    before, anchors.bundled = anchors.bundled, lambda: model
    try:
        yield
    finally:
        anchors.bundled = before


def main() -> None:
    """Ask every site, write and print what was shown."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("bench", type=Path)
    args.add_argument("--only", default="", help="names of sites, separated by commas")
    args.add_argument("--work", type=Path, default=Path("build/bench"))
    args.add_argument("--as-indexed", action="store_true", help="take sites as the last run read them, where it did")
    given = args.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    for name in names_of(given.bench, given.only):
        write({name: measure(given.bench, given.work, name, not given.as_indexed)})
    print(as_table(earlier()))


def ways() -> tuple[Shown, Shown]:
    """Give what is compared."""
    ships = Policy(written_today=True)
    before = Policy(written_today=True, least_score=0.2)
    return (
        Shown("before", HAND_SET, anchor_model.HAND_SET, before),
        Shown("after", bundled(), anchor_model.bundled(), ships),
    )


def measure(bench: Path, work: Path, name: str, anew: bool) -> Figures:
    """Ask one site for the suggestions of all its published posts."""
    export = work / f"{name}.kept.xml"
    with export.open("w") as out:
        command = [sys.executable, bench / "wxr.py", bench / "sites" / name, "--regime", "kept"]
        subprocess.run(command, stdout=out, check=True)
    service, compared = Service.open(work / "data"), ways()
    try:
        site_id = service.connect(str(export.resolve())).site_id
        service.refresh(site_id, full=anew)
        known = service.known(site_id)
        words = standing = 0
        for post in service.store.posts(site_id):
            if post.status == PUBLISHED:
                text = analyse(known.draft(post), known.index, known.encode)
                words += text.length
                standing += sum(link.target is not None for link in text.draft.body.links)
                for one in compared:
                    one.add(text, known.index, known.encode)
        print(f"{name}: {len(known.index)} posts", file=sys.stderr)
        return {one.name: figures(one, known.index, words, standing) for one in compared}
    finally:
        service.close()


def figures(shown: Shown, index: Index, words: int, standing: int) -> dict[str, float]:
    """Count what was shown, and on which words."""
    links = shown.links
    in_use = {(row, fold(text)) for row, texts in index.anchors.items() for text, _ in texts}
    lonely = {row for post_id in orphans(index) if (row := index.row(post_id)) is not None}
    times = Counter(links)
    again = sum(link in in_use for link in links) + sum(
        count - 1 for link, count in times.items() if link not in in_use
    )
    found = sum(finds(index, anchor, row) for row, anchor in times)
    targets = {row for row, _ in links}
    low, high = shown.policy.recommended
    return {
        "shown": len(links),
        "shown per 1,000 words": round(1000 * len(links) / max(1, words), 2),
        "with those that stand": round(1000 * (len(links) + standing) / max(1, words), 2),
        "long posts within 3 to 10": round(fmean([low <= rate <= high for rate in shown.rates] or [0]), 3),
        "lifted above 10": shown.over,
        "anchor used before for it": round(again / max(1, len(links)), 3),
        "distinct targets": len(targets),
        "targets per suggestion": round(len(targets) / max(1, len(links)), 3),
        "orphans": len(lonely),
        "orphans reached": len(targets & lonely),
        "share of orphans reached": round(len(targets & lonely) / max(1, len(lonely)), 3),
        "anchor finds its target": round(found / max(1, len(times)), 3),
        "generic": sum(is_generic(anchor) for _, anchor in links),
        "words of an anchor": round(fmean([len(anchor.split()) for _, anchor in links] or [0]), 2),
    }


def finds(index: Index, anchor: str, row: int) -> bool:
    """Whether an anchor alone, as a query by words, finds its target among the first ten posts."""
    query = index.lexicon.weighed(index.lexicon.columns([terms(anchor, str(index.posts.langs[row]))]))
    scores = np.asarray((query @ index.body).todense()).ravel()
    return bool(scores[row] > 0 and (scores > scores[row]).sum() < DEEP)


def as_table(sites: dict[str, Figures]) -> str:
    """Show before and after, side by side, of each site, and the means."""
    names = [
        "shown per 1,000 words", "with those that stand", "long posts within 3 to 10", "anchor used before for it",
        "targets per suggestion", "share of orphans reached", "anchor finds its target", "words of an anchor",
    ]  # fmt: skip
    rows = [
        [site, *(" / ".join(f"{told[when][name]:g}" for when in ("before", "after")) for name in names)]
        for site, told in [*sites.items(), ("**mean**", mean(sites))]
    ]
    return tables.table(["before / after", *names], rows)


def mean(sites: dict[str, Figures]) -> Figures:
    """Average each figure over the sites."""
    first = next(iter(sites.values()))
    return {
        when: {name: round(fmean(site[when][name] for site in sites.values()), 3) for name in figures}
        for when, figures in first.items()
    }


def earlier() -> dict[str, Figures]:
    """Give the sites that were measured so far."""
    told: dict[str, Figures] = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
    return {site: told[site] for site in sorted(told) if site != "mean"}


def write(sites: dict[str, Figures]) -> None:
    """Write the results, those of other sites kept, and the table between its marks in the README beside this file."""
    sites = earlier() | sites
    RESULT.write_text(json.dumps(sites | {"mean": mean(sites)}, indent=1) + "\n")
    tables.put(MARK, as_table(sites))


if __name__ == "__main__":
    main()
