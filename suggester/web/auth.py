"""Who asks: one bearer key for each site."""

from __future__ import annotations

from flask import g, request

from suggester.errors import KeyRefused
from suggester.web.room import service

SCHEME = {"type": "http", "scheme": "bearer", "description": "The key that `suggester connect` printed for the site."}


def require_key() -> None:
    """Find the site of the key sent along, or refuse."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        raise KeyRefused(
            "Send the site's key in the header `Authorization: Bearer <key>`; `suggester keys new` makes one."
        )
    g.site_id = service().site_for_key(key.strip())


def site_id() -> int:
    """Give the site whose key was sent with this request."""
    return int(g.site_id)
