from __future__ import annotations

import inspect

import pytest
from flask.testing import FlaskClient

from suggester import errors
from suggester.web.errors import STATUS

from .toy import ToyService

POST = "/v1/posts/0/suggestions"
DRAFT = {"title": "Feeding day", "content": "starter"}


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nowhere", 404, "NotFound"),
        ("GET", "/v1/nowhere", 404, "NotFound"),
        ("GET", "/v1/posts/99/suggestions", 404, "UnknownPost"),
        ("GET", "/v1/posts/99/inbound", 404, "UnknownPost"),
        ("GET", "/v1/posts/0/inbound", 404, "UnknownPost"),
        ("GET", "/v1/posts/starter/inbound", 404, "NotFound"),
        ("GET", f"/v1/posts/{2**63}/inbound", 404, "NotFound"),
        ("GET", "/v1/posts/2/inbound?limit=0", 422, "UnprocessableEntity"),
        ("GET", "/v1/posts/2/inbound?limit=51", 422, "UnprocessableEntity"),
        ("GET", "/v1/posts/2/inbound?limit=many", 422, "UnprocessableEntity"),
        ("POST", "/v1/posts/2/inbound", 405, "MethodNotAllowed"),
        ("GET", "/v1/posts/99999999999999999999/suggestions", 405, "MethodNotAllowed"),
        ("PUT", POST, 405, "MethodNotAllowed"),
        ("GET", "/v1/posts/1/suggestions?limit=0", 422, "UnprocessableEntity"),
        ("GET", "/v1/posts/1/suggestions?limit=many", 422, "UnprocessableEntity"),
    ],
)
def test_every_error_is_json_with_a_name_and_a_sentence(
    client: FlaskClient, method: str, path: str, status: int, name: str
):
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.json["error"]) == (status, name)
    assert answer.json["message"].endswith(".")


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        (b"", 400, "BadRequest"),
        (b'{"title": "broken', 400, "BadRequest"),
        (b'{"title": "a", "content": "\xff\xfe"}', 400, "BadRequest"),
        (b"[" * 15_000, 400, "BadRequest"),
        (b"9" * 15_000, 400, "BadRequest"),
        (b"x" * 20_001, 413, "BodyTooLarge"),
        (b"[]", 422, "UnprocessableEntity"),
        (b"null", 422, "UnprocessableEntity"),
        (b'{"title": "a"}', 422, "UnprocessableEntity"),
        (b'{"title": "a", "content": 5}', 422, "UnprocessableEntity"),
        (b'{"title": "a", "content": "half a \\ud83d"}', 422, "UnprocessableEntity"),
        (b'{"title": "a", "content": "b", "limit": 5000}', 422, "UnprocessableEntity"),
        (b'{"title": "a", "content": "b", "terms": [{}]}', 422, "UnprocessableEntity"),
    ],
)
def test_a_body_that_is_no_draft_is_refused(client: FlaskClient, body: bytes, status: int, name: str):
    answer = client.post(POST, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["error"]) == (status, name)


def test_a_wrong_field_is_named(client: FlaskClient):
    answer = client.post("/v1/changes", json={"changes": [{"id": 4, "kind": "saved"}, {"id": 5, "kind": "eaten"}]})
    assert answer.json["message"].startswith("changes.1.kind: Must be one of: saved,")
    assert answer.json["fields"]["changes"]["1"].keys() == {"kind"}


def test_a_form_is_not_taken_for_json(client: FlaskClient):
    answer = client.post(POST, data=DRAFT)
    assert (answer.status_code, answer.json["message"]) == (415, "Send the body as application/json.")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.StoreBusy("Another process holds the data folder; try again in a moment."), 503),
        (errors.SyncRunning("A sync of this site is under way; wait until it has ended."), 409),
        (errors.DiskFull("The disk is full; make room and try again."), 507),
        (errors.ModelMissing("The encoder is missing; install the package again."), 503),
        (errors.SiteRefused("The site refused the login; make a new application password."), 502),
    ],
)
def test_an_error_of_ours_says_what_to_do_and_whether_to_try_again(
    client: FlaskClient, service: ToyService, error: errors.SuggesterError, status: int
):
    service.breaks = error
    answer = client.post(POST, json=DRAFT)
    assert (answer.status_code, answer.json) == (status, {"error": type(error).__name__, "message": str(error)})
    assert ("Retry-After" in answer.headers) is not error.permanent


def test_what_nobody_expected_shows_nothing_of_the_inside(client: FlaskClient, service: ToyService):
    service.breaks = ZeroDivisionError("password=hunter2")
    answer = client.post(POST, json=DRAFT)
    assert (answer.status_code, answer.json["error"]) == (500, "InternalError")
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text


def test_every_error_of_ours_has_a_status():
    ours = [each for _, each in inspect.getmembers(errors, inspect.isclass)]
    assert all(any(issubclass(each, kind) for kind in STATUS) for each in ours)
