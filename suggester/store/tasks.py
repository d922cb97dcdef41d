"""What is to be done for each site, what is being done, and what failed: the queue's truth, whatever carries messages.

A site has at most one task of a kind that waits, one that failed, and one task under way; the database's own unique
indexes say so, so that no number of workers can double anything. A task under way belongs to the worker that claimed
it for as long as its beat goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from suggester.entities import Settings
from suggester.errors import RequestError, UnknownTask
from suggester.store.rows import Task
from suggester.store.schema import settings, site, task, turn

KINDS_OF_TASK = ("refresh", "changes", "audit", "digest")
FARTHEST = timedelta(hours=6)  # nothing waits longer; what seems to was made by a clock that was wrong
COVERED = {"refresh": ("refresh", "changes")}  # kind that went well -> failures that are made good by it
TRIES_AT_ONCE = 10  # to write while other processes write the same

T = TypeVar("T")
Opened = Callable[[], AbstractContextManager[Connection]]


class Tasks:
    """The tasks of all sites; each method that writes is one transaction."""

    def __init__(self, read: Opened, write: Opened) -> None:
        self._read = read
        self._write = write

    def add(self, site_id: int, kind: str, reason: str, due_at: datetime, now: datetime) -> bool:
        """Let a task wait; False where one of its kind waits already, which then is due no later than this one."""
        if kind not in KINDS_OF_TASK:
            raise RequestError(f"A task is one of {', '.join(KINDS_OF_TASK)}, not {kind!r}.")

        def write(connection: Connection) -> bool:
            return _add(connection, site_id, kind, reason, due_at, now)

        return self._written(write, none=False)

    def claim(self, worker: str, now: datetime, first: str = "") -> Task | None:
        """Take the task whose turn it is: of the site that was served longest ago, none of which is under way.

        Tasks of kind `first` go before all others. None where nothing is due, or others were quicker.
        """
        if not self._any(_claimable(now)):  # many look and find nothing: that takes no lock
            return None

        def write(connection: Connection) -> Task | None:
            return _claim(connection, worker, now, first)

        return self._written(write, none=None)

    def beat(self, task_id: int, worker: str) -> bool:
        """Show that a task is still being worked at; False where it is no longer this worker's."""
        with self._write() as connection:
            beaten = update(task).where(_held(task_id, worker)).values(beat=task.c.beat + 1)
            return connection.execute(beaten).rowcount == 1

    def done(self, task_id: int, worker: str, now: datetime, then: Iterable[str] = ()) -> bool:
        """Note that a task ended well, with what failed before of its kind; `then` are the kinds to go on with.

        False where it was no longer this worker's.
        """

        def write(connection: Connection) -> bool:
            row = connection.execute(select(task).where(_held(task_id, worker))).one_or_none()
            if row is None:
                return False
            good = COVERED.get(row.kind, (row.kind,))
            failed = and_(task.c.site_id == row.site_id, task.c.state == "failed", task.c.kind.in_(good))
            connection.execute(delete(task).where(or_(task.c.id == task_id, failed)))
            for kind in then:
                _add(connection, row.site_id, kind, row.reason, now, now)
            return True

        return self._written(write, none=False)

    def put_back(
        self,
        task_id: int,
        worker: str,
        due_at: datetime,
        now: datetime,
        *,
        why: str = "",
        counted: bool = True,
        gave_way: bool = False,
    ) -> bool:
        """Let a task that was claimed wait again; `counted` False where the try was no fault of its own."""

        def write(connection: Connection) -> bool:
            row = connection.execute(select(task).where(_held(task_id, worker))).one_or_none()
            if row is not None:
                _wait_again(connection, row, due_at, now, why, counted, gave_way)
            return row is not None

        return self._written(write, none=False)

    def fail(self, task_id: int, worker: str, why: str, now: datetime) -> bool:
        """Give a task up, and keep it with the sentence that says why; an older failure of its kind goes."""

        def write(connection: Connection) -> bool:
            row = connection.execute(select(task).where(_held(task_id, worker))).one_or_none()
            if row is not None:
                _failed(connection, row, why, now)
            return row is not None

        return self._written(write, none=False)

    def take_away(self, one: Task, due_at: datetime, now: datetime, most: int, why: str) -> bool:
        """Take a task from a worker whose beat has stopped since `one` was read; after `most` tries give it up."""

        def write(connection: Connection) -> bool:
            still = and_(_held(one.id, one.worker), task.c.beat == one.beat)
            row = connection.execute(select(task).where(still)).one_or_none()
            if row is None:
                return False
            if row.tries >= most:
                _failed(connection, row, why, now)
            else:
                _wait_again(connection, row, due_at, now, why, counted=True, gave_way=False)
            return True

        return self._written(write, none=False)

    def take_night(self, site_id: int, night: datetime, reason: str, now: datetime) -> bool:
        """Let a site's refresh wait, where nobody has done so for this night; exactly one process ever gets True.

        The first night of a site is only noted. A later night than this one, up to a day ahead, stays as it is: a
        clock was put back; from farther ahead the clock was wrong, and the nights are counted from this one on.
        """

        def write(connection: Connection) -> bool:
            known = connection.scalar(select(turn.c.night).where(turn.c.site_id == site_id))
            if known is not None and night <= known <= now + timedelta(days=1):
                return False
            mine = _note_night(connection, site_id, known, night)
            if mine and known is not None and known < night:
                _add(connection, site_id, "refresh", reason, now, now)
                return True
            return False

        with self._read() as connection:
            known = connection.scalar(select(turn.c.night).where(turn.c.site_id == site_id))
        if known is not None and night <= known <= now + timedelta(days=1):
            return False
        return self._written(write, none=False)

    def nights(self) -> list[tuple[int, str, Settings, datetime | None]]:
        """Give number, address and settings of each site that is refreshed nightly, and the last night noted of it.

        Of the settings only what says when its nights are.
        """
        joined = site.outerjoin(settings, settings.c.site_id == site.c.id).outerjoin(turn, turn.c.site_id == site.c.id)
        columns = (site.c.id, site.c.url, settings.c.refresh_at, settings.c.time_zone, turn.c.night)
        nightly = func.coalesce(settings.c.refresh_nightly, Settings().refresh_nightly)
        with self._read() as connection:
            rows = connection.execute(select(*columns).select_from(joined).where(nightly).order_by(site.c.id)).all()
        return [(row.id, row.url, _hours(row.refresh_at, row.time_zone), row.night) for row in rows]

    def count_due(self, now: datetime) -> int:
        """Count the tasks that could be taken up now."""
        with self._read() as connection:
            return connection.scalar(select(func.count()).select_from(task).where(_claimable(now))) or 0

    def others_wait(self, site_id: int, now: datetime, own: bool = False) -> bool:
        """Say whether other sites wait for a worker; `own`: or something else of this site."""
        wanted = and_(_claimable(now), task.c.site_id != site_id)
        if own:
            wanted = or_(wanted, _waits(site_id, now))
        return self._any(wanted)

    def changes_wait(self, site_id: int, now: datetime) -> bool:
        """Say whether changes that were told of a site wait to be taken up."""
        return self._any(and_(_waits(site_id, now), task.c.kind == "changes"))

    def every(self, site_ids: Iterable[int] | None = None, state: str | None = None) -> list[Task]:
        """List tasks, by when they are due: of these sites, in this state, or all."""
        wanted = select(task).order_by(task.c.due_at, task.c.id)
        if site_ids is not None:
            wanted = wanted.where(task.c.site_id.in_(list(site_ids)))
        if state is not None:
            wanted = wanted.where(task.c.state == state)
        with self._read() as connection:
            return [_task(row) for row in connection.execute(wanted)]

    def one(self, task_id: int) -> Task:
        """Give one task; UnknownTask where there is none of this number."""
        with self._read() as connection:
            return _task(_one(connection, task_id))

    def again(self, task_id: int, now: datetime) -> Task:
        """Let a task that failed, or that waits, be done at once, its tries counted anew."""

        def write(connection: Connection) -> None:
            row = _one(connection, task_id)
            if row.state != "running":
                _wait_again(connection, row, now, now, row.why, counted=True, gave_way=False, tries=0)

        self._written(write, none=None)
        return self.one(task_id)

    def forget(self, task_id: int) -> None:
        """Drop a task that failed, or that waits; UnknownTask where there is none, or it is under way."""
        with self._write() as connection:
            row = _one(connection, task_id)
            if row.state == "running":
                raise UnknownTask(f"Task {task_id} is under way; it can be forgotten when it has failed.")
            connection.execute(delete(task).where(task.c.id == task_id))

    def _any(self, wanted: ColumnElement[bool]) -> bool:
        with self._read() as connection:
            return connection.scalar(select(task.c.id).where(wanted).limit(1)) is not None

    def _written(self, write: Callable[[Connection], T], none: T) -> T:
        """Write; again where another process wrote the same at the same moment, which the unique indexes refuse."""
        for _ in range(TRIES_AT_ONCE):
            try:
                with self._write() as connection:
                    return write(connection)
            except IntegrityError:
                continue
        return none


