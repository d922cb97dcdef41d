"""Topic clusters of a site: what they are, which of their links are missing, and which posts compete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from suggester.engine.features import Rows
from suggester.engine.index import Index
from suggester.entities import Plan, Run
from suggester.errors import RequestError
from suggester.graph.clusters import FEWEST_POSTS, Clusters, find_clusters
from suggester.graph.duplicates import Rivals, find_rivals
from suggester.graph.topics import Pairs, Topic, purity, topics
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.plan import Known, Way, Wish, plan
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.runs import RunVerbs

KIND = "clusters"  # of the runs that are made
SEEN_FOR_EACH = 3  # sources read for each link wished for; not every one has words for it
FEWEST_SEEN = 30
PER_TARGET, PER_PILLAR = 3, 50  # links to one post


@dataclass(frozen=True, slots=True)
class Clustered:
    """The topic clusters of a site, by the rows of its index."""

    index: Index
    clusters: Clusters
    topics: tuple[Topic, ...]

    fewest: int = FEWEST_POSTS  # below it a site has none

    @property
    def purity(self) -> tuple[float | None, float | None]:
        """Share of the links between posts of clusters that stay within them, and that of links at random."""
        return purity(list(self.topics))


@dataclass(frozen=True, slots=True)
class Competing:
    """Posts of a site that compete with each other, by the rows of its index."""

    index: Index
    rivals: tuple[Rivals, ...]


class ClusterVerbs(RunVerbs):
    """The verbs about topic clusters, as the service has them."""

    _indexes: Indexes
    _plan_known: Callable[[int, Ready], Known]

    def clusters(self, site_id: int) -> Clustered:
        """Find the topic clusters of a site, with their pillars and the links that they lack."""
        index = self._indexes.ready(site_id).index
        found = find_clusters(index)
        return Clustered(index, found, tuple(topics(index, found)))

    def rivals(self, site_id: int) -> Competing:
        """Find posts that say the same and compete with each other."""
        index = self._indexes.ready(site_id).index
        return Competing(index, tuple(find_rivals(index, find_clusters(index))))

    def missing_links(
        self,
        site_id: int,
        clustered: Clustered,
        numbers: Collection[int] | None = None,
        *,
        most: int = 50,
        per_source: int = 3,
        progress: Progress = SILENT,
    ) -> Plan:
        """Suggest the links that clusters lack, on the words that their sources have for them; nothing is written.

        Links to pillars go first, then those from pillars, then those within; of each the most alike. Some
        SEEN_FOR_EACH posts are read for each link, so that the time is that of `most`, however large the site is.
        RequestError where the clusters are those of an index that another has replaced since.
        """
        ready, index = self._indexes.ready(site_id), clustered.index
        if ready.index is not index:
            raise RequestError("The site was read anew meanwhile; look at its clusters again, then ask once more.")
        chosen = [each for each in clustered.topics if numbers is None or each.number in numbers]
        wanted = _wanted(chosen, clustered.clusters, max(FEWEST_SEEN, SEEN_FOR_EACH * most))
        if not wanted:
            return _nothing()
        pillars = {each.pillar for each in chosen}
        ids = [int(index.posts.ids[row]) for row in wanted]
        wish = Wish(PER_TARGET if not pillars & wanted.keys() else PER_PILLAR, per_source, most, ids)
        way = Way(sources=partial(_only, wanted), only=True, waves=(max(map(len, wanted.values())),))
        return plan(self._plan_known(site_id, ready), wish, progress, way)

    def make_clusters_run(self, site_id: int, made: Plan) -> Run:
        """Keep such links as a run, to be reviewed and applied; RequestError where there are none."""
        if not made.items:
            raise RequestError("No link that fits was found; there is nothing to make a run of.")
        return self.make_run(site_id, made, KIND, "Links that clusters lack")


def _wanted(chosen: Iterable[Topic], clusters: Clusters, most: int) -> dict[int, Rows]:
    """Give the sources that should link to each target, as rows: `most` pairs in all, by turns of clusters."""
    ways: list[list[Pairs]] = [[each.to_pillar, each.from_pillar, each.within] for each in chosen]
    found: dict[int, list[int]] = defaultdict(list)
    left = most
    for kind in range(3):
        queues = [sorted(way[kind], key=lambda pair: (-_likeness(pair, clusters), pair)) for way in ways]
        for turn in range(max(map(len, queues), default=0)):
            for queue in queues:
                if turn < len(queue) and left:
                    source, target = queue[turn]
                    found[target].append(source)
                    left -= 1
    return {target: np.array(sources, np.int64) for target, sources in sorted(found.items())}


def _likeness(pair: tuple[int, int], clusters: Clusters) -> float:
    return float(clusters.likeness[pair[0]] * clusters.likeness[pair[1]])


def _only(wanted: Mapping[int, Rows], targets: Rows) -> Mapping[int, Rows]:
    return {row: wanted[row] for row in targets.tolist()}


def _nothing() -> Plan:
    return Plan((), 0, 0, 0, 0, 0)
