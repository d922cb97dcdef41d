"""Suggestions as they were made last, and what a refresh last knew of each post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, insert, select, update

from suggester.entities import Anchor, Event, NewText, OtherTarget, Reason, Suggestion, Suggestions
from suggester.store import refreshes
from suggester.store.posts import IN_ONE_QUESTION, chunks
from suggester.store.schema import suggestion, watched

TOLD = ("anchor", "sentence", "reasons", "alternatives", "new_text", "other_targets")
OBSERVED = ("hash", "title", "url", "target", "inbound", "links", "broken")
"""What is seen of a post; the rest of `Watched` says what was made of it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the last refresh knew of a post."""

    post_id: int
    hash: bytes = b""  # of the post
    title: str = ""
    url: str = ""
    target: bool = False  # whether suggestions may lead to it
    inbound: int = 0
    links: tuple[int, ...] = ()  # the posts that it links to
    broken: tuple[str, ...] = ()  # links in it that lead nowhere
    due: bool = False  # its suggestions are to be made anew
    made_by: str = ""  # of what and by what its suggestions were made; "" where they never were
    made_at: datetime | None = None  # UTC


@dataclass(frozen=True, slots=True)
class Made:
    """The suggestions of one source, just made."""

    found: Suggestions
    made_by: str
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Ripple:
    """What a refresh learned of a site's posts: kept whole or not at all."""

    watched: Sequence[Watched] = ()  # posts that are new or changed; what was made of them stays
    gone: Collection[int] = ()  # posts that are no more
    unpublished: Collection[int] = ()  # posts to which no suggestion may lead any more
    due: Collection[int] = ()  # sources whose suggestions are to be made anew
    perhaps: Mapping[int, Collection[int]] = field(default_factory=dict)  # ... if one of these targets would be one
    events: Sequence[Event] = field(default_factory=tuple)
    changed: int = 0  # posts that are new or changed since the last refresh looked at them
    died: int = 0  # suggestions that went with their sources and targets


