"""Starting and stopping: every server is the head of a process group of its own, so that its children go with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
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

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


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
