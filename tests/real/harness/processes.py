"""Starting and stopping: every server is the head of a process group of its own, so that its children go with it.

Beside the log of a server that runs stands a note of its process, so that it can be stopped when whoever started it is
gone.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class HarnessError(Exception):
    """Something the tests need did not start; the message holds what it said."""


class Server:
    """A process group that listens; stopped as a whole."""

    def __init__(self, command: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.command = [str(part) for part in command]
        self.log = log
        with log.open("ab") as handle:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        self._note = log.with_suffix(".pid")
        self._note.write_text(f"{self.process.pid} {_born(self.process.pid)}")

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until it is ready; raise with the end of its log where it dies or takes too long."""
        end = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise HarnessError(f"{self.command[0]} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def stop(self, seconds: float = 10) -> None:
        """Ask the group to end, then make it."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        """End the whole group at once, as a power cut would."""
        self._signal(signal.SIGKILL)
        self.process.wait()
        self._note.unlink(missing_ok=True)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


def stop_left_behind(folder: Path, seconds: float = 60) -> int:
    """Stop the servers that somebody who was killed left running in a folder; say how many there were."""
    stopped = 0
    for note in (*folder.glob("*.pid"), *folder.glob("*/*.pid")):
        pid, _, born = note.read_text().partition(" ")
        if born and _born(int(pid)) == born:  # and not another process that was given the same number
            _end(int(pid), born, seconds)
            stopped += 1
        note.unlink()
    return stopped


def _end(pid: int, born: str, seconds: float) -> None:
    """Ask a process group to end, then make it."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)
    end = time.monotonic() + seconds
    while _born(pid) == born and time.monotonic() < end:
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _born(pid: int) -> str:
    """When a process began, in the kernel's own measure; nothing where it is not running."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else fields[18]


def run(command: Sequence[str | Path], *, text: str | None = None, cwd: Path | None = None) -> str:
    """Run a command to its end and give its output; raise with what it said where it fails."""
    done = subprocess.run([str(part) for part in command], input=text, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise HarnessError(f"{command[0]} ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def free_port() -> int:
    """A TCP port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether something answers on that port of the loopback."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
