"""Titles that are counted: the parts, months and years of a series."""

from __future__ import annotations

import re

from suggester.engine.words import fold

_NUMBER = re.compile(r"\w*\d\w*|[ivx]+")
COUNTING = frozenset(
    """
part teil partie parte deel one two three four five six seven eight nine ten
january february march april may june july august september october november december spring summer autumn fall winter
januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre
novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro gennaio febbraio aprile maggio giugno luglio
settembre ottobre dicembre januari februari maart mei augustus
""".split()
)
"""Words that tell the posts of a series apart, in the languages most sites are written in."""


def series_of(title: str) -> str:
    """Give the title without what counts: “diary week” for “Diary: Week 8”; "" for a title that counts nothing."""
    said = re.findall(r"\w+", fold(title))
    left = [word for word in said if word not in COUNTING and not _NUMBER.fullmatch(word)]
    return " ".join(left) if len(left) < len(said) else ""


def of_one_series(one: str, other: str) -> bool:
    """Whether two titles differ in nothing but numbers, parts, months or seasons."""
    return one != other and bool(series := series_of(one)) and series == series_of(other)
