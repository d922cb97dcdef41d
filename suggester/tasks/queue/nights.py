"""When the nights of a site are: at its hour, in its time zone, spread so that many sites do not come at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from hashlib import sha256
from zoneinfo import ZoneInfo

from suggester.entities import Settings

SPREAD = 3600  # seconds over which the sites of one hour are spread
DAYS = (-2, -1, 0, 1, 2)  # around today where the site is: the nights before and after now are always among these


def last_night(settings: Settings, site: str, now: datetime) -> datetime:
    """Give the moment of the last night that has come, in UTC.

    An hour that the clocks leave out in spring is taken as it would have been; one that comes twice in autumn counts
    the first time (PEP 495, fold 0). So every day of the calendar has exactly one night.
    """
    return max(night for night in _around(settings, site, now) if night <= now)


def next_night(settings: Settings, site: str, now: datetime) -> datetime:
    """Give the moment of the night to come, in UTC."""
    return min(night for night in _around(settings, site, now) if night > now)


def lateness(site: str) -> int:
    """Say how many seconds behind the hour a site comes: always as many for the same site."""
    return int.from_bytes(sha256(site.encode()).digest()[:4], "big") % SPREAD


def zone_of(settings: Settings) -> tzinfo:
    """Give the time zone of a site."""
    return ZoneInfo(settings.time_zone) if settings.time_zone not in ("", "UTC") else UTC


def _around(settings: Settings, site: str, now: datetime) -> Iterator[datetime]:
    zone = zone_of(settings)
    hour = time.fromisoformat(settings.refresh_at)
    today = now.astimezone(zone).date()
    for day in DAYS:
        night = datetime.combine(today + timedelta(days=day), hour, zone)
        yield night.astimezone(UTC) + timedelta(seconds=lateness(site))
