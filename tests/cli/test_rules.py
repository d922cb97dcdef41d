"""Rules and link changes at the terminal."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post


@pytest.fixture
def source():
    linking = '<p>See <a href="/post-2/">the second</a> and <a href="/post-3/">the third</a>.</p>'
    return ToySource([toy_post(1, linking), toy_post(2), toy_post(3)])


@pytest.fixture
def service(tmp_path, source):
    opened = Service.open(tmp_path / "data", load_encoder=LetterEncoder, open_source=lambda *_: source)
    opened.refresh(opened.connect(HOME).site_id)
    yield opened
    opened.close()


@pytest.fixture
def run(service):
    def run(*args, fails=0):
        result = CliRunner().invoke(main, args, obj=Desk(service=service))
        assert result.exit_code == fails, result.output
        return result.stdout if not fails else result.stderr

    return run


def test_rules_are_added_listed_and_taken_out(run):
    assert "No rules yet" in run("rules")
    run("rules", "add", "always", "rye bread", "post-2", "--any-case")
    run("rules", "add", "never_pair", "1", f"{HOME}/post-3/")
    run("rules", "add", "most_per_run", "300")
    listed = run("rules", "list")
    for said in ("link “rye bread” to “Post 2” (2), in any case", "“Post 1” (1) does not link to “Post 3” (3)", "300"):
        assert said in listed
    left = json.loads(run("rules", "remove", "1", "3", "--format", "json"))
    assert [(rule["id"], rule["kind"]) for rule in left["rules"]] == [(2, "never_pair")]
    assert "There is no rule 9" in run("rules", "remove", "9", fails=8)


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("always", "rye"), "takes 2 values"),
        (("never_target", "nowhere"), "No post is called 'nowhere'"),
        (("never_target", "99"), "no post 99"),
        (("most_per_run", "many"), "whole number"),
    ],
)
def test_a_rule_that_says_nothing_is_not_added(run, args, why):
    assert why in run("rules", "add", *args, fails=8)
    assert json.loads(run("rules", "--format", "json")) == {"rules": []}


def test_rules_go_to_a_spreadsheet_and_come_back(run, tmp_path):
    run("rules", "add", "keyword", "=rye", "2", "--inflected")
    run("rules", "export", str(tmp_path / "rules.csv"))
    before = run("rules", "export")
    assert "'=rye" in before
    run("rules", "remove", "1")
    listed = run("rules", "import", str(tmp_path / "rules.csv"), "--replace", "--format", "csv")
    assert [row["phrase"] for row in csv.DictReader(io.StringIO(listed))] == ["'=rye"]
    assert run("rules", "export") == before


@pytest.mark.parametrize(
    ("written", "why"),
    [(b"kind\nnever\n", "line 2"), (b"kind;phrase\n\xff", "not UTF-8"), (b"x\n", "no column 'kind'")],
)
def test_a_file_of_something_else_is_not_imported(run, tmp_path, written, why):
    (tmp_path / "rules.csv").write_bytes(written)
    assert why in run("rules", "import", str(tmp_path / "rules.csv"), fails=8)


def test_links_that_lead_astray_are_listed_and_made_a_run(run, service, source):
    assert "No link leads astray" in run("links")
    assert "No link leads astray" in run("links", "--make-run", fails=8)
    source.rename(2, "second")
    source.trash(3)
    service.refresh(1)
    listed = run("links")
    assert "2 link changes" in listed
    assert "→ /second/" in listed
    assert "take the link out" in listed
    rows = list(csv.DictReader(io.StringIO(run("links", "--format", "csv"))))
    assert [(row["kind"], row["anchor_text"], row["href"]) for row in rows] == [
        ("rewrite", "the second", "/second/"),
        ("unlink", "the third", ""),
    ]
    made = json.loads(run("links", "--make-run", "--format", "json"))
    assert made["link_changes"] == json.loads(run("links", "--format", "json"))["link_changes"]
    assert service.run(1, made["run"]).kind == "links"
