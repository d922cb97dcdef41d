"""From a draft to its suggestions: candidates, ranking, anchors, policy, reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from suggester.content.text import sentence_around
from suggester.engine.analysis import Analysis, analyse, analyse_each
from suggester.engine.anchors import Finder, Placed
from suggester.engine.candidates import DISMISSED, EXCLUDED, Candidates, find, find_each
from suggester.engine.features import Floats, Rows
from suggester.engine.index import Index
from suggester.engine.newtext import propose
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, Ranker
from suggester.engine.reading import Draft, Encode
from suggester.engine.reasons import reasons
from suggester.engine.rules import RULED_OUT, ruled
from suggester.engine.words import fold
from suggester.entities import OtherTarget, Suggestion, Suggestions, Verdict

UNSURE = "unsure"
NO_ANCHOR = "no_anchor_found"
LIMIT_REACHED = "link_limit_reached"
TOO_CLOSE = "too_close_to_another_link"
ANCHOR_TAKEN = "words_taken"
WEAK_ANCHOR = "weak_words"
BEYOND_LIMIT = "beyond_limit"
NO_TURN = 1_000_000  # of a target that no rule speaks of
ANCHORS_SOUGHT_BY_MEANING = 3  # phrases are only embedded for the best few: the editor waits


@dataclass(slots=True)
class Proposal:
    """A target with its score and anchors, on its way to a suggestion."""

    place: int  # among all candidates, best first
    row: int
    score: float
    features: dict[str, float]
    anchors: tuple[Placed, ...]
    turn: int = NO_TURN  # among those that the owner always wants linked
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
    if policy.excludes(draft.post):
        return Suggestions(draft.post.id, (), {EXCLUDED: 1})
    if draft.post.id in policy.rules.never_sources:
        return Suggestions(draft.post.id, (), {RULED_OUT: 1})
    text = analyse(draft, index, encode, policy.rules)
    candidates = find(text, index, policy, dismissed_for(draft.post.id, verdicts), ranker.weights)
    return from_candidates(text, candidates, index, encode, policy, limit, ranker)


def suggest_each(
    drafts: Sequence[Draft],
    index: Index,
    encode: Encode | None,
    policy: Policy,
    dismissed: Sequence[Collection[int]],
    limit: int = 8,
    ranker: Ranker = HAND_SET,
    only_for: Sequence[Collection[int] | None] = (),
) -> list[Suggestions | None]:
    """Propose links from several drafts, as `suggest` does from each; quicker than one by one.

    `dismissed` are ids of targets. Where `only_for` names rows for a draft, None is given unless one of them would be
    among its best `limit` and likely enough to be shown.
    """
    found: dict[int, Suggestions | None] = {}
    open_to_links: list[int] = []
    for at, draft in enumerate(drafts):
        if policy.excludes(draft.post):
            found[at] = Suggestions(draft.post.id, (), {EXCLUDED: 1})
        elif draft.post.id in policy.rules.never_sources:
            found[at] = Suggestions(draft.post.id, (), {RULED_OUT: 1})
        else:
            open_to_links.append(at)
    texts = list(analyse_each([drafts[at] for at in open_to_links], index, encode, policy.rules))
    each = find_each(texts, index, policy, [dismissed[at] for at in open_to_links], ranker.weights)
    for at, text, candidates in zip(open_to_links, texts, each, strict=True):
        wanted = only_for[at] if only_for else None
        if wanted is None or _among_the_best(wanted, text, candidates, policy, limit, ranker):
            found[at] = from_candidates(text, candidates, index, encode, policy, limit, ranker)
    return [found.get(at) for at in range(len(drafts))]


def _among_the_best(
    rows: Collection[int], text: Analysis, candidates: Candidates, policy: Policy, limit: int, ranker: Ranker
) -> bool:
    order = Order.of(text, candidates, ranker)
    best = range(min(limit, len(order)))
    return any(order.row(place) in rows and order.score(place) >= policy.least_score for place in best)


def dismissed_for(source_id: int, verdicts: Iterable[Verdict]) -> set[int]:
    """Give the targets that were dismissed for a source; an unsaved draft has none: all of them share the id 0."""
    return {v.target_id for v in verdicts if v.source_id == (source_id or None) and v.verdict == DISMISSED}


def from_candidates(
    text: Analysis,
    candidates: Candidates,
    index: Index,
    encode: Encode | None,
    policy: Policy,
    limit: int,
    ranker: Ranker = HAND_SET,
) -> Suggestions:
    """Propose links to the best of some candidates."""
    finder = Finder(text, index, policy)
    order = Order.of(text, candidates, ranker)
    proposals = [order.proposal(place) for place in range(min(limit, len(order)))]
    seek_anchors(proposals, finder, index, encode)
    dropped = candidates.dropped + _show(proposals, text, policy)
    if (beyond := len(order) - len(proposals)) > 0:
        dropped[BEYOND_LIMIT] = beyond
    ordered = sorted(proposals, key=lambda one: (not one.shown, one.turn, -_lifted(one, policy)))
    items = tuple(
        replace(suggestion_of(one, text, index, finder), other_targets=_other_targets(one, proposals, index, policy))
        for one in ordered
    )
    return Suggestions(text.draft.post.id, items, dict(dropped))


def just_one(
    row: int,
    text: Analysis,
    candidates: Candidates,
    index: Index,
    encode: Encode | None,
    policy: Policy,
    ranker: Ranker = HAND_SET,
) -> tuple[Suggestion, str]:
    """Give the suggestion of one candidate, however far down the list it is, and why it is not shown ("" if it is).

    It is the very one that `from_candidates` gives: what ranks higher, and may be shown, has taken its words and room.
    """
    finder = Finder(text, index, policy)
    order = Order.of(text, candidates, ranker)
    own = order.place(row)
    rivals = [order.proposal(place) for place in range(own) if order.score(place) >= policy.least_score]
    proposal = order.proposal(own)
    seek_anchors([*rivals, proposal], finder, index, encode)
    reason = next(reason for one, reason in decide([*rivals, proposal], text, policy) if one is proposal)
    return suggestion_of(proposal, text, index, finder), reason


def scores_of(text: Analysis, candidates: Candidates, ranker: Ranker) -> Floats:
    """Give the score of each candidate; what the owner always wants linked is sure to be accepted."""
    scores = ranker.probabilities(candidates.features)
    if laid_down := ruled(text.said):
        scores[np.isin(candidates.rows, list(laid_down))] = 1
    return scores


def dismissed_by(verdicts: Iterable[Verdict]) -> dict[int, set[int]]:
    """Give the targets that were dismissed for each source."""
    found: dict[int, set[int]] = {}
    for said in verdicts:
        if said.verdict == DISMISSED:
            found.setdefault(said.source_id, set()).add(said.target_id)
    return found


@dataclass(frozen=True, slots=True)
class Order:
    """Candidates from the best to the worst; a place is counted from the best."""

    candidates: Candidates
    scores: Floats
    best: Rows  # places among the candidates, best first
    turns: Mapping[int, int]  # of the rows that the owner always wants linked

    @classmethod
    def of(cls, text: Analysis, candidates: Candidates, ranker: Ranker) -> Order:
        """Score the candidates of a draft and put them in order."""
        scores = scores_of(text, candidates, ranker)
        return cls(candidates, scores, np.lexsort((candidates.rows, -scores)), ruled(text.said))

    def __len__(self) -> int:
        return len(self.best)

    def score(self, place: int) -> float:
        """Give the score of the candidate at a place."""
        return float(self.scores[self.best[place]])

    def row(self, place: int) -> int:
        """Give the row of the candidate at a place."""
        return int(self.candidates.rows[self.best[place]])

    def place(self, row: int) -> int:
        """Give the place of a candidate."""
        return int(np.flatnonzero(self.candidates.rows[self.best] == row)[0])

    def proposal(self, place: int) -> Proposal:
        """Begin a suggestion of the candidate at a place."""
        at = int(self.best[place])
        features = {name: float(values[at]) for name, values in self.candidates.features.items()}
        row = int(self.candidates.rows[at])
        return Proposal(place, row, float(self.scores[at]), features, (), self.turns.get(row, NO_TURN))


def seek_anchors(proposals: Iterable[Proposal], finder: Finder, index: Index, encode: Encode | None) -> None:
    """Find the anchors of each proposal."""
    wordless = []
    for proposal in proposals:
        proposal.anchors = finder.find(proposal.row)
        if not proposal.anchors and proposal.place < ANCHORS_SOUGHT_BY_MEANING:
            wordless.append(proposal)
    if wordless and encode and len(index.heads):
        found = finder.closest_in_meaning([proposal.row for proposal in wordless], encode)
        for proposal, anchors in zip(wordless, found, strict=True):
            proposal.anchors = anchors


def _lifted(proposal: Proposal, policy: Policy) -> float:
    orphan = proposal.shown and proposal.features["inbound"] == 0
    return proposal.score + (policy.orphan_lift if orphan else 0)


def _show(proposals: Sequence[Proposal], text: Analysis, policy: Policy) -> Counter[str]:
    """Choose each proposal's anchor and decide what is shown unasked; count why the others are not."""
    return Counter(reason for _, reason in decide(proposals, text, policy) if reason)


