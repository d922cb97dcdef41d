"""Asks for addresses as a polite visitor would, and says in words what came of each."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from suggester.content.urls import absolute
from suggester.errors import ConfigError
from suggester.fetching import EXTERNAL_REST, REST, robots, wire
from suggester.fetching.ground import Ground, OutOfBounds, Place, UnknownHost
from suggester.fetching.rate import Rate
from suggester.fetching.wire import Bounds, NoAnswer, Reply
from suggester.wordpress import addresses
from suggester.wordpress.http import retry_after

MOST_HOPS = 10  # redirects; browsers give up after 20, search engines after 5 to 10
PATIENCE = 60.0  # the longest Retry-After that is waited for, in seconds
AGAIN = 2.0  # seconds before another try
CHECKED = 64 << 10  # bytes that are read where only the status matters

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CLOSED = frozenset({401, 402, 403, 405, 406, 407, 408, 409, 425, 429, 451, 999})
"""Statuses with which sites turn programs away while people may well see the page; 999 is LinkedIn's own."""
WITHOUT_COOKIES = "It may do so only to programs that take no cookies; look at it in a browser."
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking for one address."""

    url: str
    outcome: str  # one of entities.OUTCOMES
    status: int = 0  # the last one, 0 where nobody answered
    final_url: str = ""
    hops: int = 0  # redirects followed
    error: str = ""  # what is wrong, in one sentence; "" where nothing is
    reply: Reply | None = None  # the last one


class Stopped(Exception):
    """The fetcher was closed while somebody waited for his turn."""


class Fetcher:
    """Asks the hosts of one site, and others where that is wanted; may be shared by threads.

    No login, cookie or proxy is used. `rest` is the least number of seconds between two requests to the site itself.
    """

    def __init__(
        self,
        home: str,
        aliases: Iterable[str] = (),
        *,
        external: bool = False,
        rest: float = REST,
        external_rest: float = EXTERNAL_REST,
        ca_file: Path | str | None = None,
        bounds: Bounds | None = None,
        sleep: Callable[[float], None] | None = None,
        resolve: addresses.Resolve = addresses.resolve,
    ) -> None:
        self._stopping = Event()
        self._sleep = sleep or self._pause
        self.ground = Ground(home, aliases, external=external, resolve=resolve)
        self._bounds = bounds or Bounds()
        self._trust = _trust(ca_file)
        self._rate = Rate(rest, sleep=self._sleep)
        self._external_rest = external_rest
        self._robots: dict[str, robots.Robots] = {}
        self._silent: dict[str, str] = {}  # hosts that nobody answers at, and why
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def close(self) -> None:
        """Ask nobody any more; threads that wait for their turn end with `Stopped`."""
        self._stopping.set()

    def page(self, url: str) -> Fetched:
        """Ask for a page, following redirects."""
        return self._follow(url, "GET", self._bounds)

    def check(self, url: str) -> Fetched:
        """Ask whether something is there: HEAD, and GET where HEAD is refused or says that nothing is."""
        return self._follow(url, "HEAD", replace(self._bounds, body=min(CHECKED, self._bounds.body)))

    def robots_of(self, url: str) -> robots.Robots:
        """Give what the robots.txt of an address's host asks of us; OutOfBounds where that host is not asked."""
        return self._rules(self.ground.place(url))

    def _follow(self, url: str, method: str, bounds: Bounds) -> Fetched:
        here, seen, cookies = absolute(url), set[str](), False
        found = Fetched(url, "left", final_url=here or url)
        while True:
            seen.add(here)
            asked = self._ask(here or url, method, bounds)
            found = replace(asked, url=url, hops=found.hops, status=asked.status or found.status)
            if asked.reply is None or asked.status not in REDIRECTS:
                return found
            there = asked.reply.headers.get("location", "").strip()
            here = absolute(there, here) if there else ""
            found = replace(found, hops=found.hops + 1, final_url=here or found.final_url)
            cookies = cookies or "set-cookie" in asked.reply.headers
            if why := _dead_end(here, there, seen, found.hops):
                if cookies and here:
                    return replace(found, outcome="closed", error=f"{why} {WITHOUT_COOKIES}")
                return replace(found, outcome="circle", error=why)

    def _ask(self, url: str, method: str, bounds: Bounds) -> Fetched:
        """Ask for one address that was looked at before, and follow nothing."""
        try:
            place = self.ground.place(url)
            rules = self._rules(place)
            if not rules.allows(place.target):
                return Fetched(url, "robots", final_url=url, error=rules.closed or _forbidden(place))
            reply = self._patiently(method, place, bounds)
            if reply is None or (method == "HEAD" and reply.status >= 400):
                reply = self._patiently("GET", place, bounds, tries=2 if reply else 1)
        except OutOfBounds as error:
            return Fetched(url, "left", final_url=url, error=str(error))
        except (UnknownHost, NoAnswer) as silence:
            return Fetched(url, "unreachable", final_url=url, error=str(silence))
        assert reply is not None
        outcome, why = judged(reply, place.host)
        return Fetched(url, outcome, reply.status, url, error=why, reply=reply)

    def _patiently(self, method: str, place: Place, bounds: Bounds, tries: int = 2) -> Reply | None:
        """Try again where that may help; None where HEAD is not answered at all."""
        if why := self._silent.get(place.server):
            raise NoAnswer(why)
        for _ in range(tries - 1 if method == "GET" else 0):
            try:
                reply = self._once(method, place, bounds)
            except NoAnswer as error:
                if not error.passing:
                    raise
                self._sleep(AGAIN)
                continue
            if reply.status not in LATER or not self._may_wait(place, reply):
                return reply
        return self._finally(method, place, bounds)

    def _finally(self, method: str, place: Place, bounds: Bounds) -> Reply | None:
        """Try for the last time."""
        try:
            return self._once(method, place, bounds)
        except NoAnswer as error:
            if method == "HEAD" and error.passing:
                return None
            if not self.ground.is_own(place.url):  # the site itself is asked on, as its pages are many
                self._silent[place.server] = str(error)
            raise

    def _once(self, method: str, place: Place, bounds: Bounds) -> Reply:
        rest = None if self.ground.is_own(place.url) else self._external_rest
        self._pause(0.0)
        with self._rate.turn(place.server, rest):
            return wire.ask(method, place, bounds, self._trust)

    def _pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise Stopped

    def _may_wait(self, place: Place, reply: Reply) -> bool:
        """Wait as long as a host asks for; False where that is too long."""
        wait = retry_after(reply.headers.get("retry-after", ""), datetime.now(UTC))
        if wait is not None and wait > PATIENCE:
            return False
        if reply.status == 429:
            self._rate.slower(place.server, max(2 * self._rate.rest, 1.0))
        self._sleep(AGAIN if wait is None else wait)
        return True

    def _rules(self, place: Place) -> robots.Robots:
        with self._lock:
            lock = self._locks.setdefault(place.server, Lock())
        with lock:
            if place.server not in self._robots:
                found = self._robots[place.server] = self._read_robots(place)
                if found.delay:
                    self._rate.slower(place.server, found.delay)
            return self._robots[place.server]

    def _read_robots(self, place: Place) -> robots.Robots:
        """Read a host's robots.txt: none allows everything, an error nothing (RFC 9309, 2.3.1)."""
        url = f"{place.server}/robots.txt"
        bounds = replace(self._bounds, body=robots.MOST)
        for _ in range(MOST_HOPS):
            try:
                there = self.ground.place(url)
                reply = self._patiently("GET", there, bounds)
            except (OutOfBounds, UnknownHost, NoAnswer):
                return robots.OPEN  # the address itself says what is wrong there, if anything is
            assert reply is not None
            if reply.status in REDIRECTS and (url := absolute(reply.headers.get("location", ""), url)):
                continue
            if reply.status >= 500 or reply.status == 429:
                return robots.Robots(
                    closed=f"robots.txt of {place.host} answers {reply.status}, so that nothing is asked there for now."
                )
            return robots.read(reply.body.decode("utf-8", "replace")) if 200 <= reply.status < 300 else robots.OPEN
        return robots.OPEN


