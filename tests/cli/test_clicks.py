"""`clicks`: what links bring, as a table, JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.cli.clicks import MONTHS, MOST_MONTHS
from suggester.content.sheets import from_csv
from suggester.entities import Counting
from suggester.graph.followed import RULE_OF_THREE
from suggester.tasks import clicks
from suggester.tasks.clicks import SETTLED
from suggester.tasks.service import Service
from suggester.web.clicks import WHAT_IS_DEAD
from tests.tasks.clicked import BEGAN, LAST, NOW, clicked, count, serve


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = serve(tmp_path)
    yield opened
    opened.close()


def run(service: Service, *args: str) -> Result:
    done = CliRunner().invoke(main, ["clicks", *args], obj=Desk(service=service))
    assert done.exit_code == 0, done.output
    return done


def test_it_says_where_to_switch_counting_on(service: Service):
    said = run(service).stdout
    assert "Counting is off: nothing is known of clicks." in said
    assert "Settings > Link suggester > Count clicks on internal links" in said
    assert json.loads(run(service, "--format", "json").stdout)["counting"]["on"] is False


def test_it_tells_what_is_followed_and_what_is_not(service: Service):
    count(service)
    said = run(service).stdout
    assert f"Counting began on {BEGAN.day} {BEGAN:%b %Y}" in said
    assert "A hundred links added by us bring" in said
    for heading in ("Links that are followed most", "Anchors that work best", "Dead weight"):
        assert heading in said
    assert "95 % certain" in said
    assert "click here" in run(service, "--dead").stdout


def test_programs_get_all_of_it(service: Service):
    count(service)
    told = json.loads(run(service, "--months", "12", "--format", "json").stdout)
    assert (told["clicks"], len(told["months"]), told["months"][-1]["month"]) == (74, 12, LAST)
    assert told["all_links"]["ours"]["links"] == 1
    assert told["links"][0]["source"]["title"] == "Post 2"
    assert told["dead"][0] | {"source": 1, "target": 3} == {
        "source": 1, "target": 3, "anchor": "click here", "ours": False, "clicks_on_others": 20, "links": 3,
    }  # fmt: skip
    rows = from_csv(run(service, "--format", "csv").stdout)
    assert [row["clicks"] for row in rows] == ["20", "20", "12", "9", "8", "5"]
    assert rows[5]["href"].endswith("/category/bread/")
    (dead,) = from_csv(run(service, "--dead", "--format", "csv").stdout)
    assert (dead["anchor"], dead["clicks_on_others"]) == ("click here", "20")


def test_it_says_until_when_it_is_too_early_to_tell(service: Service):
    since = NOW - timedelta(days=30)
    service.take_clicks(1, "batch-one", [clicked(1, 2, 30)], Counting(counts=True, since=since))
    until = since + timedelta(days=90)
    assert f"Dead weight is told from {until.day} {until:%b %Y} on" in run(service).stdout


def test_it_says_that_counting_ended(service: Service):
    count(service)
    service.take_clicks(1, "batch-off", [], Counting(counts=False, since=BEGAN, until=NOW))
    said = run(service).stdout
    assert f"was switched off on {NOW.day} {NOW:%b %Y}" in said
    assert "how long dough rises" in said


def test_the_words_about_dead_weight_name_the_thresholds_that_hold():
    assert f"in {SETTLED.days} days" in WHAT_IS_DEAD
    assert f"at least {RULE_OF_THREE} clicks for each link" in WHAT_IS_DEAD
    assert (MONTHS, MOST_MONTHS) == (clicks.MONTHS, clicks.KEPT_MONTHS)
