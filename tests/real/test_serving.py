"""The service as it is installed: started from the command line, asked over HTTP, its site a real one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from .conftest import World
from .harness.markup import paragraph
from .harness.processes import Server, free_port

DRAFT = {
    "title": "A day in the kitchen",
    "content": paragraph("Yesterday we spent hours choosing a sourdough starter."),
}
KEY = re.compile(r"\b(lsk_[\w-]{20,}|[\w]{2,8}_[\w-]{40,})")


@dataclass
class Running:
    """A served data folder with one site."""

    url: str
    key: str
    data: Path
    world: World

    def ask(self, method: str, path: str, key: str | None = "", **body: object) -> requests.Response:
        headers = {} if key is None else {"Authorization": f"Bearer {key or self.key}"}
        return requests.request(method, self.url + path, headers=headers, json=body or None, timeout=60)


def suggester(data: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of the program on a data folder."""
    command = [sys.executable, "-m", "suggester.cli", *arguments]
    env = {**os.environ, "SUGGESTER_DATA": str(data), "COLUMNS": "200"}
    return subprocess.run(command, env=env, input=text, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="session")
def running(standing_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("served")
    password = data / "password"
    password.write_text(standing_world.login.password)
    connected = suggester(data, "connect", standing_world.url, "--user", "admin", "--password-file", str(password))
    assert connected.returncode == 0, connected.stderr
    key = KEY.search(connected.stdout)
    assert key, connected.stdout
    synced = suggester(data, "sync")
    assert synced.returncode == 0, synced.stderr
    port = free_port()
    serving = [sys.executable, "-m", "suggester.cli", "serve", "--port", str(port)]
    server = Server(serving, data / "serve.log", {"SUGGESTER_DATA": str(data)})
    try:
        url = f"http://127.0.0.1:{port}"
        server.wait_until(lambda: answers(url))
        yield Running(url, key.group(1), data, standing_world)
    finally:
        server.stop()


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=2).ok
    except requests.ConnectionError:
        return False


def test_a_draft_is_answered_over_http(running: Running):
    answer = running.ask("POST", "/v1/posts/0/suggestions", **DRAFT)
    assert answer.status_code == 200
    first = answer.json()["suggestions"][0]
    assert first["target"]["id"] == 1000
    assert first["target"]["url"].startswith(running.world.url)
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
    assert status["site"]["url"] == running.world.url
    assert status["posts"] > 300


def test_neither_key_nor_password_stands_readable_in_the_data_folder(running: Running):
    secrets = [running.key.encode(), running.world.login.password.encode()]
    files = [file for file in running.data.rglob("*") if file.is_file() and file.name != "password"]
    assert [file for file in files for secret in secrets if secret in file.read_bytes()] == []


def test_changes_told_by_the_plugin_are_taken_up_by_the_next_sync(running: Running, world: World):
    title = "The peppermill of Aunt Adelheid"
    new = world.wordpress.php(
        "return wp_insert_post( array( 'post_title' => $given['title'], 'post_content' => $given['body'],"
        " 'post_status' => 'publish', 'post_date' => '2020-01-01 00:00:00' ) );",
        title=title,
        body=paragraph("It grinds the peppercorns."),
    )
    try:
        told = running.ask("POST", "/v1/changes", changes=[{"id": new, "kind": "saved"}])
        assert (told.status_code, told.json()) == (202, {"received": 1})
        assert suggester(running.data, "sync").returncode == 0
        draft = {"title": "Kitchen", "content": "<p>I love the peppermill of Aunt Adelheid very much.</p>"}
        answer = running.ask("POST", "/v1/posts/0/suggestions", **draft).json()
        assert [each["target"]["id"] for each in answer["suggestions"][:1]] == [new]
        world.wordpress.php("wp_trash_post( $given['id'] ); return 1;", id=new)
        running.ask("POST", "/v1/changes", changes=[{"id": new, "kind": "trashed"}])
        assert suggester(running.data, "sync").returncode == 0
        answer = running.ask("POST", "/v1/posts/0/suggestions", **draft).json()
        assert new not in {each["target"]["id"] for each in answer["suggestions"]}
    finally:
        world.wordpress.php("return (bool) wp_delete_post( $given['id'], true );", id=new)


def test_the_command_line_gives_suggestions_and_orphans(running: Running, world: World):
    given = suggester(running.data, "suggest", "1005", "--format", "json")
    assert given.returncode == 0, given.stderr
    assert json.loads(given.stdout)
    orphans = suggester(running.data, "orphans", "--format", "json")
    assert orphans.returncode == 0, orphans.stderr
    assert "choosing" in orphans.stdout.lower() or "questions" in orphans.stdout.lower()


@pytest.mark.parametrize(
    ("address", "code"),
    [("http://127.0.0.1:1/", 3), ("{url}/wp-includes/images/blank.gif", 3), ("/no/such/export.xml", 4)],
)
def test_a_wrong_address_is_one_sentence_and_an_exit_code(tmp_path: Path, world: World, address: str, code: int):
    tried = suggester(tmp_path, "try", address.format(url=world.url))
    assert tried.returncode == code
    assert "Traceback" not in tried.stderr
    assert tried.stderr.strip()
