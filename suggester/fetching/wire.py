"""One request over the wire, to an IP address that was looked at: bounded in bytes and in time, however it drips."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType

from suggester.fetching.ground import Place
from suggester.wordpress.http import USER_AGENT

_CHUNK = 1 << 16
_MANY = ("x-robots-tag",)  # headers that come more than once and mean each of it; of others the last counts
_PLAIN = ("", "identity")
_PACKED = ("gzip", "x-gzip", "deflate")


class NoAnswer(Exception):
    """Nothing came that could be used; the message says why, in one sentence."""

    passing = True  # another try may help


class NoTrust(NoAnswer):
    """Encryption failed, or the certificate is not to be trusted."""

    passing = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how much is waited for."""

    connect: float = 10.0  # seconds
    whole: float = 20.0  # seconds for one answer from the first byte to the last
    body: int = 2 << 20  # bytes of a body, unpacked; the rest is left there


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""
    cut: str = ""  # why the body is not whole, in one sentence; "" where it is


class Deadline:
    """Hangs up when the time is over, whatever the other side does meanwhile."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = time.monotonic() + seconds
        self._line: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    @property
    def left(self) -> float:
        """Seconds that are left, never less than a hundredth."""
        return max(self._until - time.monotonic(), 0.01)

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._until

    def watch(self, line: socket.socket) -> None:
        """Watch over a connection; a handle of its own outlives the wrapping by TLS."""
        self._line = line.dup()

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        self._timer.join()
        if self._line is not None:
            self._line.close()

    def _hang_up(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


def ask(method: str, place: Place, bounds: Bounds, trust: ssl.SSLContext) -> Reply:
    """Ask for one address and follow nothing; NoAnswer where nothing comes that could be used."""
    with Deadline(bounds.whole) as deadline, _translating(place, deadline), _connected(place, bounds, deadline) as line:
        if place.scheme == "https":
            line = trust.wrap_socket(line, server_hostname=place.host)
        with line:
            speaker = http.client.HTTPConnection(place.host, place.port)
            speaker.sock = line
            speaker.request(method, place.target, headers=_headers(place))
            answer = speaker.getresponse()
            if deadline.passed:  # headers that break off look like whole ones
                raise TimeoutError
            headers = _read_headers(answer)
            wanted = method != "HEAD" and 200 <= answer.status < 300
            body, cut = _body(answer, headers, bounds, deadline) if wanted else (b"", "")
            return Reply(answer.status, headers, body, cut)


def _headers(place: Place) -> dict[str, str]:
    named = f"[{place.host}]" if ":" in place.host else place.host
    usual = {"http": 80, "https": 443}[place.scheme]
    return {
        "Host": named if place.port == usual else f"{named}:{place.port}",
        "User-Agent": USER_AGENT,
        "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


@contextmanager
def _connected(place: Place, bounds: Bounds, deadline: Deadline) -> Iterator[socket.socket]:
    failed: OSError | None = None
    for ip in place.ips:
        try:
            line = socket.create_connection((ip, place.port), min(bounds.connect, deadline.left))
        except OSError as error:
            failed = error
            continue
        with line:
            deadline.watch(line)
            line.settimeout(deadline.left)
            yield line
        return
    raise failed or OSError("no address")


@contextmanager
def _translating(place: Place, deadline: Deadline) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        why = (error.verify_message or "it is not trusted").rstrip(".")
        raise NoTrust(f"The certificate of {place.host} cannot be verified ({why}): browsers warn of it.") from error
    except (http.client.HTTPException, OSError, ValueError) as error:
        if deadline.passed or isinstance(error, TimeoutError):
            raise NoAnswer(f"{place.host} did not answer within {deadline.seconds:g} seconds.") from error
        if isinstance(error, ssl.SSLError):
            raise NoTrust(f"{place.host} cannot be spoken to over https: the encryption fails.") from error
        if isinstance(error, OSError):
            raise NoAnswer(f"{place.host} does not answer: the connection is refused or breaks off.") from error
        raise NoAnswer(f"{place.host} answers with something that no browser understands.") from error


def _read_headers(answer: http.client.HTTPResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in answer.getheaders():
        text = value.encode("latin-1", "replace").decode("utf-8", "replace")
        key = name.lower()
        found[key] = f"{found[key]}\n{text}" if key in _MANY and key in found else text
    return found


def _body(
    answer: http.client.HTTPResponse, headers: Mapping[str, str], bounds: Bounds, deadline: Deadline
) -> tuple[bytes, str]:
    """Read as much as is wanted; also why that is not all."""
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in (*_PLAIN, *_PACKED):
        return b"", f"It comes packed in a way that was not asked for ({packing[:20]})."
    unpack = _Unpacking(bounds.body) if packing in _PACKED else None
    body = bytearray()
    try:
        while len(body) <= bounds.body and (chunk := answer.read1(_CHUNK)):
            body += unpack(chunk) if unpack else chunk
        if deadline.passed or (len(body) <= bounds.body and answer.length):
            raise TimeoutError
    except (http.client.HTTPException, OSError, ValueError):
        slow = f"It takes longer than {deadline.seconds:g} seconds to arrive." if deadline.passed else ""
        return bytes(body[: bounds.body]), slow or "It breaks off half-way."
    except zlib.error:
        return bytes(body[: bounds.body]), "It comes packed, and cannot be unpacked."
    if len(body) > bounds.body:
        return bytes(body[: bounds.body]), f"It is longer than {bounds.body / (1 << 20):g} MB."
    return bytes(body), ""


class _Unpacking:
    """Unpacks gzip and deflate, and stops just above a bound: a bomb never goes off."""

    def __init__(self, most: int) -> None:
        self._room = most + 1
        self._inflate = zlib.decompressobj(wbits=47)
        self._begun = False

    def __call__(self, packed: bytes) -> bytes:
        try:
            plain = self._inflate.decompress(packed, max(self._room, 1))
        except zlib.error:
            if self._begun:
                raise
            self._inflate = zlib.decompressobj(wbits=-15)  # "deflate" without its header, as some servers send it
            plain = self._inflate.decompress(packed, max(self._room, 1))
        self._begun = True
        self._room -= len(plain)
        return plain
