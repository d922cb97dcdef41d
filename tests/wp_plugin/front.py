"""What stands between plugin and service in the tests: it passes everything on, writes it down, and fails on demand."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import requests

HTML = b"<!doctype html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>"
MODES = ("through", "down", "slow", "version", "key", "html", "broken")
SLOW_SECONDS = 30.0
PATIENCE = 20.0  # seconds


class Asked(NamedTuple):
    """A request of the plugin."""

    method: str
    path: str
    body: Any
    seconds: float  # until the service had answered; 0 where it was not asked


class Front:
    """A server on an address of its own that the plugin takes for the service.

    `mode` says what it does: "through"; "down", nothing listens; "slow", no answer for a long time; "version", an
    answer of another version; "key", the key has become wrong; "html", some other server; "broken", an error.
    """

    def __init__(self, service: str) -> None:
        self.service = service  # where requests are passed on to
        self.asked: list[Asked] = []
        self._mode = "through"
        self._let_go = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._listen(0)
        self.port = self._server.server_port if self._server else 0
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def mode(self) -> str:
        """What it does with requests."""
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        assert mode in MODES, f"{mode!r} is none of {MODES}"
        self._let_go.set()
        self._let_go = threading.Event()
        self._mode = mode
        if mode == "down":
            self.close()
        else:
            self._listen(self.port)

    def reset(self) -> None:
        """Back to fair weather, with nothing written down."""
        self.mode = "through"
        self.asked.clear()

    def paths(self, containing: str = "") -> list[str]:
        """Method and path of the requests so far."""
        return [f"{each.method} {each.path}" for each in self.asked if containing in each.path]

    def until(self, containing: str) -> None:
        """Wait until a request to such a path was answered; a page that is left sends its last words when it likes."""
        late = time.monotonic() + PATIENCE
        while not self.paths(containing):
            assert time.monotonic() < late, f"nobody asked for {containing} in {PATIENCE:.0f} s"
            time.sleep(0.05)

    def close(self) -> None:
        """Listen no more."""
        self._let_go.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _listen(self, port: int) -> None:
        if self._server is None:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (_Handler,), {"front": self}))
            self._server.daemon_threads = True
            threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def wait(self) -> None:
        """Hold a request back until the mode changes."""
        self._let_go.wait(SLOW_SECONDS)


class _Handler(BaseHTTPRequestHandler):
    front: Front

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        front, mode = self.front, self.front.mode
        if mode == "slow":
            self._note(body, 0)
            front.wait()
        elif mode == "html":
            self._note(body, 0)
            self._send(200, "text/html; charset=utf-8", HTML)
        elif mode == "broken":
            self._note(body, 0)
            self._send(500, "application/json", b'{"error": "InternalError", "message": "Something went wrong."}')
        else:
            answer = self._pass_on(body, mode)
            self._note(body, answer.elapsed.total_seconds())
            content = _of_another_version(answer.content) if mode == "version" else answer.content
            self._send(answer.status_code, answer.headers.get("Content-Type", "text/plain"), content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the names that the base class looks for

    def _pass_on(self, body: bytes, mode: str) -> requests.Response:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        if mode == "key":
            headers["Authorization"] = "Bearer a-key-of-yesterday"
        return requests.request(
            self.command, self.front.service + self.path, headers=headers, data=body, timeout=60, allow_redirects=False
        )

    def _note(self, body: bytes, seconds: float) -> None:
        told = None
        with suppress(ValueError):
            told = json.loads(body or b"null")
        self.front.asked.append(Asked(self.command, self.path, told, seconds))

    def _send(self, status: int, kind: str, content: bytes) -> None:
        with suppress(ConnectionError):  # the plugin may have gone
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _of_another_version(content: bytes) -> bytes:
    answer = json.loads(content)
    if isinstance(answer.get("meta"), dict):
        answer["meta"]["format"] = 99
    return json.dumps(answer | {"api": 99}).encode()
