"""What a site's own links and verdicts teach a ranker, each link hidden before it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from suggester.engine.analysis import analyse
from suggester.engine.candidates import find
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Draft
from suggester.entities import Verdict
from suggester.evaluate.examples import Example
from suggester.evaluate.hiding import OwnLinks
from suggester.evaluate.own_site import Setting, truths, without
from suggester.tasks.progress import SILENT, Progress

if TYPE_CHECKING:
    from suggester.tasks.service import Service

KEPT, REMOVED = "kept", "removed"
VERDICTS = "verdicts"


def of_links(
    service: Service,
    site_id: int,
    links: OwnLinks,
    sources: Collection[int],
    also_hidden: Collection[int],
    ranker: Ranker,
    progress: Progress = SILENT,
) -> Iterator[Example]:
    """Measure the candidates of some posts, in both regimes, on an index without their links and those also hidden."""
    for regime in (KEPT, REMOVED):
        gone = {*sources, *also_hidden}
        setting, _ = without(service, site_id, links, gone, removed=regime == REMOVED, progress=progress)
        wanted = {source: targets for source, targets in truths(setting, links).items() if source in sources}
        progress.start("measure", len(wanted))
        try:
            for source, targets in wanted.items():
                yield from _example(setting, source, targets, ranker, regime)
                progress.advance()
        finally:
            progress.finish()


def _example(setting: Setting, source: int, targets: Collection[int], ranker: Ranker, regime: str) -> Iterator[Example]:
    draft = setting.drafts[source]
    text = analyse(Draft(draft.post, draft.body, draft.lang), setting.index, setting.encode)
    candidates = find(text, setting.index, setting.policy, (), ranker.weights)
    linked = np.isin(setting.index.posts.ids[candidates.rows], list(targets))
    if len(linked):
        yield Example(str(source), regime, candidates.features, linked, len(targets))


def of_verdicts(service: Service, site_id: int, said: Iterable[Verdict], ranker: Ranker) -> Iterator[Example]:
    """Measure the suggestions that people judged, as their posts stand today; the last verdict on each counts.

    What was accepted and stands as a link since is no candidate any more: the link itself teaches then.
    """
    known, policy = service.known(site_id), Policy.of(service.settings(site_id))
    last: dict[int, dict[int, bool]] = {}
    for each in said:
        if each.source_id:
            last.setdefault(each.source_id, {})[each.target_id] = each.verdict == "accepted"
    for post in service.store.some_posts(site_id, last):
        candidates = find(
            analyse(known.draft(post), known.index, known.encode), known.index, policy, (), ranker.weights
        )
        ids = known.index.posts.ids[candidates.rows]
        judged = np.isin(ids, list(last[post.id]))
        if judged.any():
            accepted = np.array([last[post.id][each] for each in ids[judged].tolist()], bool)
            own = {name: values[judged] for name, values in candidates.features.items()}
            yield Example(str(post.id), VERDICTS, own, accepted, int(accepted.sum()))
