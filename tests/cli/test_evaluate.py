"""`evaluate` and `train` at the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.config import Config
from suggester.tasks.service import Service
from tests.evaluate.orchard import orchard, serve

from .conftest import Run


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("orchard")
    service = serve(folder, orchard())
    service.change_settings(1, {"least_score": 0.0, "links_per_1000": 100.0})
    yield service
    service.close()


@pytest.fixture
def ask(garden: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("suggester.evaluate.sample.MOST_ASKED", 6)
    shown: list[str] = []
    monkeypatch.setattr(sys.modules["suggester.cli.evaluate"], "show", shown.append)

    def ask(*args: str) -> Result:
        config = Config(tmp_path / "data", tmp_path / "cache")
        return CliRunner().invoke(main, args, obj=Desk(service=garden, config=config), catch_exceptions=False)

    ask.shown = shown  # type: ignore[attr-defined]
    return ask


def test_what_comes_back_stands_beside_simpler_tools_and_is_kept(ask, garden: Service):
    result = ask("evaluate", "--share", "0.1")
    assert result.exit_code == 0
    for words in ("Hidden at random: 15 targets of 5 posts", "Held out from all training", "TF-IDF cosine", "same tag"):
        assert words in result.stdout
    assert "Among the first ten suggestions are" in result.stdout
    assert (garden.folder / "evaluations" / "1-kept.json").exists()


def test_a_sample_is_written_to_a_page_and_opened(ask, tmp_path: Path):
    page = tmp_path / "page.html"
    result = ask("evaluate", "--sample", "4", "--out", str(page))
    assert "4 suggestions of" in result.stdout
    assert page.read_text().count("<article") == 4
    assert ask.shown == [page.as_uri()]


def test_a_sample_can_be_judged_at_the_terminal(ask, tmp_path: Path):
    told = json.loads(ask("evaluate", "--sample", "4", "--format", "json").stdout)
    assert ask.shown == []
    for each, said in zip(told["suggestions"], ("a", "r", "accepted", ""), strict=True):
        each["verdict"] = said
    judged, bare = tmp_path / "judged.json", tmp_path / "bare.json"
    judged.write_text(json.dumps(told))
    result = ask("evaluate", "--verdicts", str(judged), "--bare", str(bare))
    assert "0.667  0.208 to 0.939" in result.stdout
    again = json.loads(ask("evaluate", "--verdicts", str(bare), "--format", "json").stdout)
    assert again["all"] == {"judged": 3, "accepted": 2, "precision": 0.6667, "low": 0.2077, "high": 0.9385}
    assert "title" not in bare.read_text()


def test_several_verdict_files_are_counted_together(ask, tmp_path: Path):
    file = tmp_path / "sample.json"
    file.write_text(
        ask("evaluate", "--sample", "2", "--format", "json").stdout.replace('"verdict": ""', '"verdict": "a"')
    )
    result = ask("evaluate", "--verdicts", str(file), "--verdicts", str(file))
    assert "together" in result.stdout
    result = ask("evaluate", "--verdicts", str(file), "--verdicts", str(file), "--bare", str(tmp_path / "out.json"))
    assert result.exit_code == 2
    assert "give --verdicts once" in result.stderr


def test_training_says_how_many_links_are_needed(ask):
    result = ask("train")
    assert result.exit_code == 8
    assert "60 posts with links of their own to other posts are needed" in result.stderr


def test_training_shows_both_rankers_and_what_was_decided(ask, monkeypatch: pytest.MonkeyPatch):
    for name, value in (("NEEDED", 25), ("MOST", 6), ("FOLDS", 2), ("MOST_HELD_OUT", 4)):
        monkeypatch.setattr(f"suggester.evaluate.own_ranker.{name}", value)
    shown = ask("train").stdout
    for words in (
        "held out, bundled",
        "left out in turn, own",
        "Learned from 6 posts",
        "on what was held out nDCG@10 is",
    ):
        assert words in shown


def test_forgetting_says_which_ranker_serves(ask, garden: Service):
    garden.rankers.forget(1)
    told = ask("train", "--forget").stdout
    assert told == f"This site had no ranker of its own. Suggestions are ranked by {garden.rankers.bundled.id}.\n"


def test_help_needs_no_site(run: Run):
    assert run("evaluate", "--help").exit_code == run("train", "--help").exit_code == 0
