"""Which posts are worth reading as sources for a target: the features of `candidates`, seen from the target.

All of it comes from the index, for every post at once, so some of it is only near what the source's own text will say.
The features keep their names, so that the same ranker puts the sources in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os.path import commonprefix

import numpy as np
import scipy.sparse as sparse

from suggester.encoding.protocol import Vectors
from suggester.engine import dates, features
from suggester.engine.features import Floats, Rows
from suggester.engine.index import Index
from suggester.engine.phrases import ANCHOR, phrase, title_parts, whole_hashes
from suggester.engine.ranker import Ranker
from suggester.engine.words import Word, fold, terms, words

LISTS = {
    "words": 60,
    "block_share": 40,
    "meaning": 40,
    "passage": 40,
    "title": 40,
    "title_words": 40,
    "anchor": 40,
    "neighbours_share": 20,
    "cited_together": 20,
}
"""How many sources each list may bring; what is on none of them has nothing in common with the target."""
BETWEEN = r"(?:<[^<>]*>|[^\w<])+"  # what may stand between the words of a phrase in HTML
_IN_WORD = re.compile(r"\w")
LINKING = 200  # posts that link to the target of which it is asked who links to the same posts


@dataclass(frozen=True, slots=True)
class Name:
    """A title, a part of one, or an anchor in use, by which posts may speak of the target."""

    written: re.Pattern[str]  # matches it, inflected too, in a folded text, with or without tags in between
    whole: bool  # it begins with a word, not with one character of a script without spaces
    is_anchor: bool
    strength: float  # how surely it means the target
    holding: Rows  # posts in which all its words stand, near each other or not

    def stands_in(self, text: str) -> bool:
        """Whether it stands in a folded text as a phrase; where it is a word, not from the middle of one."""
        found = self.written.search(text)
        while found and self.whole and _IN_WORD.match(text, max(0, found.start() - 1), found.start()):
            found = self.written.search(text, found.start() + 1)
        return found is not None


@dataclass(frozen=True, slots=True)
class Prospects:
    """The posts that could link to a target, whether or not they may."""

    rows: Rows
    features: dict[str, Floats]  # name -> one value for each row
    names: tuple[Name, ...]

    def in_order(self, ranker: Ranker) -> list[int]:
        """Give the rows, the most promising first."""
        scores = ranker.probabilities(self.features)
        best: list[int] = self.rows[np.lexsort((self.rows, -scores))].tolist()
        return best

    def read(self, contents: Mapping[int, str]) -> Prospects:
        """Keep those whose contents are handed in; they speak of the target only where a name stands there as one."""
        kept = np.flatnonzero(np.isin(self.rows, list(contents)))
        rows, folded = self.rows[kept], lru_cache(None)(lambda row: fold(contents[row]))
        measured = {name: values[kept] for name, values in self.features.items()}
        measured["title"], measured["anchor"] = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
        for name in self.names:
            into = measured["anchor" if name.is_anchor else "title"]
            for at in np.flatnonzero(np.isin(rows, name.holding) & (into < name.strength)).tolist():
                if name.stands_in(folded(int(rows[at]))):
                    into[at] = name.strength
        return Prospects(rows, measured, self.names)


def prospects(row: int, index: Index, phrases: Iterable[str] = ()) -> Prospects:
    """Find the posts that have something in common with a target, which is called by further phrases, too."""
    names = (*_names(row, index), *_called(phrases, str(index.posts.langs[row]), index))
    seen = measure(row, index, names)
    found = np.unique(np.concatenate([features.top(seen[name], most) for name, most in LISTS.items()]))
    found = found[found != row]
    return Prospects(found, {name: values[found] for name, values in seen.items()}, names)


def saying(phrases: Iterable[str], lang: str, index: Index) -> Rows:
    """Give the posts in which all the words of some phrase stand, near each other or not; shape (posts,), in order."""
    holding = [name.holding for name in _called(phrases, lang, index)]
    return np.unique(np.concatenate(holding)) if holding else np.zeros(0, np.int64)


def measure(row: int, index: Index, names: Iterable[Name]) -> dict[str, Floats]:
    """Give what the index can say of every post as a source for a target, by the names that the ranker knows."""
    everyone, linking = np.arange(len(index)), index.linking_to(row)
    own, theirs = _texts([np.array([row]), linking], index)
    words = _others(features.likeness(own, index.body), row)
    passage = _cosines(index.heads, row, index)
    return {
        "words": words,
        "words_share": features.share(words, everyone),
        "words_rank": features.rank(words, everyone),
        "block_share": features.share(_others(features.likeness(index.head[row], index.body), row), everyone),
        "meaning": _cosines(index.means, row, index),
        "passage": passage,
        "passage_rank": features.rank(passage, everyone),
        "title": _strongest([name for name in names if not name.is_anchor], index),
        "title_words": _title_words(row, index),
        "anchor": _strongest([name for name in names if name.is_anchor], index),
        "neighbours_share": features.share(features.likeness(theirs, index.body), everyone),
        "cited_together": _citing_the_same(linking, index),
        "far_in_time": dates.far(index, everyone, int(index.posts.days[row])),
    }


def _others(scores: Floats, row: int) -> Floats:
    scores[row] = 0  # else the target would be its own nearest neighbour
    return scores


def _cosines(targets: Vectors, row: int, index: Index) -> Floats:
    """Cosine of each post's mean embedding and one of the target's."""
    return _others(index.means @ targets[row], row) if len(targets) else np.zeros(len(index), np.float32)


def _title_words(row: int, index: Index) -> Floats:
    """Share of the target's title, weighted by rarity, that stands in each post."""
    title, found = index.titles[row], np.zeros(len(index), np.float32)
    for term, rarity in zip(title.indices.tolist(), title.data.tolist(), strict=True):
        found[index.body[term].indices] += rarity
    return found / max(float(title.data.sum()), 1e-9)


