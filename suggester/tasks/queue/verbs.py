"""What can be asked of the queue: let something be done, see what waits and what failed, try it again or forget it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from suggester.errors import RequestError
from suggester.store import Change, Store, Task
from suggester.tasks.queue.nights import next_night

GATHERED = timedelta(seconds=3)  # within which changes told by the plugin become one task


class QueueVerbs:
    """The verbs of the queue, as the service has them."""

    store: Store

    def add_changes(self, site_id: int, changes: Iterable[Mapping[str, Any]]) -> int:
        """Keep what the plugin told, `{id, kind, old_url?}` each, and let it be taken up within seconds."""
        told = (Change(each["id"], each["kind"], each.get("old_url") or "") for each in changes)
        received = self.store.add_changes(site_id, told)
        if received:
            self.let_changes_be_taken_up(site_id)
        return received

    def let_changes_be_taken_up(self, site_id: int) -> bool:
        """Let what the plugin told be taken up; False where that waits already."""
        now = datetime.now(UTC)
        return self.store.tasks.add(site_id, "changes", "changes", now + GATHERED, now)

    def let_refresh(self, site_id: int, reason: str = "asked") -> bool:
        """Let a worker refresh a site as soon as one is free; False where that waits already."""
        now = datetime.now(UTC)
        return self.store.tasks.add(site_id, "refresh", reason, now, now)

    def let_digest_be_told(self, site_id: int) -> bool:
        """Let a worker send a site's digest; False where that waits already."""
        now = datetime.now(UTC)
        return self.store.tasks.add(site_id, "digest", "asked", now, now)

    def tasks(self, site_ids: Collection[int] | None = None, state: str | None = None) -> list[Task]:
        """List what waits, is under way or failed, by when it is due: of these sites, or of all."""
        return self.store.tasks.every(site_ids, state)

    def do_again(self, task_id: int) -> Task:
        """Let a task that failed be done again, at once; UnknownTask where there is none of this number."""
        return self.store.tasks.again(task_id, datetime.now(UTC))

    def forget_task(self, task_id: int) -> None:
        """Forget a task that failed, or that waits."""
        self.store.tasks.forget(task_id)

    def take_time_zone(self, site_id: int, name: str) -> None:
        """Let a site's nights be in WordPress's own time zone, where its owner has named none and it is one we know."""
        if name and not self.store.settings(site_id).time_zone:
            with suppress(RequestError):
                self.store.change_settings(site_id, {"time_zone": name})

    def next_night(self, site_id: int) -> datetime | None:
        """Say when a site is refreshed by itself next; None where its owner does not want that."""
        settings = self.store.settings(site_id)
        if not settings.refresh_nightly:
            return None
        return next_night(settings, self.store.site(site_id).url, datetime.now(UTC))
