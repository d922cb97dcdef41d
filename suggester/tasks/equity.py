"""Link equity of a site: who holds it, what a set of links would move, and which links lift some posts most."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np

from suggester.engine.assign import Assigned, Offer, one_by_one
from suggester.engine.features import Rows
from suggester.engine.index import Index
from suggester.engine.policy import Policy
from suggester.engine.scout import scout
from suggester.entities import Plan, Run
from suggester.errors import RequestError, UnknownPost
from suggester.graph.equity import Change, Equity, change, equity, teleport_of
from suggester.graph.flow import Floats, Flow
from suggester.graph.lifting import Lifting
from suggester.graph.rendered import WithMenus, with_menus
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.pages import RenderedPages
from suggester.tasks.plan import Known, Way, Wish, plan
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.runs import RunVerbs

KIND = "equity"  # of the runs that are made
SCOUTED = 60  # posts that have most in common with each that is to be lifted
WAVES = (12, 12, 16)  # of those, the sources that are looked at; the later ones only where offers are lacking
PER_TARGET = 10  # links to one post at most, unless more are wished for

Pair = tuple[int, int]  # ids of source and target


@dataclass(frozen=True, slots=True)
class Weighed:
    """The link equity of a site, by the rows of its index."""

    index: Index
    equity: Equity
    authority_by: tuple[str, ...] = ()  # kinds of the imports that say where readers come in
    worth_by: tuple[str, ...] = ()  # ... that say how much each post should be found; its length where there are none


@dataclass(frozen=True, slots=True)
class Menus:
    """What the posts of a site hold once all links of its rendered pages count, by the rows of its index."""

    found: WithMenus
    at: datetime  # UTC: when the pages were visited


@dataclass(frozen=True, slots=True)
class Moved:
    """What some links would change, by the rows of the index; those that stand already change nothing."""

    index: Index
    pairs: tuple[Pair, ...]
    change: Change


@dataclass(frozen=True, slots=True)
class Lifted:
    """The links that lift some posts most, and what they would change if all were taken."""

    plan: Plan
    targets: tuple[int, ...]  # ids
    moved: Moved


class EquityVerbs(RunVerbs):
    """The verbs about link equity, as the service has them."""

    _indexes: Indexes
    _policy: Callable[[int], Policy]
    _plan_known: Callable[[int, Ready], Known]
    pages: RenderedPages

    def equity(self, site_id: int) -> Weighed:
        """Say what each post holds of the site's PageRank, who hoards it and who starves."""
        index, store = self._indexes.ready(site_id).index, self.store
        shown = store.impressions(site_id)
        worth = np.array([shown.get(post_id, 0.0) for post_id in index.posts.ids.tolist()]) if shown else None
        found = equity(index, self._policy(site_id), teleport=self._teleport(site_id, index), worth=worth)
        return Weighed(
            index, found, store.imports_with(site_id, "authority"), store.imports_with(site_id, "impressions")
        )

    def with_menus(self, site_id: int, weighed: Weighed) -> Menus | None:
        """Weigh the same posts over menus, lists and the like as well; None where the pages were never visited."""
        walked = self.pages.find(site_id)
        if walked is None:
            return None
        ranks, authority = weighed.equity.ranks, self.store.authority(site_id)
        return Menus(with_menus(weighed.index, walked.pages, ranks, authority), walked.at)

    def simulate(self, site_id: int, pairs: Iterable[Pair]) -> Moved:
        """Say what links from and to these posts, by their ids, would change; UnknownPost where one is not indexed."""
        index = self._indexes.ready(site_id).index
        return _moved(index, pairs, self._teleport(site_id, index))

    def simulate_run(self, site_id: int, run_id: int) -> Moved:
        """Say what the links of a run would change, those that wait and were chosen and those that are applied."""
        _, edits = self.edits(site_id, run_id, limit=None)
        wanted = [each for each in edits if each.kind in ("insert", "append") and each.target_id is not None]
        index = self._indexes.ready(site_id).index
        known = [
            each for each in wanted if each.chosen and None not in map(index.row, (each.source_id, each.target_id or 0))
        ]
        pairs = [(each.source_id, each.target_id or 0) for each in known]
        return _moved(index, pairs, self._teleport(site_id, index))

    def lift(
        self,
        site_id: int,
        post_ids: Collection[int],
        *,
        links: int = 20,
        per_source: int = 3,
        per_target: int = PER_TARGET,
        by_score: bool = False,
        progress: Progress = SILENT,
    ) -> Lifted:
        """Choose the links that lift these posts most, within the limits of settings and rules; nothing is written.

        Each is a suggestion that its source would get itself. They are taken one by one, each time the one whose
        chance to be accepted times what it adds to the PageRank of these posts together is highest; those taken before
        count by their chance. `by_score` takes the most likely instead, for comparison.
        """
        ready = self._indexes.ready(site_id)
        index = ready.index
        targets = _rows(index, post_ids)
        if not targets:
            raise RequestError("Name the posts to be lifted: one id, address or slug at least.")
        wish = Wish(per_target, per_source, links, [int(index.posts.ids[row]) for row in targets])
        teleport = self._teleport(site_id, index)
        lifting = Lifting(Flow.of(index.links, teleport), np.array(targets))
        way = Way(
            sources=partial(promising, index, lifting),
            weigh=None if by_score else partial(_weight, lifting),
            waves=WAVES,
            choose=by_score_alone if by_score else partial(by_lift, lifting),
        )
        made = plan(self._plan_known(site_id, ready), wish, progress, way)
        moved = _moved(index, [(item.source_id, item.target_id) for item in made.items], teleport)
        return Lifted(made, tuple(int(index.posts.ids[row]) for row in targets), moved)

    def make_lift_run(self, site_id: int, lifted: Lifted) -> Run:
        """Keep such links as a run, to be reviewed and applied; RequestError where there are none."""
        if not lifted.plan.items:
            raise RequestError("No link that fits was found; there is nothing to make a run of.")
        count = len(lifted.targets)
        return self.make_run(site_id, lifted.plan, KIND, f"Lift of {count} post{'s' if count > 1 else ''}")

    def _teleport(self, site_id: int, index: Index) -> Floats | None:
        """Give where readers come in, as far as an import says so."""
        return teleport_of(index.posts.ids.tolist(), self.store.authority(site_id))


