"""Training the ranker on a site's own links and verdicts; kept only where a held-out part shows that it is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from statistics import fmean
from time import monotonic
from typing import TYPE_CHECKING

from suggester.engine.ranker import Ranker
from suggester.engine.rankerfile import RankerFile
from suggester.evaluate import measures
from suggester.evaluate.adapting import STRENGTHS, SURE, adapt, better, by_source, gain
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
class Trained:
    """What training came to."""

    kept: bool
    ranker: str  # the one that serves from now on
    began_from: str
    posts: int  # learned from
    accepted: int  # verdicts learned from
    dismissed: int
    strength: float  # pull towards the bundled weights, chosen among the posts learned from
    held_out: int  # posts that both rankers were compared on; the training did not see them
    before: Figures  # of the bundled ranker on those
    after: Figures  # of the new one
    sure: float  # share of resamples of those posts in which the new one is better
    seconds: float


def train(service: Service, site_id: int, *, seed: int = 0, progress: Progress = SILENT) -> Trained:
    """Adapt the bundled ranker to a site, and keep it for that site if it is better on what it has not seen.

    Better means: the mean nDCG@10 over the held-out posts, both regimes averaged, is higher in at least `SURE` of the
    resamples of a paired bootstrap. TooFewLinks where fewer than `NEEDED` posts have links of their own; SyncRunning
    where another process trains on this site.
    """
    with service.store.lock(site_id, "train"):
        began = monotonic()
        base = service.rankers.bundled
        links = find_links(service, site_id, progress, NEEDED)
        dealt = deal(links)
        folds = dealt.folds(FOLDS, seed, MOST)
        told = [list(of_links(service, site_id, links, fold, dealt.held_out, base, progress)) for fold in folds]
        held_out = frozenset(sorted(dealt.held_out)[:MOST_HELD_OUT])
        unseen = list(of_links(service, site_id, links, held_out, (), base, progress))
        verdicts = [each for each in service.store.verdicts(site_id) if each.source_id not in dealt.held_out]
        said = list(of_verdicts(service, site_id, verdicts, base))
        strength = _strength(base, told, said)
        name = f"own-{datetime.now(UTC):%Y-%m-%d}"
        own = adapt(base, [each for fold in told for each in fold], said, strength, name)
        result = _compared(base, own, unseen)
        accepted = sum(int(each.linked.sum()) for each in said)
        done = replace(
            result,
            posts=len({each.group for fold in told for each in fold}),
            accepted=accepted,
            dismissed=sum(len(each.linked) for each in said) - accepted,
            strength=strength,
            seconds=round(monotonic() - began, 1),
        )
        if done.kept:
            service.rankers.keep(site_id, _card(own, done))
        else:
            service.rankers.forget(site_id)
        return done


def _strength(base: Ranker, folds: Sequence[Sequence[Example]], said: Sequence[Example]) -> float:
    """Choose how strongly the bundled weights pull, by folds left out one after the other."""
    worth = {}
    for strength in STRENGTHS:
        gains = []
        for at, left_out in enumerate(folds):
            others = [each for place, fold in enumerate(folds) if place != at for each in fold]
            gains.append(by_source(left_out, adapt(base, others, said, strength), gain).mean())
        worth[strength] = fmean(gains)
    return max(worth, key=lambda each: (worth[each], each))


def _compared(base: Ranker, own: Ranker, unseen: Sequence[Example]) -> Trained:
    sure = better(by_source(unseen, own, gain), by_source(unseen, base, gain))
    kept = sure >= SURE
    return Trained(
        kept=kept,
        ranker=own.id if kept else base.id,
        began_from=base.id,
        posts=0,
        accepted=0,
        dismissed=0,
        strength=0.0,
        held_out=len({each.group for each in unseen}),
        before=figures(unseen, base),
        after=figures(unseen, own),
        sure=round(sure, 4),
        seconds=0.0,
    )


def figures(examples: Sequence[Example], ranker: Ranker) -> Figures:
    """Give what a ranker finds: over posts, in each regime, and as the mean that decides."""
    found: Figures = {"nDCG@10": float(by_source(examples, ranker, gain).mean())}
    for regime in (KEPT, REMOVED):
        own = [each for each in examples if each.regime == regime]
        found[f"R@10 {regime}"] = float(by_source(own, ranker, measures.recall).mean())
        found[f"hit@1 {regime}"] = float(by_source(own, ranker, measures.hit).mean())
    return {name: round(value, 4) for name, value in found.items()}


def _card(own: Ranker, done: Trained) -> RankerFile:
    judged = f", {done.accepted} accepted and {done.dismissed} dismissed suggestions" * bool(
        done.accepted + done.dismissed
    )
    return RankerFile(
        id=own.id,
        bias=own.bias,
        weights=dict(own.weights),
        curve=asdict(own.curve),
        trained_on=f"{done.posts} posts of this site with links of their own, their words kept and removed{judged}",
        made=f"{done.began_from}, shifted by conditional logistic regression, pull {done.strength:g}",
        measured={"bundled": done.before, "own": done.after},
        calibration={"method": f"as {done.began_from}: as many links expected as before", "sure": done.sure},
    )
