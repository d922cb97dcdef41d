"""Faults that links have together: what their words stand for over the whole site."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from suggester.content.text import plural
from suggester.engine.generic import is_generic
from suggester.entities import Anchor, Fault
from suggester.graph.audit.corpus import Corpus, Grounds, Wording
from suggester.graph.audit.kinds import SAME_WORDS


def two_targets(corpus: Corpus, grounds: Grounds) -> Iterator[Fault]:
    """Find links on words that lead to another post in most other places.

    The post that most links on these words lead to, the first one where two have as many, is what they stand for.
    """
    meant: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for wording in corpus.wordings:
        meant[wording.words][wording.target_id] += 1
    usual = {words: counted.most_common(1)[0][0] for words, counted in meant.items() if len(counted) > 1}
    for wording in corpus.wordings:
        first = usual.get(wording.words, wording.target_id)
        if first != wording.target_id and not is_generic(wording.text):
            times = meant[wording.words][first]
            told = f"{plural(times, 'other link')} on these words {'leads' if times == 1 else 'lead'} to "
            yield _fault("two_targets", wording, told + f"{grounds.title(first)}.")


def same_anchor(corpus: Corpus, grounds: Grounds) -> Iterator[Fault]:
    """Find posts that several others link to, all by the very same words."""
    for target_id, wordings in sorted(corpus.by_target.items()):
        sources = {wording.post_id for wording in wordings}
        if len(sources) >= SAME_WORDS and len({wording.words for wording in wordings}) == 1:
            first = wordings[0]
            told = f"All {len(sources):,} posts that link here do so on “{first.text}”."
            yield Fault("same_anchor", target_id, told, anchor=Anchor(first.text, "", "", first.block))


def _fault(kind: str, wording: Wording, note: str) -> Fault:
    anchor = Anchor(wording.text, "", "", wording.block)
    return Fault(kind, wording.post_id, note, wording.target_id, wording.href, anchor)
