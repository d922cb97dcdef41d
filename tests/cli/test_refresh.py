"""`suggester refresh` and what its exit code says."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.config import Config
from suggester.entities import Site
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import ToySource, no_answer, toy_post

ONE, OTHER = "https://one.example", "https://other.example"


def site_at(url: str) -> ToySource:
    source = ToySource([replace(toy_post(number), url=f"{url}/post-{number}/") for number in range(1, 4)])
    source.named = Site(url, "A blog", "en")
    return source


@pytest.fixture
def sources() -> dict[str, ToySource]:
    return {url: site_at(url) for url in (ONE, OTHER)}


@pytest.fixture
def refresh(tmp_path, sources) -> Callable[..., Result]:
    service = Service.open(tmp_path, load_encoder=LetterEncoder, open_source=lambda url, _: sources[url])
    for url in sources:
        service.connect(url)

    def run(*args: str) -> Result:
        desk = Desk(service=service, config=Config(tmp_path, tmp_path))
        return CliRunner().invoke(main, ("refresh", *args), obj=desk)

    yield run
    service.close()


def test_all_sites_are_refreshed_where_none_is_named(refresh):
    done = refresh("--format", "json")
    told = json.loads(done.stdout)["refreshes"]
    assert (done.exit_code, [one["site"] for one in told]) == (0, [ONE, OTHER])
    assert [(one["read"], one["changed"], one["whole"], one["error"]) for one in told] == [(3, 3, True, "")] * 2


def test_only_the_site_named_is_refreshed(refresh, sources):
    told = json.loads(refresh("--site", "other.example", "--format", "json").stdout)["refreshes"]
    assert [one["site"] for one in told] == [OTHER]
    assert sources[ONE].asked == ["site"]


def test_one_bad_site_does_not_keep_the_others_from_their_refresh(refresh, sources):
    sources[ONE].fails["site"] = no_answer()
    done = refresh("--format", "csv")
    rows = list(csv.DictReader(StringIO(done.stdout)))
    assert done.exit_code == 3
    assert [(row["site"], row["error"], row["changed"]) for row in rows] == [
        (ONE, "The site does not answer; try again later.", ""),
        (OTHER, "", "3"),
    ]
    assert "The site does not answer; try again later." in done.stderr


def test_a_table_shows_what_happened(refresh, sources):
    refresh()
    sources[ONE].trash(2)
    sources[OTHER].fails["site"] = no_answer()
    done = refresh()
    one, other = (line.split() for line in done.stdout.splitlines()[1:])
    assert (one[0], one[1:3]) == (ONE, ["0", "1"])
    assert (other[0][:15], other[1:]) == (OTHER[:15], ["failed"])


def test_a_full_refresh_reads_everything_again(refresh):
    refresh()
    assert [one["read"] for one in json.loads(refresh("--format", "json").stdout)["refreshes"]] == [0, 0]
    told = json.loads(refresh("--full", "--format", "json").stdout)["refreshes"]
    assert [(one["read"], one["whole"]) for one in told] == [(3, True)] * 2