def _rows(index: Index, post_ids: Iterable[int]) -> list[int]:
    rows = {post_id: index.row(post_id) for post_id in post_ids}
    for post_id, row in rows.items():
        if row is None:
            raise UnknownPost(f"Post {post_id} is not in the index; run `suggester sync`, then ask again.")
    return sorted(row for row in rows.values() if row is not None)


def _moved(index: Index, pairs: Iterable[Pair], teleport: Floats | None) -> Moved:
    listed = tuple(dict.fromkeys(pairs))
    rows = [tuple(_rows(index, [source]) + _rows(index, [target])) for source, target in listed]
    others = [(source, target) for source, target in rows if source != target]
    return Moved(index, listed, change(index.links, others, teleport))


def promising(index: Index, lifting: Lifting, targets: Rows) -> Mapping[int, Rows]:
    """Give the posts that have most in common with each target, those first whose link would be worth most.

    What they have in common goes by their place: how likely a link is accepted falls with it, about as its inverse.
    """
    found: dict[int, Rows] = {}
    for row, near in zip(targets.tolist(), scout(targets, index, SCOUTED), strict=True):
        likely = 1 / (10 + np.arange(len(near)))
        gains = likely * lifting.near_gains(near, np.full(len(near), row))
        found[row] = near[np.lexsort((near, -gains))]
    return found


def _weight(lifting: Lifting, source: int, target: int) -> float:
    return float(lifting.near_gains(np.array([source]), np.array([target]))[0])


def by_lift(
    lifting: Lifting,
    offers: Sequence[Offer],
    needs: Mapping[int, int],
    rooms: Mapping[int, int],
    used: Mapping[int, Collection[str]] | None,
    most: int | None,
) -> Assigned:
    """Choose among offers as `assign` does, each time the one that is likely to lift most; see `EquityVerbs.lift`."""
    sources = np.array([offer.source for offer in offers], np.int64)
    targets = np.array([offer.target for offer in offers], np.int64)
    likely = np.array([offer.likely for offer in offers])

    def next_best(taken: Sequence[int]) -> Iterable[int]:
        if taken:
            last = offers[taken[-1]]
            lifting.add(last.source, last.target, last.likely)
        gone = set(taken)
        left = np.array([at for at in range(len(offers)) if at not in gone], np.int64)
        if not len(left):
            return ()
        return [int(left[at]) for at in lifting.best_first(sources[left], targets[left], likely[left])]

    return one_by_one(offers, needs, rooms, used, most, next_best)


def by_score_alone(
    offers: Sequence[Offer],
    needs: Mapping[int, int],
    rooms: Mapping[int, int],
    used: Mapping[int, Collection[str]] | None,
    most: int | None,
) -> Assigned:
    """Choose among offers as `assign` does, the most likely first."""
    order = sorted(range(len(offers)), key=lambda at: (-offers[at].likely, offers[at].target, offers[at].source))
    return one_by_one(offers, needs, rooms, used, most, lambda taken: [at for at in order if at not in set(taken)])
