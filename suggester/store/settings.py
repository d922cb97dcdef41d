"""What the owner of each site decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from suggester.entities import Settings
from suggester.errors import RequestError
from suggester.store.dialect import upsert
from suggester.store.schema import settings

NAMES = tuple(field.name for field in fields(Settings))
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST_MONTHS = 24  # between two audits
FEWEST_LINKS, MOST_LINKS = 1.0, 100.0  # for each thousand words


def of(connection: Connection, site_id: int) -> Settings:
    """Give what was decided; the usual where nothing was."""
    columns = [settings.c[name] for name in NAMES]
    row = connection.execute(select(*columns).where(settings.c.site_id == site_id)).one_or_none()
    return Settings(**{name: _plain(value) for name, value in row._mapping.items()}) if row else Settings()


def change(connection: Connection, site_id: int, wanted: Mapping[str, Any]) -> Settings:
    """Keep what was decided; what is not named stays as it is."""
    if unknown := sorted(wanted.keys() - set(NAMES)):
        raise RequestError(f"There is no setting {unknown[0]!r}; there are {', '.join(NAMES)}.")
    decided = replace(of(connection, site_id), **{name: _plain(value) for name, value in wanted.items()})
    _check(decided)
    upsert(connection, settings, [{"site_id": site_id, **asdict(decided)}])
    return decided


def _check(decided: Settings) -> None:
    if not FEWEST_LINKS <= decided.links_per_1000 <= MOST_LINKS:
        raise RequestError(f"links_per_1000 is {decided.links_per_1000:g}; write a number from 1 to 100.")
    if not 0 <= decided.least_score <= 1:
        raise RequestError(f"least_score is {decided.least_score:g}; write a number from 0 to 1, as 0.2.")
    for term in decided.excluded_terms:
        if not all(term.partition(":")):
            raise RequestError(f"{term!r} names no term; write its taxonomy and slug, as in category:news.")
    if not HOUR.fullmatch(decided.refresh_at):
        raise RequestError(f"refresh_at is {decided.refresh_at!r}; write hour and minute, as in 03:30.")
    if not _is_zone(decided.time_zone):
        raise RequestError(f"time_zone is {decided.time_zone!r}; write a name as in Europe/Berlin, or nothing for UTC.")
    if not 0 <= decided.audit_every <= MOST_MONTHS:
        raise RequestError(f"audit_every is {decided.audit_every}; write so many months, as in 3, or 0 for never.")


def _is_zone(name: str) -> bool:
    try:
        return name in ("", "UTC") or bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of zones
        return False


def _plain(value: Any) -> Any:  # noqa: ANN401 - of any setting
    return tuple(dict.fromkeys(value)) if isinstance(value, list | tuple) else value
