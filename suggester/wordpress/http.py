"""The one gate through which a site is asked: bounded in time and size, patient, and careful with the password."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import requests

from suggester.errors import ConfigError, SiteRefused, SiteUnreachable
from suggester.wordpress import addresses
from suggester.wordpress.dates import from_mail
from suggester.wordpress.login import Login

USER_AGENT = "link-suggester/0.1 (self-hosted internal link suggester for WordPress)"

_LATER = frozenset({429, 500, 502, 503, 504, 508, 520, 521, 522, 523, 524})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_CHUNK = 1 << 16

Params = Mapping[str, str | int]
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much the gate waits for."""

    connect: float = 10.0  # seconds
    read: float = 30.0  # seconds without a byte
    whole: float = 120.0  # seconds for one answer, however it drips
    body: int = 64 << 20  # bytes, unpacked
    tries: int = 4
    patience: float = 120.0  # the longest Retry-After that is waited for, in seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    url: str  # where it came from, after redirects
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.body.decode("utf-8", errors="replace")


class Overloaded(SiteUnreachable):
    """The site gave up on this one request (500, too slow, too large); a smaller one may pass."""


class _Body(Protocol):
    def read1(self, amount: int, decode_content: bool) -> bytes: ...


class Gate:
    """Sends requests to one site and to no other."""

    def __init__(
        self,
        home: str,
        *,
        login: Login | None = None,
        ca_file: Path | str | None = None,
        limits: Limits | None = None,
        session: requests.Session | None = None,
        sleep: Sleep = time.sleep,
        resolve: addresses.Resolve = addresses.resolve,
    ) -> None:
        if ca_file and not Path(ca_file).is_file():
            raise ConfigError(f"{ca_file} is not a file; give the certificate file (PEM) of your own authority.")
        self.home = home
        self.login = login
        self.limits = limits or Limits()
        self._session = session or requests.Session()
        self._session.trust_env = False  # neither .netrc nor proxies may see the password
        self._session.verify = str(ca_file) if ca_file else True
        self._sleep = sleep
        self._resolve = resolve

    def get(self, url: str, params: Params | None = None, *, authorised: bool = True) -> Answer:
        """Read an address of the site."""
        return self.ask("GET", url, params, authorised=authorised)

    def ask(
        self,
        method: str,
        url: str,
        params: Params | None = None,
        *,
        data: bytes | None = None,
        content_type: str = "application/json",
        authorised: bool = True,
        enough: int = 0,
    ) -> Answer:
        """Send a request and give the answer, after redirects and waiting; `enough` bytes of it will do where given.

        Only what cannot have been carried out is sent again where `data` is sent.
        """
        headers = {"User-Agent": USER_AGENT, "Accept": "*/*"}
        if data is not None:
            headers["Content-Type"] = content_type
        for _ in range(_MOST_REDIRECTS + 1):
            sent = requests.Request(method, url, params=dict(params or {}), data=data, headers=dict(headers))
            if authorised and self.login:
                sent.headers["Authorization"] = self._credentials(url, self.login)
            answer = self._patiently(sent, enough)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            url, params = self._redirected(answer), None
        raise SiteUnreachable(f"{url} redirects in a circle; open it in a browser to see what is wrong.")

    def hop(self, method: str, url: str) -> Answer:
        """Ask one address as a visitor would, and follow nothing."""
        self._check_own(url)
        return self._patiently(requests.Request(method, url, headers={"User-Agent": USER_AGENT}), enough=_CHUNK)

    def _credentials(self, url: str, login: Login) -> str:
        self._check_own(url)
        if not addresses.may_carry_password(url):
            raise SiteRefused(
                f"The application password is not sent over plain http to {urlsplit(url).hostname}; use https."
            )
        pair = f"{login.user}:{login.password}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")

    def _check_own(self, url: str) -> None:
        if not addresses.same_site(url, self.home):
            raise SiteRefused(f"{url} is not part of {self.home}; give that address if it is the site you mean.")

    def _redirected(self, answer: Answer) -> str:
        """Where a redirect leads; never to another host, nor from the public internet into a private network."""
        there = urljoin(answer.url, answer.headers["location"])
        if not addresses.same_site(there, self.home):
            host = urlsplit(there).hostname
            raise SiteRefused(
                f"{answer.url} leads away to {host}; connect {host} itself if that is the site, "
                "or open the site to visitors if that is a login page."
            )
        if addresses.enters_private_network(there, self.home, self._resolve):
            raise SiteRefused(f"{answer.url} leads into a private network ({there}); this is not followed.")
        return there

    def _patiently(self, request: requests.Request, enough: int) -> Answer:
        """Try again while the site says "later"."""
        url = str(request.url)
        tries = self.limits.tries
        broken = 0
        for attempt in range(1, tries + 1):
            last = attempt == tries or (request.data and attempt > 1)
            try:
                answer = self._once(request, enough)
            except requests.RequestException as error:
                if last or request.data or not _passing(error):
                    raise _translated(error, url) from error
                self._sleep(2.0 ** (attempt - 1))
                continue
            if answer.status not in _LATER or (request.data and answer.status not in (429, 503)):
                return answer
            broken += answer.status == 500
            if last or broken > 1:
                break
            self._sleep(self._pause(answer, attempt))
        raise Overloaded(f"{url} keeps answering {answer.status}; try later, or look into the site's error log.")

    def _pause(self, answer: Answer, attempt: int) -> float:
        wait = retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))
        if wait is not None and wait > self.limits.patience:
            raise SiteUnreachable(f"{answer.url} asks to wait {wait:.0f} seconds; try again after that.")
        return wait if wait is not None else 2.0 ** (attempt - 1)

    def _once(self, request: requests.Request, enough: int) -> Answer:
        until = time.monotonic() + self.limits.whole
        with self._session.send(
            self._session.prepare_request(request),
            stream=True,
            allow_redirects=False,
            timeout=(self.limits.connect, self.limits.read),
            verify=self._session.verify,
        ) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = b"" if request.method == "HEAD" else self._body(response, until, enough)
            return Answer(response.url, response.status_code, headers, body)

    def _body(self, response: requests.Response, until: float, enough: int) -> bytes:
        raw: _Body = response.raw
        parts, size = [], 0
        while chunk := _read(raw, response):
            parts.append(chunk)
            size += len(chunk)
            if enough and size >= enough:
                break
            if size > self.limits.body:
                raise Overloaded(f"{response.url} sent more than {self.limits.body >> 20} MB in one answer.")
            if time.monotonic() > until:
                raise Overloaded(f"{response.url} took longer than {self.limits.whole:.0f} seconds for one answer.")
        return b"".join(parts)


