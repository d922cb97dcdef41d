"""`import`, `imports` and `export` over the sample site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.content.sheets import from_csv
from suggester.errors import ImportRefused, RequestError, UnknownImport
from suggester.imports.written import COLUMNS
from suggester.tasks.service import Service


@pytest.fixture
def service(sample: Service) -> Iterator[Service]:
    yield sample
    for each in sample.imports(1):
        sample.forget_import(1, each.kind)


def run(service: Service, *args: str) -> Result:
    return CliRunner().invoke(main, args, obj=Desk(service=service))


def told(service: Service, *args: str) -> dict[str, object]:
    return json.loads(run(service, *args, "--format", "json").stdout)


@pytest.fixture
def pages(service: Service, tmp_path: Path) -> str:
    """An export of Search Console, of two orphans and of a post that is gone."""
    first, second = (card.url for card in service.orphans(1)[:2])
    file = tmp_path / "Pages.csv"
    rows = f"{first},1,40,1%,8.5\n{second},2,90,2%,31\nhttps://backplot.example/gone/,1,1,1%,1\n"
    file.write_text(f"Top pages,Clicks,Impressions,CTR,Position\n{rows}", "utf-16")
    return str(file)


def test_a_file_is_looked_at_kept_listed_and_forgotten(service: Service, pages: str):
    looked = run(service, "import", pages, "--dry-run")
    assert "Google Search Console: pages" in looked.stdout
    assert "google_pages: 3 rows, 2 posts, 1 address of no post." in looked.stdout
    assert "https://backplot.example/gone/" in looked.stdout
    assert "Nothing was kept" in looked.stderr
    assert run(service, "imports").stdout.startswith("Nothing is imported.")

    kept = run(service, "import", pages)
    assert "Orphans are listed by how often searchers are shown them (Google Search Console: pages)." in kept.stdout
    assert "1 post stands on places 4 to 20" in kept.stdout
    assert "google_pages" in run(service, "imports").stdout
    again = told(service, "import", pages)
    assert again["imports"][0]["replaces"]["rows"] == 3

    assert told(service, "imports", "--forget", "google_pages")["imports"] == []
    assert isinstance(run(service, "imports", "--forget", "google_pages").exception, SystemExit)
    assert run(service, "imports", "--forget", "google_pages").exit_code == UnknownImport.exit_code


def test_what_an_import_changes_names_the_import(service: Service, pages: str):
    plain = told(service, "orphans")
    assert "impressions" not in plain["orphans"][0]
    assert told(service, "equity")["imports"] == {"authority": [], "worth": []}
    run(service, "import", pages)
    orphans = told(service, "orphans")["orphans"]
    assert [each["impressions"] for each in orphans[:3]] == [90, 40, 0]
    assert "come first, by Google Search Console: pages" in run(service, "orphans").stdout
    assert from_csv(run(service, "orphans", "--format", "csv").stdout)[0]["impressions"] == "90"
    assert told(service, "equity")["imports"] == {"authority": [], "worth": ["google_pages"]}
    assert "go by what was imported: Google Search Console: pages" in run(service, "equity").stdout


def test_posts_in_striking_distance_are_listed_and_lifted(service: Service, pages: str):
    assert run(service, "equity", "--lift", "--striking").exit_code == RequestError.exit_code
    assert "No import says" in run(service, "equity", "--striking").stdout
    run(service, "import", pages)
    (post,) = told(service, "equity", "--striking")["striking"]
    assert (post["impressions"], post["position"], post["by"]) == (40, 8.5, "google_pages")
    shown = run(service, "equity", "--striking").stdout
    assert "1 post on places 4 to 20 of search results, by Google Search Console: pages" in " ".join(shown.split())
    lifted = told(service, "equity", "--lift", "--striking", "--links", "1")
    assert [each["id"] for each in lifted["lifted"]] == [post["id"]]


@pytest.mark.parametrize(
    "args", [(), ("--search-console",), ("--search-console", "--property", "sc-domain:x"), ("x", "--search-console")]
)
def test_an_import_needs_files_or_a_key(service: Service, args: tuple[str, ...]):
    assert run(service, "import", *args).exit_code in (RequestError.exit_code, 2)


def test_what_is_no_import_and_no_key_is_refused_in_words(service: Service, tmp_path: Path):
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n1,2\n")
    refused = run(service, "import", str(odd))
    assert refused.exit_code == ImportRefused.exit_code
    assert "odd.csv is of no known kind: its columns are “a”, “b”" in refused.stderr
    asked = run(service, "import", "--search-console", "--key", str(odd), "--property", "sc-domain:x")
    assert "no key of a service account" in asked.stderr


@pytest.mark.parametrize("what", COLUMNS)
def test_each_table_is_exported_to_a_file_and_to_the_terminal(service: Service, what: str, tmp_path: Path):
    file = tmp_path / "out.csv"
    run(service, "export", "--as", what, "--to", str(file))
    written = file.read_text("utf-8")
    assert written.startswith("\ufeff" + ",".join(COLUMNS[what]) + "\n")
    assert run(service, "export", "--as", what, "--format", "csv").stdout == written.removeprefix("\ufeff")
    rows = told(service, "export", "--as", what)["rows"]
    assert len(rows) == len(from_csv(written))
    assert f"{len(rows):,} row" in run(service, "export", "--as", what).stdout


def test_a_file_that_cannot_be_written_is_named(service: Service, tmp_path: Path):
    refused = run(service, "export", "--as", "orphans", "--to", str(tmp_path / "no" / "folder.csv"))
    assert refused.exit_code == RequestError.exit_code
    assert "cannot be written" in refused.stderr
