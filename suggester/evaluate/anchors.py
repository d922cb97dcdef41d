"""Learns which words editors link, from the links that stand on some sites, and says how well, whole sites left out.

    python -m suggester.evaluate.anchors site.xml other.xml … [--together site,other] [--work build/anchors]

Each site is an export file. The links of a fifth of its posts are hidden, twice over; the weights of the runs' features
are those that make the hidden words likeliest. Written to models/anchors/weights.json with its name card.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from suggester.engine.anchor_features import NAMES
from suggester.engine.anchor_model import FILE, AnchorModel
from suggester.engine.features import Floats
from suggester.evaluate.anchor_cases import Lesson, Trial, fits, lessons, trials
from suggester.tasks.index import stored
from suggester.tasks.service import Service

FOLDS = 2
SHARPNESS = 8.0  # how much better a run of better fit is
OF_PLACE = 0.7  # what finding the place counts for, beside finding the very words
STEPS = 200, 80  # of fitting: to the words alone, then to words and place
STRAIN = 1.0  # on large weights
SITE_WORTH = 10.0  # a site of n lessons counts as the square root of n
SURELY = 0.5  # of the anchors judged the surest ones
DIGITS = 4
TINY = 1e-12

Doubles = NDArray[np.float64]


def main() -> None:
    """Train, judge with whole sites left out, and write the file."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("exports", type=Path, nargs="+")
    args.add_argument("--together", default="", help="names of files without ending, by commas: left out together")
    args.add_argument("--work", type=Path, default=Path("build/anchors"))
    args.add_argument("--out", type=Path, default=Path("models") / FILE)
    given = args.parse_args()
    found = {path.stem.partition(".")[0]: _trials(given.work, path) for path in given.exports}
    taught = {name: list(lessons(each)) for name, each in found.items()}
    model = learn(found, taught, frozenset(given.together.split(",")))
    model.save(given.out)
    sys.stdout.writelines(f"{name:24} {value}\n" for name, value in model.figures.items())


def learn(
    found: Mapping[str, Sequence[Trial]], taught: Mapping[str, Sequence[Lesson]], together: frozenset[str]
) -> AnchorModel:
    """Fit the weights on all sites; the certainty and the figures come from fits that left each site out."""
    judged: dict[str, Doubles] = {}
    for name in found:
        away = together if name in together else {name}
        others = [each for other, each in taught.items() if other not in away]
        judged[name] = judge(found[name], fit(others)) if others else np.zeros((0, 4))
    model = replace(fit(list(taught.values())), sure=_certainty(np.concatenate(list(judged.values()))))
    count = sum(map(len, taught.values()))
    return replace(model, trained_on=f"{count} links of {len(taught)} sites", figures=_figures(judged))


def fit(sites: Sequence[Sequence[Lesson]]) -> AnchorModel:
    """Find the weights that make the right runs likeliest among all runs of their draft.

    Both the runs that fit best, and all runs that share words with the linked ones together, each as it fits.
    """
    lessons = _Lessons.of(sites)
    weights: Doubles = np.zeros(len(NAMES))
    for of_place, steps in zip((0.0, OF_PLACE), STEPS, strict=True):
        options = {"maxiter": steps}
        weights = minimize(lessons.loss, weights, of_place, jac=True, method="L-BFGS-B", options=options).x
    best = {name: round(float(value), DIGITS) for name, value in zip(NAMES, weights / lessons.spread, strict=True)}
    return AnchorModel(best, sure={"bias": 0.0, "share": 1.0, "score": 0.0}, trained_on="")


