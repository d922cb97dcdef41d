"""What a site's owner laid down about links, ready to be asked: the phrases in a text, and who may link to whom."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from suggester.engine.phrases import TITLE, Hits, PhraseTable, Rolled, whole_hashes
from suggester.engine.spans import cuts_word, is_open
from suggester.engine.words import Word, fold, words
from suggester.entities import Block, Limits, Rule

RULED_OUT = "ruled_out"
ALWAYS, KEYWORD = "always", "keyword"
PLACES = 50  # in which a text is looked at for one rule; more than enough, and a rule on “the” takes no time
LANGUAGES_KEPT = 8  # phrases are read anew for each language, since its grammar says what is inflected
_POSSESSIVE = re.compile(r"['’]s\Z")


class Said(NamedTuple):
    """A place where the phrase of a rule stands in a text."""

    row: int  # of the post that the rule wants linked there
    block: int  # place among the text's blocks
    start: int
    end: int
    first: int  # place of its first word among the words of its block
    length: int  # in words
    rule: Rule


@dataclass(frozen=True, slots=True, eq=False)
class _Phrases:
    """The phrases of some rules, read in one language."""

    table: PhraseTable  # its rows are places among the rules
    rules: tuple[Rule, ...]
    before: tuple[str, ...]  # of each phrase, what stands in front of its first word, as the dot of ".NET"
    behind: tuple[str, ...]


class Rules:
    """The rules of one site. Phrases are known by hashes, so that a thousand of them are found as quickly as one."""

    def __init__(self, laid_down: Iterable[Rule] = ()) -> None:
        self._all = tuple(laid_down)
        self.never_targets = frozenset(self._posts("never_target"))
        self.never_sources = frozenset(self._posts("never_source"))
        self._pairs: dict[int, set[int]] = defaultdict(set)  # source -> targets
        for rule in self._all:
            if rule.kind == "never_pair" and rule.post is not None and rule.other_post is not None:
                self._pairs[rule.post].add(rule.other_post)
        self._spoken = tuple(rule for rule in self._all if rule.kind in (ALWAYS, KEYWORD))
        self._read = lru_cache(maxsize=LANGUAGES_KEPT)(self._read_in)

    def __bool__(self) -> bool:
        return bool(self._all)

    def __reduce__(self) -> tuple[type[Rules], tuple[tuple[Rule, ...]]]:
        """Travel to another process as what was laid down."""
        return Rules, (self._all,)

    @cached_property
    def limits(self) -> Limits:
        """How many links a run may add; of several rules the strictest holds."""
        return Limits(self._least("most_per_run"), self._least("most_per_source"), self._least("most_per_target"))

    def closed_to(self, source_id: int) -> Collection[int]:
        """Give the targets to which this source may not link."""
        pairs = self._pairs.get(source_id)
        return self.never_targets | pairs if pairs else self.never_targets

    def closed_from(self, target_id: int) -> Collection[int]:
        """Give the sources that may not link to this target."""
        paired = {source for source, targets in self._pairs.items() if target_id in targets}
        return self.never_sources | paired

    def phrases_for(self, post_id: int) -> list[str]:
        """Give the phrases by which a post wants to be found, or is always to be linked."""
        return [rule.phrase for rule in self._spoken if rule.post == post_id]

    def said_in(
        self,
        blocks: Sequence[Block],
        in_blocks: Sequence[Sequence[Word]],
        hashed: Rolled,
        lang: str,
        row_of: Callable[[int], int | None],
    ) -> tuple[Said, ...]:
        """Find the phrases in a text: as whole words, where a link may stand; the longest first, then in order.

        `hashed` are the hashes of all words and their runs, `row_of` gives the row of a post by its id, None for one
        that is not in the index.
        """
        if not self._spoken:
            return ()
        known = self._read(lang)
        starts = np.cumsum([0, *(len(own) for own in in_blocks)])
        found: list[Said] = []
        for at, hit in _first_of_each(known.table.hits(hashed, starts)):
            own = in_blocks[at][hit.first : hit.first + hit.length]
            place = _place(blocks[at], own, known, hit.row)
            row = row_of(known.rules[hit.row].post or 0)
            if place and row is not None:
                found.append(Said(row, at, *place, hit.first, hit.length, known.rules[hit.row]))
        return tuple(sorted(found, key=lambda one: (one.start - one.end, one.block, one.start)))

    def _posts(self, kind: str) -> Iterator[int]:
        return (rule.post for rule in self._all if rule.kind == kind and rule.post is not None)

    def _least(self, kind: str) -> int | None:
        return min((rule.number for rule in self._all if rule.kind == kind and rule.number is not None), default=None)

    def _read_in(self, lang: str) -> _Phrases:
        said, rows, edges = [], [], []
        for row, rule in enumerate(self._spoken):
            phrase = " ".join(rule.phrase.split())
            own = words(phrase, lang)
            edges.append((phrase[: own[0].start], phrase[own[-1].end :]) if own else ("", ""))
            if own:
                said.append([word.term for word in own])
                rows.append(row)
        hashes = whole_hashes(said)
        order = np.argsort(hashes)
        table = PhraseTable(
            hashes=hashes[order],
            rows=np.array(rows, np.int32)[order],
            kinds=np.full(len(rows), TITLE, np.int8),
            strengths=np.ones(len(rows), np.float32),
            lengths=np.unique(np.array([len(each) for each in said], np.int32)),
        )
        return _Phrases(table, self._spoken, tuple(edge for edge, _ in edges), tuple(edge for _, edge in edges))


NO_RULES = Rules()


def heard(said: Iterable[Said]) -> Hits:
    """Give the keywords in a text as phrases that stand for their posts, as the index gives titles."""
    some = [one for one in said if one.rule.kind == KEYWORD]
    return Hits(
        rows=np.array([one.row for one in some], np.int32),
        kinds=np.full(len(some), TITLE, np.int8),
        strengths=np.ones(len(some), np.float32),
        blocks=np.array([one.block for one in some], np.int64),
        firsts=np.array([one.first for one in some], np.int64),
        lengths=np.array([one.length for one in some], np.int64),
    )


def ruled(said: Iterable[Said]) -> dict[int, int]:
    """Give the rows that a text is always to be linked to, each with its turn: the longest phrase goes first."""
    always = dict.fromkeys(one.row for one in said if one.rule.kind == ALWAYS)
    return {row: turn for turn, row in enumerate(always)}


def _first_of_each(hits: Hits) -> Hits:
    """Give the first hits of each rule."""
    order = np.argsort(hits.rows, kind="stable")
    rows = hits.rows[order]
    number = np.empty(len(rows), np.int64)
    number[order] = np.arange(len(rows)) - np.searchsorted(rows, rows)
    return hits.only(number < PLACES)


def _place(block: Block, own: Sequence[Word], known: _Phrases, row: int) -> tuple[int, int] | None:
    """Say where exactly a phrase stands, None where it does not as its rule wants it, or no link may stand there."""
    rule, text = known.rules[row], block.text
    start, end = own[0].start - len(known.before[row]), own[-1].end
    end -= len(text[start:end]) - len(_POSSESSIVE.sub("", text[start:end]))
    end += len(known.behind[row])
    if start < 0 or not is_open(block, start, end) or cuts_word(text, own[0].start, own[-1].end):
        return None
    return (start, end) if rule.inflected or _same(text[start:end], rule) else None


def _same(text: str, rule: Rule) -> bool:
    phrase = " ".join(rule.phrase.split())
    return fold(text) == fold(phrase) if rule.any_case else text == phrase
