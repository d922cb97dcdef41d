"""Where an address of a site leads today."""

from __future__ import annotations

from urllib.parse import urljoin

from suggester.wordpress import addresses
from suggester.wordpress.http import Gate

_MOST_REDIRECTS = 5


def locate(gate: Gate, url: str) -> str | None:
    """Follow the site's own redirects; the final address, None where it is dead. Other sites are not asked."""
    for _ in range(_MOST_REDIRECTS + 1):
        if not addresses.same_site(url, gate.home):
            return url
        answer = gate.hop("HEAD", url)
        if answer.status in (403, 405, 501):
            answer = gate.hop("GET", url)
        if answer.status in (404, 410):
            return None
        if not 300 <= answer.status < 400 or "location" not in answer.headers:
            return url
        url = urljoin(url, answer.headers["location"])
    return None
