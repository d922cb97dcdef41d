"""Which posts are worth judging for a draft: the best of several short lists, and their features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from suggester.engine import features
from suggester.engine.analysis import Analysis
from suggester.engine.features import Floats, Rows
from suggester.engine.index import NO_DATE, Index
from suggester.engine.policy import Policy

ITSELF = "itself"
ALREADY_LINKED = "already_linked"
DISMISSED = "dismissed"
NOT_PUBLIC = "not_public"
OTHER_LANGUAGE = "other_language"
EXCLUDED = "excluded"

LISTS = {"words": 100, "meaning": 80, "passage": 100, "title": 60, "anchor": 60, "neighbours": 40, "whole_title": 60}
"""How many candidates each list may bring. Together they are a few hundred at most."""
WHOLE = 0.999  # share of a title's words from which all of them count as standing in a text


@dataclass(frozen=True, slots=True)
class Candidates:
    """Targets not yet judged, with their features, and how many fell away for which reason."""

    rows: Rows
    features: dict[str, Floats]  # name -> one value for each row
    dropped: Counter[str]


def find(text: Analysis, index: Index, policy: Policy, dismissed: Collection[int]) -> Candidates:
    """Find candidates for a draft and measure them."""
    return next(find_each([text], index, policy, [dismissed]))


def find_each(
    texts: Sequence[Analysis], index: Index, policy: Policy, dismissed: Iterable[Collection[int]]
) -> Iterator[Candidates]:
    """Find the candidates of several drafts; quicker than one by one where there are vectors."""
    meaning, passage = features.similar_meaning(texts, index), features.similar_passage(texts, index)
    for text, silenced, near, nearest in zip(texts, dismissed, meaning, passage, strict=True):
        yield _find(text, index, policy, silenced, {"meaning": near, "passage": nearest})


def _find(
    text: Analysis, index: Index, policy: Policy, dismissed: Collection[int], close: dict[str, Floats]
) -> Candidates:
    own = index.row(text.draft.post.id)
    linked = _linked(text, index)
    closed = _closed(text, index, policy, own, linked, dismissed)
    words = features.similar_words(text, index)
    if own is not None:
        words[own] = 0  # else the draft would be its own nearest neighbour
    rarity = features.title_rarity(text, index)
    share = features.title_share(rarity, index)
    over_all = {
        "words": words,
        **close,
        "title": features.title_mentioned(text, index),
        "anchor": features.anchor_mentioned(text, index),
        "neighbours": features.linked_by_neighbours(text, index, words),
        "whole_title": np.where(share >= WHOLE, rarity, 0).astype(np.float32),
        "title_words": share,
    }
    found = np.unique(np.concatenate([features.top(over_all[name], most) for name, most in LISTS.items()]))
    dropped = Counter(closed[row] for row in found.tolist() if row in closed)
    rows = np.array([row for row in found.tolist() if row not in closed], np.int64)
    shut = np.fromiter(closed, np.int64, len(closed))
    for scores in over_all.values():
        scores[shut] = 0
    return Candidates(rows, _measure(text, index, rows, over_all, linked, own), dropped)


def _measure(
    text: Analysis, index: Index, rows: Rows, over_all: dict[str, Floats], linked: Rows, own: int | None
) -> dict[str, Floats]:
    """Give every feature of the candidates; those named `..._share` are relative to the draft's best."""
    blocks = features.block_words(text, index, rows)
    measured = {name: scores[rows] for name, scores in over_all.items()}
    return measured | {
        "words_share": _share(over_all["words"], rows),
        "words_rank": features.rank(over_all["words"], rows),
        "passage_rank": features.rank(over_all["passage"], rows),
        "block_share": blocks / max(float(blocks.max(initial=0)), 1e-9),
        "neighbours_share": _share(over_all["neighbours"], rows),
        "cited_together": features.cited_together(text, index, linked)[rows],
        "same_terms": features.same_terms(text, index, rows),
        "inbound": np.log1p(index.inbound()[rows]).astype(np.float32),
        "length": np.log1p(index.posts.words[rows]).astype(np.float32),
        "far_in_time": _gap(text, index, rows, own),
    }


def _share(scores: Floats, rows: Rows) -> Floats:
    return scores[rows] / max(float(scores.max(initial=0)), 1e-9)


def _gap(text: Analysis, index: Index, rows: Rows, own: int | None) -> Floats:
    """Give the time between the two publishing dates, ln(1 + days); 0 where one of them is unknown."""
    day = NO_DATE if own is None else int(index.posts.days[own])
    if day == NO_DATE:
        return np.zeros(len(rows), np.float32)
    days = index.posts.days[rows].astype(np.float64)
    return np.where(days == NO_DATE, 0, np.log1p(np.abs(days - day))).astype(np.float32)


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
