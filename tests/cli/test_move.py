"""`move` and `similar` on the command line, and a database named by the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.config import Config
from suggester.content.sheets import from_csv
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

POSTS = [toy_post(number, f"<p>{text}</p>", text) for number, text in enumerate(("aaab", "aabb", "zzzz"), 1)]


@pytest.fixture
def service(tmp_path):
    opened = Service.open(tmp_path / "data", load_encoder=LetterEncoder, open_source=lambda *_: ToySource(POSTS))
    opened.refresh(opened.connect(HOME).site_id)
    yield opened
    opened.close()


def run(service: Service | None, config: Config, *args: str) -> Result:
    return CliRunner().invoke(main, args, obj=Desk(config=config, service=service))


@pytest.fixture
def config(tmp_path):
    return Config(tmp_path / "data", tmp_path / "cache")


def test_posts_that_are_alike_are_shown_the_most_alike_first(service, config):
    shown = run(service, config, "similar", "1")
    assert shown.exit_code == 0
    assert shown.stdout.index("aabb") < shown.stdout.index("zzzz")
    told = json.loads(run(service, config, "similar", "1", "--format", "json").stdout)
    assert [line["post"]["id"] for line in told["similar"]] == [2, 3]
    rows = list(from_csv(run(service, config, "similar", "post-1", "-n", "1", "--format", "csv").stdout))
    assert [row["post_title"] for row in rows] == ["aabb"]


def test_a_site_is_moved_to_a_data_folder_and_says_where_it_is(service, config, tmp_path):
    told = run(service, config, "move", "blog.example", "--to", str(tmp_path / "other"), "--format", "json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["removed"] is True
    assert service.sites() == []
    there = run(None, Config(tmp_path / "other", tmp_path / "cache"), "status", "--format", "json")
    assert [site["site"]["url"] for site in json.loads(there.stdout)["sites"]] == [HOME]


def test_a_site_is_moved_to_a_database_that_the_settings_name_from_then_on(service, config, tmp_path, on_postgres):
    told = run(service, config, "move", "1", "--to", on_postgres)
    assert "is kept there now, with 3 posts; its number there is 1." in told.stdout
    there = run(None, Config(tmp_path / "data", tmp_path / "cache", database=on_postgres), "status", "--format", "json")
    assert [site["site"]["url"] for site in json.loads(there.stdout)["sites"]] == [HOME]


def test_a_secret_of_the_other_store_comes_from_a_file(service, config, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("of many machines\n")
    told = run(service, config, "move", "1", "--to", str(tmp_path / "other"), "--keep", "--secret-file", str(secret))
    assert "is kept there as well" in told.stdout
    assert [site.url for site in service.sites()] == [HOME]


def test_a_database_that_cannot_be_reached_ends_with_a_sentence(config, tmp_path):
    address = "postgresql://me:hush@127.0.0.1:1/links"
    told = run(None, Config(Path(tmp_path), tmp_path, database=address), "status")
    assert told.exit_code == 7
    assert "check that it runs" in told.stderr
    assert "hush" not in told.output
