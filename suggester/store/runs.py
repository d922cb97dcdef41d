"""Runs and the edits they are made of: bulk changes under review, applied, and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, union, update

from suggester.entities import Anchor, Edit, EditFilter, NewText, Post, Reason, Run, Verdict
from suggester.errors import RequestError, UnknownRun
from suggester.store import changes, people, posts
from suggester.store.dialect import upsert
from suggester.store.rows import Change
from suggester.store.schema import edit, intent, post, run, verdict

AT_ONCE = 1000  # rows written or asked for in one statement
BUSY = ("queued", "applying", "undoing")  # states in which a worker takes a run up
TO_APPLY = ("waiting", "writing")
TO_UNDO = ("applied", "kept")
SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "score": (edit.c.score.desc(), edit.c.id),
    "id": (edit.c.id,),
    "source": (edit.c.source_id, edit.c.id),
    "target": (edit.c.target_id, edit.c.score.desc(), edit.c.id),
    "anchor": (edit.c.words, edit.c.id),
    "state": (edit.c.state, edit.c.id),
}
EVERY_EDIT = EditFilter()
REWORDED = ("kind", "words", "anchor", "new_text", "sentence")  # what changes where an edit gets other words

Opened = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Intent:
    """What is being written to one post this moment, kept until the write is known to have ended."""

    source_id: int
    undo: bool
    edit_ids: tuple[int, ...]
    before: str  # the whole content
    after_hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """What people are shown of a post, whatever state it is in."""

    id: int
    title: str
    url: str
    status: str
    type: str


class Runs:
    """The runs of all sites; each method that writes is one transaction."""

    def __init__(self, read: Opened, write: Opened) -> None:
        self._read = read
        self._write = write

    def add(
        self, site_id: int, kind: str, title: str, edits: Iterable[Edit], orphans_before: int, orphans_after: int
    ) -> Run:
        """Keep a run under review, with its edits in this order."""
        now = _now()
        values = {"site_id": site_id, "kind": kind, "title": title, "state": "planned", "error": ""}
        counted = {"orphans_before": orphans_before, "orphans_after": orphans_after}
        with self._write() as connection:
            statement = insert(run).values(**values, **counted, created_at=now, changed_at=now)
            run_id = int(connection.scalars(statement.returning(run.c.id)).one())
            for some in posts.chunks((_row(run_id, each) for each in edits), AT_ONCE):
                connection.execute(insert(edit), some)
            return _one(connection, site_id, run_id)

    def every(self, site_id: int) -> list[Run]:
        """List the runs of a site, newest first."""
        with self._read() as connection:
            rows = connection.execute(select(run).where(run.c.site_id == site_id).order_by(run.c.id.desc())).all()
            counted = _counts(connection, [row.id for row in rows])
            return [_run(row, counted[row.id]) for row in rows]

    def one(self, site_id: int, run_id: int) -> Run:
        """Give one run; UnknownRun where the site has none of this number."""
        with self._read() as connection:
            return _one(connection, site_id, run_id)

    def busy(self) -> list[tuple[int, int]]:
        """Give site and number of the runs that wait for a worker, or were left by one, oldest first."""
        with self._read() as connection:
            rows = connection.execute(select(run.c.site_id, run.c.id).where(run.c.state.in_(BUSY)).order_by(run.c.id))
            return [(row.site_id, row.id) for row in rows]

    def state(self, run_id: int) -> str:
        """Say in which state a run is, "" where it is gone."""
        with self._read() as connection:
            return connection.scalar(select(run.c.state).where(run.c.id == run_id)) or ""

    def move(self, run_id: int, state: str, only_from: Sequence[str], error: str = "") -> bool:
        """Bring a run into another state, where it is in one of these; say whether it was."""
        here = and_(run.c.id == run_id, run.c.state.in_(only_from))
        with self._write() as connection:
            return _touched(connection, here, state=state, error=error) > 0

    def remove(self, run_id: int) -> None:
        """Forget a run and its edits."""
        with self._write() as connection:
            connection.execute(delete(run).where(run.c.id == run_id))

    # edits

    def edits(
        self, run_id: int, which: EditFilter = EVERY_EDIT, sort: str = "score", offset: int = 0, limit: int | None = 50
    ) -> tuple[int, tuple[Edit, ...]]:
        """Count the edits that fit, and give some of them."""
        if sort not in SORTS:
            raise RequestError(f"Edits are sorted by {', '.join(SORTS)}, not by {sort!r}.")
        fits = _fits(run_id, which)
        with self._read() as connection:
            total = connection.scalar(select(func.count()).select_from(edit).where(fits)) or 0
            wanted = select(edit).where(fits).order_by(*SORTS[sort]).offset(offset).limit(limit)
            return total, tuple(map(_edit, connection.execute(wanted)))

    def edit(self, site_id: int, edit_id: int) -> Edit:
        """Give one edit; UnknownRun where no run of the site has it."""
        wanted = select(edit).join(run).where(run.c.site_id == site_id, edit.c.id == edit_id)
        with self._read() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            raise UnknownRun(f"No run of this site has an edit {edit_id}; `suggester runs` lists the runs.")
        return _edit(row)

    def choose(self, run_id: int, which: Iterable[int] | EditFilter, chosen: bool) -> int:
        """Choose edits that wait, or let them be; return how many of them there were."""
        waits = and_(edit.c.run_id == run_id, edit.c.state == "waiting")
        with self._write() as connection:
            if isinstance(which, EditFilter):
                done = _chosen(connection, and_(waits, _fits(run_id, which)), chosen)
            else:
                groups = posts.chunks(which, AT_ONCE)
                done = sum(_chosen(connection, and_(waits, edit.c.id.in_(some)), chosen) for some in groups)
            _touched(connection, run.c.id == run_id)
            return done

    def dismiss(self, site_id: int, run_id: int, edit_ids: Iterable[int]) -> int:
        """Let edits that wait be, and keep that a person dismissed them; return how many there were."""
        waits = and_(edit.c.run_id == run_id, edit.c.state == "waiting", edit.c.target_id.is_not(None))
        done = 0
        with self._write() as connection:
            for some in posts.chunks(edit_ids, AT_ONCE):
                for row in connection.execute(select(edit).where(waits, edit.c.id.in_(some)).with_for_update()).all():
                    said = Verdict(row.source_id, row.target_id, "dismissed", row.words)
                    people.add_verdict(connection, site_id, said, _now())
                    done += _chosen(connection, edit.c.id == row.id, chosen=False)
        return done

    def reword(self, fresh: Edit) -> None:
        """Put an edit on other words."""
        with self._write() as connection:
            _reword(connection, fresh)

    def take(self, run_id: int, chosen: Iterable[int], reworded: Iterable[Edit]) -> None:
        """Take up a whole review: of the edits that wait these are chosen and no other, some on other words."""
        waits = and_(edit.c.run_id == run_id, edit.c.state == "waiting")
        with self._write() as connection:
            _chosen(connection, waits, chosen=False)
            for some in posts.chunks(chosen, AT_ONCE):
                _chosen(connection, and_(waits, edit.c.id.in_(some)), chosen=True)
            for each in reworded:
                _reword(connection, each)
            _touched(connection, run.c.id == run_id)

    def heads(self, site_id: int, post_ids: Iterable[int]) -> dict[int, Head]:
        """Give titles and addresses of posts, by id; those that are not in the corpus are left out."""
        columns = (post.c.id, post.c.title, post.c.url, post.c.status, post.c.type)
        found: dict[int, Head] = {}
        with self._read() as connection:
            for some in posts.chunks(set(post_ids), AT_ONCE):
                rows = connection.execute(select(*columns).where(post.c.site_id == site_id, post.c.id.in_(some)))
                found |= {row.id: Head(*row) for row in rows}
        return found

    # applying and undoing

    def sources(self, run_id: int, undo: bool = False) -> list[int]:
        """Give the posts that still have edits to apply or to take out, in the order of ids."""
        with self._read() as connection:
            wanted = select(edit.c.source_id).where(_to_do(run_id, undo)).distinct().order_by(edit.c.source_id)
            return list(connection.scalars(wanted))

    def targets(self, run_id: int) -> set[int]:
        """Give the posts that the edits still to be applied lead to."""
        wanted = select(edit.c.target_id).where(_to_do(run_id, undo=False), edit.c.target_id.is_not(None)).distinct()
        with self._read() as connection:
            return set(connection.scalars(wanted))

    def to_do(self, run_id: int, source_id: int, undo: bool = False) -> list[Edit]:
        """Give the edits of one post that are to be applied or taken out, in the order they were made."""
        wanted = select(edit).where(_to_do(run_id, undo), edit.c.source_id == source_id).order_by(edit.c.id)
        with self._read() as connection:
            return list(map(_edit, connection.execute(wanted)))

    def some(self, edit_ids: Iterable[int]) -> list[Edit]:
        """Give the edits of these numbers, in the order they were made."""
        wanted = select(edit).where(edit.c.id.in_(list(edit_ids))).order_by(edit.c.id)
        with self._read() as connection:
            return list(map(_edit, connection.execute(wanted)))

    def tried(self, edit_ids: Iterable[int]) -> set[int]:
        """Give those of these edits that may have been written, whatever WordPress answered."""
        with self._read() as connection:
            wanted = select(edit.c.id).where(edit.c.id.in_(list(edit_ids)), edit.c.tried)
            return set(connection.scalars(wanted))

    def retry(self, run_id: int) -> int:
        """Let refused and failed edits wait again; return how many there were."""
        again = and_(edit.c.run_id == run_id, edit.c.state.in_(("refused", "failed")))
        with self._write() as connection:
            return connection.execute(update(edit).where(again).values(state="waiting", why="")).rowcount

    def leave(self, run_id: int, edit_ids: Iterable[int] | None) -> int:
        """Mark edits to be taken out, all applied ones where none are named; return how many there were."""
        out = and_(edit.c.run_id == run_id, edit.c.state.in_((*TO_UNDO, "writing")))  # a write left behind may stand
        done = 0
        with self._write() as connection:
            for some in [None] if edit_ids is None else posts.chunks(edit_ids, AT_ONCE):
                here = out if some is None else and_(out, edit.c.id.in_(some))
                done += connection.execute(update(edit).where(here).values(leaving=True)).rowcount
        return done

    def is_leaving(self, run_id: int) -> bool:
        """Say whether edits of the run are still to be taken out."""
        with self._read() as connection:
            return connection.scalar(select(edit.c.id).where(_to_do(run_id, undo=True)).limit(1)) is not None

    def intents(self, run_id: int) -> list[Intent]:
        """Give what a process was about to write when it ended."""
        with self._read() as connection:
            rows = connection.execute(select(intent).where(intent.c.run_id == run_id))
            return [Intent(row.source_id, row.undo, tuple(row.edit_ids), row.before, row.after_hash) for row in rows]

    def begin(self, run_id: int, meant: Intent, edits: Iterable[Edit]) -> None:
        """Keep what is about to be written, and the edits as they will be."""
        row = asdict(meant) | {"run_id": run_id, "edit_ids": list(meant.edit_ids)}
        state = {} if meant.undo else {"state": "writing", "tried": True}
        with self._write() as connection:
            upsert(connection, intent, [row])
            for each in edits:
                values = {"href": each.href, "old_tag": each.old_tag, **state}
                connection.execute(update(edit).where(edit.c.id == each.id).values(**values))

    def settle(
        self, site_id: int, run_id: int, source_id: int, outcomes: Mapping[int, tuple[str, str]], fresh: Post | None
    ) -> None:
        """Keep how the write to a post ended: for each edit its state and why; `fresh` is the post as it stands now.

        Applied links count as accepted, those taken out no longer; the corpus learns of the post, and the next refresh
        reads it again.
        """
        with self._write() as connection:
            done = [_settled(connection, *each) for each in outcomes.items()]
            here = and_(intent.c.run_id == run_id, intent.c.source_id == source_id)
            connection.execute(delete(intent).where(here))
            for each in done:
                _say(connection, site_id, each)
            if fresh is not None:
                posts.put(connection, site_id, [fresh], _now())
                changes.add(connection, site_id, [Change(source_id, "saved")], _now())
            _touched(connection, run.c.id == run_id)


def _now() -> datetime:
    return datetime.now(UTC)


def _one(connection: Connection, site_id: int, run_id: int) -> Run:
    row = connection.execute(select(run).where(run.c.site_id == site_id, run.c.id == run_id)).one_or_none()
    if row is None:
        raise UnknownRun(f"This site has no run {run_id}; `suggester runs` lists those there are.")
    return _run(row, _counts(connection, [run_id])[run_id])


def _counts(connection: Connection, run_ids: Sequence[int]) -> defaultdict[int, dict[str, int]]:
    """Count edits by state; "chosen" are those that wait and are to be applied."""
    columns = (edit.c.run_id, edit.c.state, edit.c.chosen)
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for some in posts.chunks(run_ids, AT_ONCE):
        groups = select(*columns, func.count().label("edits")).where(edit.c.run_id.in_(some)).group_by(*columns)
        for row in connection.execute(groups):
            told = found[row.run_id]
            told[row.state] = told.get(row.state, 0) + row.edits
            if row.chosen and row.state in TO_APPLY:
                told["chosen"] = told.get("chosen", 0) + row.edits
    return found


def _touched(connection: Connection, here: ColumnElement[bool], **values: object) -> int:
    return connection.execute(update(run).where(here).values(changed_at=_now(), **values)).rowcount


def _fits(run_id: int, which: EditFilter) -> ColumnElement[bool]:
    return and_(edit.c.run_id == run_id, *_narrowed(run_id, which))


def _narrowed(run_id: int, which: EditFilter) -> Iterator[ColumnElement[bool]]:
    for name in ("state", "source_id", "target_id", "chosen"):
        if (value := getattr(which, name)) is not None:
            yield edit.c[name] == value
    if which.least_score:
        yield edit.c.score >= which.least_score
    if which.text:
        site = select(run.c.site_id).where(run.c.id == run_id).scalar_subquery()
        ends = union(*(select(end).where(edit.c.run_id == run_id) for end in (edit.c.source_id, edit.c.target_id)))
        here = and_(post.c.site_id == site, post.c.id.in_(ends))  # not every post of the site is looked at
        named = select(post.c.id).where(here, post.c.title.icontains(which.text, autoescape=True))
        written = [column.icontains(which.text, autoescape=True) for column in (edit.c.words, edit.c.sentence)]
        yield or_(*written, edit.c.source_id.in_(named), edit.c.target_id.in_(named))


def _chosen(connection: Connection, here: ColumnElement[bool], chosen: bool) -> int:
    return connection.execute(update(edit).where(here).values(chosen=chosen)).rowcount


def _to_do(run_id: int, undo: bool) -> ColumnElement[bool]:
    if undo:
        return and_(edit.c.run_id == run_id, edit.c.state.in_(TO_UNDO), edit.c.leaving)
    return and_(edit.c.run_id == run_id, edit.c.state.in_(TO_APPLY), edit.c.chosen)


def _reword(connection: Connection, fresh: Edit) -> None:
    row = {name: value for name, value in _row(fresh.run_id, fresh).items() if name in REWORDED}
    connection.execute(update(edit).where(edit.c.id == fresh.id, edit.c.state == "waiting").values(**row))


def _settled(connection: Connection, edit_id: int, outcome: tuple[str, str]) -> Edit:
    state, why = outcome
    values: dict[str, object] = {"state": state, "why": why}
    if state in ("undone", "kept"):
        values["leaving"] = False
    connection.execute(update(edit).where(edit.c.id == edit_id).values(**values))
    return _edit(connection.execute(select(edit).where(edit.c.id == edit_id)).one())


def _say(connection: Connection, site_id: int, each: Edit) -> None:
    """Let an applied link count as accepted, and one taken out as never spoken of."""
    if each.target_id is None or each.kind not in ("insert", "append"):
        return
    if each.state == "applied":
        said = Verdict(each.source_id, each.target_id, "accepted", each.anchor.text)
        people.add_verdict(connection, site_id, said, _now())
    elif each.state == "undone":
        pair = and_(verdict.c.source_id == each.source_id, verdict.c.target_id == each.target_id)
        ours = and_(verdict.c.verdict == "accepted", verdict.c.anchor == each.anchor.text)
        connection.execute(delete(verdict).where(verdict.c.site_id == site_id, pair, ours))


def _row(run_id: int, each: Edit) -> dict[str, Any]:
    values = asdict(each)
    del values["id"]
    return {
        **values,
        "run_id": run_id,
        "words": each.anchor.text,
        "new_text": values["new_text"] or [],
        "tried": False,
        "leaving": False,
    }


def _edit(row: Row[Any]) -> Edit:
    values = dict(row._mapping)
    for name in ("words", "tried", "leaving"):
        del values[name]
    values["anchor"] = Anchor(**values["anchor"])
    values["new_text"] = NewText(**values["new_text"]) if values["new_text"] else None
    values["reasons"] = tuple(Reason(**each) for each in values["reasons"])
    values["alternatives"] = tuple(Anchor(**each) for each in values["alternatives"])
    return Edit(**values)


def _run(row: Row[Any], counts: dict[str, int]) -> Run:
    return Run(**{**row._mapping, "counts": counts})