def judged(reply: Reply, host: str) -> tuple[str, str]:
    """Say what a reply means, and what is wrong with it in one sentence."""
    status = reply.status
    if 200 <= status < 300:
        return "fine", reply.cut
    if status in REDIRECTS:
        return "fine", ""
    if status in (404, 410):
        return "gone", f"There is no such page on {host} ({status})."
    if status in CLOSED:
        return "closed", f"{host} does not show this page to programs ({status}); look at it in a browser."
    if status >= 400:
        return "failing", f"{host} answers with an error ({status})."
    return "unread", f"{host} answers with a status that says nothing ({status})."


def _dead_end(there: str, written: str, seen: set[str], hops: int) -> str:
    if not written:
        return "It redirects without saying where to."
    if not there:
        return f"It redirects to something that is no address of a web page ({written[:80]})."
    if there in seen:
        return "It redirects in a circle."
    return f"It redirects more than {MOST_HOPS} times." if hops > MOST_HOPS else ""


def _forbidden(place: Place) -> str:
    return f"robots.txt of {place.host} asks programs not to read this."


def _trust(ca_file: Path | str | None) -> ssl.SSLContext:
    """Trust the authorities that browsers trust, and one of the owner's own."""
    if ca_file and not Path(ca_file).is_file():
        raise ConfigError(f"{ca_file} is not a file; give the certificate file (PEM) of your own authority.")
    trust = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    if ca_file:
        trust.load_verify_locations(cafile=str(ca_file))
    return trust
