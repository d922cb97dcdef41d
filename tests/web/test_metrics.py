"""/metrics, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from suggester.entities import Event
from suggester.store import Change
from suggester.store.suggestions import Ripple, Watched
from suggester.tasks.service import Service
from suggester.web.app import create_app
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

TOKEN = "open-sesame"
TITLE = "A title that nobody else may read"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    source = ToySource([toy_post(1, title=TITLE), toy_post(2)])
    opened = Service.open(tmp_path / "data", load_encoder=LetterEncoder, open_source=lambda *_: source)
    opened.connect(HOME)
    yield opened
    opened.close()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


def read(client: FlaskClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    samples = [each for family in text_string_to_metric_families(answer.text) for each in family.samples]
    return {(each.name.removeprefix("suggester_"), *each.labels.values()): each.value for each in samples}


def refreshed(service: Service, *watched: Watched, ago: timedelta = timedelta()) -> int:
    """Let a refresh end that saw these posts."""
    at = datetime.now(UTC) - ago
    refresh_id = service.store.begin_refresh(1, "night", False, at)
    events = [Event(1, refresh_id, "orphaned", None, 1, {"target": TITLE}, at)]
    service.store.save_ripple(1, refresh_id, Ripple(watched=watched, events=events))
    service.store.note_refresh(refresh_id, {"sync": 2.5, "renew": 0.25})
    service.store.end_refresh(refresh_id, at)
    return refresh_id


def test_a_site_is_told_in_numbers_as_its_last_refresh_left_it(service: Service, client: FlaskClient):
    refreshed(service, Watched(1, title=TITLE, target=True), Watched(2, target=True, inbound=3), Watched(3))
    told = read(client)
    assert (told["sites",], told["posts", "1"], told["orphans", "1"], told["suggestions", "1"]) == (1, 3, 1, 0)
    assert (told["refresh_seconds", "1", "sync"], told["refresh_seconds", "1", "renew"]) == (2.5, 0.25)


def test_the_age_of_the_last_success_grows_while_nights_fail(service: Service, client: FlaskClient):
    refreshed(service, ago=timedelta(hours=30))
    failed = service.store.begin_refresh(1, "night", False, datetime.now(UTC))
    service.store.fail_refresh(failed, "The site does not answer.", datetime.now(UTC))
    assert 30 * 3600 <= read(client)["last_success_age_seconds", "1"] < 30 * 3600 + 60


def test_a_site_without_a_refresh_has_no_age(client: FlaskClient):
    told = read(client)
    assert told["sites",] == 1
    assert ("last_success_age_seconds", "1") not in told


def test_numbers_of_a_site_follow_its_next_refresh(service: Service, client: FlaskClient):
    refreshed(service, Watched(1, target=True))
    assert read(client)["posts", "1"] == 1
    refreshed(service, Watched(2, target=True, inbound=1))
    assert (read(client)["posts", "1"], read(client)["orphans", "1"]) == (2, 1)


def test_any_of_many_processes_gives_the_same_numbers(service: Service, client: FlaskClient):
    other = create_app(service).test_client()
    other.get("/")
    refreshed(service, Watched(1, target=True))
    ours = {key: value for key, value in read(client).items() if not key[0].startswith(("http", "process", "last"))}
    theirs = {key: value for key, value in read(other).items() if not key[0].startswith(("http", "process", "last"))}
    assert ours == theirs


def test_the_queue_and_what_was_given_up_are_counted(service: Service, client: FlaskClient):
    now, tasks = datetime.now(UTC), service.store.tasks
    tasks.add(1, "refresh", "night", now, now)
    taken = tasks.claim("worker", now)
    assert taken
    tasks.fail(taken.id, "worker", "The site does not answer.", now)
    tasks.add(1, "refresh", "asked", now, now)
    service.store.add_digest(1, "key", {}, 1, [("email", "anna@blog.example")], now)
    service.store.add_changes(1, [Change(1, "saved")])
    told = read(client)
    assert (told["queue_length", "refresh"], told["dead_letters", "refresh"]) == (1, 1)
    assert (told["digest_deliveries", "waiting"], told["digest_deliveries", "failed"]) == (1, 0)
    assert told["changes_waiting",] == 1


def test_requests_are_counted_by_route_and_never_by_address(client: FlaskClient):
    for path in ("/dashboard/1/", "/dashboard/2/", "/secret-title", "/another", "/healthz", "/v1/status"):
        client.get(path)
    client.open("/", method="BREW")
    told = read(client)
    assert told["http_request_seconds_count", "GET", "/dashboard/<int:site_id>/", "401"] == 2
    assert told["http_request_seconds_count", "GET", "none", "404"] == 2
    assert told["http_request_seconds_count", "GET", "/v1/status", "401"] == 1
    assert told["http_request_seconds_count", "other", "none", "405"] == 1
    assert not any("healthz" in part or "secret" in part for key in told for part in key)


def test_no_title_and_no_address_is_told(service: Service, client: FlaskClient):
    refreshed(service, Watched(1, title=TITLE, url=f"{HOME}/secret/", target=True))
    text = client.get("/metrics").text
    assert TITLE not in text
    assert "blog.example" not in text


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.5", {}),
        ("10.0.0.5", {}),
        ("", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.5"}),
        ("127.0.0.1", {"Host": "links.example"}),
        ("127.0.0.1", {"Host": "localhost.evil.example:80"}),
    ],
)
def test_without_a_token_only_this_machine_itself_may_ask(client: FlaskClient, address: str, headers: dict[str, str]):
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers)
    assert (answer.status_code, "SUGGESTER_METRICS_TOKEN" in answer.json["message"]) == (401, True)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8765", "[::1]:8765", "[::1]"])
def test_this_machine_may_ask_under_each_of_its_names(client: FlaskClient, host: str):
    assert client.get("/metrics", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"), [(f"Bearer {TOKEN}", 200), ("Bearer wrong", 401), (f"Basic {TOKEN}", 401), ("", 401)]
)
def test_with_a_token_it_is_asked_of_everybody(service: Service, sent: str, status: int):
    client = create_app(service, metrics_token=TOKEN).test_client()
    for address in ("127.0.0.1", "203.0.113.5"):
        headers = {"Authorization": sent} if sent else {}
        answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers)
        assert answer.status_code == status
