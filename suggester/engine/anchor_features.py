"""Named numbers about runs of words that could carry a link; one value for each run.

Those of `own` hold whatever the target is, and are taken once for a draft. Those of `toward` are about one target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from suggester.engine.anchor_sentences import CUES, SENTENCES, Spoken, cues, sentences, sums
from suggester.engine.features import Floats
from suggester.engine.field import Field, Flags, Ints
from suggester.engine.style import BEFORE, BEHIND, FIRST, INSIDE, LAST, NEAR

AROUND = 12  # words on each side that are looked at as a run's surroundings
SHORT_BLOCK = 12  # words
HINT = 1e-3  # shares of a title below this are those of its stop words
BODY_WORD = 0.03  # weight in a target's text from which a word speaks of it
SPOKEN = 0.12  # such weight from which words are enough that are none of the title
_OPENING, _CLOSING = frozenset('"“„‘«「『'), frozenset('"”“’»」』')

OWN = (
    "one", "two", "three", "four", "five_or_six", "starts_with_stop", "content_before", "content_behind",
    "stretch_begins", "stretch_ends", "cuts_name_before", "cuts_name_behind", "capitals", "name_inside_sentence",
    "quoted", "cue_before", "cue_first", "nouns", "rarest", "mean_rarity", "first_words", "short_block", "in_list",
    "style_before", "style_near", "style_first", "style_inside", "style_last", "style_behind", "style_length", *CUES,
)  # fmt: skip
TOWARD = (
    "title_share", "title_purity", "title_in_block", "title_first_time", "title_alone", "title_stops", "first_titled",
    "last_titled", "title_before", "title_behind", "whole_phrase", "fuzzy_share", "exclusive", "slug_share",
    "anchor_share", "anchor_purity", "first_used", "last_used", "used_before", "used_behind", "mention",
    "within_mention", "holds_mention", "body_share", "body_purity", "body_around", "last_body", "idle", "near",
    "near_rank", "near_gap", "near_noun", "near_over_mean", "in_last_block", *SENTENCES,
)  # fmt: skip
NAMES = (*OWN, *TOWARD)


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Runs of words of a draft."""

    field: Field
    first: Ints
    behind: Ints
    lead: Ints  # the first word of each that is no stop word

    @classmethod
    def on(cls, field: Field, first: Ints, behind: Ints) -> Runs:
        """Take these runs."""
        content = np.append(np.flatnonzero(~field.stop), len(field))
        return cls(field, first, behind, np.minimum(content[np.searchsorted(content, first)], behind - 1))

    def __len__(self) -> int:
        return len(self.first)

    def of(self, chosen: Ints | Flags) -> Runs:
        """Give some of the runs."""
        return Runs(self.field, self.first[chosen], self.behind[chosen], self.lead[chosen])

    def total(self, values: Floats | Flags) -> Floats:
        """Sum a value of the words over each run."""
        summed = sums(values)
        return summed[self.behind] - summed[self.first]

    def around(self, values: Floats) -> Floats:
        """Sum a value of the words over each run and its surroundings in its block."""
        summed, block = sums(values), self.field.block
        bounds = np.searchsorted(block, np.arange(block[-1] + 2))
        at = block[self.first]
        right = np.minimum(self.behind + AROUND, bounds[at + 1])
        return summed[right] - summed[np.maximum(self.first - AROUND, bounds[at])]

    def before(self, values: Flags) -> Flags:
        """Give a value of the word before each run, where it is of the same stretch."""
        at = np.maximum(self.first - 1, 0)
        flags: Flags = values[at] & (self.field.part[at] == self.field.part[self.first]) & (self.first > 0)
        return flags

    def next(self, values: Flags) -> Flags:
        """Give a value of the word behind each run, where it is of the same stretch."""
        at = np.minimum(self.behind, len(self.field) - 1)
        same = self.field.part[at] == self.field.part[self.first]
        flags: Flags = values[at] & same & (self.behind < len(self.field))
        return flags

    def holds(self, first: int, behind: int) -> Flags:
        """Say which runs hold another one, and more."""
        size = self.behind - self.first
        flags: Flags = (self.first <= first) & (self.behind >= behind) & (size > behind - first)
        return flags

    def quoted(self) -> Flags:
        """Say which runs stand between quotation marks."""
        flags: Flags = self.field.opened[self.first] & self.field.closed[self.behind - 1]
        return flags


