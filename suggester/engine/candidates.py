"""Which posts are worth judging for a draft: the best of several short lists, and their features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from suggester.engine import dates, features
from suggester.engine.analysis import Analysis
from suggester.engine.features import Floats, Rows
from suggester.engine.index import NO_DATE, Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import STANDING
from suggester.engine.rules import KEYWORD, RULED_OUT

ITSELF = "itself"
ALREADY_LINKED = "already_linked"
DISMISSED = "dismissed"
NOT_PUBLIC = "not_public"
OTHER_LANGUAGE = "other_language"
EXCLUDED = "excluded"

LISTS = ("words", "meaning", "passage", "title", "anchor", "neighbours", "title_words", "fragment")
"""Features by each of which all posts are put in order; who stands high in several of the orders is judged."""
TOLD = frozenset({"neighbours_share", "same_terms", "inbound", STANDING})
"""Features that reasons are told by and scores are bent by; they are measured whatever the ranker weighs."""
MOST = 300  # candidates
SMOOTH = 20  # added to places when orders are joined, as in reciprocal rank fusion: how little the first ones stand out
BY_PLACE = 1 / np.arange(SMOOTH, SMOOTH + features.DEPTH, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Targets not yet judged, with their features, and how many fell away for which reason."""

    rows: Rows
    features: dict[str, Floats]  # name -> one value for each row
    dropped: Counter[str]


@dataclass(frozen=True, slots=True)
class View:
    """A draft beside all posts of its site."""

    text: Analysis
    index: Index
    own: int | None
    linked: Rows  # the posts that the draft links to already
    day: int  # from which it looks at the dates of posts
    over_all: dict[str, Floats]  # features that are known of every post
    passages: Floats  # cosine of each of its passages and each post


def find(
    text: Analysis, index: Index, policy: Policy, dismissed: Collection[int], wanted: Collection[str] | None = None
) -> Candidates:
    """Find candidates for a draft and measure them."""
    return next(find_each([text], index, policy, [dismissed], wanted))


def find_each(
    texts: Sequence[Analysis],
    index: Index,
    policy: Policy,
    dismissed: Iterable[Collection[int]],
    wanted: Collection[str] | None = None,
    needed: int | None = None,
) -> Iterator[Candidates]:
    """Find the candidates of several drafts; quicker than one by one where there are vectors.

    `wanted` are the features that the ranker weighs; beside them only those are measured that finding and giving
    reasons take. Without it all of them are. Where `needed` names a row, nothing is measured of drafts for which that
    is no candidate.
    """
    names = None if wanted is None else frozenset(wanted) | TOLD
    meaning, passages = features.similar_meaning(texts, index), features.similar_passages(texts, index)
    for text, silenced, near, cosines in zip(texts, dismissed, meaning, passages, strict=True):
        yield _find(text, index, policy, silenced, near, cosines, names, needed)


def _find(
    text: Analysis,
    index: Index,
    policy: Policy,
    dismissed: Collection[int],
    meaning: Floats,
    passages: Floats,
    wanted: Collection[str] | None,
    needed: int | None,
) -> Candidates:
    own = index.row(text.draft.post.id)
    linked = _linked(text, index)
    closed = _closed(text, index, policy, own, linked, dismissed)
    over_all = _over_all(text, index, own, linked, meaning, passages, wanted)
    shut = np.fromiter(closed, np.int64, len(closed))
    best, ahead = _chosen(_joined(over_all), shut)
    dropped = Counter(closed[row] for row in ahead.tolist())
    spoken_of = [one.row for one in text.said if one.row not in closed]  # by the owner's rules
    rows = np.union1d(best, np.array(spoken_of, np.int64))
    if needed is not None and needed not in rows:
        return Candidates(rows, {}, dropped)
    for scores in over_all.values():
        scores[shut] = 0
    day = dates.day_of(index, own, policy.written_today)
    view = View(text, index, own, linked, day, over_all, passages)
    return Candidates(rows, measure(view, rows, wanted), dropped)


def _over_all(
    text: Analysis,
    index: Index,
    own: int | None,
    linked: Rows,
    meaning: Floats,
    passages: Floats,
    wanted: Collection[str] | None,
) -> dict[str, Floats]:
    """Give the features that are known of every post."""
    words, meaning = features.similar_words(text, index), meaning.copy()
    if own is not None:
        words[own] = meaning[own] = 0  # else the draft would be its own nearest neighbour
    fragment, longer = index.fragments.mentioned(text.rolled, len(index))
    rarity = features.title_rarity(text, index)
    found = {
        "words": words,
        "meaning": meaning,
        "passage": features.best(passages),
        "title": features.title_mentioned(text, index),
        "anchor": features.anchor_mentioned(text, index),
        "neighbours": features.linked_by_neighbours(text, index, words),
        "title_words": _named(features.title_share(rarity, index), text),
        "fragment": fragment,
        "long_fragment": longer,
        "cited_together": features.cited_together(text, index, linked),
    }
    if wanted is None or "heading" in wanted:
        found["heading"] = index.headings.mentioned(text.rolled, len(index))[0]
    if wanted is None or "mentions" in wanted:
        found["mentions"] = features.mentions(text, index)
    if wanted is None or "near_neighbours" in wanted:
        found["near_neighbours"] = features.linked_by_neighbours(text, index, meaning)
    return found


def _named(shares: Floats, text: Analysis) -> Floats:
    """Let the keywords that the owner gave a post count as its whole title."""
    shares[[one.row for one in text.said if one.rule.kind == KEYWORD]] = 1
    return shares


