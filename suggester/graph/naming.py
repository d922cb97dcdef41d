"""What a cluster is called: the words that more of its posts say than of the others.

As in c-TF-IDF (Grootendorst, "BERTopic", 2022) a cluster is read as one text, whose words weigh more the fewer other
clusters say them. Here posts are counted instead of words, so that one post that says a word forty times names nothing:
w(t, c) = p ln(p / q), p being the share of the cluster's posts with the word and q that of all posts: the word's part
in the divergence of Kullback and Leibler (1951). Posts with the word in their title count more. Names are words of
titles, categories and tags; all are written as titles most often write these words, so that one word looks the same in
every name, whether the site writes its titles Like This or like this.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.index import Index
from suggester.engine.words import terms, words
from suggester.graph.nearest import Groups

TOLD = 3  # words in a name
TERMS = 12  # words that a cluster is about
TITLES_COUNT = 3  # a post with the word in its title counts as so many more
TOGETHER = 0.5  # share of the titles with either of two words in which they stand side by side, to be one name
CAPITALS = 0.6  # share of the words within titles, from which on the site writes its titles with capitals
SHORTEST = 3  # letters; of scripts without spaces, 2
_RUN = re.compile(
    r"[\u30a0-\u30ff]{2,}|[\u3400-\u9fff]{2,}|[\uac00-\ud7af]{2,}|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{2,}"
)
_NUMBER = re.compile(r"[\d.,:/-]+(st|nd|rd|th)?\Z")


@dataclass(frozen=True, slots=True)
class Named:
    """What a cluster is about."""

    name: str  # "compost, heap, leaves"
    terms: tuple[str, ...]  # as people write them, the most telling first
    spoken: tuple[tuple[str, tuple[str, ...]], ...]  # each with its stems, as the index counts them


@dataclass(slots=True)
class _Words:
    """The words of all titles, categories and tags, and how they are written there."""

    column: dict[str, int]
    forms: dict[str, Counter[str]]  # as they stand in titles
    inner: dict[str, Counter[str]]  # ... within them, where a capital means something
    titled: sparse.csr_matrix  # posts x words
    capitals: bool  # whether titles Are Written Like This

    def form(self, key: str) -> str:
        """Write a word as titles most often do."""
        forms = self.forms[key]
        times = Counter[str]()
        for form, count in forms.items():
            times[form.lower()] += count
        word = max(times, key=lambda form: (times[form], form))
        written = [form for form in forms if form.lower() == word]
        best = max(written, key=lambda form: (self.inner[key][form], forms[form], form))
        return _capital(best) if self.capitals else best

    def written(self, name: str, lang: str) -> str:
        """Write the words of a category or tag so, too; those that no title says stay as they are."""
        parts, at = [], 0
        for word in words(name, lang):
            form = name[word.start : word.end]
            parts += [name[at : word.start], form if word.stop and at else self._like_titles(word.term, form)]
            at = word.end
        return "".join([*parts, name[at:]])

    def _like_titles(self, key: str, form: str) -> str:
        if self.capitals:
            return _capital(form)
        if key not in self.forms:
            return form
        best = self.form(key)
        if best.lower() == form.lower():
            return best
        return _capital(form) if best[:1].isupper() else form.lower() if form[1:].islower() else form


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def named(index: Index, of: Groups) -> list[Named]:
    """Name the clusters; `of` gives the cluster of each row, below 0 for none."""
    count = int(of.max(initial=-1)) + 1
    if not count:
        return []
    known = _words_of(index)
    weights = _weights(index, of, known, count)
    keys = list(known.column)
    carried = _carried(index, of, count)
    found: list[Named] = []
    for number in range(count):
        order = np.lexsort((np.arange(len(keys)), -weights[number]))
        best = [keys[at] for at in order[: 2 * TERMS] if weights[number][at] > 0]
        pairs = _pairs([index.posts.titles[row] for row in np.flatnonzero(of == number)], index, best)
        scores = {key: float(weights[number][known.column[key]]) for key in best}
        found.append(_written(best, pairs, known, scores, carried[number], index.site.lang))
    return _told_apart(found)


def _carried(index: Index, of: Groups, count: int) -> list[dict[str, float]]:
    """Weigh the categories and tags of each cluster as words are weighed."""
    chosen = np.flatnonzero(of >= 0)
    taken = sparse.csr_matrix((np.ones(len(chosen)), (of[chosen], chosen)), shape=(count, len(of)))
    carrying = index.terms.astype(bool).astype(np.float64)
    told = (taken @ carrying).tocsr()
    overall = np.asarray(told.sum(axis=0)).ravel() / max(1, len(chosen))
    sizes = np.bincount(of[chosen], minlength=count)
    found: list[dict[str, float]] = []
    for number in range(count):
        row = told[number]
        shares = row.data / sizes[number]
        scores = (shares * np.log(shares / overall[row.indices])).tolist()
        names = [index.term_names[at].partition(":")[2] for at in row.indices.tolist()]
        found.append({name: score for name, score in zip(names, scores, strict=True) if score > 0 and name})
    return found


def _words_of(index: Index) -> _Words:
    column: dict[str, int] = {}
    forms, inner = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    sources, targets = [], []
    for row, (title, lang) in enumerate(zip(index.posts.titles, index.posts.langs.tolist(), strict=True)):
        for number, (key, form) in enumerate(_tokens(title, lang)):
            forms[key][form] += 1
            if number:
                inner[key][form] += 1
        for key in dict(_tokens(title, lang)):
            sources.append(row)
            targets.append(column.setdefault(key, len(column)))
    shape = (len(index), max(1, len(column)))
    titled = sparse.csr_matrix((np.ones(len(sources), np.float32), (sources, targets)), shape=shape)
    return _Words(column, forms, inner, titled, _with_capitals(index))


def _with_capitals(index: Index) -> bool:
    """Whether most words within titles begin with a capital; the first of each says nothing."""
    inner = [form for title in index.posts.titles for _, form in list(_tokens(title, index.site.lang))[1:]]
    return bool(inner) and sum(form[0].isupper() for form in inner) >= CAPITALS * len(inner)


def _tokens(text: str, lang: str) -> Iterator[tuple[str, str]]:
    """Give stems and written forms of the words that may be names."""
    for run in _RUN.finditer(text):
        yield run.group(), run.group()
    for word in words(text, lang):
        form = text[word.start : word.end]
        if not word.stop and len(form) >= SHORTEST and not _NUMBER.match(form) and not _RUN.search(form):
            yield word.term, form


def _weights(index: Index, of: Groups, known: _Words, count: int) -> NDArray[np.float64]:
    """Weigh the words of each cluster, shape (clusters, words)."""
    chosen = np.flatnonzero(of >= 0)
    taken = sparse.csr_matrix((np.ones(len(chosen), np.float32), (of[chosen], chosen)), shape=(count, len(of)))
    saying = index.body.T.tocsr()
    saying.data = np.ones_like(saying.data)
    said = np.asarray((taken @ saying).todense(), np.float64)
    in_titles = np.asarray((taken @ known.titled).todense(), np.float64)
    told = TITLES_COUNT * in_titles[:, : len(known.column)]
    for key, at in known.column.items():
        columns = [index.lexicon.column[term] for term in _of_lexicon(key) if term in index.lexicon.column]
        told[:, at] += said[:, columns].min(axis=1) if columns else in_titles[:, at]
    shares = told / (np.bincount(of[chosen], minlength=count)[:, None] * (1 + TITLES_COUNT))
    overall = np.maximum(told.sum(axis=0) / (len(chosen) * (1 + TITLES_COUNT)), 1e-9)
    found: NDArray[np.float64] = shares * np.log(np.maximum(shares, 1e-9) / overall)
    return found


def _of_lexicon(key: str) -> Sequence[str]:
    """Give the terms of the index that stand for a word: itself, or the pairs of its characters."""
    return terms(key, "") if _RUN.match(key) else (key,)


def _pairs(titles: Sequence[str], index: Index, best: Sequence[str]) -> dict[str, str]:
    """Give words that stand side by side more often than apart, the first to the second."""
    wanted, beside, alone = set(best), Counter[tuple[str, str]](), Counter[str]()
    for title in titles:
        found = [(word.term, word.start, word.end) for word in words(title, index.site.lang)]
        alone.update({term for term, _, _ in found if term in wanted})
        both = zip(found, found[1:], strict=False)
        beside.update(
            {
                (a[0], b[0])
                for a, b in both
                if {a[0], b[0]} <= wanted and a[0] != b[0] and title[a[2] : b[1]] in (" ", "-")
            }
        )
    paired: dict[str, str] = {}
    for (first, second), times in beside.most_common():
        either = alone[first] + alone[second] - times
        if times > 1 and times >= TOGETHER * either and not {first, second} & {*paired, *paired.values()}:
            paired[first] = second
    return paired


def _written(
    best: Sequence[str],
    pairs: dict[str, str],
    known: _Words,
    scores: dict[str, float],
    carried: dict[str, float],
    lang: str,
) -> Named:
    """Put words and terms together, the most telling first, none that says the same as one before."""
    seconds = {second: first for first, second in pairs.items()}
    offered: list[tuple[float, str, tuple[str, ...]]] = [
        (score, known.written(name, lang), tuple(terms(name.replace("-", " "), lang)))
        for name, score in carried.items()
    ]
    for key in best:
        first = seconds.get(key, key)
        both = (first, pairs[first]) if first in pairs else (first,)
        offered.append((scores[key], " ".join(known.form(each) for each in both), both))
    forms: list[str] = []
    spoken: list[tuple[str, tuple[str, ...]]] = []
    said: set[str] = set()
    for _, form, keys in sorted(offered, key=lambda one: (-one[0], one[1])):
        if not said & set(keys):
            forms.append(form)
            spoken.append((form, tuple(stem for key in keys for stem in _of_lexicon(key))))
            said.update(keys)
    return Named(", ".join(forms[:TOLD]), tuple(forms[:TERMS]), tuple(spoken[:TERMS]))


def _told_apart(found: Sequence[Named]) -> list[Named]:
    """Number clusters that would be called the same."""
    times, told = Counter(each.name for each in found), Counter[str]()
    apart: list[Named] = []
    for each in found:
        told[each.name] += 1
        again = f"{each.name or 'no words'} ({told[each.name]})" if times[each.name] > 1 or not each.name else each.name
        apart.append(Named(again, each.terms, each.spoken))
    return apart
