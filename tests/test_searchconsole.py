"""Search Console's API, asked over the wire: a toy of Google on this machine, that checks every signature."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from suggester import searchconsole
from suggester.errors import ConsoleUnreachable, ImportRefused
from suggester.searchconsole import SearchConsole

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ACCOUNT = "reader@project.iam.example"
FIRST, LAST = date(2026, 8, 1), date(2026, 10, 29)
PROPERTY = "sc-domain:blog.example"
ROWS = [
    {"keys": ["https://blog.example/post-1/"], "clicks": 3, "impressions": 60, "ctr": 0.05, "position": 7.53},
    {"keys": ["https://blog.example/post-2/"], "clicks": 0, "impressions": 9, "ctr": 0, "position": 61},
    {"keys": ["https://blog.example/post-3/"], "clicks": 1, "impressions": 4, "ctr": 0.25, "position": 2},
]


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY) -> str:
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def key_file(**more: str) -> str:
    told = {"type": "service_account", "private_key_id": "k1", "private_key": pem(), "client_email": ACCOUNT}
    return json.dumps(told | {"token_uri": "http://evil.example/token"} | more)


class Google(ThreadingHTTPServer):
    """Gives tokens for signatures that are right, and rows for tokens."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.home = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.claims: list[dict[str, object]] = []
        self.fails: dict[str, int] = {}  # by path, with this status


class _Answer(BaseHTTPRequestHandler):
    server: Google

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        kind = "token" if self.path == "/token" else "api"
        if status := self.server.fails.get(kind):
            self._send(status, {"error": "no"})
        elif kind == "token":
            self._token(parse_qs(body))
        else:
            self._rows(json.loads(body))

    def _token(self, form: dict[str, list[str]]) -> None:
        head, claims, signature = form["assertion"][0].split(".")
        public = KEY.public_key()
        public.verify(_bytes(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        assert json.loads(_bytes(head)) == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
        self.server.claims.append(json.loads(_bytes(claims)))
        self._send(200, {"access_token": "letmein", "expires_in": 3600, "token_type": "Bearer"})

    def _rows(self, asked: dict[str, object]) -> None:
        assert self.headers["Authorization"] == "Bearer letmein"
        self.server.asked.append((unquote(self.path), asked))
        begin = int(str(asked["startRow"]))
        some = ROWS[begin : begin + int(str(asked["rowLimit"]))]
        self._send(200, {"rows": some, "responseAggregationType": "byPage"} if some else {})

    def _send(self, status: int, told: object) -> None:
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def google() -> Iterator[Google]:
    with Google() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def console(google: Google, key: str = "", now: float = 1_800_000_000.0) -> SearchConsole:
    return SearchConsole(key or key_file(), token_url=f"{google.home}/token", api=google.home, clock=lambda: now)


def test_rows_are_read_to_their_end_with_one_token(google: Google, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(searchconsole, "AT_ONCE", 2)
    found = list(console(google).rows(PROPERTY, FIRST, LAST, ("page",)))
    assert found[0] == ["https://blog.example/post-1/", "3.000000", "60.000000", "0.050000", "7.530000"]
    assert len(found) == 3
    assert [asked["startRow"] for _, asked in google.asked] == [0, 2]
    path, asked = google.asked[0]
    assert path == f"/sites/{PROPERTY}/searchAnalytics/query"
    assert (asked["startDate"], asked["endDate"], asked["dimensions"]) == ("2026-08-01", "2026-10-29", ["page"])
    assert google.claims == [
        {
            "iss": ACCOUNT,
            "scope": "https://www.googleapis.com/auth/webmasters.readonly",
            "aud": f"{google.home}/token",
            "iat": 1_800_000_000,
            "exp": 1_800_003_600,
        }
    ]


def test_a_property_without_searches_gives_no_rows(google: Google, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.test_searchconsole.ROWS", [])
    assert list(console(google).rows(PROPERTY, FIRST, LAST, ("query", "page"))) == []


@pytest.mark.parametrize(
    ("kind", "status", "error", "said"),
    [
        ("token", 400, ImportRefused, f"does not take the key of {ACCOUNT}"),
        ("token", 503, ConsoleUnreachable, "try again"),
        ("api", 401, ImportRefused, f"{ACCOUNT} may not see {PROPERTY}"),
        ("api", 403, ImportRefused, "add this address as a user of the property"),
        ("api", 404, ImportRefused, "does not know"),
        ("api", 302, ImportRefused, "does not know"),  # no redirect is followed
        ("api", 429, ConsoleUnreachable, "“later”"),
        ("api", 500, ConsoleUnreachable, "try again"),
    ],
)
def test_what_google_says_is_told_with_what_to_do(google: Google, kind: str, status: int, error: type, said: str):
    google.fails[kind] = status
    with pytest.raises(error, match=said):
        list(console(google).rows(PROPERTY, FIRST, LAST, ("page",)))


def test_who_does_not_answer_is_asked_again_later(google: Google):
    asked = console(google)
    google.shutdown()
    google.server_close()
    with pytest.raises(ConsoleUnreachable, match="does not answer"):
        list(asked.rows(PROPERTY, FIRST, LAST, ("page",)))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "no json",
        "[]",
        "{}",
        key_file(private_key="nonsense"),
        key_file(private_key=pem(ec.generate_private_key(ec.SECP256R1()))),
        json.dumps({"installed": {"client_id": "x"}}),
    ],
    ids=["nothing", "no json", "a list", "an empty object", "nonsense", "a key of another kind", "a person's login"],
)
def test_what_is_no_key_is_refused(key: str):
    with pytest.raises(ImportRefused, match="no key of a service account"):
        SearchConsole(key)


def test_only_google_is_asked_whatever_a_key_file_says():
    assert searchconsole.TOKEN == "https://oauth2.googleapis.com/token"
    assert searchconsole.API == "https://www.googleapis.com/webmasters/v3"
    assert SearchConsole(key_file())._token_url == searchconsole.TOKEN
