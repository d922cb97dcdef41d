"""Choosing the words that a link should stand on: those that speak of the target, cut where an editor would cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap

import numpy as np

from suggester.content.text import anchor_at
from suggester.encoding.protocol import Vectors
from suggester.engine.aim import Aims
from suggester.engine.analysis import Analysis
from suggester.engine.anchor_features import NAMES, Aim, Mention, Runs, own, sound, speaking, toward
from suggester.engine.anchor_model import AnchorModel, bundled
from suggester.engine.features import Floats
from suggester.engine.field import Flags, lay_out
from suggester.engine.index import Index
from suggester.engine.phrases import ANCHOR, TITLE, TITLE_PART, Hit
from suggester.engine.policy import Policy
from suggester.engine.reading import Encode
from suggester.engine.rules import ALWAYS
from suggester.engine.spans import LEAST_RARITY, balanced, common_run, cuts_word, is_name, is_open, is_telling, segments
from suggester.engine.words import SPACELESS, Word, fold
from suggester.engine.words import words as words_of
from suggester.entities import Anchor

ALTERNATIVES = 3
LEAST_LINKED = 0.065  # link probability from which an anchor in use says enough; Wikimedia's add-a-link has the same
LEAST_WORTH = 0.25  # of an anchor: how likely it stands where an editor would link; see benchmarks/README.md
TITLE_ACCEPTED = 0.9  # of a whole title, or of a keyword that the owner laid down: set by hand, for the owner means it
BY_MEANING_ACCEPTED = 0.17  # of those that share no word with it; 3 of 18 read ones were
LEAST_MEANING = 0.45  # cosine of a phrase and a target's head, where no words are shared
KINDS = {TITLE: 1.0, ANCHOR: 0.9}  # what a phrase is worth that stands there word for word; parts of titles 0.8
TITLE_PART_WORTH = 0.8
BLOCKS_LOOKED_AT = 30  # closest blocks in which runs shared with a title are looked for, in scripts without spaces
RUNS_COMPARED = 60  # the best of them, which share characters with each other
OWN_SHARE = 0.5  # how much a run's own odds count beside those of all runs that it shares words with
PHRASE_WORDS = 8
NAMED = [NAMES.index("title_share"), NAMES.index("slug_share")]
POSSESSIVE = re.compile(r"['’]s\Z")  # stays outside the link
_SPACELESS_WORD = re.compile(rf"[{SPACELESS}]")


@dataclass(frozen=True, slots=True)
class Placed:
    """An anchor with its place, ready to be compared with others."""

    block: int  # place among the analysed blocks
    start: int
    end: int
    worth: float  # 0 to 1: how likely it stands where an editor would link
    anchor: Anchor
    accepted: float  # 0 to 1: how likely a reader takes it

    def resembles(self, other: Placed) -> bool:
        """Whether one of two anchors is enough: same place or same words."""
        return self.overlaps(other) or fold(self.anchor.text) == fold(other.anchor.text)

    def overlaps(self, other: Placed) -> bool:
        """Whether two anchors share characters."""
        return self.block == other.block and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The runs of a draft that speak of one target, with their features."""

    runs: Runs
    features: Floats
    known: frozenset[tuple[int, int]]  # runs that the site itself calls the target
    titles: frozenset[tuple[int, int]]  # of them, those that are its whole title, or a keyword


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A run, how likely a link stands on it or on a run that shares words with it, and its score."""

    ends: tuple[int, int]  # its first word, and the one behind its last
    share: float
    score: float
    named: float  # share of the target's title or address that it says


class Finder:
    """Finds anchors in one draft; keeps what all targets have in common."""

    def __init__(self, text: Analysis, index: Index, policy: Policy, model: AnchorModel | None = None) -> None:
        self._text, self._index, self._policy = text, index, policy
        self._model = model or bundled()
        self._linkable = [at for at, block in enumerate(text.blocks) if block.linkable]
        self._field = lay_out(text.blocks, text.words, index.lexicon, text.draft.lang, index.style)
        self._runs = Runs.on(self._field, self._field.first, self._field.behind)
        self._lists = np.array([block.kind == "list_item" for block in text.blocks], bool)
        self._sound: Flags | None = None
        self._aims = Aims(self._field, index, text.draft.lang)
        self._offsets = dict(zip(reversed(self._field.block.tolist()), reversed(range(len(self._field))), strict=True))

    def find(self, row: int) -> tuple[Placed, ...]:
        """Give the best anchors for a target, best first, no two alike; where the owner laid down words, only those."""
        if laid_down := tuple(self._laid_down(row)):
            return laid_down
        found = self.measured(row)
        chosen: list[Placed] = []
        for judged in _judged(found, self._model):
            known = judged.ends in found.known
            worth = self._model.certainty(judged.share, judged.score)
            if worth < LEAST_WORTH and not known:
                continue
            taken = self._model.acceptance(judged.score, judged.named)
            accepted = max(taken, TITLE_ACCEPTED if judged.ends in found.titles else 0)
            placed = self._place(judged.ends, worth, accepted, known)
            if placed is not None and not any(placed.resembles(other) for other in chosen):
                chosen.append(placed)
            if len(chosen) > ALTERNATIVES:
                break  # the first, and its alternatives
        return tuple(chosen)

    def _laid_down(self, row: int) -> Iterator[Placed]:
        """Give the places of the words that are always to be linked to a target."""
        for one in self._text.said:
            if one.row == row and one.rule.kind == ALWAYS:
                anchor = anchor_at(self._text.blocks[one.block], one.start, one.end)
                if not any(_says(anchor.text, word) for word in self._policy.excluded_words):
                    yield Placed(one.block, one.start, one.end, 1.0, anchor, 1.0)

    def measured(self, row: int) -> Measured:
        """Measure the runs that speak of a target."""
        if not len(self._field):
            return Measured(self._runs, np.zeros((0, len(NAMES)), np.float32), frozenset(), frozenset())
        near = self.nearness(row)
        mentions = [(*self._whole(*self._span(at, hit), hit), hit) for at, hit in self._mentions(row)]
        named = [Mention(first, behind, _worth(hit), hit.kind == TITLE) for first, behind, hit in mentions]
        short = self._aims.abbreviations(row)
        phrases = {(one.first, one.behind) for one in (*named, *short)}
        aim = self._aims.at(row, named, near, short)
        runs = self._chosen(phrases, set(self._common(row, near)), aim)
        known = {(first, behind): hit.kind for first, behind, hit in mentions if self._is_known(first, hit)}
        known |= {(one.first, one.behind): TITLE if one.title else TITLE_PART for one in short}
        titles = frozenset(ends for ends, kind in known.items() if kind == TITLE)
        measured = np.concatenate([own(runs, self._lists), toward(runs, aim)], axis=1)
        return Measured(runs, measured, frozenset(known), titles)

    def _chosen(self, named: set[tuple[int, int]], common: set[tuple[int, int]], aim: Aim) -> Runs:
        """Give the runs that speak of a target, its phrases, and what blocks share with its title, no parts of that."""
        if self._sound is None:
            self._sound = sound(self._runs)
        runs = self._runs.of(speaking(self._runs, self._sound, aim))
        for start, end in common:
            runs = runs.of((runs.first < start) | (runs.behind > end))
        new = sorted((named | common) - set(zip(runs.first.tolist(), runs.behind.tolist(), strict=True)))
        if not new:
            return runs
        more = np.array(new, np.int64)
        first, behind = np.concatenate([runs.first, more[:, 0]]), np.concatenate([runs.behind, more[:, 1]])
        return Runs.on(self._field, first, behind)

    def best_run(self, row: int, model: AnchorModel) -> Judged | None:
        """Give the best run for a target by some model, whether or not it is sure enough."""
        return next(iter(_judged(self.measured(row), model)), None)

    def judged_at(self, row: int, placed: Placed) -> Judged | None:
        """Give the run behind one of a target's anchors; None where it shares no words with the target."""
        run = self.run_at(placed.block, placed.start, placed.end)
        return next((one for one in _judged(self.measured(row), self._model) if one.ends == run), None)

    def run_at(self, block: int, start: int, end: int) -> tuple[int, int] | None:
        """Give the run of the words that block.text[start:end] touches, None where there are none."""
        field = self._field
        touched = np.flatnonzero((field.block == block) & (field.starts < end) & (field.ends > start))
        return (int(touched[0]), int(touched[-1]) + 1) if len(touched) else None

    def nearness(self, row: int) -> Floats:
        """Say how close each block is to a target, 0 to 1."""
        text = self._text
        if not len(text.vectors):
            scores = np.asarray((text.each @ self._index.head[row].T).todense(), np.float32).ravel()
            return scores
        near = np.zeros(len(text.blocks), np.float32)
        at_index = {block.index: at for at, block in enumerate(text.blocks)}
        for passage, score in zip(text.passages, text.vectors @ self._index.heads[row], strict=True):
            for block in passage:
                at = at_index[block]
                near[at] = max(near[at], score)
        return near

    def _mentions(self, row: int) -> Iterator[tuple[int, Hit]]:
        """Give the places where the title, a part of it, or an anchor in use stands word for word."""
        for at, hit in self._text.hits.of(row):
            words = self._text.words[at][hit.first : hit.first + hit.length]
            block, start, end = self._text.blocks[at], words[0].start, words[-1].end
            if (
                at in self._offsets
                and is_open(block, start, end)
                and not cuts_word(block.text, start, end)
                and self._holds_together(at, hit, row)
            ):
                yield at, hit

    def _span(self, at: int, hit: Hit) -> tuple[int, int]:
        first = self._offsets[at] + hit.first
        return first, first + hit.length

    def _whole(self, first: int, behind: int, hit: Hit) -> tuple[int, int]:
        """Take in the stop words that a whole title opens with, where all of them stand there: “My first year”."""
        if hit.kind != TITLE:
            return first, behind
        opening = []
        for word in words_of(self._index.posts.titles[hit.row], self._text.draft.lang):
            if not word.stop:
                break
            opening.append(word.term)
        start = max(0, first - len(opening))
        found = [word.term for word in self._field.words[start:first]]
        together = self._field.part[start] == self._field.part[first]
        return (start, behind) if found == opening and together else (first, behind)

    def _is_known(self, first: int, hit: Hit) -> bool:
        """Whether the site itself calls the target so, so that the words may be common ones."""
        several = hit.length > 1
        if hit.kind == ANCHOR:
            return several and hit.strength >= LEAST_LINKED
        word = self._field.words[first]
        return hit.kind == TITLE and (several or is_name(self._text.blocks[int(self._field.block[first])], word))

    def _holds_together(self, at: int, hit: Hit, row: int) -> bool:
        """Whether no punctuation parts the words of a mention, unless the title or an anchor in use has it too."""
        first, behind = self._span(at, hit)
        if self._field.part[first] == self._field.part[behind - 1]:
            return True
        words = self._text.words[at][hit.first : hit.first + hit.length]
        written = fold(self._text.blocks[at].text[words[0].start : words[-1].end])
        names = [self._index.posts.titles[row], *(anchor for anchor, _ in self._index.anchors.get(row, ()))]
        return any(written in fold(name) for name in names)

    def _common(self, row: int, near: Floats) -> Iterator[tuple[int, int]]:
        """Give the runs that the closest blocks share with a title, for scripts that write no spaces."""
        title = self._index.posts.titles[row]
        if not _SPACELESS_WORD.search(title):
            return
        for at in sorted(self._linkable, key=lambda at: -float(near[at]))[:BLOCKS_LOOKED_AT]:
            run = common_run(self._text.blocks[at], title)
            if run and (found := self.run_at(at, *run)):
                yield found

    def _place(self, ends: tuple[int, int], worth: float, accepted: float, known: bool) -> Placed | None:
        words = self._field.words[slice(*ends)]
        return self._placed(int(self._field.block[ends[0]]), words[0].start, words[-1].end, worth, accepted, known)

    def _placed(
        self, at: int, start: int, end: int, worth: float, accepted: float, known: bool = False
    ) -> Placed | None:
        block = self._text.blocks[at]
        start, end = balanced(block.text, start, start + len(POSSESSIVE.sub("", block.text[start:end])))
        words = [word for word in self._text.words[at] if start <= word.start and word.end <= end]
        anchor = anchor_at(block, start, end)
        if not is_open(block, start, end) or not self._may_carry(anchor.text, words, known):
            return None
        return Placed(at, start, end, worth, anchor, accepted)

    def _may_carry(self, text: str, words: Sequence[Word], known: bool) -> bool:
        rarities = [LEAST_RARITY if known else self._index.lexicon.rarity(word.term) for word in words]
        if not is_telling(text, words, rarities):
            return False
        return not any(_says(text, word) for word in self._policy.excluded_words)

    def closest_in_meaning(self, rows: Sequence[int], encode: Encode) -> list[tuple[Placed, ...]]:
        """Where no words are shared: the phrase of the closest block whose meaning is nearest to each target."""
        found = [self._closest_block(row) for row in rows]
        spans = [list(self._phrases(at)) if at is not None else [] for at in found]
        told = [(at, *span) for at, own in zip(found, spans, strict=True) if at is not None for span in own]
        vectors = encode([self._text.blocks[at].text[start:end] for at, start, end in told]) if told else None
        ends = np.cumsum([len(own) for own in spans]).tolist()
        return [
            self._nearest_phrase(row, told[end - len(own) : end], vectors[end - len(own) : end])
            if own and vectors is not None
            else ()
            for row, own, end in zip(rows, spans, ends, strict=True)
        ]

    def _closest_block(self, row: int) -> int | None:
        near = self.nearness(row)
        return max(self._linkable, key=lambda at: float(near[at]), default=None)

    def _nearest_phrase(
        self, row: int, phrases: Sequence[tuple[int, int, int]], vectors: Vectors
    ) -> tuple[Placed, ...]:
        scores = vectors @ self._index.heads[row]
        at = int(np.argmax(scores))
        if scores[at] < LEAST_MEANING:
            return ()
        placed = self._placed(*phrases[at], worth=float(scores[at]), accepted=BY_MEANING_ACCEPTED)
        return () if placed is None else (placed,)

    def _phrases(self, at: int) -> Iterator[tuple[int, int]]:
        """Give the runs of content words of a block, two to eight words long."""
        block, words = self._text.blocks[at], self._text.words[at]
        for first, behind in segments(block, words):
            run: list[Word] = []
            for word in [*words[first:behind], None]:
                if word is not None and not word.stop:
                    run.append(word)
                    continue
                if 2 <= len(run) <= PHRASE_WORDS and is_open(block, run[0].start, run[-1].end):
                    yield run[0].start, run[-1].end
                run = []


