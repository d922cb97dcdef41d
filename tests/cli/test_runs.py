"""Runs at the terminal, over a WordPress in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.config import Config
from suggester.content.sheets import BOM, from_csv
from suggester.entities import Anchor, Plan, Suggestion
from suggester.errors import SiteRefused
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

Run = Callable[..., Result]


@pytest.fixture
def toy() -> ToySource:
    return ToySource([toy_post(number, f"<p>Feed the starter of post {number} daily.</p>") for number in (1, 2, 3)])


@pytest.fixture
def service(toy: ToySource, tmp_path: Path) -> Iterator[Service]:
    def open_source(url: str, login: object) -> ToySource:
        toy._ask("open")
        return toy

    opened = Service.open(tmp_path, load_encoder=LetterEncoder, open_source=open_source)
    opened.sync(opened.connect(HOME).site_id)
    items = [
        Suggestion(
            number, number % 3 + 1, Anchor("starter", "Feed the ", f" of post {number} daily.", 0), 0.8, shown=True
        )
        for number in (1, 2, 3)
    ]
    opened.make_run(1, Plan(tuple(items), 3, 0, 0, 3, 3), "orphans", "Three orphans")
    yield opened
    opened.close()


@pytest.fixture
def run(service: Service, tmp_path: Path) -> Run:
    def run(*args: str) -> Result:
        config = Config(tmp_path, tmp_path, writes_per_minute=6000)
        return CliRunner().invoke(main, args, obj=Desk(service=service, config=config))

    return run


def test_runs_are_listed(run: Run):
    assert "Three orphans" in run("runs").stdout
    assert "3 of 3 edits chosen" in run("runs").stdout
    (told,) = json.loads(run("runs", "--format", "json").stdout)["runs"]
    assert (told["id"], told["state"], told["counts"]) == (1, "planned", {"waiting": 3, "chosen": 3})


def test_a_run_is_shown_with_its_edits(run: Run):
    shown = run("runs", "show", "1").stdout
    assert "Post 1" in shown
    assert "starter" in shown
    rows = from_csv(run("runs", "show", "1", "--format", "csv").stdout)
    assert [(row["source_title"], row["target_title"], row["anchor_text"]) for row in rows] == [
        ("Post 1", "Post 2", "starter"),
        ("Post 2", "Post 3", "starter"),
        ("Post 3", "Post 1", "starter"),
    ]


def test_apply_is_a_rehearsal_unless_told_otherwise(run: Run, toy: ToySource, service: Service):
    toy.editors[2] = "Grace"
    shown = run("apply", "1")
    assert "2 links would go into 2 posts; nothing was written." in shown.stdout
    assert "Grace is editing the post right now" in shown.stdout
    assert "suggester apply 1 --yes" in shown.stderr
    told = json.loads(run("apply", "1", "--format", "json").stdout)
    assert told["would_be"] == {"applied": 2, "refused": 1}
    assert toy.written == []
    assert service.run(1, 1).state == "planned"


def test_apply_writes_and_names_what_did_not_go_well(run: Run, toy: ToySource):
    toy.editors[2] = "Grace"
    shown = run("apply", "1", "--yes")
    assert shown.exit_code == 0, shown.output
    assert "Run 1 is done: 2 applied, 1 refused." in shown.stdout
    assert "Grace is editing" in shown.stdout
    assert "suggester undo 1" in shown.stderr
    assert toy.written == [1, 3]


def test_undo_takes_all_or_some_out_again(run: Run, toy: ToySource):
    before = dict(toy.here)
    run("apply", "1", "--yes")
    assert "Run 1 is done: 2 applied, 1 undone." in run("undo", "1", "--edit", "2").stdout
    assert json.loads(run("undo", "1", "--format", "json").stdout)["counts"] == {"undone": 3}
    assert {key: post.content for key, post in toy.here.items()} == {key: post.content for key, post in before.items()}


def test_a_site_that_refuses_us_ends_the_command_with_its_sentence(run: Run, toy: ToySource, service: Service):
    toy.fails["open"] = SiteRefused("The password was revoked; make a new one.")
    ended = run("apply", "1", "--yes")
    assert (ended.exit_code, "The password was revoked; make a new one." in ended.stderr) == (3, True)
    assert "Run 1 is paused: 3 of 3 edits chosen." in ended.stdout
    assert service.run(1, 1).error == "The password was revoked; make a new one."


def test_a_run_goes_to_a_spreadsheet_and_back(run: Run, tmp_path: Path, service: Service):
    file = tmp_path / "run.csv"
    assert run("runs", "export", "1").stdout.startswith("id,source_id,")
    run("runs", "export", "1", str(file))
    text = file.read_text("utf-8")
    assert text.startswith(BOM)
    file.write_text(text.replace(",yes\n", ",no\n", 1).replace(",", ";"))
    assert "Run 1: 2 of 3 edits chosen." in run("runs", "import", str(file)).stdout
    assert [each.id for each in service.edits(1, 1, chosen=True, sort="id")[1]] == [2, 3]


def test_a_file_that_is_no_utf8_is_refused_with_what_to_do(run: Run, tmp_path: Path):
    file = tmp_path / "run.csv"
    file.write_bytes("id;anchor;chosen\n1;Bäcker;yes\n".encode("latin-1"))
    refused = run("runs", "import", str(file))
    assert (refused.exit_code, "CSV UTF-8" in refused.stderr) == (8, True)


def test_a_run_that_was_not_started_can_be_forgotten(run: Run):
    run("runs", "delete", "1")
    assert "No runs yet." in run("runs").stdout


@pytest.mark.parametrize("args", [("runs", "show", "7"), ("apply", "7"), ("undo", "7"), ("runs", "export", "7")])
def test_a_run_that_is_not_there_is_said_to_be(run: Run, args: tuple[str, ...]):
    refused = run(*args)
    assert (refused.exit_code, "has no run 7" in refused.stderr) == (8, True)
