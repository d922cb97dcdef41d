"""What this machine has to tell a digest with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""Usual port for each kind of encryption (RFC 8314, RFC 6409)."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server that takes our messages."""

    host: str
    sender: str  # the address they come from
    port: int = PORTS["starttls"]
    security: str = "starttls"  # one of PORTS
    user: str = ""  # "" for a server that asks for none
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Means:
    """How digests leave this machine, and where their links lead."""

    smtp: Smtp | None = None  # None: no email can be sent
    address: str = ""  # of the service as browsers find it, without a trailing slash; "" for no links
    ca_file: Path | None = None  # a certificate authority of your own, PEM
    patience: float = 15.0  # seconds that a mail server or a receiver is waited for