def _joined(over_all: dict[str, Floats]) -> Floats:
    """Join the orders: the higher a post stands in them the more it gets, 0 where it stands in none."""
    joined = np.zeros(len(over_all["words"]), np.float32)
    for name in LISTS:
        order = features.top(over_all[name], features.DEPTH)
        joined[order] += BY_PLACE[: len(order)]
    return joined


def _chosen(joined: Floats, shut: Rows) -> tuple[Rows, Rows]:
    """Give the best rows that are not shut, and those among the best that are."""
    left = joined.copy()
    left[shut] = 0
    best = features.top(left, MOST)
    if len(best) < MOST:
        return best, shut[joined[shut] > 0]
    last = int(best[-1])
    level = (joined[shut] == joined[last]) & (shut < last)
    return best, shut[(joined[shut] > joined[last]) | level]


def measure(view: View, rows: Rows, wanted: Collection[str] | None = None) -> dict[str, Floats]:
    """Give the features of some rows; those named `..._share` are relative to the draft's best."""
    measured = {name: scores[rows] for name, scores in view.over_all.items()}
    for name, feature in _FEATURES.items():
        if wanted is None or name in wanted:
            measured[name] = feature(view, rows)
    if wanted is None or "block" in wanted or "block_share" in wanted:
        measured["block"] = features.block_words(view.text, view.index, rows)
        measured["block_share"] = measured["block"] / max(float(measured["block"].max(initial=0)), 1e-9)
    return measured


_FEATURES: dict[str, Callable[[View, Rows], Floats]] = {
    "words_share": lambda view, rows: features.share(view.over_all["words"], rows),
    "words_rank": lambda view, rows: features.rank(view.over_all["words"], rows),
    "nearer_than_usual": lambda view, rows: features.nearer_than_usual(view.over_all["words"], view.index, rows),
    "passage_rank": lambda view, rows: features.rank(view.over_all["passage"], rows),
    "subject_share": lambda view, rows: features.subject_share(view.passages, rows),
    "passage_place": lambda view, rows: features.passage_place(view.passages)[rows],
    "neighbours_share": lambda view, rows: features.share(view.over_all["neighbours"], rows),
    "cited_beside": lambda view, rows: features.cited_beside(view.index, view.own, rows),
    "links_back": lambda view, rows: features.links_back(view.index, view.own, rows),
    "like_linked": lambda view, rows: features.like_linked(view.index, view.linked, rows),
    "same_terms": lambda view, rows: features.same_terms(view.text, view.index, rows),
    "inbound": lambda view, rows: np.log1p(view.index.inbound()[rows]).astype(np.float32),
    "orphan": lambda view, rows: (view.index.inbound()[rows] == 0).astype(np.float32),
    "length": lambda view, rows: np.log1p(view.index.posts.words[rows]).astype(np.float32),
    STANDING: lambda view, rows: np.full(len(rows), len(view.linked), np.float32),
    "posts": lambda view, rows: np.full(len(rows), np.log(max(len(view.index), 1)), np.float32),
    "far_in_time": lambda view, rows: dates.far(view.index, rows, NO_DATE if view.own is None else view.day),
    "newer": lambda view, rows: dates.newer(view.index, rows, view.day),
    "newer_by": lambda view, rows: dates.newer_by(view.index, rows, view.day),
    "posts_between": lambda view, rows: dates.between(view.index, rows, view.day),
}
"""Features of some rows, by name; what is known of every post, and what two of them share, is measured elsewhere."""


def _linked(text: Analysis, index: Index) -> Rows:
    rows = {index.row(link.target) for link in text.draft.body.links if link.target is not None}
    return np.array(sorted(row for row in rows if row is not None), np.int64)


def _closed(
    text: Analysis, index: Index, policy: Policy, own: int | None, linked: Rows, dismissed: Collection[int]
) -> dict[int, str]:
    """Say which rows may not be targets of this draft, and why."""
    posts = index.posts
    closed = dict.fromkeys(np.flatnonzero(~posts.targets).tolist(), NOT_PUBLIC)
    if policy.same_language and text.draft.lang:
        others = (posts.langs != text.draft.lang) & (posts.langs != "")
        closed |= dict.fromkeys(np.flatnonzero(others).tolist(), OTHER_LANGUAGE)
    closed |= dict.fromkeys(left_out(index, policy), EXCLUDED)
    ruled_out = {index.row(post_id) for post_id in policy.rules.closed_to(text.draft.post.id)}
    closed |= dict.fromkeys((row for row in ruled_out if row is not None), RULED_OUT)
    silenced = {index.row(post_id) for post_id in dismissed}
    closed |= dict.fromkeys((row for row in silenced if row is not None), DISMISSED)
    closed |= dict.fromkeys(linked.tolist(), ALREADY_LINKED)
    if own is not None:
        closed[own] = ITSELF
    return closed


def left_out(index: Index, policy: Policy) -> set[int]:
    """Give the rows that the site's owner wants no part in suggestions, as `Policy.leaves_out` does for one post."""
    posts = {index.row(post_id) for post_id in policy.excluded_targets}
    rows = {row for row in posts if row is not None}
    if columns := [at for at, key in enumerate(index.term_keys) if key in policy.excluded_terms]:
        rows.update(index.terms[:, columns].tocoo().row.tolist())
    if policy.post_types:
        rows.update(at for at, kind in enumerate(index.posts.types) if kind not in policy.post_types)
    return rows
