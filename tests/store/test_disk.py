"""A disk that is full, a SQLite file that is busy, damaged or read-only."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from suggester.entities import Post
from suggester.errors import DiskFull, StoreBusy, StoreError
from suggester.store import Step, Store
from tests.toys_disk import let_grow

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1])
held.execute("begin exclusive")
print("held", flush=True)
input()
"""
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOIL = Post(1, "https://blog.example/soil/", "Soil", "<p>Soil.</p>")
LARGE = replace(SOIL, id=2, content="x" * 4_000_000)


@pytest.fixture
def address(tmp_path):
    return str(tmp_path / "data" / "suggester.db")


@pytest.fixture
def full_disk(tmp_path):
    """A disk of one and a half megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill_up(store: Store, site_id: int) -> None:
    store.begin_sync(site_id, NOON, None, "rest")
    store.save_step(site_id, Step((SOIL,), cursor="page 2"))
    with pytest.raises(DiskFull, match="nothing was lost: make room and run it again"):
        store.save_step(site_id, Step((LARGE,), cursor="page 3"))
    assert list(store.posts(site_id)) == [SOIL]
    assert store.sync_state(site_id).cursor == "page 2"


def test_a_full_disk_is_said_and_loses_nothing(full_disk):
    store = Store.open(full_disk / "data" / "suggester.db")
    site_id = store.add_site("https://blog.example", "https://blog.example")
    fill_up(store, site_id)
    store.put_posts(site_id, [replace(SOIL, id=3)])
    assert store.post_ids(site_id) == {1, 3}
    store.close()


def test_when_there_is_room_again_the_work_goes_on(store, site_id):
    let_grow(store, 800_000)
    fill_up(store, site_id)
    let_grow(store, 400_000_000)
    store.save_step(site_id, Step((LARGE,), cursor="page 3"))
    assert store.post_ids(site_id) == {1, 2}
    assert store.sync_state(site_id).cursor == "page 3"


def test_a_database_that_another_process_holds_is_busy(store, site_id):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, store._engine.url.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        event.listen(store._engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout = 50"))
        store._engine.dispose()
        with pytest.raises(StoreBusy, match="try again in a minute"):
            store.put_posts(site_id, [SOIL])
        assert store.post_ids(site_id) == set()
        other.communicate(b"\n")
    assert store.put_posts(site_id, [SOIL]) == 1


@pytest.mark.parametrize("damage", [b"no database at all" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_is_named(tmp_path, damage):
    path = tmp_path / "suggester.db"
    path.write_bytes(damage)
    with pytest.raises(StoreError, match="damaged|cannot be written"):
        Store.open(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="check the folder and its permissions"):
        Store.open(tmp_path / "file" / "data" / "suggester.db")


def test_a_database_that_is_a_folder_is_named(tmp_path):
    os.mkdir(tmp_path / "suggester.db")
    with pytest.raises(StoreError, match="check its disk and its permissions"):
        Store.open(tmp_path / "suggester.db")
