"""The visit before an audit that comes by itself: some pages each night, until all were seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from suggester.content.text import plural
from suggester.errors import ConfigError, SiteError, SiteRefused
from suggester.store import Store
from suggester.tasks.lookup import DEAD_FOR
from suggester.tasks.progress import Progress
from suggester.tasks.tour import Ration
from suggester.wordpress.connect import is_file

PER_NIGHT = 3000  # addresses of a site that are asked for; half an hour to an hour, as quick as the site is
NIGHT = timedelta(hours=12)  # what was asked for within it is of the same night
LONGEST = 3600.0  # seconds
COUNTS = DEAD_FOR  # a visit is as good for so long
WAITS = timedelta(days=14)  # for a visit to end; then the audit goes by what was found


class Visited(Protocol):
    """What is needed of the report of a visit."""

    ended: bool
    pages: int


def visit_by_night(store: Store, site_id: int, visit: Callable[..., Visited], progress: Progress) -> str | None:
    """Visit the pages of a site before its audit: a sentence that tells of it, or None where it goes on next night.

    A site that was read from an export file is not visited. SyncRunning where another process is at it.
    """
    if not _is_connected(store, site_id):
        return ""
    left = PER_NIGHT - store.count_visits(site_id, datetime.now(UTC) - NIGHT)
    try:
        report = visit(site_id, ration=Ration(max(0, left), LONGEST), kept=COUNTS, progress=progress)
    except SiteRefused as error:
        return f"Its pages could not be visited: {error}"
    except SiteError as error:
        why = f"Its pages could not all be visited: {error}"
    else:
        if report.ended:
            return f"{plural(report.pages, 'page')} {'was' if report.pages == 1 else 'were'} visited for it."
        why = f"Its pages could not all be visited within {plural(WAITS.days, 'day')}."
    tour = store.tour(site_id)
    return why if tour is None or tour.started_at < datetime.now(UTC) - WAITS else None


def _is_connected(store: Store, site_id: int) -> bool:
    try:
        return not is_file(store.site(site_id).source)
    except ConfigError:  # a file that is gone
        return False
