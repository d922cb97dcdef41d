"""`visit` on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.config import Config
from suggester.content.sheets import from_csv
from suggester.entities import Post
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.wordpress.fakes import loopback, send

PAGES = {
    "/": '<body class="page"><main><a href="/a/">A</a> <a href="/old/">B</a> <a href="/c/">C</a></main>',
    "/a/": "<title>A</title>",
}


@pytest.fixture
def site():
    def respond(handler):
        if handler.path == "/old/":
            send(handler, 301, b"", location="/a/")
        else:
            send(handler, 200 if handler.path in PAGES else 404, PAGES.get(handler.path, "").encode())

    with loopback(respond) as url:
        yield url


@pytest.fixture
def run(site, tmp_path):
    service = Service.open(tmp_path, load_encoder=LetterEncoder)
    site_id = service.store.add_site(site, site)
    service.store.put_posts(site_id, [Post(1, f"{site}/a/", "A", ""), Post(2, f"{site}/alone/", "Alone", "")])
    desk = Desk(service=service, config=Config(tmp_path, tmp_path))
    yield lambda *options: CliRunner().invoke(main, ("visit", "--rest", "0", *options), obj=desk)
    service.close()


def test_a_person_is_told_how_far_pages_are_and_what_is_wrong(run, site):
    shown = run()
    assert shown.exit_code == 0, shown.output
    told = " ".join(shown.stdout.split())
    assert "2 pages visited, 0 further addresses checked; 5 asked for now" in told
    assert "The farthest page is 1 click from the homepage; no click leads to 1 post." in told
    assert f"301 {site}/old/" not in told
    assert f"{site}/old/ It only leads on to {site}/a/" in told
    assert f"404 {site}/c/ There is no such page" in told


def test_a_program_gets_every_address(run, site):
    told = json.loads(run("--format", "json").stdout)
    assert (told["pages"], told["broken"], told["redirected"]) == (2, 2, 1)
    assert {each["url"].removeprefix(site): each["depth"] for each in told["visits"]} == {
        "/": 0,
        "/a/": 1,
        "/alone/": None,
        "/c/": 1,
        "/old/": 1,
    }
    rows = list(from_csv(run("--format", "csv").stdout))
    assert [(row["url"].removeprefix(site), row["status"]) for row in rows if row["outcome"] == "gone"] == [
        ("/alone/", "404"),
        ("/c/", "404"),
    ]
    assert len(rows) == 5