@dataclass(frozen=True, slots=True, eq=False)
class _Lessons:
    """All lessons in rows: one for each run."""

    features: Floats  # of equal spread
    spread: Floats
    starts: NDArray[np.int64]  # of each lesson
    group: NDArray[np.int64]  # lesson of each run
    weight: Floats
    fit: Floats
    wanted: Floats
    worth: Doubles  # of each lesson

    @classmethod
    def of(cls, sites: Sequence[Sequence[Lesson]]) -> _Lessons:
        own = [lesson for each in sites for lesson in each]
        features = np.concatenate([lesson.features for lesson in own]).astype(np.float32)
        spread = features.std(axis=0) + np.float32(1e-6)
        sizes = [len(lesson.fit) for lesson in own]
        return cls(
            features=features / spread,
            spread=spread,
            starts=np.cumsum([0, *sizes[:-1]]),
            group=np.repeat(np.arange(len(own)), sizes),
            weight=np.concatenate([lesson.weight for lesson in own]),
            fit=np.concatenate([lesson.fit for lesson in own]),
            wanted=np.concatenate([_wanted(lesson.fit) for lesson in own]).astype(np.float32),
            worth=np.array([SITE_WORTH / np.sqrt(len(each)) for each in sites for _ in each]),
        )

    def loss(self, weights: Doubles, of_place: float) -> tuple[float, Doubles]:
        """Give minus the logarithm of the likelihood, with the strain, and its slope."""
        scores = self.features @ weights.astype(np.float32)
        raised = scores + self.weight
        highest = np.maximum.reduceat(raised, self.starts)
        odds = np.exp(raised - highest[self.group])
        whole = np.add.reduceat(odds, self.starts)
        odds /= whole[self.group]
        of_words = np.log(whole) + highest - np.add.reduceat(self.wanted * scores, self.starts)
        right = odds * self.fit
        found = np.maximum(np.add.reduceat(right, self.starts), TINY)
        wanted = of_place * right / found[self.group] + (1 - of_place) * self.wanted
        slope = self.features.T @ (self.worth[self.group] * (odds - wanted)).astype(np.float32)
        missed = (1 - of_place) * of_words - of_place * np.log(found)
        return float(self.worth @ missed + STRAIN * weights @ weights), slope.astype(np.float64) + 2 * STRAIN * weights


def _wanted(fit: NDArray[np.float32]) -> Doubles:
    odds = np.exp(SHARPNESS * (fit - fit.max())) * (fit > 0)
    return np.asarray(odds / odds.sum(), np.float64)


def judge(found: Sequence[Trial], model: AnchorModel) -> Doubles:
    """Choose an anchor for each trial: logarithm of its share, its score, whether it is on the words, how well."""
    rows = []
    for trial in found:
        runs = [run for place in trial.places if (run := trial.finder.run_at(*place))]
        best = trial.finder.best_run(trial.row, model)
        if best is None or not runs:
            rows.append((-99.0, -99.0, 0.0, 0.0))
            continue
        first, behind = best.ends
        fitting = float(fits(np.array([first]), np.array([behind]), runs)[0])
        rows.append((np.log(best.share), best.score, float(fitting > 0), fitting))
    return np.array(rows, np.float64).reshape(-1, 4)


def _certainty(judged: Doubles) -> dict[str, float]:
    """Fit the logistic function that tells from share and score whether an anchor is right."""
    known = judged[judged[:, 0] > -99]
    inputs = np.column_stack([np.ones(len(known)), known[:, :2]])

    def loss(weights: Doubles) -> float:
        total = inputs @ weights
        return float(np.logaddexp(0, total).sum() - known[:, 2] @ total + 0.05 * weights[1:] @ weights[1:])

    best = minimize(loss, np.zeros(3), method="L-BFGS-B").x
    return {name: round(float(value), DIGITS) for name, value in zip(("bias", "share", "score"), best, strict=True)}


def _figures(judged: Mapping[str, Doubles]) -> dict[str, float]:
    """Say how often the anchor is on the linked words, for each site and their mean, left out of the training."""
    told = {name: rows for name, rows in judged.items() if len(rows)}
    if not told:
        return {}
    half = {name: rows[np.argsort(-rows[:, 0])[: max(1, int(SURELY * len(rows)))], 2] for name, rows in told.items()}
    return {name: round(float(rows[:, 2].mean()), 3) for name, rows in told.items()} | {
        "mean": round(fmean(float(rows[:, 2].mean()) for rows in told.values()), 3),
        "mean of the surer half": round(fmean(float(each.mean()) for each in half.values()), 3),
        "mean fit of the words": round(fmean(float(rows[:, 3].mean()) for rows in told.values()), 3),
    }


def _trials(work: Path, export: Path) -> list[Trial]:
    service = Service.open(work / "data")
    try:
        site_id = service.connect(str(export.resolve())).site_id
        service.refresh(site_id, full=True)
        encoder = service.encoder()
        name = encoder.id if encoder else ""
        readings = list(stored(service.store, site_id, name))
        site = service.store.site(site_id).entity
        return [trial for fold in range(FOLDS) for trial in trials(site, readings, name, fold)]
    finally:
        service.close()


if __name__ == "__main__":
    main()
