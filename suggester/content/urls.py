"""Addresses of the web, written the one way in which they are asked for and compared."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

LONGEST = 2000  # characters; what is longer is no address that a person would link to
PORTS = {"http": 80, "https": 443}

_STRAY = re.compile("[\t\n\r]")
_NO_HOST = re.compile("(?:https?:)?//+", re.IGNORECASE)
_ESCAPE = re.compile("%[0-9a-fA-F]{2}")
_BARE_PERCENT = re.compile("%(?![0-9a-fA-F]{2})")
_PATH = "/%:@!$&'()*+,;=~-._"
_QUERY = _PATH + "?[]|"


def absolute(href: str, base: str = "") -> str:
    """Give the whole address of a link on the page at `base`, without the part of the page it names.

    "" where it is none of the web, as `mailto:`, or cannot be read. A user name and a password in it are left out.
    Characters that may not stand in an address are escaped as browsers do it (WHATWG URL).
    """
    written = _STRAY.sub("", href.strip()).replace("\\", "/")
    if _NO_HOST.fullmatch(written):
        return ""
    try:
        parts = urlsplit(urljoin(base, written))
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    if parts.scheme not in PORTS or not host:
        return ""
    place = host if port in (None, PORTS[parts.scheme]) else f"{host}:{port}"
    whole = urlunsplit((parts.scheme, place, _escaped(parts.path, _PATH) or "/", _escaped(parts.query, _QUERY), ""))
    return whole if len(whole) <= LONGEST else ""


def _escaped(text: str, safe: str) -> str:
    whole = quote(_BARE_PERCENT.sub("%25", text), safe=safe, errors="replace")
    return _ESCAPE.sub(lambda found: found[0].upper(), whole) if "%" in whole else whole


def _host(host: str) -> str:
    """Write a host as the network knows it; ValueError where no host can be called so."""
    name = host.rstrip(".").lower()
    if ":" in name:
        return f"[{name}]"
    if not name.isascii() or ".." in name:
        name = name.encode("idna").decode("ascii")
    if re.search(r"[^a-z0-9._~-]", name) or any(len(label) > 63 for label in name.split(".")):
        raise ValueError(name)
    return name