def _judged(found: Measured, model: AnchorModel) -> Iterator[Judged]:
    """Give the best runs, best first. Runs that share words speak for each other: the place counts, then its words."""
    if not len(found.runs):
        return
    scores = found.features @ model.vector()
    best = np.argsort(-scores, kind="stable")[:RUNS_COMPARED]
    odds = np.exp(scores[best] - scores[best[0]])
    odds /= np.exp(scores - scores[best[0]]).sum()
    runs = found.runs.of(best)
    shares = _shared(runs) @ odds
    order = np.argsort(-(np.log(shares) + OWN_SHARE * np.log(odds)), kind="stable")
    ends = zip(runs.first[order].tolist(), runs.behind[order].tolist(), strict=True)
    named = found.features[best[order][:, None], NAMED].max(axis=1)
    columns = (shares[order], scores[best[order]], named)
    yield from starmap(Judged, zip(ends, *(column.tolist() for column in columns), strict=True))


def _worth(hit: Hit) -> float:
    return KINDS.get(hit.kind, TITLE_PART_WORTH) * (0.6 + 0.4 * hit.strength)


def _shared(runs: Runs) -> Floats:
    """Say of each two runs whether they share words, as 0 and 1."""
    first, behind = runs.first, runs.behind
    overlap = (first[None, :] < behind[:, None]) & (first[:, None] < behind[None, :])
    return overlap.astype(np.float32)


def _says(text: str, word: str) -> bool:
    """Whether a word stands in a text as a word of its own; in scripts without spaces, whether it stands there."""
    own = re.escape(word) if _SPACELESS_WORD.match(word) else rf"(?<!\w){re.escape(word)}(?!\w)"
    return re.search(own, fold(text)) is not None
