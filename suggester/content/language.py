"""Says which language a text is in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import stop_words

_ENOUGH_LETTERS = 60  # below this the statistics guess wildly
_LOOKED_AT = 800  # characters
_OWN_STOP_WORDS = 0.38  # share of a language's commonest words in a text that is surely in it; prose has up to 0.5
_LIKELY_STOP_WORDS, _AHEAD = 0.3, 1.5  # share that is enough, too, where it is so many times that of any other language
_ENOUGH_WORDS = 40  # below this such shares say little
_SURE = 0.95  # probability from which the statistics may contradict the site's own language

_SCRIPTS = (
    ("kana", "\u3041-\u30ff\u31f0-\u31ff"),
    ("hangul", "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("hebrew", "\u05d0-\u05ea"),
    ("arabic", "\u0620-\u06ff"),
    ("cyrillic", "\u0400-\u052f"),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("thai", "\u0e01-\u0e2e\u0e40-\u0e44"),
    ("devanagari", "\u0904-\u0939"),
    ("bengali", "\u0985-\u09b9"),
    ("tamil", "\u0b85-\u0bb9"),
    ("telugu", "\u0c05-\u0c39"),
    ("georgian", "\u10a0-\u10ff"),
    ("armenian", "\u0531-\u0587"),
    ("latin", "A-Za-zÀ-ɏḀ-ỿ"),
)
_LETTERS = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _SCRIPTS))
_ONE_LANGUAGE = {  # the language, or by far the likeliest, of a script
    "hangul": "ko",
    "hebrew": "he",
    "greek": "el",
    "thai": "th",
    "bengali": "bn",
    "tamil": "ta",
    "telugu": "te",
    "georgian": "ka",
    "armenian": "hy",
}
_LIKELIEST = {"han": "zh", "arabic": "ar", "cyrillic": "ru", "devanagari": "hi"}
_TELLING = (("cyrillic", "іїєґ", "uk"), ("cyrillic", "ў", "be"), ("arabic", "پچژگ", "fa"), ("arabic", "ٹڈڑے", "ur"))
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_KANA_SHARE = 0.1  # of the East Asian letters, in Japanese; quotations stay below


def detect(text: str, declared: str = "", default: str = "") -> str:
    """Give the primary language subtag ("en"): the declared one, else what the text looks like, else the default."""
    if declared.strip():
        return _primary(declared)
    sample = text[:_LOOKED_AT]
    letters: Counter[str] = Counter()
    for found in _LETTERS.finditer(sample):
        letters[found.lastgroup or ""] += found.end() - found.start()
    if not letters:
        return _primary(default)
    script = _script(letters)
    if script == "kana":
        return "ja"
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    usual = _primary(default)
    if letters.total() < _ENOUGH_LETTERS:
        return _short(sample, script, usual)
    if usual and _speaks(sample, usual):
        return usual
    language, sure = _classified(sample)
    return language if sure >= _SURE or not usual else usual


def _primary(tag: str) -> str:
    return re.split(r"[-_.@]", tag.strip().lower(), maxsplit=1)[0]


def _script(letters: Counter[str]) -> str:
    if letters["kana"] and letters["kana"] >= _KANA_SHARE * (letters["kana"] + letters["han"]):
        letters["kana"] += letters.pop("han", 0)
    return letters.most_common(1)[0][0]


def _short(text: str, script: str, default: str) -> str:
    if script == "latin":
        return default
    for of, telling, language in _TELLING:
        if of == script and any(letter in telling for letter in text.lower()):
            return language
    return _LIKELIEST.get(script, default)


def _speaks(text: str, language: str) -> bool:
    """Whether a text is full of the commonest words of a language: quick, and right for nearly every post of a site."""
    found = _WORD.findall(text.lower())
    own = _commonness(found, language)
    if own >= _OWN_STOP_WORDS or own < _LIKELY_STOP_WORDS or len(found) < _ENOUGH_WORDS:
        return own >= _OWN_STOP_WORDS
    return all(own >= _AHEAD * _commonness(found, other) for other in stop_words.LANGUAGE_MAPPING if other != language)


def _commonness(words: Sequence[str], language: str) -> float:
    """Give the share of a language's commonest words among some words."""
    common = _common_words(language)
    return sum(word in common for word in words) / len(words) if words else 0.0


@lru_cache(maxsize=64)
def _common_words(language: str) -> frozenset[str]:
    return frozenset(stop_words.get_stop_words(language)) if language in stop_words.LANGUAGE_MAPPING else frozenset()


def _classified(text: str) -> tuple[str, float]:
    language, probability = _identifier().classify(text)
    return str(language), float(probability)


@lru_cache(maxsize=1)
def _identifier() -> _Identifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # takes a while to load

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...
