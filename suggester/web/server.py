"""`serve`: the app behind waitress, on this machine alone unless told otherwise."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
from waitress.server import create_server

from suggester.errors import ConfigError

if TYPE_CHECKING:
    from flask import Flask

THREADS = 4


def is_public(host: str) -> bool:
    """Whether other machines can reach an address."""
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return True


def serve(app: Flask, host: str, port: int, threads: int, ready: Callable[[str], None]) -> None:
    """Answer until the process is asked to stop; requests under way are finished first."""
    host = host.strip("[]")
    door = _listen(host, port)
    # bodies between the app's bound and this one are refused in JSON, larger ones as soon as their size is told
    largest = 4 * int(app.config["MAX_CONTENT_LENGTH"])
    server = create_server(app, sockets=[door], threads=threads, ident=None, max_request_body_size=largest)
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        ready(f"http://{f'[{host}]' if ':' in host else host}:{door.getsockname()[1]}")
        with threadpool_limits(1, "blas"):  # a request is one thread's work; more only wait for each other
            server.run()
    finally:
        signal.signal(signal.SIGTERM, before)
        server.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ConfigError(f"Cannot listen on {host}:{port} ({error}); choose another --host or --port.") from error


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
