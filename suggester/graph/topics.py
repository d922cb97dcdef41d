"""Each topic cluster as an owner looks at it: its name, its pillar, which of its links are missing, how pure it is.

A pillar is the post that covers a whole topic, to which all others of the cluster link, and which links to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.index import Index
from suggester.engine.words import terms
from suggester.graph.clusters import Clusters
from suggester.graph.naming import Named, named
from suggester.graph.nearest import Groups
from suggester.graph.series import series_of
from suggester.graph.strength import pagerank

COVERED = 0.5  # share of the cluster's words that a pillar says at least
NEIGHBOURS = 3  # nearest posts of the same cluster that a post should be linked with
LINKED_COUNTS = 2.0  # of a post that all of its cluster link to, beside 1 for the best by any other measure
CALLED = 4  # of a cluster's terms, the first: a pillar has one of them in its title
MAY_COVER = 8  # words and posts that a pillar is told to cover where none does

Pairs = list[tuple[int, int]]  # rows of source and target


@dataclass(frozen=True, slots=True)
class Topic:
    """One cluster; posts are rows of the index."""

    number: int
    named: Named
    members: tuple[int, ...]  # the nearest to the middle first
    pillar: int | None  # the post that deserves to be it, None where none does
    nearest: int  # the one that comes nearest to it, the pillar where there is one
    lacks: tuple[str, ...]  # what keeps the nearest one from being the pillar, as codes
    uncovered: tuple[str, ...]  # words of the topic that the nearest one does not say
    to_pillar: Pairs  # links that are missing from the members to the pillar
    from_pillar: Pairs  # and from the pillar to the members
    within: Pairs  # and between members that are nearest to each other, one for each two without a link
    links_out: int  # links from its posts to other posts of clusters
    links_inside: int  # of those, the ones that stay
    chance: float  # share that would stay if they led anywhere

    @property
    def purity(self) -> float | None:
        """Share of the links from its posts that stay, None where there are none."""
        return self.links_inside / self.links_out if self.links_out else None


NOT_NAMED = "title_names_other_things"
NOT_BROAD = "covers_too_little"
NOT_LONG = "shorter_than_most"
NOT_NEAR = "beside_the_topic"
A_PART = "part_of_a_series"


@dataclass(frozen=True, slots=True)
class _Web:
    """The links of a site."""

    linked: sparse.csr_matrix
    both_ways: sparse.csr_matrix
    inbound: NDArray[np.int64]
    ranks: NDArray[np.float64]


def topics(index: Index, clusters: Clusters) -> list[Topic]:
    """Look at each cluster of a site, the largest first."""
    names = named(index, clusters.of)
    linked = index.links.astype(bool).astype(np.float64).tocsr()
    web = _Web(linked, (linked + linked.T).tocsr(), index.inbound(), pagerank(index.links))
    return [_topic(number, name, index, clusters, web) for number, name in enumerate(names)]


def purity(found: list[Topic]) -> tuple[float | None, float | None]:
    """Give the share of links between posts of clusters that stay within them, and that of links at random."""
    out = sum(each.links_out for each in found)
    if not out:
        return None, None
    by_chance = sum(each.links_out * each.chance for each in found)
    return sum(each.links_inside for each in found) / out, by_chance / out


def _topic(number: int, name: Named, index: Index, clusters: Clusters, web: _Web) -> Topic:
    members = clusters.members(number)
    members = members[np.lexsort((members, -clusters.likeness[members]))]
    best, lacks, uncovered = _pillar(members, name, index, clusters, web)
    linked, others = web.linked, members[members != best]
    out = linked[members][:, np.flatnonzero(clusters.of >= 0)]
    inside = linked[members][:, members]
    everyone = int((clusters.of >= 0).sum())
    return Topic(
        number=number,
        named=name,
        members=tuple(members.tolist()),
        pillar=None if lacks else best,
        nearest=best,
        lacks=lacks,
        uncovered=uncovered,
        to_pillar=[] if lacks else [(row, best) for row in others.tolist() if not linked[row, best]],
        from_pillar=[] if lacks else [(best, row) for row in others.tolist() if not linked[best, row]],
        within=_within(members, clusters, web.both_ways, web.inbound, None if lacks else best),
        links_out=int(out.sum()),
        links_inside=int(inside.sum()),
        chance=(len(members) - 1) / max(1, everyone - 1),
    )


def _pillar(
    members: Groups, name: Named, index: Index, clusters: Clusters, web: _Web
) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Give the post that comes nearest to a pillar, what it lacks, and the words that it does not say.

    Posts are put in order by the sum of their places (Borda) by likeness to the topic, words of the topic said, length,
    which counts twice, links from the cluster, PageRank and title; what much of the cluster links to goes ahead. A
    pillar says COVERED of the topic's words, has one of the name in its title, is not shorter nor further from the
    topic than most, and is no part of a series.
    """
    spoken = _columns(name, index)
    says = _says(members, [columns for _, columns in spoken], index)
    covered = says.mean(axis=1) if spoken else np.zeros(len(members))
    titled = _titled(members, name, index)
    words, likeness = index.posts.words[members].astype(float), clusters.likeness[members].astype(float)
    inbound = np.asarray(web.linked[members][:, members].sum(axis=0)).ravel()
    judged = (likeness, covered, words, words, inbound, web.ranks[members], titled)
    places = np.sum([_places(each) for each in judged], axis=0) + LINKED_COUNTS * inbound / max(1, len(members) - 1)
    tests = {
        NOT_NAMED: titled > 0,
        NOT_BROAD: covered >= COVERED,
        NOT_LONG: words >= np.median(words),
        NOT_NEAR: likeness >= np.median(likeness),
        A_PART: ~_counted(members, index),
    }
    passed = np.sum(list(tests.values()), axis=0) == len(tests)
    at = int(np.lexsort((members, -places, ~passed))[0])
    left = [form for form, said in zip((form for form, _ in spoken), says[at], strict=True) if not said]
    return int(members[at]), tuple(code for code, held in tests.items() if not held[at]), tuple(left[:MAY_COVER])


