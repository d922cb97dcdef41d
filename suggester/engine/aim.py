"""Measures how the words of a draft speak of one target: its title, address, text, and the anchors in use for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import numpy as np
import scipy.sparse as sparse

from suggester.engine.anchor_features import Aim, Mention
from suggester.engine.features import Floats
from suggester.engine.field import Field, Ints, is_spaceless, keys_of
from suggester.engine.index import Index
from suggester.engine.phrases import title_parts
from suggester.engine.words import KNOWN_TEXTS, Word
from suggester.engine.words import words as words_of

COMMON_WORTH = 0.5  # of a title's word that is too common on the site to have a rarity
STOP_WORTH = 1e-4  # of a title's stop word
WHOLE = 0.99  # of a title: all of it
LEAST_INITIALS = 3  # letters of an abbreviation; two stand for too much
BEGINNING = 5  # characters that two words have in common where they may be forms of one


class Aims:
    """Makes the aims of one draft; keeps what they have in common."""

    def __init__(self, field: Field, index: Index, lang: str) -> None:
        self._field, self._index, self._lang = field, index, lang
        self._titles = np.bincount(index.titles.indices, minlength=len(index.lexicon.terms) + 1)
        self._columns = np.unique(field.column[field.column >= 0])
        self._capitals = set(field.key[field.capitals].tolist())  # places of keys that stand in capitals somewhere
        self._beginnings: dict[str, list[int]] = {}
        for key, place in field.places.items():
            if len(key) >= BEGINNING:
                self._beginnings.setdefault(key[:BEGINNING], []).append(place)

    def at(self, row: int, mentions: Iterable[Mention], near: Floats, short: Sequence[Mention] = ()) -> Aim:
        """Aim at a target; `short` are abbreviations of its title that stand in the draft."""
        field, index = self._field, self._index
        keys = keys_of(index.posts.titles[row], self._lang)
        title = self._shares(key for key, stop in keys if not stop)
        fuzzy = self._alike(title, {key for key, stop in keys if not stop})
        for key, stop in keys:
            if stop and key in field.places and not is_spaceless(key):
                title[field.places[key]] = STOP_WORTH
        for one in short:
            place = field.key[one.first]
            title[place] = fuzzy[place] = max(title[place], one.worth)
        words = title[field.key]
        known = (words > STOP_WORTH) & (field.column >= 0)
        return Aim(
            title=words,
            fuzzy=fuzzy[field.key],
            exclusive=np.where(known, 1 / np.maximum(self._titles[field.column], 1), 0).astype(np.float32),
            slug=self._shares(self._slug(row))[field.key],
            used=self._used(row)[field.key],
            body=self._body(row),
            mentions=(*mentions, *short),
            near=near,
        )

    def _shares(self, keys: Iterable[str]) -> Floats:
        """Share out one among some keys by their rarity; one value for each distinct key of the field."""
        rarity = {key: max(self._index.lexicon.rarity(key), COMMON_WORTH) for key in keys}
        whole = sum(rarity.values())
        shares = np.zeros(len(self._field.places), np.float32)
        for key, worth in rarity.items():
            if key in self._field.places:
                shares[self._field.places[key]] = worth / whole
        return shares

    def _alike(self, shares: Floats, keys: set[str]) -> Floats:
        """Give words that begin as one of the title the same share, where they are no word of the title."""
        alike = shares.copy()
        rarity = {key: max(self._index.lexicon.rarity(key), COMMON_WORTH) for key in keys}
        whole = sum(rarity.values())
        for key in sorted(keys):
            for place in self._beginnings.get(key[:BEGINNING], ()) if len(key) >= BEGINNING else ():
                if not shares[place]:
                    alike[place] = rarity[key] / whole
        return alike

    def abbreviations(self, row: int) -> list[Mention]:
        """Find where the draft abbreviates the title or a part of it; `worth` is the share of the title that is said.

        An abbreviation is made of the initials of all words, or of all but the stop words, and the target's own text
        uses it too: initials alone would make much of little.
        """
        places = dict(self._initials(row))
        if not places:
            return []
        field, body = self._field, self._body(row)
        said = np.flatnonzero(np.isin(field.key, list(places)) & field.capitals & (body > 0)).tolist()
        shares = [places[int(field.key[first])] for first in said]
        return [Mention(at, at + 1, share, share >= WHOLE) for at, share in zip(said, shares, strict=True)]

    def _initials(self, row: int) -> Iterator[tuple[int, float]]:
        """Give the keys, as places, that may abbreviate the title or a part of it, and what share of it they say."""
        for initials, said, title in initials_of(self._index.posts.titles[row], self._lang) if self._capitals else ():
            place = self._field.places.get(initials, -1)
            if place in self._capitals and (whole := self._weight(title)):
                yield place, self._weight(said) / whole

    def _weight(self, terms: Iterable[str]) -> float:
        return sum(max(self._index.lexicon.rarity(term), COMMON_WORTH) for term in terms)

    def _slug(self, row: int) -> Iterator[str]:
        last = unquote(urlsplit(self._index.posts.urls[row]).path).strip("/").rpartition("/")[2]
        for key, stop in keys_of(last.replace("-", " ").replace("_", " "), self._lang):
            if not stop:
                yield key

    def _used(self, row: int) -> Floats:
        used, places = np.zeros(len(self._field.places), np.float32), self._field.places
        whole = 0
        for text, times in self._index.anchors.get(row, ()):
            whole += times
            for key in {key for key, stop in keys_of(text, self._lang) if not stop and key in places}:
                used[places[key]] += times
        return (used / max(whole, 1)).astype(np.float32)

    def _body(self, row: int) -> Floats:
        weights = np.zeros(len(self._index.lexicon.terms) + 1, np.float32)
        weights[self._columns] = weights_of(self._index.body, self._columns, row)
        return weights[self._field.column]


@lru_cache(maxsize=KNOWN_TEXTS)
def initials_of(title: str, lang: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Give what may abbreviate a title or a part of it, as a term, with the telling terms of that part and of all."""
    whole, found = _telling(words_of(title, lang)), []
    for part in title_parts(title):
        said = words_of(part, lang)
        for some in (said, [word for word in said if not word.stop]):
            initials = "".join(part[word.start] for word in some).upper()
            if len(initials) >= LEAST_INITIALS and initials.isalpha():
                found.append((words_of(initials, lang)[0].term, _telling(said), whole))
    return tuple(found)


def _telling(said: Iterable[Word]) -> tuple[str, ...]:
    return tuple(word.term for word in said if not word.stop)


def weights_of(matrix: sparse.csr_matrix, rows: Ints, column: int) -> Floats:
    """Look up one column of some rows of a matrix with sorted indices, without cutting it."""
    low, end = matrix.indptr[rows].astype(np.int64), matrix.indptr[rows + 1].astype(np.int64)
    high = end.copy()
    while len(rows) and (open_still := low < high).any():
        middle = (low + high) // 2
        right = open_still & (matrix.indices[np.minimum(middle, len(matrix.indices) - 1)] < column)
        low, high = np.where(right, middle + 1, low), np.where(open_still & ~right, middle, high)
    at = np.minimum(low, max(len(matrix.indices) - 1, 0))
    if not len(matrix.indices):
        return np.zeros(len(rows), np.float32)
    found: Floats = np.where((low < end) & (matrix.indices[at] == column), matrix.data[at], 0).astype(np.float32)
    return found
