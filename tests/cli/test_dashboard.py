from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import responses

from suggester.store.rows import SiteRow
from tests.web.toy import SITE, SITE_URL, ToyService

from .conftest import Run

LINK = "http://127.0.0.1:8765/dashboard/sign-in?token=once"


@pytest.fixture(autouse=True)
def wire() -> Iterator[responses.RequestsMock]:
    """Nobody answers; what runs on this machine is none of the tests' business."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield wire


def test_it_prints_a_link_that_opens_the_site_once(run: Run, service: ToyService):
    done = run("dashboard", SITE_URL)
    assert done.stdout == f"{LINK}\n"
    assert "run `suggester serve`" in done.stderr
    assert service.told == [("link", [SITE])]


def test_without_a_name_the_link_opens_all_sites(run: Run, service: ToyService):
    service.rows = [*service.rows, SiteRow(7, "https://other.example", "https://other.example")]
    run("dashboard")
    assert service.told == [("link", [SITE, 7])]


def test_where_the_service_answers_it_asks_for_nothing(run: Run, wire: responses.RequestsMock):
    wire.get("http://127.0.0.1:8765/healthz", json={"status": "ok"})
    assert run("dashboard", "--no-browser").stderr == ""


def test_programs_get_it_as_json(run: Run):
    assert json.loads(run("dashboard", "--format", "json").stdout) == {"url": LINK}


def test_without_a_site_it_says_how_to_connect_one(run: Run, service: ToyService):
    service.rows = []
    done = run("dashboard")
    assert (done.exit_code, "suggester connect" in done.stderr) == (8, True)
