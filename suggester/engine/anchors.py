"""Choosing the words that a link should stand on: mentions first, then what is closest in meaning."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from suggester.content.text import anchor_at
from suggester.engine.analysis import Analysis
from suggester.engine.features import Floats
from suggester.engine.index import Index
from suggester.engine.phrases import ANCHOR, TITLE, Hit
from suggester.engine.policy import Policy
from suggester.engine.reading import Encode
from suggester.engine.spans import (
    LEAST_RARITY,
    MOST_WORDS,
    Ground,
    Span,
    Speaking,
    common_runs,
    cuts_word,
    is_name,
    is_open,
    is_telling,
    windows,
)
from suggester.engine.words import SPACELESS, Word, fold
from suggester.engine.words import words as words_of
from suggester.entities import Anchor, Block

ALTERNATIVES = 3
LEAST_LINKED = 0.065  # link probability from which an anchor in use says enough; Wikimedia's add-a-link has the same
LEAST_WORTH = 0.25  # of an anchor; below it the words do not speak of the target
LEAST_MEANING = 0.45  # cosine of a phrase and a target's head, where no words are shared
COMMON_WORTH = 0.5  # of a title's word that is too common on the site to have a rarity
HEAD_TERMS = 12  # rare words of a target's first paragraphs that speak for it a little
HEAD_SHARE = 0.2  # what such a word is worth beside one of the title
KINDS = {TITLE: 1.0, ANCHOR: 0.9}  # what a phrase is worth that stands there word for word; parts of titles 0.8
TITLE_PART_WORTH = 0.8
BLOCKS_LOOKED_AT = 30  # best blocks for a target in which its words are looked for
POSSESSIVE = re.compile(r"['’]s\Z")  # stays outside the link
_SPACELESS_WORD = re.compile(rf"[{SPACELESS}]")
NEAR_BLOCK = 0.3  # what the closest block adds to the worth of words in it


@dataclass(frozen=True, slots=True)
class Placed:
    """An anchor with its place, ready to be compared with others."""

    block: int  # place among the analysed blocks
    start: int
    end: int
    worth: float
    anchor: Anchor

    def resembles(self, other: Placed) -> bool:
        """Whether one of two anchors is enough: same place or same words."""
        return self.overlaps(other) or fold(self.anchor.text) == fold(other.anchor.text)

    def overlaps(self, other: Placed) -> bool:
        """Whether two anchors share characters."""
        return self.block == other.block and self.start < other.end and other.start < self.end


class Finder:
    """Finds anchors in one draft; keeps what all targets have in common."""

    def __init__(self, text: Analysis, index: Index, policy: Policy) -> None:
        self._text, self._index, self._policy = text, index, policy
        self._linkable = [at for at, block in enumerate(text.blocks) if block.linkable]
        self._grounds: dict[int, Ground] = {}
        self._places: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for at in self._linkable:
            for place, word in enumerate(text.words[at]):
                self._places[word.term][at].append(place)

    def find(self, row: int) -> tuple[Placed, ...]:
        """Give the best anchors for a target, best first, no two alike."""
        near = self.nearness(row)
        mentions = list(self._mentions(row))
        others = (span for span in self._windows(row, near) if not any(span.within(mention) for mention in mentions))
        spans = [*mentions, *others]
        spans.sort(key=lambda span: -(span.worth + NEAR_BLOCK * near[span.block]))
        chosen: list[Placed] = []
        for span in spans:
            if span.worth < LEAST_WORTH or len(chosen) > ALTERNATIVES:
                continue
            placed = self._place(span, near)
            if placed is not None and not any(placed.resembles(other) for other in chosen):
                chosen.append(placed)
        return tuple(chosen)

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

    def _mentions(self, row: int) -> Iterator[Span]:
        """Give the places where the title, a part of it, or an anchor in use stands word for word."""
        for at, hit in self._text.hits.of(row):
            words = self._text.words[at][hit.first : hit.first + hit.length]
            block, start, end = self._text.blocks[at], words[0].start, words[-1].end
            if (
                is_open(block, start, end)
                and not cuts_word(block.text, start, end)
                and self._holds_together(at, hit, row)
            ):
                worth = KINDS.get(hit.kind, TITLE_PART_WORTH) * (0.6 + 0.4 * hit.strength)
                yield Span(at, start, end, worth, self._is_known(block, words[0], hit))

    def _is_known(self, block: Block, first: Word, hit: Hit) -> bool:
        """Whether the site itself calls the target so, so that the words may be common ones."""
        several = hit.length > 1
        if hit.kind == ANCHOR:
            return several and hit.strength >= LEAST_LINKED
        return hit.kind == TITLE and (several or is_name(block, first))

    def _holds_together(self, at: int, hit: Hit, row: int) -> bool:
        """Whether no punctuation parts the words of a mention, unless the title or an anchor in use has it too."""
        if any(first <= hit.first and hit.first + hit.length <= behind for first, behind in self._ground(at).runs):
            return True
        words = self._text.words[at][hit.first : hit.first + hit.length]
        written = fold(self._text.blocks[at].text[words[0].start : words[-1].end])
        names = [self._index.posts.titles[row], *(anchor for anchor, _ in self._index.anchors.get(row, ()))]
        return any(written in fold(name) for name in names)

    def _windows(self, row: int, near: Floats) -> Iterator[Span]:
        """Give runs of words that share what is rare with the title or the first words of the target."""
        lexicon, title = self._index.lexicon, self._index.posts.titles[row]
        lang = self._text.draft.lang
        own = [word.term for word in words_of(title, lang) if not word.stop]
        titled = {term: max(lexicon.rarity(term), COMMON_WORTH) for term in own}
        head = self._index.head[row]
        rarest = [lexicon.terms[head.indices[at]] for at in np.argsort(-head.data)[:HEAD_TERMS].tolist()]
        target = Speaking(titled, {term: HEAD_SHARE * lexicon.rarity(term) for term in rarest}, sum(titled.values()))
        marks: dict[int, set[int]] = defaultdict(set)
        for term in (*titled, *rarest):
            for at, places in self._places.get(term, {}).items():
                marks[at].update(places)
        for at in sorted(marks, key=lambda at: (-float(near[at]), at))[:BLOCKS_LOOKED_AT]:
            ground = self._ground(at)
            telling = [place for place in sorted(marks[at]) if ground.may_speak(ground.words[place])]
            yield from windows(at, ground, telling, target)
        for at in sorted(self._linkable, key=lambda at: -float(near[at]))[:BLOCKS_LOOKED_AT]:
            yield from common_runs(at, self._text.blocks[at], title)

    def _ground(self, at: int) -> Ground:
        if at not in self._grounds:
            self._grounds[at] = Ground.of(self._text.blocks[at], self._text.words[at], self._index.lexicon)
        return self._grounds[at]

    def _place(self, span: Span, near: Floats) -> Placed | None:
        block = self._text.blocks[span.block]
        span = replace(span, end=span.start + len(POSSESSIVE.sub("", block.text[span.start : span.end])))
        words = [word for word in self._text.words[span.block] if span.start <= word.start and word.end <= span.end]
        anchor = anchor_at(block, span.start, span.end)
        if not self._may_carry(anchor.text, words, span.known):
            return None
        worth = span.worth + NEAR_BLOCK * float(near[span.block])
        return Placed(span.block, span.start, span.end, worth, anchor)

    def _may_carry(self, text: str, words: Sequence[Word], known: bool) -> bool:
        rarities = [LEAST_RARITY if known else self._index.lexicon.rarity(word.term) for word in words]
        if not is_telling(text, words, rarities):
            return False
        return not any(_says(text, word) for word in self._policy.excluded_words)

    def closest_in_meaning(self, row: int, encode: Encode) -> tuple[Placed, ...]:
        """Where no words are shared: the phrase of the closest block whose meaning is nearest to the target."""
        near = self.nearness(row)
        best = max(self._linkable, key=lambda at: float(near[at]), default=None)
        if best is None:
            return ()
        spans = list(self._phrases(best))
        if not spans:
            return ()
        texts = [self._text.blocks[best].text[start:end] for start, end in spans]
        scores = encode(texts) @ self._index.heads[row]
        at = int(np.argmax(scores))
        if scores[at] < LEAST_MEANING:
            return ()
        placed = self._place(Span(best, *spans[at], worth=float(scores[at])), near)
        return () if placed is None else (placed,)

    def _phrases(self, at: int) -> Iterator[tuple[int, int]]:
        """Give the runs of content words of a block, two to eight words long."""
        block, words = self._text.blocks[at], self._text.words[at]
        for first, behind in self._ground(at).runs:
            run: list[Word] = []
            for word in [*words[first:behind], None]:
                if word is not None and not word.stop:
                    run.append(word)
                    continue
                if 2 <= len(run) <= MOST_WORDS and is_open(block, run[0].start, run[-1].end):
                    yield run[0].start, run[-1].end
                run = []


def _says(text: str, word: str) -> bool:
    """Whether a word stands in a text as a word of its own; in scripts without spaces, whether it stands there."""
    own = re.escape(word) if _SPACELESS_WORD.match(word) else rf"(?<!\w){re.escape(word)}(?!\w)"
    return re.search(own, fold(text)) is not None
