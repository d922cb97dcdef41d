"""`queue`: what waits, what failed and why; to be done again, or forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.config import Config
from suggester.errors import QueueUnreachable, UnknownTask
from suggester.tasks.service import Service
from tests.toys import LetterEncoder

Run = Callable[..., Result]
NOW = datetime.now(UTC)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Service]:
    """Three sites: one failed, one waits, one is being refreshed."""
    room = Service.open(tmp_path / "data", load_encoder=LetterEncoder)
    for name in ("a", "b", "c"):
        site = room.store.add_site(f"https://{name}.example", "s")
        room.let_refresh(site, "night")
        if name != "b":
            task = room.store.tasks.claim("w", datetime.now(UTC))
            if name == "a" and task:
                room.store.tasks.fail(task.id, "w", "The site is away.", NOW)
    yield room
    room.close()


@pytest.fixture
def run(room: Service, tmp_path: Path) -> Run:
    def run(*args: str) -> Result:
        desk = Desk(service=room, config=Config(tmp_path / "data", tmp_path / "cache", queue="redis://127.0.0.1:1/0"))
        return CliRunner().invoke(main, args, obj=desk)

    return run


def states(room: Service) -> dict[int, str]:
    return {task.site_id: task.state for task in room.tasks()}


def test_what_waits_and_what_failed_is_shown_with_the_reason(run: Run, room: Service):
    assert sorted(states(room).values()) == ["failed", "running", "waiting"]
    shown = run("queue")
    assert "The site is away." in shown.stdout
    assert "suggester queue again" in shown.stderr
    told = json.loads(run("queue", "--format", "json").stdout)["tasks"]
    assert {(task["site"], task["state"]) for task in told} >= {("https://a.example", "failed")}
    assert json.loads(run("queue", "--site", "a.example", "--format", "json").stdout)["tasks"][0]["why"]


def test_what_failed_is_done_again(run: Run, room: Service):
    assert run("queue", "again").exit_code == 0
    assert states(room)[1] == "waiting"


def test_what_failed_is_forgotten_and_nothing_else(run: Run, room: Service):
    before = states(room)
    assert "1 task forgotten" in run("queue", "forget").stderr
    assert states(room) == {site: state for site, state in before.items() if state != "failed"}


def test_a_task_that_is_not_there_is_named(run: Run):
    result = run("queue", "again", "99")
    assert (result.exit_code, "There is no task 99" in result.stderr) == (UnknownTask.exit_code, True)


def test_with_nothing_to_do_it_says_so(run: Run, room: Service):
    for site in room.sites():
        room.remove_site(site.id)
    assert "Nothing waits and nothing failed" in run("queue").stdout


def test_a_worker_without_its_redis_says_which_one_and_ends(run: Run):
    result = run("worker")
    assert result.exit_code == QueueUnreachable.exit_code
    assert "The Redis at 127.0.0.1:1 does not answer" in result.stderr
