"""Those who get digests, for real: a mail server and a receiver of webhooks on loopback, with TLS where wanted."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PLAIN, STARTTLS, TLS = "none", "starttls", "tls"


@dataclass
class Inbox:
    """A mail server that keeps what it gets."""

    port: int = 0
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)  # receiver, message
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)  # of each message
    answers: dict[str, str] = field(default_factory=dict)  # command or address -> what is said instead
    password: str = ""  # asked for, where there is one
    connections: int = 0

    def to(self, address: str) -> list[EmailMessage]:
        return [message for receiver, message in self.got if receiver == address]


@dataclass
class Hook:
    """A receiver of webhooks that keeps what it gets."""

    port: int = 0
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)  # path, headers, body
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None  # done before each answer


class MailServer(ThreadingTCPServer):
    """Listens for mail."""

    def __init__(self, inbox: Inbox, security: str, authority: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.inbox, self.security, self.authority = inbox, security, authority


class MailHandler(StreamRequestHandler):
    """One connection to the mail server."""

    server: MailServer

    def setup(self) -> None:
        self.inbox, self.security = self.server.inbox, self.server.security
        if self.security == TLS:
            self.request = _context(self.server.authority).wrap_socket(self.request, server_side=True)
        super().setup()
        self.inbox.connections += 1
        self.encrypted = self.security == TLS

    def handle(self) -> None:
        self.say("220 toy")
        self.to: list[str] = []
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if answer := self.inbox.answers.get(verb.upper()):
                if not self.say(answer):
                    break
            elif not getattr(self, f"on_{verb.lower()}", self.on_other)(rest):
                break

    def on_ehlo(self, _rest: str) -> bool:
        more = [] if self.encrypted or self.security == PLAIN else ["250-STARTTLS"]
        more += ["250-AUTH PLAIN LOGIN"] if self.inbox.password and (self.encrypted or self.security == PLAIN) else []
        return self.say("\r\n".join(["250-toy", *more, "250 8BITMIME"]))

    def on_starttls(self, _rest: str) -> bool:
        self.say("220 go on")
        self.request = _context(self.server.authority).wrap_socket(self.request, server_side=True)
        super().setup()
        self.encrypted = True
        return True

    def on_auth(self, rest: str) -> bool:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        self.inbox.logins.append((user, password))
        return self.say("235 welcome" if password == self.inbox.password else "535 5.7.8 wrong password")

    def on_rcpt(self, rest: str) -> bool:
        address = rest[rest.index("<") + 1 : rest.index(">")]
        if answer := self.inbox.answers.get(address):
            return self.say(answer)
        self.to.append(address)
        return self.say("250 fine")

    def on_data(self, _rest: str) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = BytesParser(policy=policy.default).parsebytes(b"".join(lines))
        self.inbox.got += [(address, message) for address in self.to]  # type: ignore[list-item]
        self.inbox.encrypted.append(self.encrypted)
        self.to = []
        return self.say(self.inbox.answers.get("after", "250 kept"))

    def on_rset(self, _rest: str) -> bool:
        self.to = []
        return self.say("250 fine")

    def on_quit(self, _rest: str) -> bool:
        self.say("221 bye")
        return False

    def on_other(self, _rest: str) -> bool:
        return self.say("250 fine")

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the one that encrypts, too

    def say(self, text: str) -> bool:
        self.wfile.write(f"{text}\r\n".encode())
        return not text.startswith("421")


@contextmanager
def mail_server(security: str = PLAIN, authority: Path | None = None) -> Iterator[Inbox]:
    """Run a mail server; with an authority it can encrypt."""
    inbox = Inbox()
    with _serving(MailServer(inbox, security, authority)) as port:
        inbox.port = port
        yield inbox


@contextmanager
def webhook_receiver(authority: Path | None = None) -> Iterator[Hook]:
    """Run a receiver of webhooks; with an authority it speaks https."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            hook.before()
            self.send_response(hook.status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if authority:
        server.socket = _context(authority).wrap_socket(server.socket, server_side=True)
    with _serving(server) as port:
        hook.port = port
        yield hook


def make_authority(folder: Path) -> Path:
    """Make a certificate for localhost that vouches for itself; the file holds its key, too."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "authority.pem").write_bytes(made.public_bytes(pem) + private)
    return folder / "authority.pem"


def _context(authority: Path | None) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(str(authority))
    return made


@contextmanager
def _serving(server: Any) -> Iterator[int]:
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that goes away is part of the tests
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
