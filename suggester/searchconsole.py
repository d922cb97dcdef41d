"""Google Search Console's API: what people search for, and which pages they are shown, read with a service account.

A service account signs a JSON Web Token (RFC 7519) with its own key and gets an access token for it (RFC 7523), as
Google describes in "Using OAuth 2.0 for Server to Server Applications". Nothing but Google's two hosts is asked,
whatever a key file says.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from suggester.errors import ConsoleUnreachable, ImportRefused

TOKEN = "https://oauth2.googleapis.com/token"
API = "https://www.googleapis.com/webmasters/v3"
SCOPE = "https://www.googleapis.com/auth/webmasters.readonly"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
VALID = 3600  # seconds; the longest that Google takes
AT_ONCE = 25_000  # rows; the most that one answer holds
MOST_ROWS = 500_000
MOST_BYTES = 64 << 20  # of an answer
PATIENCE = (10.0, 60.0)  # seconds: to connect, and without a byte
LONGEST_KEY = 20_000  # characters
HEADINGS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("page",): ("page", "clicks", "impressions", "ctr", "position"),
    ("query", "page"): ("query", "page", "clicks", "impressions", "ctr", "position"),
}
_FIELDS = ("clicks", "impressions", "ctr", "position")
NO_KEY = "This is no key of a service account; make one in the Google Cloud console (Keys, Add key, JSON), and give it."


class SearchConsole:
    """Search Console as one service account sees it."""

    def __init__(
        self,
        key: str,
        *,
        ca_file: Path | str | None = None,
        token_url: str = TOKEN,
        api: str = API,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`key` is the JSON file that Google gives for a service account; ImportRefused where it is something else."""
        self.account, self._key, self._key_id = _read_key(key)
        self._token_url, self._api, self._clock = token_url, api, clock
        self._session = requests.Session()
        self._session.trust_env = False  # neither a .netrc nor a proxy of the environment sees the token
        if ca_file:
            self._session.verify = str(ca_file)
        self._token, self._until = "", 0.0

    def rows(self, property_: str, first: date, last: date, dimensions: tuple[str, ...]) -> Iterator[list[str]]:
        """Give what was searched for from the first day to the last, as rows of text under HEADINGS[dimensions].

        `property_` is as Search Console names it: `https://blog.example/`, or `sc-domain:blog.example`. Raises
        ImportRefused where Google does not let in or knows no such property, ConsoleUnreachable where it fails.
        """
        url = f"{self._api}/sites/{quote(property_, safe='')}/searchAnalytics/query"
        asked = {"startDate": first.isoformat(), "endDate": last.isoformat(), "dimensions": list(dimensions)}
        for begin in range(0, MOST_ROWS, AT_ONCE):
            told = self._post(url, property_, json=asked | {"rowLimit": AT_ONCE, "startRow": begin})
            found = told.get("rows", [])
            yield from (_row(each, len(dimensions)) for each in found)
            if len(found) < AT_ONCE:
                return

    def _post(self, url: str, property_: str, **more: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as requests has it
        return self._ask(url, property_, headers={"Authorization": f"Bearer {self._access()}"}, **more)

    def _access(self) -> str:
        now = self._clock()
        if now > self._until - 60:
            told = self._ask(self._token_url, "", data={"grant_type": GRANT, "assertion": self._assertion(int(now))})
            self._token, self._until = str(told.get("access_token", "")), now + float(told.get("expires_in", VALID))
        return self._token

    def _assertion(self, now: int) -> str:
        head = {"alg": "RS256", "typ": "JWT", "kid": self._key_id}
        claims = {"iss": self.account, "scope": SCOPE, "aud": self._token_url, "iat": now, "exp": now + VALID}
        signed = b".".join(_base64(json.dumps(each).encode()) for each in (head, claims))
        signature = self._key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return (signed + b"." + _base64(signature)).decode()

    def _ask(self, url: str, property_: str, **more: Any) -> Mapping[str, Any]:  # noqa: ANN401
        try:
            with self._session.post(url, timeout=PATIENCE, allow_redirects=False, stream=True, **more) as answer:
                if answer.status_code != requests.codes.ok:
                    raise self._refusal(answer.status_code, property_)
                return _read(answer)
        except requests.RequestException as error:
            raise ConsoleUnreachable("Google does not answer; look at the connection, and try again later.") from error

    def _refusal(self, status: int, property_: str) -> ImportRefused | ConsoleUnreachable:
        if status == requests.codes.too_many or status >= requests.codes.server_error:
            return ConsoleUnreachable(f"Google says “later” ({status}); try again in some minutes.")
        if not property_:
            return ImportRefused(f"Google does not take the key of {self.account} ({status}); make a new one.")
        if status in (requests.codes.unauthorized, requests.codes.forbidden):
            return ImportRefused(
                f"{self.account} may not see {property_} ({status}); switch the Search Console API on in its project,"
                " and add this address as a user of the property in Search Console (Settings, Users and permissions)."
            )
        return ImportRefused(
            f"Google does not know {property_} ({status}); write the property as Search Console names it, as"
            " https://blog.example/ or sc-domain:blog.example."
        )


def _read_key(key: str) -> tuple[str, rsa.RSAPrivateKey, str]:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # takes a while to load

    try:
        told = json.loads(key[:LONGEST_KEY])
        private = load_pem_private_key(told["private_key"].encode(), password=None)
        account, key_id = str(told["client_email"]), str(told.get("private_key_id", ""))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ImportRefused(NO_KEY) from error
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ImportRefused(NO_KEY)
    return account, private, key_id


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _read(answer: requests.Response) -> Mapping[str, Any]:
    body = bytearray()
    for part in answer.iter_content(1 << 16):
        body += part
        if len(body) > MOST_BYTES:
            raise ConsoleUnreachable("Google’s answer is larger than it says it may be; try again later.")
    try:
        told = json.loads(body)
    except ValueError as error:
        raise ConsoleUnreachable("Google answers with something that cannot be read; try again later.") from error
    return told if isinstance(told, dict) else {}


def _row(told: Mapping[str, Any], keys: int) -> list[str]:
    names: Sequence[object] = told.get("keys", ())
    cells = [str(name) for name in names][:keys]
    return [*cells, *[""] * (keys - len(cells)), *(f"{float(told.get(field, 0)):.6f}" for field in _FIELDS)]
