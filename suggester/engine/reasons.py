"""Why a suggestion is made, in sentences a person can check."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from suggester.engine.analysis import Analysis
from suggester.engine.index import Index
from suggester.engine.phrases import ANCHOR
from suggester.engine.rules import ALWAYS
from suggester.engine.words import fold
from suggester.entities import QueriedRule, Reason

SURE_MENTION = 0.065  # link probability from which an anchor in use is worth telling, as in Wikimedia's add-a-link
CLOSE = 0.5  # cosine from which two texts are said to be close in meaning
MANY_NEIGHBOURS = 0.3  # share of the strongest candidate's
RARE_WORDS = 3


def reasons(text: Analysis, index: Index, row: int, found: dict[str, float]) -> tuple[Reason, ...]:
    """Give the reasons for a target, given its features; the telling ones first."""
    return tuple(_reasons(text, index, row, found))


def _reasons(text: Analysis, index: Index, row: int, found: dict[str, float]) -> Iterator[Reason]:
    laid_down = {one.rule: one for one in text.said if one.row == row}
    for rule in laid_down:
        if isinstance(rule, QueriedRule):
            yield Reason("query", f"Searchers are shown it for “{rule.phrase}”, says {rule.by or 'an import'}.")
            continue
        told = "always link “{}” to it" if rule.kind == ALWAYS else "want it found by “{}”"
        yield Reason("rule" if rule.kind == ALWAYS else "keyword", f"Your rules {told.format(rule.phrase)}.")
    keywords = sum(one.row == row and one.rule.kind != ALWAYS for one in text.said)
    if found["title"] > 0 and (not keywords or _names_it(text, row) > keywords):
        yield Reason("title_mentioned", "Its title, or a part of it, stands in this text.", round(found["title"], 3))
    elif found["title_words"] > 0.999:
        yield Reason("title_words", "All words of its title stand in this text.", round(found["title_words"], 3))
    if found["anchor"] >= SURE_MENTION:
        yield Reason("anchor_in_use", "Other posts link the same words to it.", round(found["anchor"], 3))
    if shared := _shared_words(text, index, row):
        yield Reason("similar_text", f"Both texts speak of {_listed(shared)}.", round(found["words"], 3))
    if max(found["passage"], found["meaning"]) >= CLOSE:
        close = max(found["passage"], found["meaning"])
        yield Reason("similar_meaning", "A passage here is close to it in meaning.", round(close, 3))
    if found["neighbours_share"] >= MANY_NEIGHBOURS:
        yield Reason("neighbours_link", "Posts like this one link to it.", round(found["neighbours_share"], 3))
    if found["cited_together"] > 0:
        yield Reason(
            "cited_together",
            "Posts that link to what is linked here link to it too.",
            round(found["cited_together"], 3),
        )
    if found["same_terms"] > 0 and (names := _shared_terms(text, index, row)):
        yield Reason("same_terms", f"Both are filed under {_listed(names)}.", round(found["same_terms"], 3))
    if found["inbound"] == 0:
        yield Reason("orphan", "No other post links to it yet.", 0.0)


def _names_it(text: Analysis, row: int) -> int:
    """Count the places where a title, or what stands for one, names a post."""
    return int(((text.hits.rows == row) & (text.hits.kinds != ANCHOR)).sum())


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _shared_words(text: Analysis, index: Index, row: int) -> list[str]:
    """Give the rarest words that the draft and the first paragraphs of the target share, as the draft writes them."""
    theirs = slice(index.head.indptr[row], index.head.indptr[row + 1])
    columns, at_own, at_theirs = np.intersect1d(
        text.whole.indices, index.head.indices[theirs], assume_unique=True, return_indices=True
    )
    weights = text.whole.data[at_own] * index.head.data[theirs][at_theirs]
    best = columns[np.argsort(-weights)[: 2 * RARE_WORDS]].tolist()
    places = [place for column in best if (place := text.written.get(index.lexicon.terms[column]))]
    words = [text.blocks[at].text[word.start : word.end] for at, word in places[:RARE_WORDS]]
    return [f"“{fold(word)}”" for word in words]


def _shared_terms(text: Analysis, index: Index, row: int) -> list[str]:
    own = {f"{term.taxonomy}:{term.name}" for term in text.draft.post.terms}
    carried = index.terms[row]
    theirs = [index.term_names[at] for at in carried.indices[carried.data > 0].tolist()]
    return [f"“{name.partition(':')[2]}”" for name in theirs if name in own][:RARE_WORDS]
