"""The examples beside this file are the contract: Python, PHP and JavaScript tests all read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from openapi_spec_validator import validate

from suggester.web.app import create_app
from tests.web.toy import KEY, ToyService

HERE = Path(__file__).parent
SCHEMAS = {
    "draft": "Draft",
    "suggestions": "Suggestions",
    "nothing": "Suggestions",
    "verdict": "Verdict",
    "changes": "Changes",
    "clicks": "Clicks",
    "received": "Received",
    "status": "Status",
    "orphans": "Orphans",
    "audit": "Audit",
    "inbound": "Inbound",
    "inbound_nothing": "Inbound",
    "counts_asked": "CountsAsked",
    "counts": "Counts",
    "insert": "Insert",
    "inserted": "Content",
    "insert_new_text": "Insert",
    "inserted_new_text": "Content",
    "remove": "Remove",
    "removed": "Content",
    "settings": "StoredSettings",
    "rules_asked": "Rules",
    "rules": "StoredRules",
    "credentials": "Credentials",
    "signed_in": "SignedIn",
    "signed_out": "SignedIn",
    "dashboard_link": "DashboardLink",
    "conflict": "Error",
    "error": "Error",
    "wrong_field": "Error",
}
ANSWERS = {
    "suggestions": "/v1/posts/1/suggestions",
    "nothing": "/v1/posts/2/suggestions",
    "status": "/v1/status",
    "orphans": "/v1/orphans",
    "audit": "/v1/audit",
    "inbound": "/v1/posts/2/inbound",
    "inbound_nothing": "/v1/posts/3/inbound",
    "settings": "/v1/settings",
}
QUESTIONS = {
    "draft": "/v1/posts/0/suggestions",
    "verdict": "/v1/posts/1/verdicts",
    "changes": "/v1/changes",
    "clicks": "/v1/clicks",
}
ASKED = [  # what is sent, how, and the answer to it
    ("counts_asked", "POST", "/v1/counts", "counts"),
    ("insert", "POST", "/v1/insert", "inserted"),
    ("insert_new_text", "POST", "/v1/insert", "inserted_new_text"),
    ("remove", "POST", "/v1/remove", "removed"),
    ("settings", "PUT", "/v1/settings", "settings"),
    ("rules_asked", "PUT", "/v1/rules", "rules"),
    ("credentials", "PUT", "/v1/credentials", "signed_in"),
]
client = create_app(ToyService()).test_client()
client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"


def example(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return client.get("/v1/openapi.json").json


def check(document: dict[str, Any], schema: str, value: object) -> None:
    Draft202012Validator({**document, "$ref": f"#/components/schemas/{schema}"}).validate(value)


def test_the_document_is_valid_openapi(document: dict[str, Any]):
    validate(document)


def test_the_document_says_that_a_key_is_needed(document: dict[str, Any]):
    assert document["security"] == [{"siteKey": []}]
    assert document["components"]["securitySchemes"]["siteKey"]["scheme"] == "bearer"


def test_every_example_has_a_schema():
    assert {file.stem for file in HERE.glob("*.json")} == set(SCHEMAS)


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_each_example_fits_the_document(document: dict[str, Any], name: str, schema: str):
    check(document, schema, example(name))


@pytest.mark.parametrize(("name", "path"), ANSWERS.items())
def test_the_service_answers_as_the_examples_say(name: str, path: str):
    assert client.get(path).json == example(name)


@pytest.mark.parametrize(("name", "path"), QUESTIONS.items())
def test_the_service_takes_what_the_examples_send(document: dict[str, Any], name: str, path: str):
    answer = client.post(path, json=example(name))
    assert answer.status_code in {200, 201, 202}
    check(document, "Suggestions" if name == "draft" else "Received", answer.json)


@pytest.mark.parametrize(("question", "method", "path", "answer"), ASKED)
def test_each_question_of_the_examples_gets_its_answer(question: str, method: str, path: str, answer: str):
    told = client.open(path, method=method, json=example(question))
    assert (told.status_code, told.json) == (200, example(answer))


def test_signing_out_is_answered_as_the_example_says():
    assert client.delete("/v1/credentials").json == example("signed_out")


def test_a_link_to_the_dashboard_is_answered_as_the_example_says():
    told = client.post("/v1/dashboard-links")
    assert (told.status_code, told.json) == (201, example("dashboard_link"))


def test_words_that_are_gone_are_answered_as_the_example_says():
    gone = example("insert") | {"content": "<p>Bake rye bread.</p>"}
    gone["anchor"] = gone["anchor"] | {"text": "rye starter"}
    told = client.post("/v1/insert", json=gone)
    assert (told.status_code, told.json) == (409, example("conflict"))


@pytest.mark.parametrize("missing", ["anchor", "score", "new_text", "reasons", "other_targets"])
def test_an_answer_that_lacks_a_field_does_not_fit(document: dict[str, Any], missing: str):
    answer = example("suggestions")
    del answer["suggestions"][0][missing]
    with pytest.raises(ValidationError, match=missing):
        check(document, "Suggestions", answer)
