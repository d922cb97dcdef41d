from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version

import pytest
from flask.testing import FlaskClient

from suggester.entities import Clicked, Counting, Term, Verdict

from .toy import KEY, ToyService

DRAFT = {"title": "Feeding day", "content": "<p>Feed the sourdough starter twice a day.</p>"}


def test_the_text_on_screen_is_answered_for_a_post_that_has_no_id_yet(client: FlaskClient, service: ToyService):
    answer = client.post("/v1/posts/0/suggestions", json=DRAFT).json
    assert [(each["source_id"], each["target"]["id"]) for each in answer["suggestions"]] == [(0, 2), (0, 3)]
    asked = {"title": DRAFT["title"], "content": DRAFT["content"], "raw": True, "type": "post", "lang": "", "terms": ()}
    assert service.told == [(0, asked)]


def test_terms_language_and_limit_reach_the_engine(client: FlaskClient, service: ToyService):
    terms = [{"taxonomy": "category", "slug": "basics", "name": "Basics"}]
    answer = client.post(
        "/v1/posts/7/suggestions", json=DRAFT | {"terms": terms, "lang": "de", "type": "page", "raw": False, "limit": 1}
    ).json
    assert len(answer["suggestions"]) == 1
    post_id, told = service.told[0]
    assert (post_id, told["terms"]) == (7, (Term("category", "basics", "Basics"),))
    assert (told["lang"], told["type"], told["raw"]) == ("de", "page", False)


def test_a_newer_plugin_may_send_fields_this_service_does_not_know(client: FlaskClient):
    assert client.post("/v1/posts/0/suggestions", json=DRAFT | {"tone": "warm"}).status_code == 200


def test_nothing_to_suggest_comes_with_its_reasons(client: FlaskClient):
    answer = client.get("/v1/posts/2/suggestions").json
    assert (answer["suggestions"], answer["dropped"]) == ([], {"nothing_similar": 7})


def test_the_stored_text_is_answered_with_as_many_as_wanted(client: FlaskClient):
    assert len(client.get("/v1/posts/1/suggestions").json["suggestions"]) == 2
    assert len(client.get("/v1/posts/1/suggestions?limit=1").json["suggestions"]) == 1


def test_sources_for_a_post_come_with_their_titles_and_as_many_as_wanted(client: FlaskClient):
    answer = client.get("/v1/posts/2/inbound").json
    told = [(each["source_id"], each["source"]["title"], each["target"]["id"]) for each in answer["suggestions"]]
    assert told == [(1, "Your first loaf", 2), (3, 'About <us> & "them"', 2)]
    assert (answer["target_id"], answer["inbound"], answer["orphan"]) == (2, 0, True)
    assert len(client.get("/v1/posts/2/inbound?limit=1").json["suggestions"]) == 1


def test_sources_are_told_to_nobody_without_a_key(client: FlaskClient):
    assert client.get("/v1/posts/2/inbound", headers={"Authorization": ""}).status_code == 401


def test_a_verdict_is_kept(client: FlaskClient, service: ToyService):
    said = {"target_id": 2, "verdict": "dismissed", "anchor": "starter"}
    answer = client.post("/v1/posts/1/verdicts", json=said)
    assert (answer.status_code, answer.json) == (201, {"received": 1})
    assert service.told == [Verdict(1, 2, "dismissed", "starter")]


def test_changes_are_kept_for_the_next_sync(client: FlaskClient, service: ToyService):
    changes = [{"id": 4, "kind": "saved"}, {"id": 5, "kind": "permalink", "old_url": "https://bread.example/old"}]
    answer = client.post("/v1/changes", json={"changes": changes})
    assert (answer.status_code, answer.json) == (202, {"received": 2})
    assert service.told == [{"id": 4, "kind": "saved", "old_url": ""}, changes[1]]


CLICKS = {
    "batch": "8c1f4a52-6f0e",
    "counting": {"on": True, "since": "2026-10-03T08:15:00+00:00", "until": None},
    "clicks": [{"source": 1, "href": "https://bread.example/2/", "month": "2026-11", "clicks": 3, "from": "a reader"}],
}


def test_clicks_are_kept_with_nothing_that_was_not_asked_for(client: FlaskClient, service: ToyService):
    answers = [client.post("/v1/clicks", json=CLICKS) for _ in range(2)]
    assert [(each.status_code, each.json) for each in answers] == [(202, {"received": 1}), (202, {"received": 0})]
    since = datetime(2026, 10, 3, 8, 15, tzinfo=UTC)
    line = Clicked(1, "https://bread.example/2/", "2026-11", 3)
    assert service.told[0] == ("8c1f4a52-6f0e", [line], Counting(counts=True, since=since))


@pytest.mark.parametrize(
    ("field", "value"),
    [("month", "2026-13"), ("month", "2026-11\n"), ("clicks", 0), ("clicks", 2.5), ("source", 0), ("href", "x" * 2001)],
)
def test_clicks_that_cannot_be_are_refused(client: FlaskClient, service: ToyService, field: str, value: object):
    line = CLICKS["clicks"][0] | {field: value}
    assert client.post("/v1/clicks", json=CLICKS | {"clicks": [line]}).status_code == 422
    assert client.post("/v1/clicks", json=CLICKS | {"batch": "x"}).status_code == 422
    assert service.told == []


def test_the_status_says_what_to_do(client: FlaskClient):
    status = client.get("/v1/status").json
    assert (status["site"]["name"], status["posts"], status["orphans"]) == ("Bread", 3, 1)
    assert (status["version"], status["api"], status["signed_in_as"]) == (version("link-suggester"), 1, "anna")
    assert status["advice"] == ["2 changes wait; `suggester sync` takes them up."]


def test_orphans_come_with_their_links_counted(client: FlaskClient):
    (orphan,) = client.get("/v1/orphans").json["orphans"]
    assert (orphan["id"], orphan["inbound"], orphan["outbound"]) == (2, 0, 2)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Bearer nonsense", f"Basic {KEY}", KEY])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/status"),
        ("GET", "/v1/orphans"),
        ("GET", "/v1/posts/1/suggestions"),
        ("POST", "/v1/posts/1/suggestions"),
        ("POST", "/v1/posts/1/verdicts"),
        ("POST", "/v1/changes"),
        ("POST", "/v1/clicks"),
        ("POST", "/v1/counts"),
        ("POST", "/v1/insert"),
        ("POST", "/v1/remove"),
        ("GET", "/v1/settings"),
        ("PUT", "/v1/settings"),
        ("PUT", "/v1/credentials"),
        ("DELETE", "/v1/credentials"),
    ],
)
def test_without_the_right_key_nothing_is_answered(stranger: FlaskClient, method: str, path: str, header: str | None):
    headers = {} if header is None else {"Authorization": header}
    answer = stranger.open(path, method=method, headers=headers, json=DRAFT if method == "POST" else None)
    assert (answer.status_code, answer.json["error"]) == (401, "KeyRefused")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/openapi.json", "/static/landing.css"])
def test_what_tells_nothing_of_a_site_needs_no_key(stranger: FlaskClient, path: str):
    with stranger.get(path) as answer:
        assert answer.status_code == 200
        assert KEY not in answer.text
        assert "bread" not in answer.text


def test_no_answer_is_kept_or_framed_or_guessed_at_by_a_browser(client: FlaskClient):
    headers = client.get("/v1/status").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
