"""The numbers of all sites at once, for those who watch the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from suggester.store.schema import change, delivery, refresh, site, suggestion, task, watched


@dataclass(frozen=True, slots=True)
class LastRefresh:
    """The last refresh of a site that ended well."""

    id: int
    ended_at: datetime  # UTC
    seconds: Mapping[str, float]  # by stage


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """A site in numbers, as its last refresh left it."""

    posts: int = 0
    orphans: int = 0
    suggestions: int = 0  # shown


@dataclass(frozen=True, slots=True)
class Queued:
    """What waits, and what was given up, over all sites."""

    tasks: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by kind and state
    deliveries: Mapping[str, int] = field(default_factory=dict)  # of digests, by state
    changes: int = 0  # told by plugins, not yet taken up


class FigureKeeping:
    """Numbers, as the store has them; each method is quick however many sites there are, but for the last."""

    _read: Callable[[], AbstractContextManager[Connection]]

    def last_refreshes(self) -> dict[int, LastRefresh | None]:
        """Give the last refresh that ended well, by site; None where there is none."""
        well = and_(refresh.c.ended_at.is_not(None), refresh.c.error == "")
        newest = select(func.max(refresh.c.id)).where(well).group_by(refresh.c.site_id)
        with self._read() as connection:
            found: dict[int, LastRefresh | None] = dict.fromkeys(connection.scalars(select(site.c.id)))
            for row in connection.execute(select(refresh).where(refresh.c.id.in_(newest))):
                found[row.site_id] = LastRefresh(row.id, row.ended_at, row.seconds)
        return found

    def queued(self) -> Queued:
        """Count what waits, and what was given up."""
        kinds = select(task.c.kind, task.c.state, func.count()).group_by(task.c.kind, task.c.state)
        states = select(delivery.c.state, func.count()).group_by(delivery.c.state)
        with self._read() as connection:
            tasks = {(kind, state): count for kind, state, count in connection.execute(kinds)}
            deliveries = {state: count for state, count in connection.execute(states)}
            changes = connection.scalar(select(func.count()).select_from(change)) or 0
        return Queued(tasks, deliveries, changes)

    def site_figures(self, site_id: int) -> SiteFigures:
        """Count a site as its last refresh left it; the posts and suggestions of one site are gone through."""
        posts = select(func.count()).select_from(watched).where(watched.c.site_id == site_id)
        alone = posts.where(watched.c.target, watched.c.inbound == 0)
        shown = select(func.count()).where(suggestion.c.site_id == site_id, suggestion.c.shown)
        with self._read() as connection:
            return SiteFigures(*(connection.scalar(each) or 0 for each in (posts, alone, shown)))
