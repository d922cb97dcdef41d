"""Files as tables: their characters, their separators, zips, and what is refused."""

from __future__ import annotations

import contextlib
import csv
import io
import resource
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.entities import PostNumbers
from suggester.errors import ImportRefused
from suggester.imports import tables as module
from suggester.imports.tables import tables

from .files import HOME, file, one, packed, understood, url

PAGES = f"Top pages,Clicks,Impressions,CTR,Position\n{url(1)},3,60,5%,7.5\n"
SAID = (PostNumbers(1, clicks=3, impressions=60, position=7.5),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_whatever_its_characters_and_separators(encoding: str, separator: str, end: str):
    text = f"Häufigste Seiten,Klicks,Impressionen,Klickrate,Position\n{url(1)},3,60,5%,7.5\n"
    assert one(file(text.replace(",", separator).replace("\n", end), encoding=encoding)).posts == SAID


def test_excel_s_own_first_line_names_the_separator():
    assert one(file("sep=;\n" + PAGES.replace(",", ";"))).posts == SAID


def test_cells_in_quotes_hold_separators_and_line_ends():
    text = 'Title,url,"a, longer, heading; with; signs",Impressions\n"One, ""two""\nthree",' + url(2) + ",x,12\n"
    assert one(file(text)).posts == (PostNumbers(2, impressions=12),)


def test_a_zip_is_read_whole_and_what_says_nothing_of_posts_is_named():
    members = {"Pages.csv": PAGES, "Countries.csv": "Country,Clicks,Impressions,CTR,Position\nGermany,1,2,50%,3\n"}
    found = understood(packed(members | {"__MACOSX/._Pages.csv": "\0\0", "folder/": ""}))
    assert [each.posts for each in found.found] == [SAID]
    assert found.left_out == ("Countries.csv",)


def test_what_a_file_is_called_does_not_matter():
    assert one(file(PAGES, "holiday.jpg")).posts == SAID
    assert one(packed({"a.txt": PAGES}, "b.csv")).posts == SAID


def test_short_and_long_rows_do_no_harm():
    assert one(file(f"{PAGES}\n{url(2)}\n\n{url(3)},1,2,50%,3,more,and more\n")).posts == (
        *SAID,
        PostNumbers(2),
        PostNumbers(3, clicks=1, impressions=2, position=3),
    )


def workbook() -> bytes:
    return packed({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<x/>"})[1].getvalue()  # type: ignore[attr-defined]


def encrypted() -> bytes:
    data = bytearray(packed({"Pages.csv": PAGES})[1].getvalue())  # type: ignore[attr-defined]
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.find(mark) + at, 1)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (workbook(), "Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "Excel workbook"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\x89PNG\r\n\0\x1a\x00binary\0", "no table"),
        (b"PK\x03\x04 broken", "cannot be unpacked"),
        (encrypted(), "cannot be unpacked"),
        (b'url,number\n"' + b"x" * 200_000, "cannot be read as CSV"),
        (b"url,number\n" + b"x" * 1_500_000, "never ends"),
        (b"url,number\n" + b"1," * 600 + b"\n", "more than 500 columns"),
    ],
    ids=["xlsx", "xls", "empty", "blank", "picture", "broken", "encrypted", "quote", "line", "columns"],
)
def test_what_is_no_table_is_refused_in_one_sentence(data: bytes, said: str):
    with pytest.raises(ImportRefused, match=said) as refused:
        understood(("some.csv", io.BytesIO(data)))
    assert str(refused.value).startswith("some.csv ")
    assert str(refused.value).endswith(".")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_BYTES", 10_000_000)
    bomb = packed({"Pages.csv": PAGES + f"{url(1)},1,2,3%,4\n" * 1_000_000})
    with pytest.raises(ImportRefused, match="more than 10 MB once unpacked"):
        understood(bomb)


def test_a_zip_of_too_many_files_is_refused():
    with pytest.raises(ImportRefused, match="more than 200 files"):
        understood(packed({f"{number}.csv": PAGES for number in range(201)}))


def test_a_large_table_takes_no_memory():
    row = f"Hyperlink,{HOME}/,{url(3)},1,,words,200,OK,true,,,Absolute,{'/div' * 200},Content,HTML\n"
    heading = "Type,Source,Destination,Size (Bytes),Alt Text,Anchor,Status Code,Status,Follow,Target,Rel,Path Type,"
    name, data = file(f"{heading}Link Path,Link Position,Link Origin\n{row * 30_000}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert one((name, data)).posts == (PostNumbers(3, inlinks=30_000),)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000  # KB, of a file of 27 MB


def test_the_file_stays_open_and_can_be_read_again():
    name, data = file(PAGES)
    for _ in range(2):
        assert [table.headings[0] for table in tables(name, data)] == ["Top pages"]
    assert not data.closed


def test_a_zip_within_a_zip_is_left_out():
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("x.csv", PAGES)
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as made:
        made.writestr("inner.zip", inner.getvalue())
    with pytest.raises(ImportRefused):
        understood(("some.zip", outer))


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t\"';,|"), max_size=12)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), max_size=8)


@settings(deadline=None)
@given(
    ROWS,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_any_table_comes_back_as_it_was_written(
    rows: list[list[str]], separator: str, encoding: str, end: str, zipped: bool
):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerows([["url", "first name", "second"], *rows])
    given_file = ("x.csv", io.BytesIO(out.getvalue().encode(encoding)))
    if zipped:
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w") as made:
            made.writestr("x.csv", given_file[1].getvalue())
        given_file = ("x.zip", outer)
    (found,) = [(table.headings, list(table.rows())) for table in tables(*given_file)]
    assert found == (("url", "first name", "second"), rows)


@settings(deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_break_the_reader(data: bytes, as_zip: bool):
    with contextlib.suppress(ImportRefused):
        understood(("some", io.BytesIO((b"PK\x03\x04" if as_zip else b"") + data)))
