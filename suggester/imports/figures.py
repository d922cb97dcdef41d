"""Numbers as people of many countries write them: 1,234.5 and 1.234,5 and 1 234,5; 3.5 %; 12K."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

LONGEST = 40  # characters
_BLANK = re.compile(r"[\s_'’ʼ\u00a0\u2007\u2009\u202f]")
_FORM = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)\Z", re.ASCII)
_PLAIN = re.compile(r"\d{1,15}(?:\.(?:\d{1,2}|\d{4,15}))?\Z", re.ASCII)  # says the same in every country, and is quick
_FEWER = re.compile(r"\A[<>≤≥~≈]")
_TIMES = {"k": 1e3, "m": 1e6, "b": 1e9}


def decimal_comma(cells: Iterable[str]) -> bool | None:
    """Say whether these numbers have a decimal comma, False for a decimal point; None where nothing tells."""
    votes: Counter[str] = Counter()
    for cell in cells:
        if mark := _decimal_of(_bare(cell)[0]):
            votes[mark] += 1
    if votes["."] == votes[","]:
        return None
    return votes[","] > votes["."]


def number(cell: str, *, whole: bool, comma: bool | None = None) -> float | None:
    """Read a number; None where the cell holds none.

    `comma` says which mark parts decimals, as `decimal_comma` found it. Where it is not known and the number itself
    does not tell, as 1.234, it is read as a `whole` number where that is what the column holds.
    """
    if _PLAIN.match(cell):
        return float(cell)
    text, times = _bare(cell)
    if not _FORM.match(text):
        return None
    mark = _decimal_of(text)
    if mark is None:
        mark = _guess(text, whole, comma)
    kept = "".join(char for char in text if char.isdigit() or char in "+-" or char == mark)
    return float(kept.replace(",", ".")) * times


def _bare(cell: str) -> tuple[str, float]:
    """Take away what stands around a number, and give what it is to be multiplied with."""
    if len(cell) > LONGEST:
        return "", 1
    text = _BLANK.sub("", unicodedata.normalize("NFKC", cell)).lower().replace("−", "-")
    text = _FEWER.sub("", text).removesuffix("%")
    if text[-1:] in _TIMES and text[:-1]:
        return text[:-1], _TIMES[text[-1]]
    return text, 1


def _decimal_of(text: str) -> str | None:
    """Give the mark that parts the decimals, "" where all marks part thousands; None where the number does not tell."""
    if not _FORM.match(text):
        return None
    marks = [char for char in text if char in ".,"]
    if not marks:
        return None
    if len(set(marks)) == 2:
        return marks[-1] if marks.count(marks[-1]) == 1 else None
    before, _, after = text.partition(marks[0])
    if len(marks) > 1:
        return ""
    unsure = len(after) == 3 and 1 <= len(before.lstrip("+-")) <= 3 and before.lstrip("+-") != "0"
    return None if unsure else marks[0]


def _guess(text: str, whole: bool, comma: bool | None) -> str:
    if whole and comma is None:
        return ""
    if comma is None:
        return "." if "." in text else ","
    mark = "," if comma else "."
    return mark if text.count(mark) == 1 else ""
