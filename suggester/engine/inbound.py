"""From a target to the posts that should link to it: the suggestions that each of them would get for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from suggester.engine.analysis import Analysis, analyse
from suggester.engine.candidates import (
    ALREADY_LINKED,
    DISMISSED,
    EXCLUDED,
    NOT_PUBLIC,
    OTHER_LANGUAGE,
    Candidates,
    find_each,
    left_out,
)
from suggester.engine.index import Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, Ranker
from suggester.engine.reading import Draft, Encode
from suggester.engine.sources import in_order
from suggester.engine.suggest import BEYOND_LIMIT, LIMIT_REACHED, just_one
from suggester.entities import PUBLISHED, Inbound, Verdict

NOT_PUBLISHED = "not_published"
NOTHING_SIMILAR = "nothing_similar"
LOOKED_AT = 24  # sources whose own text is compared with all posts; see benchmarks/README.md
READ = 3 * LOOKED_AT  # posts read to find so many that may link
AT_ONCE = 12  # texts compared with all posts in one go; more at once take more memory

Read = Callable[[int], Draft | None]
"""Gives a post of the site as it stands; None where it is no longer there."""


def inbound(
    row: int,
    index: Index,
    read: Read,
    encode: Encode | None,
    policy: Policy,
    verdicts: Iterable[Verdict] = (),
    limit: int = 8,
    ranker: Ranker = HAND_SET,
) -> Inbound:
    """Propose links to the post of a row, one from each source, best first.

    Score, anchor and whether it is shown are those of the source's own suggestions, see `suggest`.
    """
    card = index.card_at(row)
    if reason := _never_shown(row, index, policy):
        return Inbound(card.id, card.inbound, card.orphan, dropped={reason: 1})
    search = _Search(row, index, policy, ranker, encode, verdicts)
    texts = list(islice(search.texts(read), LOOKED_AT))
    sources = sorted(search.measured(texts), key=lambda one: -one.score)
    made = [just_one(row, one.text, one.candidates, index, encode, policy, ranker) for one in sources[:limit]]
    dropped = search.dropped + Counter(reason for _, reason in made if reason)
    if (beyond := len(sources) - len(made)) > 0:
        dropped[BEYOND_LIMIT] = beyond
    items = sorted((suggestion for suggestion, _ in made), key=lambda one: not one.shown)
    return Inbound(card.id, card.inbound, card.orphan, tuple(items), dict(dropped))


def _never_shown(row: int, index: Index, policy: Policy) -> str:
    if not index.posts.targets[row]:
        return NOT_PUBLIC
    return EXCLUDED if row in left_out(index, policy) else ""


class _Source(NamedTuple):
    """A post that could link to the target, measured."""

    score: float
    text: Analysis
    candidates: Candidates


class _Search:
    """The search for the sources of one target; counts what falls away in it."""

    def __init__(
        self,
        row: int,
        index: Index,
        policy: Policy,
        ranker: Ranker,
        encode: Encode | None,
        verdicts: Iterable[Verdict],
    ) -> None:
        self._row, self._target_id = row, int(index.posts.ids[row])
        self._index, self._policy, self._ranker, self._encode = index, policy, ranker, encode
        self._dismissed: dict[int, set[int]] = defaultdict(set)  # source -> targets
        for said in verdicts:
            if said.verdict == DISMISSED:
                self._dismissed[said.source_id].add(said.target_id)
        self.dropped: Counter[str] = Counter()

    def texts(self, read: Read) -> Iterator[Analysis]:
        """Read the posts that may link to the target, the most promising first; count why others may not."""
        closed = self._closed()
        order = in_order(self._row, self._index, self._ranker).tolist()
        self.dropped.update(closed[source] for source in order if source in closed)
        for source in [source for source in order if source not in closed][:READ]:
            draft = read(int(self._index.posts.ids[source]))
            if draft is None or draft.post.status != PUBLISHED:
                self.dropped[NOT_PUBLISHED] += 1
                continue
            text = analyse(draft, self._index, self._encode)
            if reason := self._full(text):
                self.dropped[reason] += 1
            else:
                yield text

    def measured(self, texts: list[Analysis]) -> Iterator[_Source]:
        """Score the target as each text would; texts for which it is not even a candidate fall away."""
        for first in range(0, len(texts), AT_ONCE):
            some = texts[first : first + AT_ONCE]
            dismissed = [self._dismissed.get(text.draft.post.id, set()) for text in some]
            for text, candidates in zip(some, find_each(some, self._index, self._policy, dismissed), strict=True):
                own = candidates.rows == self._row
                if own.any():
                    yield _Source(float(self._ranker.probabilities(candidates.features)[own][0]), text, candidates)
                else:
                    self.dropped[NOTHING_SIMILAR] += 1

    def _closed(self) -> dict[int, str]:
        """Say which posts may not be sources of the target, and why."""
        index, lang = self._index, self._index.posts.langs[self._row]
        closed: dict[int, str] = {}
        if self._policy.same_language and lang:
            others = (index.posts.langs != lang) & (index.posts.langs != "")
            closed |= dict.fromkeys(np.flatnonzero(others).tolist(), OTHER_LANGUAGE)
        closed |= dict.fromkeys(left_out(index, self._policy), EXCLUDED)
        silenced = {index.row(source) for source, targets in self._dismissed.items() if self._target_id in targets}
        closed |= dict.fromkeys((source for source in silenced if source is not None), DISMISSED)
        return closed | dict.fromkeys(index.links[:, self._row].tocoo().row.tolist(), ALREADY_LINKED)

    def _full(self, text: Analysis) -> str:
        """Say why a text may carry no link to the target, "" where it may."""
        linked = [link.target for link in text.draft.body.links if link.target is not None]
        if self._target_id in linked:
            return ALREADY_LINKED
        return "" if self._policy.room(text.length, len(linked)) > 0 else LIMIT_REACHED
