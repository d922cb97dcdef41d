"""Links that people set, hidden one post at a time, as lessons in which words to link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from suggester.engine.analysis import analyse
from suggester.engine.anchor_model import HAND_SET
from suggester.engine.anchors import Finder
from suggester.engine.build import build
from suggester.engine.features import Floats
from suggester.engine.field import Ints
from suggester.engine.policy import Policy
from suggester.engine.reading import Draft, Encode, Reading
from suggester.entities import Site
from suggester.evaluate.hiding import own_links, robbed

SHARE = 0.2  # of the posts with links that lose them at a time
HARDEST, OTHERS = 150, 150  # runs kept of each lesson: the most tempting ones, and some of the others
MOST_WORDS = 8_000  # of a post; in a longer one a single link teaches little


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """The runs of one draft for one target, and how well each fits the words that carried the link."""

    features: Floats
    fit: Floats  # of the words, F1; 0 elsewhere
    weight: Floats  # logarithm of how many runs each stands for


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A draft with a hidden link in it: the words that carried it are known."""

    finder: Finder
    row: int  # of the target
    places: tuple[tuple[int, int, int], ...]  # block, start, end


def trials(site: Site, readings: Sequence[Reading], encoder_id: str, fold: int) -> Iterator[Trial]:
    """Hide the links of a fifth of the posts, and index the site without them."""
    telling = own_links(readings)
    linking = list(telling)
    hidden = set(Random(fold).sample(linking, max(1, int(SHARE * len(linking)))) if linking else ())
    left = list(robbed(readings, telling, hidden))
    index = build(site, left, encoder_id)
    for each in left:
        if each.post.id not in hidden or sum(len(block.text.split()) for block in each.body.blocks) > MOST_WORDS:
            continue
        text = analyse(Draft(each.post, each.body, each.lang), index, _known(each) if encoder_id else None)
        finder = Finder(text, index, Policy(), HAND_SET)
        at = {block.index: place for place, block in enumerate(text.blocks)}
        places: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for link in telling[each.post.id]:
            row = index.row(link.target or 0)
            if row is not None and link.block in at:
                places[row].append((at[link.block], link.start, link.end))
        yield from (Trial(finder, row, tuple(own)) for row, own in places.items())


def lessons(found: Iterable[Trial], seed: int = 0) -> Iterator[Lesson]:
    """Turn trials into lessons; those whose words are not among the runs teach nothing."""
    choose = np.random.default_rng(seed)
    for trial in found:
        measured = trial.finder.measured(trial.row)
        runs = (trial.finder.run_at(*place) for place in trial.places)
        fit = fits(measured.runs.first, measured.runs.behind, [run for run in runs if run])
        if not fit.any():
            continue
        tempting = np.argsort(-(measured.features @ HAND_SET.vector()), kind="stable")[:HARDEST]
        sure = np.union1d(tempting, np.flatnonzero(fit))
        rest = np.setdiff1d(np.arange(len(fit)), sure)
        some = choose.choice(rest, min(len(rest), OTHERS), replace=False)
        weight = np.concatenate(
            [np.zeros(len(sure)), np.full(len(some), np.log(max(1, len(rest)) / max(1, len(some))))]
        )
        kept = np.concatenate([sure, some]).astype(np.int64)
        yield Lesson(measured.features[kept], fit[kept], weight.astype(np.float32))


def fits(starts: Ints, ends: Ints, right: Sequence[tuple[int, int]]) -> Floats:
    """Say how well runs, given by their first words and those behind, fit the right ones: F1 of their words."""
    best = np.zeros(len(starts), np.float32)
    for first, behind in right:
        common = np.maximum(0, np.minimum(ends, behind) - np.maximum(starts, first))
        best = np.maximum(best, 2 * common / (ends - starts + behind - first))
    return best


def _known(reading: Reading) -> Encode:
    vectors = dict(zip(reading.texts, reading.vectors if reading.vectors is not None else (), strict=True))
    return lambda texts: np.array([vectors[text] for text in texts], np.float32)