class SuggestionVerbs:
    """Stored suggestions, as the store has them."""

    _read: Callable[[], AbstractContextManager[Connection]]
    _write: Callable[[], AbstractContextManager[Connection]]

    def stored_suggestions(self, site_id: int, source_id: int) -> Suggestions | None:
        """Give the suggestions of a source as they were made last; None where they never were."""
        here = and_(watched.c.site_id == site_id, watched.c.post_id == source_id, watched.c.made_by != "")
        with self._read() as connection:
            dropped = connection.execute(select(watched.c.dropped).where(here)).first()
            if dropped is None:
                return None
            items = _of_sources(connection, site_id, [source_id])[source_id]
        return Suggestions(source_id, tuple(items), dict(dropped.dropped))

    def some_suggestions(self, site_id: int, source_ids: Iterable[int]) -> dict[int, list[Suggestion]]:
        """Give the stored suggestions of some sources, best first; those without any are left out."""
        with self._read() as connection:
            return dict(_of_sources(connection, site_id, source_ids))

    def suggestions_to(self, site_id: int, target_id: int) -> list[Suggestion]:
        """Give the stored suggestions that lead to a post, the best first."""
        here = and_(suggestion.c.site_id == site_id, suggestion.c.target_id == target_id)
        best_first = (suggestion.c.shown.desc(), suggestion.c.score.desc(), suggestion.c.source_id)
        with self._read() as connection:
            return list(map(_suggestion, connection.execute(select(suggestion).where(here).order_by(*best_first))))

    def suggested(self, site_id: int) -> Iterator[tuple[int, int, float, bool]]:
        """Give source, target, score and whether it is shown, of every stored suggestion; by source, best first."""
        columns = (suggestion.c.source_id, suggestion.c.target_id, suggestion.c.score, suggestion.c.shown)
        wanted = select(*columns).where(suggestion.c.site_id == site_id)
        with self._read() as connection:
            for row in connection.execute(wanted.order_by(suggestion.c.source_id, suggestion.c.place)):
                yield row.source_id, row.target_id, row.score, row.shown

    def watched(self, site_id: int) -> dict[int, Watched]:
        """Give what the last refresh knew of each post of a site, in the order of ids."""
        columns = [column for column in watched.c if column.name not in ("site_id", "perhaps", "dropped")]
        with self._read() as connection:
            rows = connection.execute(select(*columns).where(watched.c.site_id == site_id).order_by(watched.c.post_id))
            return {row.post_id: _watched(row) for row in rows}

    def due(self, site_id: int) -> dict[int, tuple[int, ...]]:
        """Give the sources whose suggestions are to be made anew, in the order of ids.

        Where posts are named for one, it is only if one of them would be among its suggestions.
        """
        here = and_(watched.c.site_id == site_id, watched.c.due)
        with self._read() as connection:
            return _due(connection, here)

    def save_ripple(self, site_id: int, refresh_id: int, ripple: Ripple) -> None:
        """Keep what a refresh learned of the posts, which sources it touches, and what it noticed."""
        with self._write() as connection:
            for some in chunks(ripple.gone, IN_ONE_QUESTION):
                connection.execute(delete(watched).where(watched.c.site_id == site_id, watched.c.post_id.in_(some)))
                ours = and_(suggestion.c.site_id == site_id, suggestion.c.source_id.in_(some))
                connection.execute(delete(suggestion).where(ours))
            for some in chunks({*ripple.gone, *ripple.unpublished}, IN_ONE_QUESTION):
                theirs = and_(suggestion.c.site_id == site_id, suggestion.c.target_id.in_(some))
                connection.execute(delete(suggestion).where(theirs))
            _watch(connection, site_id, ripple.watched)
            _let_be_made(connection, site_id, ripple)
            refreshes.tell(connection, ripple.events)
            counts = {"changed": ripple.changed, "deleted": len(ripple.gone), "died": ripple.died}
            refreshes.add(connection, refresh_id, **counts)

    def save_made(
        self,
        site_id: int,
        refresh_id: int,
        made: Sequence[Made],
        now: datetime,
        as_before: Iterable[int] = (),
        **counts: int,
    ) -> None:
        """Keep the suggestions of some sources in place of those before, and the events; `counts` are added.

        `as_before` are sources that were looked at, and whose suggestions stay.
        """
        sources = [each.found.source_id for each in made]
        with self._write() as connection:
            for some in chunks(sources, IN_ONE_QUESTION):
                ours = and_(suggestion.c.site_id == site_id, suggestion.c.source_id.in_(some))
                connection.execute(delete(suggestion).where(ours))
            rows = [_row(site_id, place, one) for each in made for place, one in enumerate(each.found.items)]
            if rows:
                connection.execute(insert(suggestion), rows)
            _note_made(connection, site_id, made, now)
            for some in chunks(as_before, IN_ONE_QUESTION):
                here = and_(watched.c.site_id == site_id, watched.c.post_id.in_(some))
                connection.execute(update(watched).where(here).values(due=False, perhaps=[]))
            refreshes.tell(connection, (one for each in made for one in each.events))
            refreshes.add(connection, refresh_id, **counts)


def _due(connection: Connection, here: ColumnElement[bool]) -> dict[int, tuple[int, ...]]:
    rows = connection.execute(select(watched.c.post_id, watched.c.perhaps).where(here).order_by(watched.c.post_id))
    return {row.post_id: tuple(row.perhaps) for row in rows}


