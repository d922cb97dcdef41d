"""Servers whose starter was killed are found again by their notes and stopped; nobody else's process is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .harness.processes import Server, stop_left_behind

STARTER = """
import os, sys
from pathlib import Path
from tests.real.harness.processes import Server
print(Server(["sh", "-c", "sleep 300 & wait"], Path(sys.argv[1])).process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] not in "ZX"


def members(group: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,pgid="], capture_output=True, text=True, check=True).stdout.split("\n")
    pairs = [tuple(map(int, line.split())) for line in listed if line]
    return [pid for pid, pgid in pairs if pgid == group and runs(pid)]


def test_what_a_killed_starter_left_is_stopped_with_its_children(tmp_path: Path):
    (tmp_path / "site").mkdir()
    command = [sys.executable, "-c", STARTER, str(tmp_path / "site/server.log")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = int(done.stdout)
    assert runs(left)
    assert stop_left_behind(tmp_path) == 1
    end = time.monotonic() + 10
    while members(left) and time.monotonic() < end:
        time.sleep(0.05)
    assert members(left) == []
    assert stop_left_behind(tmp_path) == 0
    assert list(tmp_path.rglob("*.pid")) == []


def test_another_process_of_the_same_number_goes_on(tmp_path: Path):
    (tmp_path / "server.pid").write_text(f"{os.getpid()} 1")
    assert stop_left_behind(tmp_path) == 0
    assert list(tmp_path.rglob("*.pid")) == []


def test_a_server_that_was_stopped_leaves_no_note(tmp_path: Path):
    server = Server(["sleep", "300"], tmp_path / "server.log")
    assert (tmp_path / "server.pid").exists()
    server.stop()
    assert not (tmp_path / "server.pid").exists()
