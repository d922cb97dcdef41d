"""What carries the messages: a file or a Redis, and nothing in a message that could run code."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from suggester.errors import ConfigError, QueueUnreachable
from suggester.tasks.queue.carrier import FILE, MOST_MESSAGES, Carrier, open_huey


def test_as_many_messages_are_under_way_as_there_are_tasks_and_no_more_than_can_be_heard(tmp_path: Path):
    carrier = Carrier(open_huey("", tmp_path), 1, lambda: None, lambda: None)
    told = []
    for due in (2, 2, 5, 1, 9999):
        carrier.tell(due)
        told.append(carrier.huey.pending_count())
    assert told == [2, 2, 5, 5, MOST_MESSAGES]


def test_a_message_is_heard_at_once_and_written_as_json(tmp_path: Path):
    heard = Event()
    carrier = Carrier(open_huey("", tmp_path), 1, heard.set, lambda: None)
    carrier.tell(1)
    with sqlite3.connect(tmp_path / FILE) as kept:
        ((data,),) = kept.execute("select data from task").fetchall()
    kept.close()
    assert len(json.loads(data)) == 2
    began = monotonic()
    carrier.begin()
    try:
        assert heard.wait(10)
    finally:
        carrier.end(5)
    assert monotonic() - began < 5


def test_a_look_that_fails_does_not_end_the_looking(tmp_path: Path):
    looks, enough = [], Event()

    def look() -> None:
        looks.append(1)
        if len(looks) == 2:
            enough.set()
        raise ConnectionError("away for a while")

    carrier = Carrier(open_huey("", tmp_path), 1, lambda: None, look)
    carrier.begin()
    try:
        assert enough.wait(10)
    finally:
        carrier.end(5)


def test_a_redis_that_is_away_is_named_without_its_password(tmp_path: Path):
    with pytest.raises(QueueUnreachable, match=r"The Redis at 127\.0\.0\.1:1 does not answer") as raised:
        open_huey("redis://:secret@127.0.0.1:1/0", tmp_path)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("address", ["redis://127.0.0.1:port/0", "redis://[::1/0"])
def test_an_address_that_cannot_be_read_is_named(tmp_path: Path, address: str):
    with pytest.raises(ConfigError, match="SUGGESTER_QUEUE cannot be read"):
        open_huey(address, tmp_path)


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("huey.storage.Redis", None)
    with pytest.raises(ConfigError, match=r"pip install 'link-suggester\[scale\]'"):
        open_huey("redis://127.0.0.1:1/0", tmp_path)