def own(runs: Runs, lists: Flags) -> Floats:
    """Measure runs whatever the target, shape (runs, OWN); `lists` says which blocks are of lists."""
    field, first, last = runs.field, runs.first, runs.behind - 1
    content = ~field.stop
    words = np.maximum(runs.total(content), 1)
    every = np.ones(len(field), bool)
    names = field.capital & content
    bounds = np.searchsorted(field.block, np.arange(field.block[-1] + 2))
    at = field.block[first]
    values = (
        words == 1, words == 2, words == 3, words == 4, (words == 5) | (words == 6), field.stop[first],
        runs.before(content), runs.next(content), ~runs.before(every), ~runs.next(every),
        runs.before(names) & field.capital[first], runs.next(names) & field.capital[last],
        runs.total(names) / words, field.capital[first] & runs.before(every), runs.quoted(),
        runs.before(field.cue), field.cue[first], np.minimum(runs.total(field.noun), 2), rarest(runs),
        runs.total(field.rarity) / words, first - bounds[at] < 4, bounds[at + 1] - bounds[at] < SHORT_BLOCK,
        lists[at], *_styled(runs), *cues(field, first, runs.behind),
    )  # fmt: skip
    return np.stack([np.asarray(value, np.float32) for value in values], axis=1)


def _styled(runs: Runs) -> tuple[Floats, ...]:
    """Say how the style of the site's links speaks for runs: the words at each place, and their number."""
    habits, first, last, size = runs.field.habits, runs.first, runs.behind - 1, runs.behind - runs.first
    inside = runs.total(habits[:, INSIDE]) / size
    outer = habits[first, BEFORE], habits[first, NEAR], habits[first, FIRST]
    return (*outer, inside, habits[last, LAST], habits[last, BEHIND], runs.field.style.of_lengths(size))


def rarest(runs: Runs) -> Floats:
    """Give the rarity of the rarest word of each run."""
    found = np.zeros(len(runs), np.float32)
    for step in range(int((runs.behind - runs.first).max(initial=0))):
        np.maximum(found, runs.field.rarity[np.minimum(runs.first + step, runs.behind - 1)], out=found)
    return found


class Mention(NamedTuple):
    """A phrase of the target's that stands in a draft word for word."""

    first: int
    behind: int
    worth: float
    title: bool  # the whole title


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """A target as the words of a draft speak of it: one value for each word of the field, unless said otherwise."""

    title: Floats  # share of the title's rarity; a trifle for its stop words
    fuzzy: Floats  # the same, with words that only begin alike
    exclusive: Floats  # one over the number of titles that have this word, for words of the title
    slug: Floats  # share of the rarity of the words in its address
    used: Floats  # share of the anchors in use for it that have this word
    body: Floats  # TF-IDF in its whole text
    mentions: tuple[Mention, ...]  # where one of its phrases stands
    near: Floats  # of each analysed block, how close it is


def sound(runs: Runs) -> Flags:
    """Say which runs may be anchors as far as they themselves go.

    No name is cut in half, no single word is a common one, and none is half a sentence: “credentials won't work on the
    site”. Where a word tells to follow a link the clause behind it is whole: “find out if you qualify”.
    """
    field, last, lead = runs.field, runs.behind - 1, runs.lead
    names = field.capital & ~field.stop
    several = np.where(runs.total(~field.stop) > 1, field.key[lead] != field.key[last], field.capital[lead])
    phrase = field.cue[runs.first] | (runs.total(field.clause) == 0)
    found: Flags = (
        several
        & phrase
        & ~(runs.before(names & _inside(field)) & names[lead])
        & ~(runs.next(names & _inside(field)) & names[last])
    )
    return found


