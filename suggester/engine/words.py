"""Words of a text: folded to lower case, reduced to their stems, in scripts with and without spaces.

Stemming is Snowball's (PyStemmer); stop words are the short lists of `stop-words` 2018, since later lists take away
words that carry meaning ("research", "system"). Both are loaded by language on first use.
Scripts that write no spaces between words are cut into overlapping pairs of characters, as search engines do,
so that no dictionary is needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

import Stemmer
import stop_words as lists

# Han, kana, hangul, Thai, Lao, Khmer, Myanmar: written without (reliable) spaces
SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
)
_MARKS = "".join(mark for mark in map(chr, range(0x300, 0x3000)) if unicodedata.category(mark).startswith("M"))
_LETTER = rf"[^\W_{SPACELESS}]|(?![{SPACELESS}])[+#{_MARKS}]"  # accents may be written behind their letter
_ELISION = r"['’](?=(?i:s|t|re|ve|ll|d|m)\b)"
_JOINT = rf"[&._-](?=[^\W_{SPACELESS}])|{_ELISION}"  # may stand within a word; not elisions
TOKEN = re.compile(rf"[{SPACELESS}]+|[^\W_{SPACELESS}](?:{_LETTER}|{_JOINT})*")
# the same where no script without spaces is about, and much quicker
_SPACED_TOKEN = re.compile(rf"[^\W_](?:[^\W_]+|[+#{_MARKS}]+|[&._-](?=[^\W_])|{_ELISION})*")
_ASCII_TOKEN = re.compile(
    rf"[a-zA-Z0-9][a-zA-Z0-9+#]*(?:(?:[&._-](?=[a-zA-Z0-9])|{_ELISION})[a-zA-Z0-9+#]*)*", re.ASCII
)
_SPACELESS_START = re.compile(rf"[{SPACELESS}]")
KNOWN = 200_000  # words of a language that are looked up once
KNOWN_TEXTS = 4096  # titles and other short texts that are taken apart once; some 5 MB
SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


class Word(NamedTuple):
    """A word where it stands; in scripts without spaces, one character."""

    term: str  # lower case, stemmed
    start: int
    end: int
    stop: bool  # so frequent in its language that it says nothing alone


_word = partial(tuple.__new__, Word)  # as `Word._make`, and quicker than `Word(...)`


def terms(text: str, lang: str) -> list[str]:
    """Give the terms of a text for counting: stems, and pairs of characters in spaceless scripts."""
    folded, stem = fold(text), stemmer(lang)
    if spaced := _spaced(folded):
        return [stem(token) for token in spaced.findall(folded)]
    found: list[str] = []
    for token in TOKEN.findall(folded):
        if _SPACELESS_START.match(token):
            found += [token[i : i + 2] for i in range(len(token) - 1)] or [token]
        else:
            found.append(stem(token))
    return found


def words(text: str, lang: str) -> list[Word]:
    """Give the words of a text with their places, stop words marked."""
    if (spaced := _spaced(text)) is None:
        return list(_words(text, lang))
    found, look = [], _lookup(lang)
    for match in spaced.finditer(text):
        term, stop = look(match.group())
        start, end = match.span()
        found.append(_word((term, start, end, stop)))
    return found


def count_words(text: str) -> int:
    """Count the words of a text: as many as `words` gives."""
    if spaced := _spaced(text):
        return len(spaced.findall(text))
    return sum(len(token) if _SPACELESS_START.match(token) else 1 for token in TOKEN.findall(text))


def sequence(text: str, lang: str) -> list[str]:
    """Give the terms of a text's `words`, and nothing else of them."""
    if (spaced := _spaced(text)) is None:
        return [word.term for word in _words(text, lang)]
    look = _lookup(lang)
    return [look(token)[0] for token in spaced.findall(text)]


def _words(text: str, lang: str) -> Iterator[Word]:
    look = _lookup(lang)
    for match in TOKEN.finditer(text):
        if _SPACELESS_START.match(match.group()):
            for at, character in enumerate(match.group(), match.start()):
                yield Word(fold(character), at, at + 1, False)
        else:
            term, stop = look(match.group())
            yield Word(term, match.start(), match.end(), stop)


def _spaced(text: str) -> re.Pattern[str] | None:
    """Give what finds the same tokens as `TOKEN` quickly; None where a script writes no spaces."""
    if text.isascii():
        return _ASCII_TOKEN
    return None if _SPACELESS_START.search(text) else _SPACED_TOKEN


@lru_cache(maxsize=64)
def _lookup(lang: str) -> Callable[[str], tuple[str, bool]]:
    """Give a function from a token to its term, and whether it is a stop word."""
    stem, stops = stemmer(lang), stop_words(lang)

    @lru_cache(maxsize=KNOWN)
    def look(token: str) -> tuple[str, bool]:
        folded = fold(token)
        return stem(folded), folded in stops

    return look


def fold(text: str) -> str:
    """Fold case and typographic variants, so that the same word written differently is the same."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).lower().replace("’", "'")


@lru_cache(maxsize=64)
def stop_words(lang: str) -> frozenset[str]:
    """Give the stop words of a language, none where it has no list."""
    return frozenset(lists.get_stop_words(lang)) if lang in lists.LANGUAGE_MAPPING else frozenset()


@lru_cache(maxsize=64)
def stemmer(lang: str) -> Callable[[str], str]:
    """Give a function from word to stem; the word itself for languages without a Snowball stemmer."""
    if lang not in SNOWBALL:
        return _same
    snowball = Stemmer.Stemmer(SNOWBALL[lang])

    @lru_cache(maxsize=KNOWN)
    def stem(word: str) -> str:
        return str(snowball.stemWord(word.removesuffix("'s")))

    return stem


def _same(word: str) -> str:
    return word
