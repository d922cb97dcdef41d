"""How the refreshes of a site go: the last success, what is under way, what waits, what failed, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from suggester.content.text import plural
from suggester.entities import Refresh
from suggester.store import Store, Task
from suggester.tasks.queue.nights import next_night

SHOWN = 30  # refreshes
LATE = timedelta(hours=26)  # a night and its spread; whoever refreshes nightly hears of it after that
NOTICED = ("broken", "orphaned", "linked", "audited")  # kinds of events that a refresh itself does not count
GOOD, WARN, BAD = "good", "warn", "bad"


@dataclass(frozen=True, slots=True)
class Nights:
    """The refreshes of a site, as a person needs to know of them."""

    refreshes: tuple[Refresh, ...]  # newest first
    noticed: Mapping[int, Mapping[str, int]]  # refresh -> kind of event -> how many
    last: Refresh | None  # the last one that ended well
    under_way: bool
    waiting: tuple[Task, ...]
    failed: tuple[Task, ...]  # given up: a person has to look
    changes: int  # told by the plugin, not yet taken up
    next_at: datetime | None  # of the next night; None where the owner wants none
    undelivered: int  # digests that were given up
    mood: str  # GOOD, WARN or BAD
    line: str  # all of it in one sentence
    advice: str = ""  # what to do, "" where there is nothing

    @property
    def changed(self) -> Refresh | None:
        """The newest refresh that changed something a person may want to see."""
        return next((each for each in self.refreshes if each.appeared or each.died or self._noticed(each)), None)

    def _noticed(self, one: Refresh) -> int:
        return sum(self.noticed.get(one.id, {}).values())


class NightVerbs:
    """What the doors ask about nights."""

    store: Store

    def nights(self, site_id: int, at_most: int = SHOWN) -> Nights:
        """Say how the refreshes of a site go."""
        return nights_of(self.store, site_id, datetime.now(UTC), at_most)


def nights_of(store: Store, site_id: int, now: datetime, at_most: int = SHOWN) -> Nights:
    """Gather how the refreshes of a site go."""
    settings, site, tasks = store.settings(site_id), store.site(site_id), store.tasks.every([site_id])
    next_at = next_night(settings, site.url, now) if settings.refresh_nightly else None
    refreshes = store.refreshes(site_id, at_most)
    busy = store.is_locked(site_id, "refresh")
    failed = tuple(task for task in tasks if task.state == "failed")
    last = store.last_refresh(site_id)
    mood, line, advice = _said(last, refreshes, failed, busy, next_at, now)
    return Nights(
        refreshes=tuple(refreshes),
        noticed=store.count_events([each.id for each in refreshes], NOTICED),
        last=last,
        under_way=busy,
        waiting=tuple(task for task in tasks if task.state == "waiting"),
        failed=failed,
        changes=store.count_changes(site_id),
        next_at=next_at,
        undelivered=sum(each.state == "failed" for row in store.digests(site_id) for each in row.deliveries),
        mood=mood,
        line=line,
        advice=advice,
    )


def lasted(seconds: float) -> str:
    """Write how long something took, as in "4 seconds" or "1 hour 5 minutes"."""
    if seconds < 10:
        return f"{seconds:.1f} seconds"
    if seconds < 60:
        return plural(int(seconds), "second")
    minutes = int(seconds // 60)
    if minutes < 60:
        rest = int(seconds) % 60
        return plural(minutes, "minute") + (f" {plural(rest, 'second')}" if rest and minutes < 10 else "")
    hours, rest = divmod(minutes, 60)
    return plural(hours, "hour") + (f" {plural(rest, 'minute')}" if rest else "")


def since(moment: datetime, now: datetime) -> str:
    """Write how long ago a moment was, as in "5 minutes ago"."""
    seconds = (now - moment).total_seconds()
    for length, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            return f"{plural(int(seconds // length), name)} ago"
    return "just now"


def _said(
    last: Refresh | None,
    refreshes: list[Refresh],
    failed: tuple[Task, ...],
    busy: bool,
    next_at: datetime | None,
    now: datetime,
) -> tuple[str, str, str]:
    """Say how it goes: the mood, one sentence, and what to do."""
    done = f"Last refreshed {since(last.ended_at, now)}" if last and last.ended_at else "Never refreshed yet"
    newest = refreshes[0] if refreshes else None
    if busy:
        return GOOD, f"Being refreshed right now. {done}.", ""
    if failed:
        why = failed[-1].why
        return BAD, f"{done}; then {_task_name(failed[-1])} failed and was given up.", f"{why} Then run it again below."
    if newest and newest.error and newest.ended_at:
        return BAD, f"{done}; the try {since(newest.ended_at, now)} failed.", newest.error
    if newest and newest.ended_at is None:
        return WARN, f"{done}; one was stopped in the middle.", "It goes on where it was with the next refresh."
    if last is None:
        return WARN, f"{done}.", "Run `suggester refresh`, or wait for the night."
    if next_at and last.ended_at and now - last.ended_at > LATE:
        return WARN, f"{done}; a night was missed.", "Let `suggester serve` or a `suggester worker` run all night."
    took = lasted(sum(last.seconds.values()))
    return GOOD, f"{done}; it took {took}.", "" if next_at else "It is not refreshed by itself: that is switched off."


def _task_name(task: Task) -> str:
    names = {"refresh": "a refresh", "changes": "taking up changes", "audit": "an audit", "digest": "a digest"}
    return names.get(task.kind, task.kind)
