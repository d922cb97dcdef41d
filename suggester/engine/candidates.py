"""Which posts are worth judging for a draft: the best of several short lists, and their features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from suggester.engine import dates, features
from suggester.engine.analysis import Analysis
from suggester.engine.features import Floats, Rows
from suggester.engine.index import NO_DATE, Index
from suggester.engine.phrases import hashes_of
from suggester.engine.policy import Policy

ITSELF = "itself"
ALREADY_LINKED = "already_linked"
DISMISSED = "dismissed"
NOT_PUBLIC = "not_public"
OTHER_LANGUAGE = "other_language"
EXCLUDED = "excluded"

LISTS = ("words", "meaning", "passage", "title", "anchor", "neighbours", "title_words", "fragment")
"""Features by each of which all posts are put in order; who stands high in several of the orders is judged."""
MOST = 300  # candidates
SMOOTH = 20  # added to places when orders are joined, as in reciprocal rank fusion: how little the first ones stand out


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
    meaning, passages = features.similar_meaning(texts, index), features.similar_passages(texts, index)
    for text, silenced, near, cosines in zip(texts, dismissed, meaning, passages, strict=True):
        yield _find(text, index, policy, silenced, near, cosines)


def _find(
    text: Analysis, index: Index, policy: Policy, dismissed: Collection[int], meaning: Floats, passages: Floats
) -> Candidates:
    own = index.row(text.draft.post.id)
    linked = _linked(text, index)
    closed = _closed(text, index, policy, own, linked, dismissed)
    over_all = _over_all(text, index, own, linked, meaning, passages)
    order = _joined(over_all)
    places = np.flatnonzero(~np.isin(order, list(closed)))[:MOST]
    seen = order if len(places) < MOST else order[: places[-1]]
    dropped = Counter(closed[row] for row in seen.tolist() if row in closed)
    rows = np.sort(order[places])
    shut = np.fromiter(closed, np.int64, len(closed))
    for scores in over_all.values():
        scores[shut] = 0
    measured = _measure(text, index, rows, over_all) | _passages(passages, rows) | _links(index, rows, linked, own)
    day = dates.day_of(index, own, policy.written_today)
    return Candidates(rows, measured | _dates(index, rows, day, own), dropped)


def _over_all(
    text: Analysis, index: Index, own: int | None, linked: Rows, meaning: Floats, passages: Floats
) -> dict[str, Floats]:
    """Give the features that are known of every post."""
    words, meaning = features.similar_words(text, index), meaning.copy()
    if own is not None:
        words[own] = meaning[own] = 0  # else the draft would be its own nearest neighbour
    said = hashes_of([word.term for words_of_block in text.words for word in words_of_block])
    fragment, longer = index.fragments.mentioned(said, len(index))
    rarity = features.title_rarity(text, index)
    return {
        "words": words,
        "meaning": meaning,
        "passage": features.best(passages),
        "title": features.title_mentioned(text, index),
        "anchor": features.anchor_mentioned(text, index),
        "mentions": features.mentions(text, index),
        "neighbours": features.linked_by_neighbours(text, index, words),
        "near_neighbours": features.linked_by_neighbours(text, index, meaning),
        "title_words": features.title_share(rarity, index),
        "fragment": fragment,
        "long_fragment": longer,
        "cited_together": features.cited_together(text, index, linked),
    }


def _joined(over_all: dict[str, Floats]) -> Rows:
    """Join the orders: the rows of all posts that stand in one of them, best first."""
    joined = np.zeros(len(over_all["words"]), np.float32)
    for name in LISTS:
        order = features.top(over_all[name], features.DEPTH)
        joined[order] += 1 / np.arange(SMOOTH, SMOOTH + len(order), dtype=np.float32)
    return features.top(joined, len(joined))


def _measure(text: Analysis, index: Index, rows: Rows, over_all: dict[str, Floats]) -> dict[str, Floats]:
    """Give every feature of the candidates; those named `..._share` are relative to the draft's best."""
    blocks = features.block_words(text, index, rows)
    inbound = index.inbound()[rows]
    measured = {name: scores[rows] for name, scores in over_all.items()}
    return measured | {
        "words_share": features.share(over_all["words"], rows),
        "words_rank": features.rank(over_all["words"], rows),
        "nearer_than_usual": features.nearer_than_usual(over_all["words"], index, rows),
        "passage_rank": features.rank(over_all["passage"], rows),
        "block": blocks,
        "block_share": blocks / max(float(blocks.max(initial=0)), 1e-9),
        "neighbours_share": features.share(over_all["neighbours"], rows),
        "same_terms": features.same_terms(text, index, rows),
        "inbound": np.log1p(inbound).astype(np.float32),
        "orphan": (inbound == 0).astype(np.float32),
        "length": np.log1p(index.posts.words[rows]).astype(np.float32),
        "posts": np.full(len(rows), np.log(max(len(index), 1)), np.float32),
    }


def _passages(passages: Floats, rows: Rows) -> dict[str, Floats]:
    subject = features.best_three(passages[:, rows])
    return {
        "subject_share": subject / max(float(subject.max(initial=0)), 1e-9),
        "passage_place": features.passage_place(passages)[rows],
    }


def _links(index: Index, rows: Rows, linked: Rows, own: int | None) -> dict[str, Floats]:
    return {
        "cited_beside": features.cited_beside(index, own, rows),
        "links_back": features.links_back(index, own, rows),
        "like_linked": features.like_linked(index, linked, rows),
    }


def _dates(index: Index, rows: Rows, day: int, own: int | None) -> dict[str, Floats]:
    return {
        "far_in_time": dates.far(index, rows, NO_DATE if own is None else day),
        "newer": dates.newer(index, rows, day),
        "newer_by": dates.newer_by(index, rows, day),
        "posts_between": dates.between(index, rows, day),
    }


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
