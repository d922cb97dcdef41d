"""One look at all posts of a site: every finding, and the score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from suggester.engine.reading import Draft
from suggester.entities import Fault, Finding
from suggester.graph.audit import posts, words
from suggester.graph.audit.corpus import Corpus, Grounds, page_of
from suggester.graph.audit.kinds import HOME_SHARE, KINDS
from suggester.graph.audit.links import OF_A_LINK
from suggester.graph.audit.score import Score, scored, with_costs

OF_ALL = {
    "orphan": posts.orphan,
    "nearly_orphan": posts.nearly_orphan,
    "deep": posts.deep,
    "dead_end": posts.dead_end,
    "under_linked": posts.under_linked,
    "over_linked": posts.over_linked,
    "two_targets": words.two_targets,
    "same_anchor": words.same_anchor,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What an audit came to."""

    findings: tuple[Finding, ...]  # those that cost most first; also those without a fault
    score: Score
    posts: int
    links: int
    unseen: tuple[str, ...]  # kinds that could not be looked for, as no page was visited


def look(drafts: Iterable[Draft], grounds: Grounds) -> Found:
    """Look at all published posts of a site, in the order of their ids."""
    corpus, found = Corpus(), {kind: list[Fault]() for kind in KINDS}
    for draft in drafts:
        page = page_of(draft, grounds)
        corpus.add(page, grounds)
        for kind, faults in OF_A_LINK.items():
            found[kind] += faults(page, grounds)
    for kind, of_all in OF_ALL.items():
        found[kind] += of_all(corpus, grounds)
    if len(found["homepage_heavy"]) <= HOME_SHARE * corpus.internal:
        found["homepage_heavy"] = []
    of = _looked_among(corpus, grounds)
    findings = with_costs(Finding(kind, tuple(found[kind]), of[kind]) for kind in KINDS if kind in of)
    unseen = tuple(kind for kind in KINDS if kind not in of)
    return Found(tuple(findings), scored(findings), len(corpus.measured), corpus.internal, unseen)


def _looked_among(corpus: Corpus, grounds: Grounds) -> Mapping[str, int]:
    """Say among how many posts or links each kind was looked for; without those that could not be."""
    texts = sum(each.words > 0 for each in corpus.measured)
    targets = int(np.count_nonzero(grounds.index.posts.targets))
    of = {
        "orphan": targets,
        "nearly_orphan": targets,
        "dead_end": texts,
        "under_linked": texts,
        "over_linked": texts,
        "two_targets": len(corpus.wordings),
        "same_anchor": len(corpus.by_target),
    }
    of |= dict.fromkeys((kind for kind in OF_A_LINK if kind != "broken_external"), corpus.internal)
    return of | dict(_visited(corpus, grounds))


def _visited(corpus: Corpus, grounds: Grounds) -> Iterator[tuple[str, int]]:
    if grounds.visited:
        yield "deep", len(grounds.depths) + len(grounds.unreached)
    if grounds.checked_external:
        yield "broken_external", corpus.external
