"""The service as a person runs it: its commands, and `suggester serve` in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from .processes import HarnessError, Server, free_port
from .website import WordPress


def suggester(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the program on a data folder."""
    command = [sys.executable, "-m", "suggester.cli", *arguments]
    env = {**os.environ, "SUGGESTER_DATA": str(data), "SUGGESTER_CACHE": str(data / "cache")}
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)


def told(data: Path, *arguments: str) -> Any:  # noqa: ANN401 - whatever the command's JSON holds
    """Give what a command says in JSON; it must go well."""
    done = suggester(data, *arguments, "--format", "json")
    if done.returncode:
        raise HarnessError(f"suggester {' '.join(arguments)}: {done.stderr}")
    return json.loads(done.stdout)


class Service:
    """A data folder and the server over it; the address stays the same over stops and starts.

    Without a worker nothing is read but when a test says so.
    """

    def __init__(self, data: Path, port: int = 0, *, worker: bool = False) -> None:
        self.data = data
        self.worker = worker
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: Server | None = None
        data.mkdir(parents=True, exist_ok=True)

    def connect(self, wordpress: WordPress) -> str:
        """Connect a site and read it; give the key for its plugin."""
        password = self.data / "password"
        password.touch(mode=0o600)
        password.write_text(wordpress.password)
        try:
            login = ("--user", wordpress.user, "--password-file", str(password))
            return str(told(self.data, "connect", wordpress.url, *login)["key"])
        finally:
            password.unlink()

    def sync(self, wordpress: WordPress) -> Any:  # noqa: ANN401 - the command's JSON
        """Read what changed."""
        return told(self.data, "sync", wordpress.url)

    def start(self) -> None:
        """Serve it, where it does not yet."""
        if self._server:
            return
        command = [sys.executable, "-m", "suggester.cli", "serve", "--port", str(self.port)]
        command += [] if self.worker else ["--no-worker"]
        self._server = Server(command, self.data / "serve.log", {"SUGGESTER_DATA": str(self.data)})
        self._server.wait_until(self._answers)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let a worker do what waits: runs, changes told, refreshes."""
        command = [sys.executable, "-m", "suggester.cli", "worker"]
        worker = Server(command, self.data / "worker.log", {"SUGGESTER_DATA": str(self.data)})
        try:
            yield
        finally:
            worker.stop()

    def stop(self) -> None:
        """Stop serving, where it does."""
        if self._server:
            self._server.stop()
            self._server = None

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.ConnectionError:
            return False