def _claimable(now: datetime) -> ColumnElement[bool]:
    other = task.alias()
    under_way = exists().where(other.c.site_id == task.c.site_id, other.c.state == "running")
    due = or_(task.c.due_at <= now, task.c.due_at > now + FARTHEST)
    return and_(task.c.state == "waiting", due, ~under_way)


def _waits(site_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(task.c.site_id == site_id, task.c.state == "waiting", task.c.due_at <= now)


def _held(task_id: int, worker: str) -> ColumnElement[bool]:
    return and_(task.c.id == task_id, task.c.state == "running", task.c.worker == worker)


def _claim(connection: Connection, worker: str, now: datetime, first: str) -> Task | None:
    joined = select(task).join_from(task, turn, turn.c.site_id == task.c.site_id, isouter=True)
    fairly = (task.c.kind != first, func.coalesce(turn.c.served, 0), task.c.due_at, task.c.id)
    mine = joined.where(_claimable(now)).order_by(*fairly).limit(1).with_for_update(skip_locked=True, of=task)
    row = connection.execute(mine).one_or_none()  # SQLite knows no locks of rows: one at a time writes at all
    if row is None:
        return None
    news = {"state": "running", "worker": worker, "changed_at": now, "tries": task.c.tries + 1, "beat": 0}
    taken = connection.execute(update(task).where(task.c.id == row.id, task.c.state == "waiting").values(**news))
    if taken.rowcount != 1:
        return None
    _serve(connection, row.site_id)
    return _task(connection.execute(select(task).where(task.c.id == row.id)).one())


def _serve(connection: Connection, site_id: int) -> None:
    """Put a site behind all others. A number tells who was served when; a clock could be put back."""
    last = connection.scalar(select(func.max(turn.c.served))) or 0
    served = update(turn).where(turn.c.site_id == site_id).values(served=last + 1)
    if not connection.execute(served).rowcount:
        connection.execute(insert(turn).values(site_id=site_id, served=last + 1, night=None))


def _note_night(connection: Connection, site_id: int, known: datetime | None, night: datetime) -> bool:
    as_known = turn.c.night.is_(None) if known is None else turn.c.night == known
    noted = update(turn).where(turn.c.site_id == site_id, as_known).values(night=night)
    if connection.execute(noted).rowcount:
        return True
    if connection.scalar(select(turn.c.site_id).where(turn.c.site_id == site_id)) is not None:
        return False
    connection.execute(insert(turn).values(site_id=site_id, served=0, night=night))
    return True


def _add(connection: Connection, site_id: int, kind: str, reason: str, due_at: datetime, now: datetime) -> bool:
    waits = and_(task.c.site_id == site_id, task.c.kind == kind, task.c.state == "waiting")
    row = connection.execute(select(task.c.id, task.c.due_at).where(waits)).one_or_none()
    if row is not None:
        if due_at < row.due_at:
            connection.execute(update(task).where(task.c.id == row.id).values(due_at=due_at))
        return False
    fresh = {"state": "waiting", "due_at": due_at, "made_at": now, "changed_at": now}
    connection.execute(insert(task).values(site_id=site_id, kind=kind, reason=reason, **fresh))
    return True


def _wait_again(
    connection: Connection,
    row: Row[Any],
    due_at: datetime,
    now: datetime,
    why: str,
    counted: bool,
    gave_way: bool,
    tries: int | None = None,
) -> None:
    """Let a task wait again; where another of its kind waits meanwhile, the two become one."""
    if tries is None:
        tries = row.tries if counted else max(0, row.tries - 1)
    waits = and_(task.c.site_id == row.site_id, task.c.kind == row.kind, task.c.state == "waiting", task.c.id != row.id)
    twin = connection.execute(select(task.c.id).where(waits)).one_or_none()
    if twin is not None:
        connection.execute(delete(task).where(task.c.id == twin.id))
    news = {"state": "waiting", "due_at": due_at, "changed_at": now, "tries": tries, "worker": "", "why": why}
    slices = row.slices + 1 if gave_way else row.slices
    connection.execute(update(task).where(task.c.id == row.id).values(**news, slices=slices))


def _failed(connection: Connection, row: Row[Any], why: str, now: datetime) -> None:
    older = and_(task.c.site_id == row.site_id, task.c.kind == row.kind, task.c.state == "failed")
    connection.execute(delete(task).where(older))
    news = {"state": "failed", "worker": "", "why": why, "changed_at": now}
    connection.execute(update(task).where(task.c.id == row.id).values(**news))


def _one(connection: Connection, task_id: int) -> Row[Any]:
    row = connection.execute(select(task).where(task.c.id == task_id)).one_or_none()
    if row is None:
        raise UnknownTask(f"There is no task {task_id}; `suggester queue` lists those there are.")
    return row


def _hours(refresh_at: str | None, time_zone: str | None) -> Settings:
    return Settings() if refresh_at is None else Settings(refresh_at=refresh_at, time_zone=time_zone or "")


def _task(row: Row[Any]) -> Task:
    return Task(**row._mapping)
