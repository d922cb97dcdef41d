"""Who may look at the dashboard: one-time links, and the sessions they open; only hashes of either are kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from suggester.errors import LinkRefused
from suggester.store.schema import sign_in, sign_in_site, site

LINK, SESSION = "link", "session"
LINK_LASTS = timedelta(minutes=10)  # long enough to start a browser, too short to lie about
SESSION_LASTS = timedelta(hours=12)  # a working day
TOKEN_BYTES = 32


def make(
    connection: Connection, kind: str, site_ids: Collection[int], now: datetime, lasts: timedelta = LINK_LASTS
) -> str:
    """Make a link's or a session's token, good for these sites; it is shown this once."""
    connection.execute(delete(sign_in).where(sign_in.c.expires_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {"kind": kind, "hash": _hash(token), "expires_at": now + lasts}
    made = connection.execute(insert(sign_in).values(values))
    number = made.inserted_primary_key[0] if made.inserted_primary_key else 0
    rows = [{"sign_in_id": number, "site_id": each} for each in sorted(set(site_ids))]
    if rows:
        connection.execute(insert(sign_in_site), rows)
    return token


def redeem(connection: Connection, token: str, session: str, now: datetime) -> str:
    """Turn a link's token into a session, which it can be this once; LinkRefused where it is used up, old or unknown.

    The sites of `session`, where one is open already, stay open.
    """
    wanted = _valid(LINK, token, now)
    sites = _sites(connection, LINK, token, now)
    if not connection.execute(delete(sign_in).where(*wanted)).rowcount or not sites:
        raise LinkRefused("This link was used before, or is too old; make a new one, each opens the dashboard once.")
    kept = _sites(connection, SESSION, session, now)
    close(connection, session)
    return make(connection, SESSION, sites | kept, now, SESSION_LASTS)


def sites_of(connection: Connection, session: str, now: datetime) -> frozenset[int]:
    """Give the sites that a session may see; none where it has ended."""
    return _sites(connection, SESSION, session, now)


def close(connection: Connection, session: str) -> None:
    """End a session."""
    connection.execute(delete(sign_in).where(sign_in.c.kind == SESSION, sign_in.c.hash == _hash(session)))


def _sites(connection: Connection, kind: str, token: str, now: datetime) -> frozenset[int]:
    joined = sign_in_site.join(sign_in).join(site)
    return frozenset(connection.scalars(select(site.c.id).select_from(joined).where(*_valid(kind, token, now))))


def _valid(kind: str, token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return sign_in.c.kind == kind, sign_in.c.hash == _hash(token), sign_in.c.expires_at > now


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