def _strongest(names: Iterable[Name], index: Index) -> Floats:
    found = np.zeros(len(index), np.float32)
    for name in names:
        found[name.holding] = np.maximum(found[name.holding], name.strength)
    return found


def _names(row: int, index: Index) -> Iterator[Name]:
    table, lang = index.phrases, str(index.posts.langs[row])
    own = np.flatnonzero(table.rows == row)
    called = [*title_parts(index.posts.titles[row]), *(used for used, _ in index.anchors.get(row, ()))]
    for name in dict.fromkeys(called):
        if not (found := phrase(name, lang)):
            continue
        (key,) = whole_hashes([[word.term for word in found]])
        holding = _holding(name[found[0].start : found[-1].end], lang, index)
        for entry in own[table.hashes[own] == key].tolist():
            strength = float(table.strengths[entry])
            yield Name(_written(name, found), _inflected(found[0]), table.kinds[entry] == ANCHOR, strength, holding)


def _called(phrases: Iterable[str], lang: str, index: Index) -> Iterator[Name]:
    for name in phrases:
        if found := words(name, lang):
            said = name[found[0].start : found[-1].end]
            yield Name(_written(name, found), _inflected(found[0]), False, 1.0, _holding(said, lang, index))


def _written(name: str, found: Sequence[Word]) -> re.Pattern[str]:
    """Give a pattern for a phrase and what its words may be inflected to."""
    pattern = ""  # what stands before it is looked at when it was found: a pattern that begins with letters is quick
    for at, word in enumerate(found):
        apart = at > 0 and word.start > found[at - 1].end
        whole = fold(name[word.start : word.end])
        stem = commonprefix([whole, word.term])
        pattern += (BETWEEN if apart else "") + (
            re.escape(stem) + r"\w*" if _inflected(word) and stem else re.escape(whole)
        )
    return re.compile(pattern)


def _inflected(word: Word) -> bool:
    """Whether it is a word, rather than one character of a script without spaces."""
    return word.end - word.start > 1


def _holding(text: str, lang: str, index: Index) -> Rows:
    """Give the posts in which all the words of a phrase stand, near each other or not."""
    columns = {index.lexicon.column[term] for term in terms(text, lang) if term in index.lexicon.column}
    holding = [index.body[column].indices for column in columns]
    if not holding:
        return np.zeros(0, np.int64)
    rows, times = np.unique(np.concatenate(holding), return_counts=True)
    return np.asarray(rows[times == len(holding)], np.int64)


def _texts(groups: Sequence[Rows], index: Index) -> list[sparse.csr_matrix]:
    """Add up the words of the posts of each group; the index is looked through once for all of them."""
    body, wanted = index.body, np.zeros(len(index), bool)
    wanted[np.concatenate(groups)] = True
    at = np.flatnonzero(wanted[body.indices])
    posts, weights = body.indices[at], body.data[at]
    terms = np.searchsorted(body.indptr, at, "right") - 1
    summed = []
    for rows in groups:
        own = np.isin(posts, rows)
        known, places = np.unique(terms[own], return_inverse=True)
        added = np.bincount(places, weights[own], minlength=len(known)).astype(np.float32)
        summed.append(sparse.csr_matrix((added, known, [0, len(known)]), shape=(1, body.shape[0])))
    return summed


def _citing_the_same(linking: Rows, index: Index) -> Floats:
    """How many of the posts that link to the target link to what each post links to (logarithm)."""
    if not len(linking):
        return np.zeros(len(index), np.float32)
    shared = (index.links @ index.links[linking[:LINKING]].T).tocsr()
    return np.asarray(np.log1p(np.diff(shared.indptr)), np.float32)