def speaking(runs: Runs, sound: Flags, aim: Aim) -> Ints:
    """Choose the runs that speak of the target from end to end: such as an editor might link, and no longer.

    A word that tells to follow a link, or what is linked, may begin one: “learn about …”, “guide to …”; the latter may
    end one, too. No word of the title is left out right before one or behind.
    """
    field, content = runs.field, ~runs.field.stop
    telling = ((aim.fuzzy > HINT) | (aim.used > 0)) & content
    names = field.capital & content
    fit = telling | ((aim.body > BODY_WORD) & content) | (names & _inside(field))
    quoted = runs.quoted()
    leading = (field.cue | field.noun)[runs.first] & (runs.behind - runs.first > 1)
    ended = (fit | field.noun)[runs.behind - 1]
    places = np.flatnonzero((sound & (fit[runs.lead] | leading) & ended) | quoted)
    some = runs.of(places)
    told = (some.total(telling & (field.rarity > 0)) > 0) | (some.total(aim.body) > SPOKEN)
    mentioned = [mention.first for mention in aim.mentions]
    opening = np.isin(some.lead, mentioned) & (aim.title[some.first] > 0)  # “My First Year”
    begun = ~field.stop[some.first] | opening | quoted[places] | field.cue[some.first]
    titled = (aim.title > HINT) & content
    kept = told & begun & ~some.before(titled) & ~some.next(titled)
    for mention in aim.mentions:
        if mention.title:
            kept &= ~some.holds(mention.first, mention.behind) | (names[some.lead] & names[some.behind - 1])
    return places[kept]


def _inside(field: Field) -> Flags:
    """Say which words do not begin a stretch, so that a capital letter makes a name of them."""
    return np.concatenate([[False], field.part[1:] == field.part[:-1]])


def toward(runs: Runs, aim: Aim) -> Floats:
    """Measure runs for one target, shape (runs, TOWARD)."""
    field, last, lead = runs.field, runs.behind - 1, runs.lead
    content = ~field.stop
    words = np.maximum(runs.total(content), 1)
    titled, used = aim.title > HINT, aim.used > 0
    share = np.minimum(runs.total(aim.title), 1)
    in_block = np.bincount(field.block, aim.title, minlength=len(aim.near))
    at = field.block[runs.first]
    near, order = aim.near[at], np.argsort(np.argsort(-aim.near))
    ends = np.stack([titled[lead], titled[last], runs.before(titled), runs.next(titled)])
    edges = np.stack([used[lead], used[last], runs.before(used), runs.next(used)])
    clean = (~runs.before(content) | ends[0]) & (~runs.next(content) | ends[1])
    silent = (aim.title <= 0) & (aim.body <= BODY_WORD) & ~used & content
    values = (
        share, runs.total(titled & content) / words, np.minimum(in_block[at], 1),
        np.exp(-2 * sums(aim.title)[runs.first]) * (share > 0), (words <= 1) * share,
        runs.total((aim.title > 0) & field.stop), *ends, clean, np.minimum(runs.total(aim.fuzzy), 1),
        np.minimum(runs.total(aim.exclusive), 2), np.minimum(runs.total(aim.slug), 1),
        np.minimum(runs.total(aim.used), 1), runs.total(used & content) / words, *edges, *_mentions(runs, aim),
        np.minimum(runs.total(aim.body), 1), runs.total((aim.body > BODY_WORD) & content) / words,
        np.minimum(runs.around(aim.body), 2), np.minimum(aim.body[last], 0.3), runs.total(silent), near,
        1 / (1.0 + order[at]), aim.near.max(initial=0) - near, np.minimum(runs.total(field.noun), 1) * near,
        near - aim.near.mean(), at == field.block[-1],
        *sentences(field, runs.first, Spoken(aim.title, aim.fuzzy, aim.body, aim.used), HINT),
    )  # fmt: skip
    return np.stack([np.asarray(value, np.float32) for value in values], axis=1)


def _mentions(runs: Runs, aim: Aim) -> Floats:
    """Say which runs are a phrase of the target's, which are within one, which hold one; shape (3, runs)."""
    found = np.zeros((3, len(runs)), np.float32)
    for first, behind, worth, _ in aim.mentions:
        same = (runs.first == first) & (runs.behind == behind)
        inside = (runs.first >= first) & (runs.behind <= behind) & ~same
        outside = runs.holds(first, behind)
        for row, flags in enumerate((same, inside, outside)):
            found[row][flags] = np.maximum(found[row][flags], worth)
    return found
