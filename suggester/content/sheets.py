"""Tables as CSV that a spreadsheet opens without harm and gives back without loss."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from suggester.errors import RequestError

BOM = "\ufeff"  # put before a file that people open in Excel, which takes it for something else than UTF-8 otherwise
PIECE = 65_536  # characters
MOST_CHARACTERS = 50_000_000  # of a table that is read
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'+[\t\r\n]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")
_MARK = "'"

Cell = str | int | float | bool | None


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Write a table: a line of headings, then the rows, each ended by a line feed.

    Text that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises on CSV injection.
    """
    return "".join(csv_parts(columns, rows))


def csv_parts(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Write a table in the same way, a piece at a time, so that it may be larger than the memory."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_guard(name) for name in columns])
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
        if out.tell() > PIECE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def from_csv(text: str, needed: Sequence[str] = ()) -> list[dict[str, str]]:
    """Read a table back, one dict a row by its headings, whatever a spreadsheet made of commas and line ends.

    Raises RequestError where it is no table, or where a heading of `needed` is missing.
    """
    return [row for _, row in numbered(text, needed)]


def numbered(text: str, needed: Sequence[str] = ()) -> list[tuple[int, dict[str, str]]]:
    """Read a table back in the same way, each row with the number of the line on which it ends."""
    if len(text) > MOST_CHARACTERS:
        raise RequestError(f"The CSV has more than {MOST_CHARACTERS:,} characters; import it in parts.")
    text = text.removeprefix(BOM)
    try:
        found = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), restval="", strict=True)
        rows = [(found.line_num, _read(row)) for row in found]
    except csv.Error as error:
        raise RequestError(f"The CSV cannot be read ({error}); save it as CSV in UTF-8 again.") from error
    headings = [_unguard(name or "").strip() for name in found.fieldnames or ()]
    if missing := [name for name in needed if name not in headings]:
        raise RequestError(f"The CSV has no column {missing[0]!r}; keep the headings of the file that was exported.")
    return rows


def _delimiter(text: str) -> str:
    """Spreadsheets of countries that write a decimal comma part cells with semicolons."""
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _read(row: Mapping[str | None, str | list[str]]) -> dict[str, str]:
    return {_unguard(name).strip(): _unguard(str(cell)) for name, cell in row.items() if name is not None}


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return _guard(cell) if isinstance(cell, str) else f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _guard(text: str) -> str:
    text = "".join(char for char in text if char in "\t\n" or unicodedata.category(char) != "Cc")
    return _MARK + text if _FORMULA.match(text) and not _NUMBER.match(text) else text


def _unguard(text: str) -> str:
    return text[1:] if text.startswith(_MARK) and _FORMULA.match(text) else text
