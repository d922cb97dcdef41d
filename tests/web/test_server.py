"""The service as `serve` runs it: a real server on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from suggester.errors import ConfigError
from suggester.web.app import create_app
from suggester.web.server import is_public, serve

from .toy import ToyService


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    command = [sys.executable, "-m", "suggester.cli", "serve", "--port", str(port), "--data", str(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    address = f"http://127.0.0.1:{port}"
    try:
        assert process.stderr
        assert process.stderr.readline() == f"Serving on {address} (Ctrl-C stops it)\n"
        yield process, address
    finally:
        process.kill()
        process.communicate()


def test_it_answers_and_stops_cleanly_when_asked_to(running: tuple[subprocess.Popen[str], str]):
    process, address = running
    assert requests.get(f"{address}/healthz", timeout=10).json() == {"status": "ok"}
    assert requests.get(f"{address}/v1/status", timeout=10).json()["error"] == "KeyRefused"
    assert "Server" not in requests.get(address, timeout=10).headers
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0


def test_a_body_too_large_is_refused_in_json(running: tuple[subprocess.Popen[str], str]):
    _, address = running
    answer = requests.post(f"{address}/v1/changes", data=b" " * 9_000_000, timeout=30)
    assert answer.status_code in {401, 413}
    assert answer.json()["error"] in {"KeyRefused", "BodyTooLarge"}


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("::1", False),
        ("localhost", False),
        ("0.0.0.0", True),
        ("::", True),
        ("10.0.0.3", True),
        ("blog.example", True),
    ],
)
def test_only_loopback_is_private(host: str, public: bool):
    assert is_public(host) is public


def test_a_port_that_is_taken_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Cannot listen on 127.0.0.1:{port}"):
            serve(create_app(ToyService()), "127.0.0.1", port, 1, lambda _: time.sleep(0))