def retry_after(header: str, now: datetime) -> float | None:
    """Read a Retry-After of either form as seconds from now."""
    if header.strip().isdecimal():
        return float(header)
    moment = from_mail(header)
    return max((moment - now).total_seconds(), 0.0) if moment else None


def _read(raw: _Body, response: requests.Response) -> bytes:
    """What has arrived by now, so that a dripping answer still lets the clock be looked at."""
    from urllib3 import exceptions as low

    try:
        return raw.read1(_CHUNK, decode_content=True)
    except low.ReadTimeoutError as error:
        raise requests.ReadTimeout(error, response=response) from error
    except (low.HTTPError, OSError) as error:
        raise requests.exceptions.ChunkedEncodingError(error, response=response) from error


def _passing(error: requests.RequestException) -> bool:
    """Whether trying again may help."""
    if isinstance(error, requests.exceptions.SSLError) or _unknown_host(error):
        return False
    return isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError)


def _unknown_host(error: requests.RequestException) -> bool:
    return "NameResolutionError" in repr(error) or "getaddrinfo" in repr(error)


def _translated(error: requests.RequestException, url: str) -> SiteUnreachable | SiteRefused:
    host = urlsplit(url).hostname or url
    if isinstance(error, requests.exceptions.SSLError):
        return SiteRefused(
            f"The certificate of {host} cannot be verified; name your own authority's certificate file if it has one."
        )
    if _unknown_host(error):
        return SiteUnreachable(f"No host named {host} is known; check the address for a typing error.")
    if isinstance(error, requests.ReadTimeout):
        return Overloaded(f"{url} did not answer in time; try again later.")
    if isinstance(error, requests.ConnectionError | requests.Timeout):
        return SiteUnreachable(f"{host} does not answer; check that the address is right and the site is up.")
    return SiteUnreachable(f"The answer of {url} broke off; try again later.")