def decide(proposals: Sequence[Proposal], text: Analysis, policy: Policy) -> Iterator[tuple[Proposal, str]]:
    """Go through the proposals, best first: choose the anchor, show it or give the reason why not ("" if shown)."""
    internal = sum(link.target is not None for link in text.draft.body.links)
    room = policy.room(text.length, internal)
    taken: list[Placed] = []
    for proposal in sorted(proposals, key=lambda one: (one.turn, -one.score)):
        free = [one for one in proposal.anchors if not clashes(one, taken)]
        proposal.chosen = free[0] if free else next(iter(proposal.anchors), None)
        free = telling(free, policy) or free[:1]
        reason = _not_shown(proposal, free, text, policy, room - len(taken), taken)
        if not reason:
            proposal.chosen = next((one for one in free if not crowded(one, text, policy, taken)), free[0])
            proposal.shown = True
            taken.append(proposal.chosen)
        yield proposal, reason


def _other_targets(
    proposal: Proposal, proposals: Iterable[Proposal], index: Index, policy: Policy
) -> tuple[OtherTarget, ...]:
    """Give the targets that are good enough but came too late for the very words of one that is shown."""
    if proposal.chosen is None or not proposal.shown:
        return ()
    words = fold(proposal.chosen.anchor.text)
    late = [one for one in proposals if not one.shown and one.score >= policy.least_score]
    same = [one for one in late if any(fold(placed.anchor.text) == words for placed in one.anchors)]
    return tuple(OtherTarget(int(index.posts.ids[one.row]), round(one.score, 4)) for one in same)