def _let_be_made(connection: Connection, site_id: int, ripple: Ripple) -> None:
    """Mark what is to be made anew; what a stopped refresh left to do besides is made for sure."""
    left = _due(connection, and_(watched.c.site_id == site_id, watched.c.due))
    for some in chunks({*ripple.due, *left.keys() & ripple.perhaps.keys()}, IN_ONE_QUESTION):
        here = and_(watched.c.site_id == site_id, watched.c.post_id.in_(some))
        connection.execute(update(watched).where(here).values(due=True, perhaps=[]))
    rows = [
        {"this": source, "targets": sorted(targets)} for source, targets in ripple.perhaps.items() if source not in left
    ]
    if rows:
        here = and_(watched.c.site_id == site_id, watched.c.post_id == bindparam("this"))
        connection.execute(update(watched).where(here).values(due=True, perhaps=bindparam("targets")), rows)


def _watched(row: Row[Any]) -> Watched:
    values = dict(row._mapping)
    return Watched(**{**values, "links": tuple(values["links"]), "broken": tuple(values["broken"])})


def _watch(connection: Connection, site_id: int, posts: Iterable[Watched]) -> None:
    known = set(connection.scalars(select(watched.c.post_id).where(watched.c.site_id == site_id)))
    fresh: dict[bool, list[dict[str, Any]]] = defaultdict(list)
    for each in posts:
        values = {"site_id": site_id, "post_id": each.post_id, **{name: getattr(each, name) for name in OBSERVED}}
        fresh[each.post_id in known].append(values | {"links": list(each.links), "broken": list(each.broken)})
    if fresh[False]:
        first = {"due": False, "perhaps": [], "made_by": "", "made_at": None, "dropped": {}}
        connection.execute(insert(watched), [row | first for row in fresh[False]])
    _write_anew(connection, fresh[True])


def _write_anew(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write anew what is known of posts; what was made of them stays."""
    if rows:
        here = and_(watched.c.site_id == bindparam("of_site"), watched.c.post_id == bindparam("this"))
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in ("site_id", "post_id")}
        told = [{**row, "of_site": row["site_id"], "this": row["post_id"]} for row in rows]
        plain = [{name: value for name, value in row.items() if name not in ("site_id", "post_id")} for row in told]
        connection.execute(update(watched).where(here).values(**values), plain)


def _note_made(connection: Connection, site_id: int, made: Sequence[Made], now: datetime) -> None:
    if made:
        here = and_(watched.c.site_id == site_id, watched.c.post_id == bindparam("this"))
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("made_by", "dropped")}
        rows = [
            {"this": each.found.source_id, "new_made_by": each.made_by, "new_dropped": each.found.dropped}
            for each in made
        ]
        connection.execute(update(watched).where(here).values(due=False, perhaps=[], made_at=now, **values), rows)


def _of_sources(connection: Connection, site_id: int, source_ids: Iterable[int]) -> defaultdict[int, list[Suggestion]]:
    found: defaultdict[int, list[Suggestion]] = defaultdict(list)
    for some in chunks(source_ids, IN_ONE_QUESTION):
        ours = and_(suggestion.c.site_id == site_id, suggestion.c.source_id.in_(some))
        ordered = select(suggestion).where(ours).order_by(suggestion.c.source_id, suggestion.c.place)
        for row in connection.execute(ordered):
            found[row.source_id].append(_suggestion(row))
    return found


def _row(site_id: int, place: int, one: Suggestion) -> dict[str, Any]:
    values = asdict(one)
    told = {name: values.pop(name) for name in TOLD}
    return {"site_id": site_id, "place": place, **values, "told": told}


def _suggestion(row: Row[Any]) -> Suggestion:
    told = row.told
    plain = Suggestion(row.source_id, row.target_id, None, row.score, row.shown, told["sentence"])
    return replace(
        plain,
        anchor=Anchor(**told["anchor"]) if told["anchor"] else None,
        reasons=tuple(Reason(**each) for each in told["reasons"]),
        alternatives=tuple(Anchor(**each) for each in told["alternatives"]),
        new_text=NewText(**told["new_text"]) if told["new_text"] else None,
        other_targets=tuple(OtherTarget(**each) for each in told["other_targets"]),
    )
