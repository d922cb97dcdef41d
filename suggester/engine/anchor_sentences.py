"""Named numbers about runs of words: how the sentence and the block that each stands in speak of the target."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from suggester.engine.features import Floats
from suggester.engine.field import Field, Flags, Ints

OPENING_WORDS = 2  # of a sentence, of which one may tell to follow a link: “Learn more about …”
WHOLE = 0.8  # share of a sentence from which a run is all of it
CUES = ("cue_in_sentence", "noun_in_sentence", "cue_opens_sentence", "whole_sentence", "late_block", "abbreviated")
SENTENCES = (
    "title_in_sentence", "fuzzy_in_sentence", "body_in_sentence", "used_in_sentence", "best_sentence", "body_in_block",
)  # fmt: skip


def sums(values: Floats | Flags) -> Floats:
    """Sum up from the left, so that the sum over a run is a difference."""
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])


def cues(field: Field, first: Ints, behind: Ints) -> tuple[Floats | Flags, ...]:
    """Measure runs by what leads to links in their sentences, whatever the target; one array for each of CUES."""
    opens = field.opens[first]
    cue, noun, capitals = sums(field.cue), sums(field.noun), sums(field.capitals)
    words = np.bincount(field.sentence)[field.sentence[first]]
    return (
        cue[first] > cue[opens],
        noun[first] > noun[opens],
        cue[np.minimum(opens + OPENING_WORDS, len(field))] > cue[opens],
        behind - first >= WHOLE * words,
        (field.block[first] / max(1, int(field.block[-1]))).astype(np.float32),
        capitals[behind] > capitals[first],
    )


class Spoken(NamedTuple):
    """How the words of a draft speak of a target, as an `Aim` has it: one value for each."""

    title: Floats
    fuzzy: Floats
    body: Floats
    used: Floats


def sentences(field: Field, first: Ints, spoken: Spoken, least: float) -> tuple[Floats | Flags, ...]:
    """Measure runs by the sentences they stand in, no word counted twice; one array for each of SENTENCES.

    Words that speak of the target by `least` or less do not count.
    """
    title, fuzzy, body, used = (_distinct(field, field.sentence, values, least) for values in spoken)
    at, both = field.sentence[first], fuzzy + body
    return (
        np.minimum(title[at], 1),
        np.minimum(fuzzy[at], 1),
        np.minimum(body[at], 1.5),
        np.minimum(used[at], 2),
        both[at] >= both.max(initial=0),
        np.minimum(_distinct(field, field.block, spoken.body, least)[field.block[first]], 2),
    )


def _distinct(field: Field, group: Ints, values: Floats, least: float) -> Floats:
    """Sum a value of the words over groups of them, each word once in each group."""
    telling = np.flatnonzero(values > least)
    _, once = np.unique(group[telling] * len(field.places) + field.key[telling], return_index=True)
    chosen = telling[once]
    return np.bincount(group[chosen], values[chosen], minlength=int(group[-1]) + 1).astype(np.float32)
