"""A run goes to a spreadsheet and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from suggester.content.sheets import BOM
from suggester.entities import Anchor, NewText, Plan, Run, Suggestion
from suggester.errors import CsvRefused, UnknownRun
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

HEAD = "id,source_id,source_title,source_url,target_id,target_title,target_url,anchor,sentence,score,chosen"
TEXT = "<p>Bread, bread and rye bread; all of it is bread.</p>\n<p>Rye elsewhere.</p>"
SENTENCE = "Bread, bread and rye bread; all of it is bread."


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    posts = [toy_post(1, TEXT), toy_post(2, TEXT, title="=HYPERLINK(1)"), toy_post(3)]
    opened = Service.open(tmp_path, load_encoder=LetterEncoder, open_source=lambda url, login: ToySource(posts))
    opened.sync(opened.connect(HOME).site_id)
    yield opened
    opened.close()


@pytest.fixture
def run(service: Service) -> Run:
    rye = Anchor("rye bread", "Bread, bread and ", "; all of it is bread.", 0)
    items = [Suggestion(1, 2, rye, 0.8123, shown=True, sentence=SENTENCE), Suggestion(2, 3, rye, 0.5, shown=True)]
    items += [Suggestion(1, 3, None, 0.4, shown=False, new_text=NewText("See our oven.", "our oven", 1))]
    return service.make_run(1, Plan(tuple(items), 2, 0, 0, 0, 2), "orphans")


def chosen(service: Service, run: Run) -> list[int]:
    return [each.id for each in service.edits(1, run.id, chosen=True, sort="id")[1]]


def test_each_edit_is_a_row(service, run):
    assert service.export_csv(1, run.id).splitlines() == [
        HEAD,
        f'1,1,Post 1,{HOME}/post-1/,2,\'=HYPERLINK(1),{HOME}/post-2/,rye bread,"{SENTENCE}",0.812,yes',
        f"2,2,'=HYPERLINK(1),{HOME}/post-2/,3,Post 3,{HOME}/post-3/,rye bread,,0.5,yes",
        f"3,1,Post 1,{HOME}/post-1/,3,Post 3,{HOME}/post-3/,our oven,See our oven.,0.4,no",
    ]


def test_an_export_taken_back_unchanged_changes_nothing(service, run):
    before = service.edits(1, run.id)
    assert service.import_csv(1, service.export_csv(1, run.id)).id == run.id
    assert service.edits(1, run.id) == before


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("id,anchor,chosen\n1,rye bread,no\n2,rye bread,yes\n", [2]),
        ("id,anchor,chosen\n3,our oven,yes\n", [3]),  # rows that were deleted are not chosen
        (f"{BOM}id;anchor;chosen\r\n1;rye bread;WAHR\r\n2;rye bread;FALSCH\r\n", [1]),
        ("id\tanchor\tchosen\n1\t rye  bread \tx\n\t\t\n", [1]),
        ("chosen,anchor,id,mine\nYes,rye bread,2,a note\n", [2]),
    ],
)
def test_whatever_a_spreadsheet_makes_of_it_is_read(service, run, text, left):
    service.import_csv(1, text)
    assert chosen(service, run) == left


def test_an_edit_is_put_on_the_words_that_were_written_in(service, run):
    service.import_csv(1, "id,anchor,chosen\n1,all of it,yes\n3,elsewhere,yes\n")
    first, third = service.edit(1, 1), service.edit(1, 3)
    assert first.anchor == Anchor("all of it", "Bread, bread and rye bread; ", " is bread.", 0)
    assert (third.kind, third.anchor.text, third.new_text, third.sentence) == (
        "insert",
        "elsewhere",
        None,
        "Rye elsewhere.",
    )


def test_of_words_that_stand_there_twice_those_nearest_are_taken(service, run):
    service.import_csv(1, "id,anchor,chosen\n1,bread,yes\n")
    assert service.edit(1, 1).anchor.after == "; all of it is bread."


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("1,rye bread,perhaps", "row 2 says 'perhaps' where yes or no is wanted"),
        ("1,rye bread,no\nx,rye bread,no", "row 3 has 'x' for an id"),
        ("1,rye bread,no\n77,rye bread,yes", "row 3 has the id 77, which no edit of the run has"),
        ("1,rye bread,no\n2,rye bread,no\n1,rye bread,yes", "row 4 has the id 1 of row 2"),
        ("2,rye bread,no\n1,oats,yes", "row 3: “oats” does not stand in that paragraph"),
        ("2,rye bread,no\n1,Rye,yes", "row 3: “Rye” does not stand in that paragraph"),
        ("", "no rows"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken_in(service, run, rows, said):
    before = service.edits(1, run.id)
    with pytest.raises(CsvRefused, match=said):
        service.import_csv(1, f"id,anchor,chosen\n{rows}\n")
    assert service.edits(1, run.id) == before


def test_a_row_that_names_another_post_is_refused(service, run):
    with pytest.raises(CsvRefused, match="row 2 names another post"):
        service.import_csv(1, service.export_csv(1, run.id).replace(",2,'=HYPERLINK(1),", ",3,'=HYPERLINK(1),", 1))


def test_many_wrong_rows_are_counted(service, run):
    rows = "\n".join(f"{number},x,yes" for number in range(100, 120))
    with pytest.raises(CsvRefused, match="and 15 more"):
        service.import_csv(1, f"id,anchor,chosen\n1,rye bread,no\n{rows}\n")


def test_a_table_that_is_no_run_is_refused(service, run):
    with pytest.raises(CsvRefused, match="no column 'id'"):
        service.import_csv(1, "colour,size\nred,2\n")
    with pytest.raises(UnknownRun):
        service.import_csv(1, "id,anchor,chosen\n500,x,yes\n")


def test_what_was_applied_already_stays_as_it_is(service, run):
    with service.store._write() as connection:
        connection.exec_driver_sql("update edit set state = 'applied' where id = 1")
    service.import_csv(1, "id,anchor,chosen\n1,something else,no\n2,rye bread,yes\n")
    edit = service.edit(1, 1)
    assert (edit.state, edit.anchor.text, edit.chosen) == ("applied", "rye bread", True)


def test_words_in_a_post_that_changed_since_are_not_guessed_at(service, run):
    service.store.put_posts(1, [replace(service.store.post(1, 1), content="<p>All new.</p>")])
    with pytest.raises(CsvRefused, match="row 2: The text around"):
        service.import_csv(1, "id,anchor,chosen\n1,all of it,yes\n")
