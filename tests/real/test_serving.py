"""The service as it is installed: started from the command line, asked over HTTP, its site a real one."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from .conftest import ON_ONE_RELEASE, Kept, World
from .harness.markup import paragraph
from .harness.service import Service, suggester, told

DRAFT = {
    "title": "A day in the kitchen",
    "content": paragraph("Yesterday we spent hours choosing a sourdough starter."),
}


@dataclass
class Running:
    """A served data folder and one of its sites."""

    url: str
    kept: Kept

    @property
    def key(self) -> str:
        return str(self.kept.said["key"])

    def ask(self, method: str, path: str, key: str | None = "", **body: object) -> requests.Response:
        headers = {} if key is None else {"Authorization": f"Bearer {key or self.key}"}
        return requests.request(method, self.url + path, headers=headers, json=body or None, timeout=60)

    def targets(self, draft: dict[str, str]) -> list[int]:
        answer = self.ask("POST", "/v1/posts/0/suggestions", **draft).json()
        return [each["target"]["id"] for each in answer["suggestions"]]


@pytest.fixture(scope="session")
def running(kept: Kept) -> Iterator[Running]:
    service = Service(kept.data, worker=True)
    try:
        service.start()
        yield Running(service.url, kept)
    finally:
        service.stop()


def test_a_draft_is_answered_over_http(running: Running):
    answer = running.ask("POST", "/v1/posts/0/suggestions", **DRAFT)
    assert answer.status_code == 200
    first = answer.json()["suggestions"][0]
    assert first["target"]["id"] == 1000
    assert first["target"]["url"].startswith(running.kept.world.url)
    assert "sourdough starter" in first["anchor"]["text"]
    assert answer.json()["meta"]["synced_at"]


@pytest.mark.parametrize("key", [None, "wrong", "wrong key"])
def test_without_the_right_key_nothing_is_told(running: Running, key: str | None):
    for method, path in (("POST", "/v1/posts/0/suggestions"), ("GET", "/v1/status"), ("POST", "/v1/changes")):
        answer = running.ask(method, path, key, **DRAFT)
        assert answer.status_code == 401
        assert set(answer.json()) >= {"error", "message"}
        assert "sourdough" not in answer.text


def test_nobody_needs_a_key_to_see_that_it_lives(running: Running):
    assert running.ask("GET", "/healthz", None).status_code == 200


def test_an_unknown_post_is_named_so(running: Running):
    answer = running.ask("GET", "/v1/posts/987654/suggestions")
    assert (answer.status_code, answer.json()["error"]) == (404, "UnknownPost")


def test_the_status_counts_what_the_database_holds(running: Running):
    status = running.ask("GET", "/v1/status").json()
    assert status["site"]["url"] == running.kept.world.url
    assert status["posts"] > 300


def test_neither_key_nor_password_stands_readable_in_the_data_folder(running: Running):
    # by another process: one that opens and closes the database's file here would take SQLite's locks away
    secrets = ["-e", running.key, "-e", running.kept.world.login.password]
    found = subprocess.run(["grep", "-rlF", *secrets, str(running.kept.data)], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (1, "")


@ON_ONE_RELEASE
def test_changes_told_by_the_plugin_are_taken_up_by_the_service_itself(running: Running, world: World):
    title = "The peppermill of Aunt Adelheid"
    new = world.wordpress.php(
        "return wp_insert_post( array( 'post_title' => $given['title'], 'post_content' => $given['body'],"
        " 'post_status' => 'publish', 'post_date' => '2020-01-01 00:00:00' ) );",
        title=title,
        body=paragraph("It grinds the peppercorns."),
    )
    try:
        answer = running.ask("POST", "/v1/changes", changes=[{"id": new, "kind": "saved"}])
        assert (answer.status_code, answer.json()) == (202, {"received": 1})
        draft = {"title": "Kitchen", "content": "<p>I love the peppermill of Aunt Adelheid very much.</p>"}
        until(lambda: running.targets(draft)[:1] == [new])
        world.wordpress.php("wp_trash_post( $given['id'] ); return 1;", id=new)
        running.ask("POST", "/v1/changes", changes=[{"id": new, "kind": "trashed"}])
        until(lambda: new not in running.targets(draft))
    finally:
        world.wordpress.php("return (bool) wp_delete_post( $given['id'], true );", id=new)


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    """Wait, as long as a machine with much else to do may take."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_the_command_line_gives_suggestions_and_orphans(running: Running, world: World):
    site = ("--site", running.kept.world.url)
    assert told(running.kept.data, "suggest", "1005", *site)
    assert told(running.kept.data, "orphans", *site)
    urls = [each["site"]["url"] for each in told(running.kept.data, "status")["sites"]]
    assert running.kept.world.url in urls


@pytest.mark.parametrize(
    ("address", "code"),
    [("http://127.0.0.1:1/", 3), ("/no/such/export.xml", 2), ("half.xml", 4)],
)
def test_a_wrong_address_is_one_sentence_and_an_exit_code(tmp_path: Path, address: str, code: int):
    (tmp_path / "half.xml").write_text('<?xml version="1.0"?><rss version="2.0"><channel><title>Half')
    tried = suggester(tmp_path, "try", str(tmp_path / address) if address.endswith(".xml") else address)
    assert tried.returncode == code
    assert "Traceback" not in tried.stderr
    assert tried.stderr.strip()
