"""From a draft to its suggestions: candidates, ranking, anchors, policy, reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from suggester.content.text import sentence_around
from suggester.engine.analysis import Analysis, analyse
from suggester.engine.anchors import Finder, Placed
from suggester.engine.candidates import DISMISSED, Candidates, find
from suggester.engine.index import Index
from suggester.engine.newtext import propose
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, Ranker
from suggester.engine.reading import Draft, Encode
from suggester.engine.reasons import reasons
from suggester.entities import Suggestion, Suggestions, Verdict

UNSURE = "unsure"
NO_ANCHOR = "no_anchor_found"
LIMIT_REACHED = "link_limit_reached"
TOO_CLOSE = "too_close_to_another_link"
ANCHOR_TAKEN = "words_taken"
BEYOND_LIMIT = "beyond_limit"
ANCHORS_SOUGHT_BY_MEANING = 3  # phrases are only embedded for the best few: the editor waits


@dataclass(slots=True)
class _Proposal:
    """A target with its score and anchors, on its way to a suggestion."""

    row: int
    score: float
    features: dict[str, float]
    anchors: tuple[Placed, ...]
    chosen: Placed | None = None
    shown: bool = False


def suggest(
    draft: Draft,
    index: Index,
    encode: Encode | None,
    policy: Policy,
    verdicts: Iterable[Verdict] = (),
    limit: int = 8,
    ranker: Ranker = HAND_SET,
) -> Suggestions:
    """Propose links from a draft, best first; those the policy lets be shown come before the others."""
    encode = encode if len(index.heads) else None
    text = analyse(draft, index, encode)
    own = draft.post.id or None  # an unsaved draft has no verdicts: all of them share the id 0
    dismissed = {v.target_id for v in verdicts if v.source_id == own and v.verdict == DISMISSED}
    candidates = find(text, index, policy, dismissed)
    finder = Finder(text, index, policy)
    proposals = _ranked(candidates, ranker, limit)
    for at, proposal in enumerate(proposals):
        proposal.anchors = finder.find(proposal.row)
        if not proposal.anchors and encode is not None and at < ANCHORS_SOUGHT_BY_MEANING:
            proposal.anchors = finder.closest_in_meaning(proposal.row, encode)
    dropped = candidates.dropped + _show(proposals, text, policy)
    if (beyond := len(candidates.rows) - len(proposals)) > 0:
        dropped[BEYOND_LIMIT] = beyond
    ordered = sorted(proposals, key=lambda one: (not one.shown, -_lifted(one, policy)))
    items = tuple(_suggestion(one, text, index, finder) for one in ordered)
    return Suggestions(draft.post.id, items, dict(dropped))


def _ranked(candidates: Candidates, ranker: Ranker, limit: int) -> list[_Proposal]:
    scores = ranker.probabilities(candidates.features)
    best = np.lexsort((candidates.rows, -scores))[:limit].tolist()
    return [
        _Proposal(
            row=int(candidates.rows[at]),
            score=float(scores[at]),
            features={name: float(values[at]) for name, values in candidates.features.items()},
            anchors=(),
        )
        for at in best
    ]


def _lifted(proposal: _Proposal, policy: Policy) -> float:
    orphan = proposal.shown and proposal.features["inbound"] == 0
    return proposal.score + (policy.orphan_lift if orphan else 0)


def _show(proposals: Sequence[_Proposal], text: Analysis, policy: Policy) -> Counter[str]:
    """Choose each proposal's anchor and decide what is shown unasked; count why the others are not."""
    dropped: Counter[str] = Counter()
    internal = sum(link.target is not None for link in text.draft.body.links)
    room = policy.room(text.length, internal)
    taken: list[Placed] = []
    for proposal in sorted(proposals, key=lambda one: -one.score):
        free = [one for one in proposal.anchors if not _clashes(one, taken)]
        proposal.chosen = free[0] if free else next(iter(proposal.anchors), None)
        reason = _not_shown(proposal, free, text, policy, room - len(taken), taken)
        if reason:
            dropped[reason] += 1
        else:
            proposal.chosen = next(one for one in free if not _crowded(one, text, policy, taken))
            proposal.shown = True
            taken.append(proposal.chosen)
    return dropped


def _not_shown(
    proposal: _Proposal, free: list[Placed], text: Analysis, policy: Policy, room: int, taken: list[Placed]
) -> str:
    if proposal.score < policy.least_score:
        return UNSURE
    if not proposal.anchors:
        return NO_ANCHOR
    if not free:
        return ANCHOR_TAKEN
    if room <= 0:
        return LIMIT_REACHED
    return TOO_CLOSE if all(_crowded(one, text, policy, taken) for one in free) else ""


def _clashes(anchor: Placed, taken: list[Placed]) -> bool:
    """One anchor never stands for two targets, neither the same place nor the same words."""
    return any(anchor.resembles(other) for other in taken)


def _crowded(anchor: Placed, text: Analysis, policy: Policy, taken: list[Placed]) -> bool:
    """Whether another link, standing or shown, is within a few words in the same block."""
    block = text.blocks[anchor.block]
    others = [(one.start, one.end) for one in taken if one.block == anchor.block]
    others += [(link.start, link.end) for link in text.draft.body.links if link.block == block.index]
    for start, end in others:
        between = block.text[end : anchor.start] if end <= anchor.start else block.text[anchor.end : start]
        if len(between.split()) < policy.words_between and len(between) < 6 * policy.words_between:
            return True
    return False


def _suggestion(proposal: _Proposal, text: Analysis, index: Index, finder: Finder) -> Suggestion:
    chosen = proposal.chosen
    title = index.posts.titles[proposal.row]
    suggestion = Suggestion(
        source_id=text.draft.post.id,
        target_id=int(index.posts.ids[proposal.row]),
        anchor=None,
        score=round(proposal.score, 4),
        shown=proposal.shown,
        reasons=reasons(text, index, proposal.row, proposal.features),
    )
    if chosen is None:
        return replace(suggestion, new_text=propose(text, finder, proposal.row, title))
    block = text.blocks[chosen.block].text
    begins, ends = sentence_around(block, chosen.start, chosen.end)
    return replace(
        suggestion,
        anchor=chosen.anchor,
        sentence=block[begins:ends],
        alternatives=tuple(one.anchor for one in proposal.anchors if one is not chosen),
    )
