"""What a site's owner decides over HTTP, links put in and taken out, and links counted."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from suggester import errors
from suggester.entities import Settings
from suggester.wordpress.login import Login

from .toy import SETTINGS, ToyService

HTML = "<!-- wp:paragraph -->\n<p>Feed the [x] sourdough&nbsp;starter twice, &amp; rest.</p>\n<!-- /wp:paragraph -->"
HREF = "https://bread.example/starter?a=1&b=2"
ANCHOR = {"text": "sourdough starter", "before": "Feed the [x] ", "after": " twice"}
BLOCK = {"index": 0, "kind": "paragraph"}
LINKED = HTML.replace(
    "sourdough&nbsp;starter", '<a href="https://bread.example/starter?a=1&amp;b=2">sourdough&nbsp;starter</a>'
)
INSERT: dict[str, Any] = {"content": HTML, "block": BLOCK, "anchor": ANCHOR, "href": HREF}
NEW_TEXT = {"sentence": "See also: About us.", "anchor": "About us", "block": BLOCK}


def refused(answer: Any, status: int, name: str, told: str) -> bool:
    return (answer.status_code, answer.json["error"]) == (status, name) and told in answer.json["message"]


def test_a_link_goes_into_raw_content_and_comes_out_without_a_trace(client: FlaskClient):
    linked = client.post("/v1/insert", json=INSERT)
    assert (linked.status_code, linked.json) == (200, {"content": LINKED, "changed": True})
    taken = client.post("/v1/remove", json=INSERT | {"content": LINKED})
    assert (taken.status_code, taken.json) == (200, {"content": HTML, "changed": True})


def test_a_sentence_is_added_at_the_end_of_its_block(client: FlaskClient):
    answer = client.post("/v1/insert", json={"content": HTML, "new_text": NEW_TEXT, "href": "/about"}).json
    assert answer["content"] == HTML.replace("rest.", 'rest. See also: <a href="/about">About us</a>.')


def test_only_the_words_of_an_anchor_are_needed_where_they_stand_once(client: FlaskClient):
    asked = INSERT | {"anchor": {"text": "sourdough starter"}, "block": {"index": 9}}
    assert client.post("/v1/insert", json=asked).json["content"] == LINKED


@pytest.mark.parametrize(
    ("path", "more", "name", "told"),
    [
        ("insert", {"anchor": ANCHOR | {"text": "rye bread"}}, "AnchorMissing", "ask for suggestions again"),
        ("insert", {"anchor": ANCHOR | {"text": "[x]"}}, "AnchorRefused", "choose other words"),
        ("insert", {"content": LINKED}, "AnchorRefused", "already carries a link"),
        ("insert", {"content": "<h2>sourdough starter</h2>"}, "AnchorRefused", "no link may stand"),
        ("insert", {"href": "javascript:alert(1)"}, "AnchorRefused", "not an address"),
        ("insert", {"content": ""}, "AnchorMissing", "ask for suggestions again"),
        ("remove", {}, "AnchorMissing", "ask for suggestions again"),
        ("remove", {"content": LINKED, "href": "/elsewhere"}, "AnchorMissing", "ask for suggestions again"),
    ],
)
def test_what_cannot_be_done_safely_is_a_conflict(
    client: FlaskClient, path: str, more: dict[str, Any], name: str, told: str
):
    assert refused(client.post(f"/v1/{path}", json=INSERT | more), 409, name, told)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("insert", {}),
        ("insert", {"content": HTML, "href": HREF}),
        ("insert", INSERT | {"new_text": NEW_TEXT}),
        ("insert", {"content": HTML, "href": HREF, "anchor": ANCHOR}),
        ("insert", INSERT | {"anchor": {}}),
        ("insert", INSERT | {"anchor": {"text": ""}}),
        ("insert", INSERT | {"block": {"index": -1}}),
        ("insert", INSERT | {"block": {"index": "first"}}),
        ("insert", INSERT | {"content": 5}),
        ("insert", INSERT | {"content": "half a \ud83d"}),
        ("insert", {"content": HTML, "href": HREF, "new_text": {"sentence": "See also."}}),
        ("remove", {"content": HTML, "href": HREF, "anchor": ANCHOR}),
        ("remove", {"content": HTML, "block": BLOCK, "anchor": ANCHOR}),
        ("counts", {}),
        ("counts", {"ids": ["one"]}),
        ("counts", {"ids": [0]}),
        ("counts", {"ids": [2**63]}),
        ("counts", {"ids": list(range(1, 502))}),
    ],
)
def test_a_question_that_lacks_something_is_refused(client: FlaskClient, path: str, asked: dict[str, Any]):
    answer = client.post(f"/v1/{path}", json=asked)
    assert (answer.status_code, answer.json["error"]) == (422, "UnprocessableEntity")
    assert answer.json["fields"]


def test_links_are_counted_for_a_list_of_posts(client: FlaskClient):
    counted = client.post("/v1/counts", json={"ids": [3, 1, 99]}).json["posts"]
    assert counted == {
        "3": {"inbound": 1, "outbound": 0, "orphan": False},
        "1": {"inbound": 2, "outbound": 1, "orphan": False},
    }
    assert client.post("/v1/counts", json={"ids": []}).json["posts"] == {}


def test_settings_that_are_left_out_stay_as_they_are(client: FlaskClient, service: ToyService):
    answer = client.put("/v1/settings", json={"links_per_1000": 5, "excluded_words": [], "a_newer_one": True})
    assert answer.status_code == 200
    assert answer.json == client.get("/v1/settings").json
    before = SETTINGS
    assert service.stored == Settings(
        before.post_types, before.excluded_posts, before.excluded_terms, [], 5.0, before.least_score
    )


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"links_per_1000": 0}, "links_per_1000"),
        ({"links_per_1000": "many"}, "links_per_1000"),
        ({"links_per_1000": None}, "links_per_1000"),
        ({"least_score": 1.1}, "least_score"),
        ({"least_score": "NaN"}, "least_score"),
        ({"excluded_posts": [0]}, "excluded_posts"),
        ({"excluded_posts": ["a"]}, "excluded_posts"),
        ({"excluded_posts": "3"}, "excluded_posts"),
        ({"excluded_terms": ["news"]}, "excluded_terms"),
        ({"excluded_terms": ["category:"]}, "excluded_terms"),
        ({"excluded_words": [""]}, "excluded_words"),
        ({"excluded_words": ["w" * 201]}, "excluded_words"),
        ({"post_types": [None]}, "post_types"),
        ({"post_types": ["half a \ud83d"]}, "post_types"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named_and_nothing_is_kept(
    client: FlaskClient, service: ToyService, wanted: dict[str, Any], field: str
):
    answer = client.put("/v1/settings", json=wanted)
    assert (answer.status_code, answer.json["fields"].keys()) == (422, {field})
    assert answer.json["message"].startswith(field)
    assert service.stored == SETTINGS


def test_a_login_is_handed_in_and_forgotten(client: FlaskClient, service: ToyService):
    answer = client.put("/v1/credentials", json={"user": "anna", "password": "abcd efgh"})
    assert (answer.status_code, answer.json) == (200, {"user": "anna", "accepted": True})
    assert client.delete("/v1/credentials").json == {"user": "", "accepted": False}
    assert service.told == [Login("anna", "abcd efgh"), "signed out"]


def test_a_login_that_wordpress_refuses_is_refused(client: FlaskClient, service: ToyService):
    answer = client.put("/v1/credentials", json={"user": "anna", "password": "wrong"})
    assert refused(answer, 422, "LoginRefused", "make a new one")
    assert service.told == []


@pytest.mark.parametrize("given", [{}, {"user": "anna"}, {"user": "", "password": "x"}, {"user": "a", "password": 5}])
def test_half_a_login_is_refused(client: FlaskClient, given: dict[str, Any]):
    assert client.put("/v1/credentials", json=given).status_code == 422


def test_a_password_is_never_told_back(client: FlaskClient):
    answer = client.put("/v1/credentials", json={"user": "anna" * 60, "password": "hunter2 wrong"})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


def test_a_refused_login_is_no_refused_key():
    assert not issubclass(errors.LoginRefused, errors.KeyRefused)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"kind": "sometimes"},
        {"kind": "always", "phrase": "x" * 201, "post": 1},
        {"kind": "always", "phrase": "half a \ud83d", "post": 1},
        {"kind": "never_target", "post": "1"},
        {"kind": "never_target", "post": 0},
        {"kind": "most_per_run", "number": 0},
        {"kind": "most_per_run", "number": 2**70},
    ],
)
def test_a_rule_that_makes_no_sense_is_named_and_nothing_is_kept(
    client: FlaskClient, service: ToyService, rule: dict[str, Any]
):
    answer = client.put("/v1/rules", json={"rules": [{"kind": "never_source", "post": 1}, rule]})
    assert (answer.status_code, answer.json["fields"].keys()) == (422, {"rules"})
    assert client.get("/v1/rules").json == {"rules": []}
