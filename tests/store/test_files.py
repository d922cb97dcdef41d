from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import pytest

from suggester.errors import ConfigError, DiskFull, StoreError, SyncRunning
from suggester.store import Secrets, Store
from suggester.store.files import disk_errors

HOLD = """
import sys, time
from pathlib import Path
from suggester.store import Store
with Store.open(sys.argv[1], Path(sys.argv[2])).lock(1):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_process(site_id, address, tmp_path):
    """Another process that holds the sync lock of site 1; with a database server, on another machine."""
    folder = tmp_path / ("elsewhere" if "://" in address else "data")
    command = [sys.executable, "-c", HOLD, address, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def let_the_server_notice(store: Store, site_id: int) -> None:
    until = monotonic() + 10
    while store.is_locked(site_id) and monotonic() < until:
        sleep(0.02)


def test_a_second_sync_of_the_same_site_is_refused(store, site_id, other_process):
    assert store.is_locked(site_id)
    with pytest.raises(SyncRunning, match="wait until it has ended"), store.lock(site_id):
        pass


def test_another_site_may_be_synced_meanwhile(store, site_id, other_process):
    other = store.add_site("https://b.example", "https://b.example")
    with store.lock(other):
        assert store.is_locked(other)


def test_the_lock_of_a_killed_process_frees_itself(store, site_id, other_process):
    os.kill(other_process.pid, signal.SIGKILL)
    other_process.wait()
    let_the_server_notice(store, site_id)
    with store.lock(site_id):
        assert store.is_locked(site_id)
    assert not store.is_locked(site_id)


def test_two_threads_of_one_process_do_not_share_a_lock(store, site_id):
    with store.lock(site_id), pytest.raises(SyncRunning), store.lock(site_id):
        pass


def test_looking_whether_a_sync_runs_never_stops_one_from_beginning(store, site_id):
    with ThreadPoolExecutor(1) as threads:
        looking = threads.submit(lambda: [store.is_locked(site_id) for _ in range(100)])
        while not looking.done():
            with store.lock(site_id):
                pass
        looking.result()
    assert not store.is_locked(site_id)


def test_what_was_encrypted_can_be_read_with_the_same_secret_alone(tmp_path):
    secrets = Secrets("a long and random secret")
    token = secrets.lock("abcd EFGH 1234")
    assert b"EFGH" not in token
    assert Secrets(b"a long and random secret").unlock(token) == "abcd EFGH 1234"
    with pytest.raises(ConfigError, match="run `suggester connect` again"):
        Secrets("another secret").unlock(token)


def test_no_password_needs_no_encryption():
    assert Secrets("any").lock("") == b""
    assert Secrets("any").unlock(b"") == ""


def test_the_secret_of_a_data_folder_is_made_once_for_its_owner_alone(tmp_path):
    folder = tmp_path / "data"
    token = Secrets.of_folder(folder).lock("password")
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert Secrets.of_folder(folder).unlock(token) == "password"


@pytest.mark.parametrize(
    ("number", "kind", "told"),
    [
        (errno.ENOSPC, DiskFull, "make room and run it again"),
        (errno.EDQUOT, DiskFull, "make room and run it again"),
        (errno.EACCES, StoreError, "check the folder and its permissions"),
    ],
)
def test_what_the_disk_says_is_said_in_our_words(number, kind, told):
    with pytest.raises(kind, match=told), disk_errors(Path("/data/index.npz")):
        raise OSError(number, os.strerror(number))
