"""Files as tables, row by row, however large they are: their characters, their separators, and what a zip holds."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, cast

from suggester.errors import ImportRefused

MOST_BYTES = 2_000_000_000  # of a file once unpacked; Screaming Frog writes some 200 for each link
MOST_MEMBERS = 200  # of a zip
LONGEST_LINE = 1_000_000  # characters
MOST_COLUMNS = 500  # internal_all with all that can be switched on has some 100
LOOKED_AT = 200  # rows that show how a table writes its numbers
SNIFFED = 65_536  # bytes that show how it writes its characters
SEPARATORS = ",;\t|"
EXCEL = "{} is an Excel workbook; open it, choose “Save as CSV UTF-8”, and give that file."
UNPACKED = "{} holds more than {:,} MB once unpacked; give its tables one by one."


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in a file; its rows can be gone through once."""

    name: str  # of the file
    headings: tuple[str, ...]
    sample: tuple[list[str], ...]  # the first rows
    rest: Iterator[list[str]]  # those behind
    separator: str = ","

    def rows(self) -> Iterator[list[str]]:
        """Give all rows."""
        return chain(self.sample, self.rest)


def tables(name: str, file: IO[bytes]) -> Iterator[Table]:
    """Open the table in a file, or those in a zip; each must be gone through before the next is asked for.

    `file` can be read from any place. ImportRefused where it is no text, or larger than allowed.
    """
    file.seek(0)
    begin = file.read(4)
    file.seek(0)
    if begin.startswith(b"PK"):
        yield from _of_zip(name, file)
        return
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportRefused(EXCEL.format(name))
    yield table(name, file)


def table(name: str, file: IO[bytes]) -> Table:
    """Read the headings of a table, and its first rows."""
    start = file.read(SNIFFED)
    encoding = _encoding(name, start)
    file.seek(0)
    text = io.TextIOWrapper(cast(IO[bytes], _Lent(file)), encoding, errors="replace", newline="")
    lines = _lines(name, text)
    first = next(lines, "").removeprefix("\ufeff")
    separator = _separator(first)
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        separator, first = first[4], next(lines, "")
    rows = _rows(name, csv.reader(chain([first], lines), delimiter=separator))
    headings = next(rows, [])
    if not any(cell.strip() for cell in headings):
        raise ImportRefused(f"{name} is empty; export it again, and choose the file that has rows in it.")
    return Table(name, tuple(cell.strip() for cell in headings), tuple(islice(rows, LOOKED_AT)), rows, separator)


def _of_zip(name: str, file: IO[bytes]) -> Iterator[Table]:
    try:
        with zipfile.ZipFile(file) as packed:
            members = [each for each in packed.infolist() if not each.is_dir() and _is_wanted(each.filename)]
            _check(name, packed, members)
            for member in members:
                with packed.open(member) as opened:
                    if member.file_size:
                        yield table(member.filename.rpartition("/")[2], opened)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ImportRefused(f"{name} cannot be unpacked ({error}); unpack it, and give the files in it.") from error


def _is_wanted(path: str) -> bool:
    """Leave out what macOS puts beside the files, and what is hidden."""
    return not path.startswith("__MACOSX/") and not path.rpartition("/")[2].startswith(".")


def _check(name: str, packed: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    if "xl/workbook.xml" in packed.namelist():
        raise ImportRefused(EXCEL.format(name))
    if len(members) > MOST_MEMBERS:
        raise ImportRefused(f"{name} holds more than {MOST_MEMBERS} files; give those that matter, one by one.")
    if sum(each.file_size for each in members) > MOST_BYTES:
        raise ImportRefused(UNPACKED.format(name, MOST_BYTES // 1_000_000))


def _encoding(name: str, start: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return encoding
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    if b"\0" in start:
        raise ImportRefused(f"{name} is no table; export it as CSV, and give that file.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"  # as Excel saves it where nobody chose UTF-8
    return "utf-8"


def _separator(heading: str) -> str:
    bare = "".join(heading.split('"')[::2])  # what stands in quotes parts nothing
    return max(SEPARATORS, key=bare.count)


def _lines(name: str, text: IO[str]) -> Iterator[str]:
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise ImportRefused(f"{name} is no table: one of its lines never ends; export it as CSV again.")
            yield line
    except (UnicodeError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise ImportRefused(f"{name} cannot be read to its end ({error}); export it again.") from error


def _rows(name: str, reader: Iterable[list[str]]) -> Iterator[list[str]]:
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise ImportRefused(
                    f"{name} has more than {MOST_COLUMNS} columns; export the tables named in the help."
                )
            if row:
                yield row
    except csv.Error as error:
        raise ImportRefused(f"{name} cannot be read as CSV ({error}); export it again.") from error


class _Lent(io.BufferedIOBase):
    """A file that stays open when the one who reads it is done."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read1(self, size: int | None = -1, /) -> bytes:
        """Read on."""
        return self._file.read(size if size and size > 0 else SNIFFED)

    read = read1
