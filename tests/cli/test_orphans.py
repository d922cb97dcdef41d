"""`orphans` over the sample site: the list, the plan, and a run made of it."""

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
    return CliRunner().invoke(main, ["orphans", *args], obj=Desk(service=service))


@pytest.fixture(scope="module")
def planned(sample: Service) -> dict[str, object]:
    return json.loads(run(sample, "--repair", "2", "--make-run", "--format", "json").stdout)


def test_posts_with_a_single_link_are_listed_where_that_is_wished(sample: Service):
    told = json.loads(run(sample, "--near", "--format", "json").stdout)
    assert {card["inbound"] for card in told["orphans"]} == {0}
    assert {card["inbound"] for card in told["nearly_orphans"]} == {1}
    rows = from_csv(run(sample, "--near", "--format", "csv").stdout)
    assert len(rows) == len(told["orphans"]) + len(told["nearly_orphans"])
    assert "that a single other post links to" in run(sample, "--near").stdout


def test_a_plan_says_what_would_change(planned):
    targets = {item["target"]["id"] for item in planned["suggestions"]}
    assert planned["links"] == len(planned["suggestions"]) > 0
    assert planned["orphans_after"] == planned["orphans_before"] - len(targets)
    assert len(planned["unrepaired"]) == planned["orphans_after"]
    assert all(item["anchor"] and item["block"] and item["reasons"] for item in planned["suggestions"])


def test_a_plan_becomes_a_run_under_review(sample: Service, planned):
    kept = sample.run(sample.find_site("").id, planned["run_id"])
    assert (kept.kind, kept.state) == ("orphans", "planned")
    assert (kept.counts["waiting"], kept.orphans_after) == (planned["links"], planned["orphans_after"])


def test_a_plan_is_shown_target_by_target_with_its_sum(sample: Service, planned):
    result = run(sample, "--repair", "1", "--most", "2")
    assert (
        f"Orphans: {planned['orphans_before']} today, {planned['orphans_before'] - 2} with these links."
        in result.stdout
    )
    assert "2 links in" in result.stdout
    assert "left over when the run was full" in result.stderr
    assert "Nothing was written" in result.stderr


def test_a_plan_can_be_taken_to_a_spreadsheet(sample: Service):
    rows = from_csv(run(sample, "--repair", "1", "--most", "3", "--near", "--format", "csv").stdout)
    assert len(rows) == 3
    assert all(row["anchor_text"] in row["sentence"] and row["source_title"] for row in rows)


def test_a_run_needs_a_plan(sample: Service):
    result = run(sample, "--make-run")
    assert result.exit_code == RequestError.exit_code
    assert "--repair" in result.stderr
