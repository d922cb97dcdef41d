"""The webhook: JSON to one address, signed, and never into a private network that was not named."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from suggester.errors import ChannelRefused, ChannelUnreachable, RequestError
from suggester.tasks.digest.means import Means
from suggester.wordpress import addresses
from suggester.wordpress.http import USER_AGENT

PREFIX = "whsec_"
LONGEST = 2000  # characters of an address
LATER = frozenset({408, 409, 425, 429, *range(500, 600)})  # statuses worth another try
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where the webhook leads, how it is signed, and which private host it may be on."""

    address: str
    secret: str = ""
    private: str = ""  # host, or host:port


def new_secret() -> str:
    """Make a secret in the form that Standard Webhooks describes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """Sign a message: HMAC-SHA256 over `key.timestamp.body`, in base64, as Standard Webhooks 1.0 has it."""
    signed = f"{key}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_bytes_of(secret), signed, hashlib.sha256)).decode()


def check(address: str, private: str) -> None:
    """Refuse an address that the webhook may not have, as far as can be said without asking for its host."""
    parts = _parts(address)
    if parts.scheme == "http" and not _named(parts, private):
        raise RequestError(
            "A webhook goes to https://…, so that nobody on the way can read it; plain http is only for the private "
            "host that `suggester settings set digest_private HOST:PORT` names on the machine itself."
        )


def post(receiver: Receiver, key: str, told: Mapping[str, Any], now: datetime, means: Means) -> None:
    """Send one message; ChannelUnreachable where another try may help, else ChannelRefused. Follows no redirect."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = int(now.timestamp())
    parts = _parts(receiver.address)
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": USER_AGENT,
        "webhook-id": key,
        "webhook-timestamp": str(timestamp),
    }
    if receiver.secret:
        headers["webhook-signature"] = signature(receiver.secret, key, timestamp, body)
    _judge(_status(parts, receiver, headers, body, means), str(parts.hostname))


def _status(parts: SplitResult, receiver: Receiver, headers: dict[str, str], body: bytes, means: Means) -> int:
    host = str(parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pool = _pool(parts, _allowed_ip(parts, receiver.private), means)
    try:
        answer = pool.urlopen(
            "POST", path, body=body, headers=headers, redirect=False, retries=False, preload_content=False
        )
        answer.close()  # what it says beside the status is for nobody
        return answer.status
    except urllib3.exceptions.SSLError as error:
        raise ChannelRefused(
            f"The certificate of {host} cannot be verified; name your own authority by SUGGESTER_CA_FILE if it has one."
        ) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise ChannelUnreachable(f"The webhook's host {host} does not answer; it is tried again later.") from error
    finally:
        pool.close()


def _pool(parts: SplitResult, ip: str, means: Means) -> urllib3.HTTPConnectionPool:
    """Speak to the very IP address that was looked at, so that no second answer of the name server slips in."""
    port, patience = parts.port or PORTS[parts.scheme], urllib3.Timeout(total=means.patience)
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(ip, port, timeout=patience)
    host = str(parts.hostname)
    ca_certs = str(means.ca_file) if means.ca_file else DEFAULT_CA_BUNDLE_PATH
    return urllib3.HTTPSConnectionPool(
        ip, port, timeout=patience, ca_certs=ca_certs, server_hostname=host, assert_hostname=host
    )


def _allowed_ip(parts: SplitResult, private: str) -> str:
    """Give an IP address of the host; none of a private network, but where the host was named as one."""
    check(parts.geturl(), private)
    host = str(parts.hostname)
    found = list(addresses.resolve(host))
    if not found:
        raise ChannelUnreachable(f"No host named {host} is known; check the webhook's address for a typing error.")
    if not _named(parts, private) and any(map(addresses.is_private, found)):
        raise ChannelRefused(
            f"The webhook's host {host} is in a private network; if that is wanted, run "
            f"`suggester settings set digest_private {parts.netloc.rpartition('@')[2]}` on the machine itself."
        )
    return found[0]


def _judge(status: int, host: str) -> None:
    if 200 <= status < 300:
        return
    if status in LATER:
        raise ChannelUnreachable(f"{host} answers {status} to the webhook; it is tried again later.")
    if 300 <= status < 400:
        raise ChannelRefused(f"{host} redirects the webhook ({status}), which is not followed; give the final address.")
    raise ChannelRefused(f"{host} answers {status} to the webhook; check the address, and whether it is still wanted.")


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        good = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
        str(parts.hostname).encode("idna")
    except ValueError:
        good = False
    plain = address.isascii() and address.isprintable() and " " not in address and "@" not in address.partition("?")[0]
    if not (good and plain and len(address) <= LONGEST):
        raise RequestError("This is no address for a webhook; write one as in https://hooks.example/services/abc.")
    return parts


def _named(parts: SplitResult, private: str) -> bool:
    """Whether the owner of the machine named this very host, with this port where one was named."""
    host, _, port = private.lower().rpartition(":") if private.rpartition(":")[2].isdecimal() else (private, "", "")
    same = str(parts.hostname).lower() == host.lower().strip("[]")
    return bool(private) and same and (not port or int(port) == (parts.port or PORTS[parts.scheme]))


def _bytes_of(secret: str) -> bytes:
    """Give the key behind a secret: base64 after `whsec_`, any other text as it is."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
