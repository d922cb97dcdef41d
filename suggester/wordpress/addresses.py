"""Rules about addresses: which belong to a site, and where a password may go."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit, urlunsplit

from suggester.errors import NotWordPress

Resolve = Callable[[str], Iterable[str]]
"""A host name to its IP addresses; none where it is unknown."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRANSLATED = int(ipaddress.IPv6Address("64:ff9b::")) >> 32
_LOCAL_ENDINGS = (".local", ".test", ".localhost")


def resolve(host: str) -> list[str]:
    """Ask the system for the IP addresses of a host."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None)]
    except OSError:
        return []


def normal(url: str) -> str:
    """Complete what a person typed to an http(s) address, without query, fragment or user name."""
    typed = url.strip()
    if "://" not in typed:
        typed = ("http://" if is_local(_host(f"http://{typed}")) else "https://") + typed
    try:
        parts = urlsplit(typed)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")  # no part of a name is empty or longer than 63 characters
    except ValueError as error:
        raise NotWordPress(f"{url!r} is not a web address; give one like https://blog.example") from error
    if parts.scheme not in _DEFAULT_PORTS or not host or any(char.isspace() for char in typed):
        raise NotWordPress(f"{url!r} is not a web address; give one like https://blog.example")
    where = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{where}:{port}" if port else where, parts.path.rstrip("/"), "", ""))


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: the same host, give or take "www." and https."""
    return bare(_host(one)) == bare(_host(other)) and _port(one) == _port(other)


def bare(host: str) -> str:
    """A host without its "www."."""
    return host.lower().removeprefix("www.")


def is_local(host: str) -> bool:
    """Whether a host is this machine, or a name that never leaves the local network."""
    if host == "localhost" or host.endswith(_LOCAL_ENDINGS):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def may_carry_password(url: str) -> bool:
    """Whether a password may be sent to this address: encrypted, or without leaving the local network."""
    return urlsplit(url).scheme == "https" or is_local(_host(url))


def enters_private_network(new: str, old: str, ask: Resolve = resolve) -> bool:
    """Whether a redirect leads from a public host to one of a private network."""
    here, there = _host(old), _host(new)
    return there != here and any(map(is_private, ask(there))) and not any(map(is_private, ask(here)))


def www_twin(url: str) -> str:
    """The same host with "www." put before it or taken away; "" where that makes no sense."""
    host = _host(url)
    if is_local(host) or "." not in host or host.replace(".", "").isdigit() or ":" in host:
        return ""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def is_private(address: str) -> bool:
    """Whether an IP address is none of the public internet."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        meant = found.ipv4_mapped or found.sixtofour or _translated(found)
        if meant or found.is_reserved or found.is_site_local:
            return meant is None or is_private(str(meant))
    return not found.is_global or found.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address behind one that a network translates (RFC 6052)."""
    number = int(address)
    return ipaddress.IPv4Address(number & 0xFFFFFFFF) if number >> 32 == _TRANSLATED else None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _port(url: str) -> int:
    """The port, with https standing for http where both are the usual ones."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return -1
    return 443 if port == 80 else port
