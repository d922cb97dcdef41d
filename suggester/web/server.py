"""`serve`: the app behind waitress, on this machine alone unless told otherwise."""

from __future__ import annotations

import ipaddress
import signal
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from flask import Flask
from waitress.server import create_server

from suggester.errors import ConfigError

HOST = "127.0.0.1"
PORT = 8765
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
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            # bodies between the app's bound and this one are refused in JSON, larger ones as soon as their size is told
            max_request_body_size=4 * int(app.config["MAX_CONTENT_LENGTH"]),
        )
    except (OSError, ValueError) as error:
        raise ConfigError(f"Cannot listen on {host}:{port} ({error}); choose another --host or --port.") from error
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        ready(f"http://{host}:{server.effective_port if hasattr(server, 'effective_port') else port}")
        server.run()
    finally:
        signal.signal(signal.SIGTERM, before)
        server.close()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
