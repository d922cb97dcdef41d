"""Training the ranker on a site's own links and verdicts; kept only where a held-out part shows that it is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from suggester.engine.ranker import Ranker
from suggester.engine.rankerfile import RankerFile
from suggester.evaluate import measures
from suggester.evaluate.adapting import STRENGTH, SURE, Doubles, adapt, better, by_source, gain
from suggester.evaluate.examples import Example
from suggester.evaluate.hiding import deal
from suggester.evaluate.own_examples import KEPT, REMOVED, of_links, of_verdicts
from suggester.evaluate.own_site import find_links
from suggester.tasks.progress import SILENT, Progress

if TYPE_CHECKING:
    from suggester.tasks.service import Service

NEEDED = 60  # posts with links of their own: a fifth of them is held out, and fewer than a dozen show nothing
MOST = 800  # posts learned from; of a larger site more would take long and teach little
MOST_HELD_OUT = 400
FOLDS = 4
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Compared:
    """The bundled ranker and one of the site's own, on posts that the latter has not seen."""

    posts: int
    before: Figures  # of the bundled ranker
    after: Figures  # of the site's own


@dataclass(frozen=True, slots=True)
class Trained:
    """What training came to."""

    kept: bool
    ranker: str  # the one that serves from now on
    began_from: str
    accepted: int  # verdicts learned from
    dismissed: int
    learned: Compared  # the posts learned from, each judged by a ranker that learned from the others
    held_out: Compared  # posts that no training sees
    sure: float  # share of resamples of all these posts in which the site's own ranker is better
    seconds: float


def train(service: Service, site_id: int, *, seed: int = 0, progress: Progress = SILENT) -> Trained:
    """Adapt the bundled ranker to a site, and keep it for that site if it is better on what it has not seen.

    Better means a higher nDCG@10, both regimes averaged: on the held-out posts, and over all posts, each judged by a
    ranker that has not seen it, in at least `SURE` of the resamples of a paired bootstrap. TooFewLinks where fewer than
    `NEEDED` posts have links of their own; SyncRunning where another process trains on this site.
    """
    with service.store.lock(site_id, "train"):
        began = monotonic()
        base = service.rankers.bundled
        links = find_links(service, site_id, progress, NEEDED)
        dealt = deal(links)
        folds = [
            list(of_links(service, site_id, links, fold, dealt.held_out, base, progress))
            for fold in dealt.folds(FOLDS, seed, MOST)
        ]
        held_out = frozenset(sorted(dealt.held_out)[:MOST_HELD_OUT])
        unseen = list(of_links(service, site_id, links, held_out, (), base, progress))
        verdicts = [each for each in service.store.verdicts(site_id) if each.source_id not in dealt.held_out]
        said = list(of_verdicts(service, site_id, verdicts, base))
        own, done = learn(base, folds, unseen, said, f"own-{datetime.now(UTC):%Y-%m-%d}")
        if done.kept:
            service.rankers.keep(site_id, _card(own, done))
        else:
            service.rankers.forget(site_id)
        return replace(done, seconds=round(monotonic() - began, 1))


def learn(
    base: Ranker, folds: Sequence[Sequence[Example]], unseen: Sequence[Example], said: Sequence[Example], name: str
) -> tuple[Ranker, Trained]:
    """Adapt a ranker, and compare it with the one it began from."""
    pairs = [(own, _without(base, folds, at, said)) for at, own in enumerate(folds) if own]
    told = [each for fold in folds for each in fold]
    own = adapt(base, told, said, name)
    gained = np.concatenate([_gained(base, ranker, some) for some, ranker in [*pairs, (unseen, own)]])
    sure = better(gained, np.zeros_like(gained))
    kept = sure >= SURE and float(_gained(base, own, unseen).mean()) > 0
    accepted = sum(int(each.linked.sum()) for each in said)
    done = Trained(
        kept=kept,
        ranker=own.id if kept else base.id,
        began_from=base.id,
        accepted=accepted,
        dismissed=sum(len(each.linked) for each in said) - accepted,
        learned=Compared(_posts(told), figures([(told, base)]), figures(pairs)),
        held_out=Compared(_posts(unseen), figures([(unseen, base)]), figures([(unseen, own)])),
        sure=round(sure, 4),
        seconds=0.0,
    )
    return own, done


def _without(base: Ranker, folds: Sequence[Sequence[Example]], at: int, said: Sequence[Example]) -> Ranker:
    """Adapt to all folds but one."""
    left_out = {each.group for each in folds[at]}
    others = [each for place, fold in enumerate(folds) if place != at for each in fold]
    return adapt(base, others, [each for each in said if each.group not in left_out])


def _gained(base: Ranker, own: Ranker, examples: Sequence[Example]) -> Doubles:
    return np.asarray(by_source(examples, own, gain) - by_source(examples, base, gain))


def _posts(examples: Sequence[Example]) -> int:
    return len({each.group for each in examples})


def figures(judged: Sequence[tuple[Sequence[Example], Ranker]]) -> Figures:
    """Give what rankers find, each of its own posts: the mean that decides, and both regimes apart."""
    found: Figures = {"nDCG@10": _mean([by_source(examples, ranker, gain) for examples, ranker in judged])}
    for regime in (KEPT, REMOVED):
        apart = [([each for each in examples if each.regime == regime], ranker) for examples, ranker in judged]
        for name, measure in (("R@10", measures.recall), ("hit@1", measures.hit)):
            found[f"{name} {regime}"] = _mean([by_source(own, ranker, measure) for own, ranker in apart])
    return found


def _mean(values: Sequence[Doubles]) -> float:
    every = np.concatenate([*values]) if values else np.zeros(0)
    return round(float(every.mean()), 4) if len(every) else 0.0


def _card(own: Ranker, done: Trained) -> RankerFile:
    judged = f", {done.accepted} accepted and {done.dismissed} dismissed suggestions" * bool(
        done.accepted + done.dismissed
    )
    return RankerFile(
        id=own.id,
        bias=own.bias,
        weights=dict(own.weights),
        curve=asdict(own.curve),
        trained_on=f"{done.learned.posts} posts of this site with links of their own, in both regimes{judged}",
        made=f"{done.began_from}, shifted by conditional logistic regression, pull {STRENGTH:g}",
        measured={
            "bundled, held out": done.held_out.before,
            "own, held out": done.held_out.after,
            "bundled, left out in turn": done.learned.before,
            "own, left out in turn": done.learned.after,
        },
        calibration={"method": f"as {done.began_from}: as many links expected as before", "sure": done.sure},
    )
