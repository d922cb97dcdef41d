"""Two doors, one room: HTTP and the command line give the same answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.tasks.service import Service
from suggester.web.app import create_app


@pytest.fixture(scope="module")
def client(sample: Service) -> FlaskClient:
    client = create_app(sample).test_client()
    key = sample.store.add_key(sample.find_site("").id, "doors")
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


def in_shell(service: Service, *args: str) -> Any:
    result = CliRunner().invoke(main, [*args, "--format", "json"], obj=Desk(service=service))
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def a_few_posts(service: Service) -> list[int]:
    return sorted(service.store.post_ids(service.find_site("").id))[:8]


def test_both_doors_give_the_same_answer(sample: Service, client: FlaskClient):
    answers = [client.get(f"/v1/posts/{post_id}/suggestions").json for post_id in a_few_posts(sample)]
    assert answers == [in_shell(sample, "suggest", str(post_id)) for post_id in a_few_posts(sample)]
    assert sum(len(answer["suggestions"]) for answer in answers) > 0


def test_both_doors_name_the_same_sources(sample: Service, client: FlaskClient):
    answers = [client.get(f"/v1/posts/{post_id}/inbound").json for post_id in a_few_posts(sample)]
    assert answers == [in_shell(sample, "inbound", str(post_id)) for post_id in a_few_posts(sample)]
    assert sum(len(answer["suggestions"]) for answer in answers) > 0


def test_both_doors_name_the_same_orphans(sample: Service, client: FlaskClient):
    answer = client.get("/v1/orphans").json
    assert answer == in_shell(sample, "orphans")
    assert answer["orphans"]


def test_both_doors_tell_the_same_status(sample: Service, client: FlaskClient):
    assert in_shell(sample, "status") == {"sites": [client.get("/v1/status").json]}


def test_both_doors_keep_the_same_settings(sample: Service, client: FlaskClient):
    assert in_shell(sample, "settings") == client.get("/v1/settings").json
    usual = client.get("/v1/settings").json
    changed = in_shell(sample, "settings", "set", "excluded_terms", "category:soil", "post_tag:mulch")
    assert changed == client.get("/v1/settings").json == usual | {"excluded_terms": ["category:soil", "post_tag:mulch"]}
    assert client.put("/v1/settings", json=usual).json == in_shell(sample, "settings") == usual


def test_orphans_are_the_same_in_the_list_and_in_the_counts(sample: Service, client: FlaskClient):
    ids = sorted(sample.store.post_ids(sample.find_site("").id))
    counted = client.post("/v1/counts", json={"ids": ids}).json["posts"]
    orphans = {str(orphan["id"]) for orphan in client.get("/v1/orphans").json["orphans"]}
    assert {post_id for post_id, count in counted.items() if count["orphan"]} == orphans
    assert len(counted) == len(ids)


def test_the_saved_text_sent_as_a_draft_is_answered_like_the_stored_one(sample: Service, client: FlaskClient):
    site_id = sample.find_site("").id
    post = sample.store.post(site_id, a_few_posts(sample)[0])
    draft = {"title": post.title, "content": post.content, "raw": post.raw, "type": post.type}
    stored = client.get(f"/v1/posts/{post.id}/suggestions").json
    assert client.post(f"/v1/posts/{post.id}/suggestions", json=draft).json == stored


@pytest.mark.parametrize(
    "content",
    [
        "",
        '<p><img src="/a.jpg"></p><figure class="wp-block-image"><img src="/b.jpg" alt="Compost"/></figure>',
        "<div>" * 400_000,
        "<" * 2_000_000,
        "<p>Turn the compost heap. \u0000\ufffd</p>" * 50_000,
    ],
    ids=["empty", "images alone", "two megabytes of tags", "two megabytes of nothing", "two megabytes of text"],
)
def test_no_content_is_too_odd_to_be_answered(client: FlaskClient, content: str):
    answer = client.post("/v1/posts/0/suggestions", json={"title": "", "content": content})
    assert answer.status_code == 200
    assert all(item["anchor"] is None or item["anchor"]["text"] in content for item in answer.json["suggestions"])
    assert "compost" in content or answer.json["suggestions"] == []


@pytest.mark.parametrize("by", ["id", "url", "path", "slug"])
def test_a_post_is_found_by_what_a_person_has_at_hand(sample: Service, by: str):
    site_id = sample.find_site("").id
    post = sample.store.post(site_id, a_few_posts(sample)[3])
    slug = post.url.rstrip("/").rpartition("/")[2]
    text = {"id": str(post.id), "url": post.url, "path": f"/{post.url.split('/', 3)[3]}", "slug": slug}[by]
    assert in_shell(sample, "suggest", text)["source_id"] == post.id


def test_both_doors_keep_the_same_rules(sample: Service, client: FlaskClient):
    asked = {"rules": [{"kind": "keyword", "phrase": "a phrase", "post": a_few_posts(sample)[0]}]}
    assert client.put("/v1/rules", json=asked).json == in_shell(sample, "rules")
    assert client.put("/v1/rules", json={"rules": []}).json == in_shell(sample, "rules") == {"rules": []}