def _not_shown(
    proposal: Proposal, free: list[Placed], text: Analysis, policy: Policy, room: int, taken: list[Placed]
) -> str:
    if proposal.score < policy.least_score:
        return UNSURE
    if not proposal.anchors:
        return NO_ANCHOR
    if not free:
        return ANCHOR_TAKEN
    if not telling(free, policy):
        return WEAK_ANCHOR
    if room <= 0:
        return LIMIT_REACHED
    if proposal.turn < NO_TURN:
        return ""
    return TOO_CLOSE if all(crowded(one, text, policy, taken) for one in free) else ""


def telling(anchors: Iterable[Placed], policy: Policy) -> list[Placed]:
    """Keep the anchors that a reader is likely to take."""
    return [one for one in anchors if one.accepted >= policy.least_accepted]


def clashes(anchor: Placed, taken: list[Placed]) -> bool:
    """One anchor never stands for two targets, neither the same place nor the same words."""
    return any(anchor.resembles(other) for other in taken)


def crowded(anchor: Placed, text: Analysis, policy: Policy, taken: list[Placed]) -> bool:
    """Whether another link, standing or shown, is within a few words in the same block."""
    block = text.blocks[anchor.block]
    others = [(one.start, one.end) for one in taken if one.block == anchor.block]
    others += [(link.start, link.end) for link in text.draft.body.links if link.block == block.index]
    for start, end in others:
        between = block.text[end : anchor.start] if end <= anchor.start else block.text[anchor.end : start]
        if len(between.split()) < policy.words_between and len(between) < 6 * policy.words_between:
            return True
    return False


def suggestion_of(proposal: Proposal, text: Analysis, index: Index, finder: Finder) -> Suggestion:
    """Make the suggestion on the anchor chosen, or with new text where there is none."""
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
