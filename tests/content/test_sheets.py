from __future__ import annotations

import csv
import io

import pytest

from suggester.content.sheets import BOM, from_csv, to_csv
from suggester.errors import RequestError

HOSTILE = (
    '=HYPERLINK("https://evil.example")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "  =1", "＝1+1",
)  # fmt: skip
HARMLESS = ("Crème brûlée", "日本語、表", 'a "quoted", comma', "two\nlines", "-12", "+3.5", "'tis", "", "e=mc²")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_run_as_a_formula(text):
    cell = next(csv.DictReader(io.StringIO(to_csv(["title"], [[text]]), newline="")))["title"]
    assert cell.startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_written_as_it_is(text):
    assert next(csv.DictReader(io.StringIO(to_csv(["a", "b"], [[text, "x"]]), newline="")))["a"] == text


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS, "'=1", "''=1"])
def test_what_is_written_is_read_back(text):
    assert from_csv(to_csv(["title", "more"], [[text, "x"]])) == [{"title": text, "more": "x"}]


def test_numbers_yes_and_no_and_nothing_are_written_plainly():
    assert to_csv(["a", "b", "c", "d", "e"], [[-3, 0.25, True, False, None]]) == "a,b,c,d,e\n-3,0.25,yes,no,\n"


def test_a_terminal_is_not_steered_by_a_title():
    assert to_csv(["title"], [["\x1b[2Jgone"]]) == "title\n[2Jgone\n"


@pytest.mark.parametrize("text", [BOM + "id,title\r\n1,Tée\r\n", "id;title\r\n1;Tée\r\n", "id\ttitle\n1\tTée\n"])
def test_what_a_spreadsheet_saved_is_read(text):
    assert from_csv(text, ["id", "title"]) == [{"id": "1", "title": "Tée"}]


def test_a_row_with_cells_left_out_is_read():
    assert from_csv("id,title\n1\n") == [{"id": "1", "title": ""}]


@pytest.mark.parametrize(
    ("text", "said"), [("id\n1\n", "no column 'title'"), ("", "no column"), ('id,title\n"1', "read")]
)
def test_a_table_that_is_none_is_refused_in_a_sentence(text, said):
    with pytest.raises(RequestError, match=said):
        from_csv(text, ["title"])
