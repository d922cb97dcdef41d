"""A server on this machine with every bad habit there is."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.wordpress.fakes import loopback, send

DRIP = 0.03  # seconds between two bytes
PAGE = b"<title>Here</title>"


@dataclass
class Hostile:
    """Its address, and what it was asked."""

    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)  # method and path
    headers: list[dict[str, str]] = field(default_factory=list)
    sent: int = 0  # bytes of the endless body
    robots: tuple[int, str] = (404, "")
    busy: list[tuple[int, str]] = field(default_factory=list)  # status and Retry-After of the next answers of /busy

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.command, handler.path))
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        name, _, rest = handler.path.lstrip("/").partition("?")
        if name == "robots.txt":
            send(handler, self.robots[0], self.robots[1].encode())
        elif kind := getattr(self, f"_{name.replace('-', '_')}", None):
            kind(handler, rest)
        else:
            send(handler, 404, b"no such page")

    def paths(self, method: str = "") -> list[str]:
        return [path for asked, path in self.asked if method in ("", asked) and path != "/robots.txt"]

    def _page(self, handler, _):
        send(handler, 200, PAGE, set_cookie="a=b")

    def _go(self, handler, there):
        send(handler, 302, b"", location=there)

    def _round(self, handler, _):
        send(handler, 302, b"", location="/go?/round")

    def _cookie_wall(self, handler, _):
        send(handler, 302, b"", location="/cookie-wall", set_cookie="seen=1")

    def _endless(self, handler, number):
        send(handler, 301, b"", location=f"/endless?{int(number or 0) + 1}")

    def _nowhere(self, handler, _):
        send(handler, 302, b"")

    def _head_refused(self, handler, _):
        send(handler, *((405, b"") if handler.command == "HEAD" else (200, PAGE)))

    def _head_denied(self, handler, _):
        send(handler, *((404, b"") if handler.command == "HEAD" else (200, PAGE)))

    def _head_dropped(self, handler, _):
        if handler.command != "HEAD":
            send(handler, 200, PAGE)

    def _busy(self, handler, _):
        status, wait = self.busy.pop(0) if self.busy else (200, "")
        send(handler, status, b"", **({"retry_after": wait} if wait else {}))

    def _status(self, handler, number):
        send(handler, int(number), b"")

    def _silent(self, handler, _):
        handler.connection.recv(1 << 16)  # says nothing until the other side hangs up

    def _drop(self, handler, _):
        handler.connection.shutdown(socket.SHUT_RDWR)

    def _drip_headers(self, handler, _):
        self._drip(handler, b"HTTP/1.1 200 OK\r\n" + b"x-slow: " + b"x" * 10_000)

    def _drip_body(self, handler, _):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n" + PAGE)
        self._drip(handler, b" " * 10_000)

    def _always_continue(self, handler, _):
        while True:
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(DRIP)

    def _many_headers(self, handler, _):
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: y\r\n" % number for number in range(500)) + b"\r\n"
        )

    def _long_header(self, handler, _):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nx: " + b"y" * (1 << 20) + b"\r\n\r\n")

    def _nonsense(self, handler, _):
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")

    def _gigabyte(self, handler, _):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1073741824\r\n\r\n")
        for _ in range(1 << 14):
            self.sent += handler.wfile.write(b"<p>" + b" " * 65_533)

    def _bomb(self, handler, _):
        send(handler, 200, _bomb(), content_encoding="gzip")

    def _torn_gzip(self, handler, _):
        send(handler, 200, gzip.compress(PAGE)[:-9] + b"torn apart", content_encoding="gzip")

    def _brotli(self, handler, _):
        send(handler, 200, b"\x0b\x02", content_encoding="br")

    def _deflate(self, handler, _):
        send(handler, 200, zlib.compress(PAGE), content_encoding="deflate")

    def _raw_deflate(self, handler, _):
        packer = zlib.compressobj(wbits=-15)
        send(handler, 200, packer.compress(PAGE) + packer.flush(), content_encoding="deflate")

    def _gzip(self, handler, _):
        send(handler, 200, gzip.compress(PAGE), content_encoding="gzip")

    def _short(self, handler, _):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 999\r\n\r\n" + PAGE)

    def _chunks_torn(self, handler, _):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")

    def _drip(self, handler, data):
        for byte in data:
            handler.wfile.write(bytes([byte]))
            time.sleep(DRIP)


def _bomb() -> bytes:
    """A gigabyte of zeros in one megabyte."""
    packer = zlib.compressobj(1, wbits=31)
    zeros = bytes(1 << 20)
    first = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * 1023


@contextmanager
def hostile() -> Iterator[Hostile]:
    server = Hostile()
    with loopback(server.respond) as server.url:
        yield server


class _Quiet(HTTPServer):
    def handle_error(self, request, client_address):
        pass  # a client that does not trust it


class _Encrypted(BaseHTTPRequestHandler):
    def do_GET(self):
        send(self, 404 if self.path == "/robots.txt" else 200, PAGE)

    def log_message(self, *args):
        pass


@contextmanager
def encrypted(authority: Path) -> Iterator[str]:
    """A server whose certificate vouches for itself; gives its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    server = _Quiet(("127.0.0.1", 0), _Encrypted)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
