"""What a tool is worth on links that were hidden from it: every figure the mean over the posts that lost some."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean

FIRST = 10  # suggestions that a writer looks at
BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # where the bands of scores begin
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool proposed for one post, beside what its author had linked to."""

    truth: frozenset[int]  # posts that the hidden links led to
    ranked: tuple[int, ...]  # posts proposed, best first
    newer: frozenset[int] = frozenset()  # posts that were not there yet when the author wrote
    scores: tuple[float, ...] = ()  # of `ranked`, where the tool gives any
    shown: frozenset[int] = frozenset()  # of `ranked`, those that are shown unasked
    on_place: tuple[tuple[bool, float], ...] = ()  # of the found ones: on the very words, and how alike (F1)


@dataclass(frozen=True, slots=True)
class Band:
    """Suggestions whose scores are close together, and what share of them the author had linked to."""

    least: float
    count: int
    said: float  # mean score
    true: float  # a lower bound: many good links were never made


def figures(answers: Sequence[Answer]) -> Figures:
    """Give every figure; those that a tool cannot have are left out.

    `R@10`, `hit@1` and `nDCG@10` are over posts that are not newer than the source, since an author can only have
    linked to what was there; `.../all` are over all posts.
    """
    dated = [(old, answer) for answer in answers if (old := answer.truth - answer.newer)]
    found: Figures = {"sources": len(answers), "targets": sum(len(answer.truth) for answer in answers)}
    for ending, told in (
        ("", [_order([one for one in each.ranked if one not in each.newer], old) for old, each in dated]),
        ("/all", [_order(each.ranked, each.truth) for each in answers]),
    ):
        found |= {name + ending: fmean(row[name] for row in told) for name in (told[0] if told else ())}
    if places := [place for answer in answers for place in answer.on_place]:
        found |= {"place": fmean(on for on, _ in places), "anchor F1": fmean(alike for _, alike in places)}
    return found | (_shown(answers) if any(answer.scores for answer in answers) else {})


def _order(ranked: Sequence[int], truth: frozenset[int]) -> Figures:
    hits = [each in truth for each in ranked[:FIRST]]
    gain = sum(hit / log2(place + 2) for place, hit in enumerate(hits))
    most = sum(1 / log2(place + 2) for place in range(min(FIRST, len(truth))))
    return {"R@10": sum(hits) / len(truth), "nDCG@10": gain / most, "hit@1": float(any(hits[:1]))}


def recall(answer: Answer) -> float:
    """Give the share of a post's hidden targets among the first ten."""
    return _order(answer.ranked, answer.truth)["R@10"]


def gain(answer: Answer) -> float:
    """Give nDCG@10 over all posts: the earlier a hidden target stands, the better."""
    return _order(answer.ranked, answer.truth)["nDCG@10"]


def _shown(answers: Sequence[Answer]) -> Figures:
    shown = sum(len(answer.shown) for answer in answers)
    true = sum(len(answer.shown & answer.truth) for answer in answers)
    found = {
        "shown a source": shown / len(answers),
        "shown recall": true / sum(len(answer.truth) for answer in answers),
    }
    return found | ({"shown precision": true / shown} if shown else {})


def reliability(answers: Iterable[Answer]) -> list[Band]:
    """Say, for bands of scores, what was said and what share the author had linked to; empty bands are left out."""
    told = [(score, one in each.truth) for each in answers for one, score in zip(each.ranked, each.scores, strict=True)]
    bands: dict[float, list[tuple[float, bool]]] = {least: [] for least in BANDS}
    for score, true in told:
        bands[max(least for least in BANDS if least <= max(score, 0.0))].append((score, true))
    return [
        Band(least, len(own), fmean(score for score, _ in own), fmean(true for _, true in own))
        for least, own in bands.items()
        if own
    ]


def alike(one: str, other: str) -> float:
    """Say how alike two anchors are: F1 of their words."""
    mine, theirs = Counter(re.findall(r"\w+", one.lower())), Counter(re.findall(r"\w+", other.lower()))
    words = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / words if words else 0.0
