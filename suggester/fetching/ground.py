"""Which addresses may be asked: the site's own, others where that is wanted, and no private network but its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from suggester.content.urls import PORTS, absolute
from suggester.wordpress import addresses


class OutOfBounds(Exception):
    """An address that is not asked; the message says why, in one sentence."""


class UnknownHost(Exception):
    """No host of that name is known; the message says so in one sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address that may be asked, and the very IP addresses that were looked at."""

    url: str
    scheme: str
    host: str  # without brackets
    port: int
    target: str  # path and query
    ips: tuple[str, ...]

    @property
    def server(self) -> str:
        """Host and port, as the pace and robots.txt go by."""
        return f"{self.scheme}://{urlsplit(self.url).netloc}"


class Ground:
    """Knows the site's own hosts; names are asked after once, so that a second answer changes nothing."""

    def __init__(
        self,
        home: str,
        aliases: Iterable[str] = (),
        *,
        external: bool = False,
        resolve: addresses.Resolve = addresses.resolve,
    ) -> None:
        self.home = absolute(home)
        self._own = (self.home, *(absolute(each if "://" in each else f"https://{each}") for each in aliases))
        self._external = external
        self._resolve = resolve
        self._known: dict[str, tuple[str, ...]] = {}
        self._private: frozenset[str] | None = None  # addresses of a private network that the site itself is at

    def is_own(self, url: str) -> bool:
        """Whether an address is of the site itself."""
        return any(own and addresses.same_site(url, own) for own in self._own)

    def place(self, url: str) -> Place:
        """Look at an address before it is asked; OutOfBounds where it may not be, UnknownHost where nobody is there."""
        whole = absolute(url)
        if not whole:
            raise OutOfBounds("This is no address of a web page.")
        parts = urlsplit(whole)
        host, own = str(parts.hostname), self.is_own(whole)
        if not own and not self._external:
            raise OutOfBounds(f"This leads to another site ({host}), which is asked only where that is wanted.")
        ips = self._ips(host)
        if not ips:
            raise UnknownHost(f"No host named {host} is known; the link may hold a typing error, or the site is gone.")
        allowed = tuple(ip for ip in ips if not addresses.is_private(ip) or (own and ip in self._own_private()))
        if not allowed:
            raise OutOfBounds(f"This leads into a private network ({host}), which is not asked.")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Place(whole, parts.scheme, host, parts.port or PORTS[parts.scheme], target, allowed)

    def _ips(self, host: str) -> tuple[str, ...]:
        if not self._known.get(host):
            self._known[host] = tuple(dict.fromkeys(self._resolve(host)))
        return self._known[host]

    def _own_private(self) -> frozenset[str]:
        if self._private is None:
            found = self._ips(urlsplit(self.home).hostname or "")
            everywhere = all(map(addresses.is_private, found))  # else the name leads out, and only there
            self._private = frozenset(found) if everywhere else frozenset()
        return self._private