def _says(members: Groups, spoken: Sequence[Groups], index: Index) -> NDArray[np.bool_]:
    """Say which of some terms, each given by its columns, each post says, shape (posts, terms)."""
    found = [np.asarray((index.body[columns][:, members] > 0).todense()).all(axis=0) for columns in spoken]
    return np.array(found, bool).reshape(len(spoken), len(members)).T


def _columns(name: Named, index: Index) -> list[tuple[str, Groups]]:
    """Give the terms of a cluster that the index counts, with their columns."""
    column = index.lexicon.column
    known = ((form, [column[stem] for stem in stems if stem in column]) for form, stems in name.spoken)
    return [(form, np.array(columns, np.int64)) for form, columns in known if columns]


def _titled(members: Groups, name: Named, index: Index) -> NDArray[np.float64]:
    """Say which titles hold a word that the cluster is called by, however common on the site."""
    called = {stem for _, stems in name.spoken[:CALLED] for stem in stems}
    titles = ((index.posts.titles[row], str(index.posts.langs[row])) for row in members.tolist())
    return np.array([not called.isdisjoint(terms(title, lang)) for title, lang in titles], np.float64)


def _counted(members: Groups, index: Index) -> NDArray[np.bool_]:
    """Say which posts are parts of a series within the cluster."""
    series = [series_of(index.posts.titles[row]) for row in members.tolist()]
    times = Counter(series)
    return np.array([bool(each) and times[each] > 1 for each in series], np.bool_)


def _places(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give for each value the share of all that are lower, equal ones counting half."""
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values) + np.searchsorted(ordered, values, "right")) / (2 * len(values))


def _within(
    members: Groups, clusters: Clusters, both_ways: sparse.csr_matrix, inbound: NDArray[np.int64], pillar: int | None
) -> Pairs:
    """Give the nearest members that no link joins, each two once; the link leads to the one that has fewer."""
    inside = set(members.tolist()) - {pillar}
    found: set[tuple[int, int]] = set()
    for row in sorted(inside):
        own, joined = clusters.near[row], set(both_ways[row].indices.tolist())
        order = own.indices[np.lexsort((own.indices, -own.data))]
        near = [other for other in order.tolist() if other in inside][:NEIGHBOURS]
        for other in near:
            if other not in joined:
                target, source = sorted((row, other), key=lambda each: (int(inbound[each]), each))
                found.add((source, target))
    return sorted(found)
