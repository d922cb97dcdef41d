"""The dates WordPress writes, read as UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def from_gmt(text: str | None) -> datetime | None:
    """Read "2026-11-20 08:30:00" or "2026-11-20T08:30:00", which WordPress means as UTC; None for its zero dates."""
    if not text or text.startswith(("0000", "-")):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def from_mail(text: str | None) -> datetime | None:
    """Read "Fri, 20 Nov 2026 08:30:00 +0000"; None where it is no date (drafts say "-0001")."""
    if not text or " -0001" in text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def to_iso(moment: datetime) -> str:
    """Write a date the way the REST API reads it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
