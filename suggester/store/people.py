"""What people said of suggestions, and the keys their plugins speak with."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from suggester.entities import Verdict
from suggester.errors import KeyRefused, RequestError
from suggester.store.rows import KeyRow
from suggester.store.schema import key, verdict

VERDICTS = ("accepted", "dismissed")
KEY_PREFIX = "sug_"  # so that a key found somewhere is known for what it is
KEY_BYTES = 32


def add_verdict(connection: Connection, site_id: int, said: Verdict, now: datetime) -> None:
    """Keep what a person said."""
    if said.verdict not in VERDICTS:
        raise RequestError(f"A verdict is one of {', '.join(VERDICTS)}, not {said.verdict!r}.")
    values = {"source_id": said.source_id, "target_id": said.target_id, "verdict": said.verdict, "anchor": said.anchor}
    connection.execute(insert(verdict).values(site_id=site_id, at=said.at or now, **values))


def verdicts(connection: Connection, site_id: int, source_id: int | None) -> list[Verdict]:
    """Give what was said, oldest first: of one source's suggestions, or of all."""
    wanted = select(verdict).where(verdict.c.site_id == site_id).order_by(verdict.c.id)
    if source_id is not None:
        wanted = wanted.where(verdict.c.source_id == source_id)
    return [_verdict(row) for row in connection.execute(wanted)]


def add_key(connection: Connection, site_id: int, name: str, now: datetime) -> str:
    """Make a key; it is shown this once, and only its hash is kept."""
    made = KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)
    connection.execute(insert(key).values(site_id=site_id, name=name, hash=_hash(made), created_at=now))
    return made


def site_for_key(connection: Connection, given: str) -> int:
    """Say for which site a key speaks.

    The time this takes tells a guesser nothing: what is looked up is the hash of a guess.
    """
    wanted = _hash(given)
    row = connection.execute(select(key.c.site_id, key.c.hash).where(key.c.hash == wanted)).one_or_none()
    if row is None or not hmac.compare_digest(row.hash, wanted):
        raise KeyRefused("This key is not known here; `suggester keys new` makes one, to be put into the plugin.")
    return int(row.site_id)


def keys(connection: Connection, site_id: int) -> list[KeyRow]:
    """List the keys of a site, oldest first."""
    rows = connection.execute(select(key).where(key.c.site_id == site_id).order_by(key.c.id))
    return [KeyRow(row.id, row.site_id, row.name, row.created_at) for row in rows]


def revoke_key(connection: Connection, site_id: int, name: str) -> int:
    """Make the keys of this name worthless; return how many there were."""
    return connection.execute(delete(key).where(key.c.site_id == site_id, key.c.name == name)).rowcount


def _hash(given: str) -> bytes:
    return hashlib.sha256(given.encode("utf-8", "replace")).digest()


def _verdict(row: Row[Any]) -> Verdict:
    return Verdict(row.source_id, row.target_id, row.verdict, row.anchor, row.at)
