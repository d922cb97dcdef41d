"""`audit` over the sample site: tables, JSON, CSV, history, and the run that repairs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.content.sheets import from_csv
from suggester.errors import RequestError
from suggester.tasks.service import Service


def run(service: Service, *args: str) -> Result:
    return CliRunner().invoke(main, ["audit", *args], obj=Desk(service=service), env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def audited(sample: Service) -> Service:
    sample.audit(1)
    return sample


def test_the_score_comes_first_then_what_costs_most(sample: Service):
    shown = run(sample).stdout
    assert " of 100" in shown.splitlines()[0]
    assert "links to redirects" in shown
    assert "suggester audit --repair redirected" in shown


def test_programs_get_all_of_it(audited: Service):
    told = json.loads(run(audited, "--last", "--format", "json").stdout)
    costs = [each["cost"] for each in told["findings"]]
    assert costs == sorted(costs, reverse=True)
    assert {part["name"] for part in told["parts"]} == {"reach", "working", "words", "spread"}
    assert all(len(each["faults"]) == each["count"] for each in told["findings"])
    assert told["not_looked_for"] == ["deep", "broken_external"]


def test_each_fault_is_a_row_of_a_spreadsheet(audited: Service):
    rows = from_csv(run(audited, "--last", "--only", "redirected", "--format", "csv").stdout)
    told = json.loads(run(audited, "--last", "--only", "redirected", "--format", "json").stdout)["findings"]
    assert len(rows) == told[0]["count"] > 0
    assert all(row["url"].startswith("https://") and row["href"] != row["url"] for row in rows)


def test_one_kind_is_listed_with_its_posts(audited: Service):
    shown = run(audited, "--last", "--only", "orphan").stdout
    assert "orphans" in shown
    assert "No other post links here." in shown


def test_the_history_lists_every_audit(audited: Service):
    assert json.loads(run(audited, "--history", "--format", "json").stdout)["audits"][-1]["score"] > 0
    assert "Score" in run(audited, "--history").stdout


def test_repairing_makes_a_run(audited: Service):
    told = json.loads(run(audited, "--repair", "redirected", "--format", "json").stdout)
    assert told["edits"] > 0
    assert audited.run(1, told["run"]).kind == "links"


def test_options_that_do_not_go_together_are_refused(audited: Service):
    assert run(audited, "--last", "--visit").exit_code == RequestError.exit_code
