"""What was taken in from other tools, as the store has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select

from suggester.entities import Import, PostNumbers, Query
from suggester.errors import UnknownImport
from suggester.store import sites
from suggester.store.import_tables import imported, imported_post, imported_query
from suggester.store.posts import chunks

AT_ONCE = 500  # rows
NUMBERS = ("weight", "domains", "links", "clicks", "impressions", "position", "inlinks")
MEASURES = ("weight", "domains", "links")  # of authority, the first one that any import tells


class ImportKeeping:
    """The imports of all sites: one of each kind."""

    _read: Callable[[], AbstractContextManager[Connection]]
    _write: Callable[[], AbstractContextManager[Connection]]

    def put_import(self, made: Import, posts: Iterable[PostNumbers], queries: Iterable[Query]) -> Import:
        """Keep an import, in the place of the one of its kind, whole or not at all; give it with its number."""
        return self.put_imports([(made, posts, queries)])[0]

    def put_imports(self, some: Iterable[tuple[Import, Iterable[PostNumbers], Iterable[Query]]]) -> list[Import]:
        """Keep imports of several kinds in the same way, all or none."""
        kept = []
        with self._write() as connection:
            for made, posts, queries in some:
                sites.hold(connection, made.site_id)
                _put(connection, made, posts, queries)
                kept += _every(connection, made.site_id, made.kind)
        return kept

    def imports(self, site_id: int) -> list[Import]:
        """List what was imported, newest first."""
        with self._read() as connection:
            return _every(connection, site_id)

    def imports_stamp(self, site_id: int) -> str:
        """Give what is another text after each import and each that is forgotten; "" where there is none."""
        wanted = select(imported.c.id, imported.c.at).where(imported.c.site_id == site_id).order_by(imported.c.id)
        with self._read() as connection:
            return " ".join(f"{row.id}@{row.at:%Y%m%d%H%M%S%f}" for row in connection.execute(wanted))

    def forget_import(self, site_id: int, kind: str) -> None:
        """Forget an import; UnknownImport where there is none of this kind."""
        with self._write() as connection:
            if not connection.execute(_named(delete(imported), site_id, kind)).rowcount:
                raise UnknownImport(f"No import is called {kind!r}; `suggester imports` lists what was imported.")

    def imported_posts(self, site_id: int, kind: str | None = None) -> dict[str, list[PostNumbers]]:
        """Give what the imports say of posts, by kind, posts in the order of their ids."""
        wanted = select(imported.c.kind, imported_post).join(imported_post).where(imported.c.site_id == site_id)
        if kind is not None:
            wanted = wanted.where(imported.c.kind == kind)
        found: dict[str, list[PostNumbers]] = {}
        with self._read() as connection:
            for row in connection.execute(wanted.order_by(imported.c.id, imported_post.c.post_id)):
                numbers = {name: getattr(row, name) for name in NUMBERS}
                found.setdefault(row.kind, []).append(PostNumbers(row.post_id, **numbers))
        return found

    def authority(self, site_id: int) -> dict[int, float]:
        """Give how much each post is linked to from other sites, by post id; empty where nothing was imported.

        One measure for all posts, so that scales never mix: the owner's own numbers where there are some, else the
        other sites that link to a post, else the links. Of several imports the one that saw most of a post counts,
        since each tool sees a part of the web.
        """
        with self._read() as connection:
            for name in MEASURES:
                column = imported_post.c[name]
                wanted = select(imported_post.c.post_id, func.max(column)).join(imported)
                wanted = wanted.where(imported.c.site_id == site_id, column > 0).group_by(imported_post.c.post_id)
                if found := {post_id: float(value) for post_id, value in connection.execute(wanted)}:
                    return found
        return {}

    def imports_with(self, site_id: int, what: str) -> tuple[str, ...]:
        """Give the kinds of the imports that `authority` or `impressions` go by, newest first."""
        names = MEASURES if what == "authority" else ("impressions",)
        with self._read() as connection:
            for name in names:
                wanted = select(imported.c.kind).where(imported.c.site_id == site_id)
                wanted = wanted.where(
                    imported.c.id.in_(select(imported_post.c.import_id).where(imported_post.c[name] > 0))
                )
                if found := tuple(connection.scalars(wanted.order_by(imported.c.at.desc(), imported.c.id.desc()))):
                    return found
        return ()

    def impressions(self, site_id: int) -> dict[int, float]:
        """Give how often searchers were shown each post, by post id, all search engines together.

        Where one search engine says it twice, by pages and by queries, the larger number holds: rare queries are not
        listed.
        """
        wanted = select(imported.c.kind, imported_post.c.post_id, imported_post.c.impressions).join(imported_post)
        wanted = wanted.where(imported.c.site_id == site_id, imported_post.c.impressions > 0)
        by_tool: dict[tuple[int, str], float] = defaultdict(float)
        with self._read() as connection:
            for kind, post_id, shown in connection.execute(wanted):
                key = post_id, kind.partition("_")[0]
                by_tool[key] = max(by_tool[key], shown)
        total: dict[int, float] = defaultdict(float)
        for (post_id, _), shown in by_tool.items():
            total[post_id] += shown
        return dict(total)

    def queries(self, site_id: int, post_id: int | None = None) -> list[Query]:
        """Give what people search for, the most shown first: of one post, or of all and of none."""
        return self._queries(site_id, *([] if post_id is None else [imported_query.c.post_id == post_id]))

    def queries_between(self, site_id: int, first: float, last: float, fewest: float) -> list[Query]:
        """Give the queries for which a post stands on these places, and was shown so often; the most shown first."""
        position, shown = imported_query.c.position, imported_query.c.impressions
        known = imported_query.c.post_id.is_not(None)
        return self._queries(site_id, known, position >= first, position <= last, shown >= fewest)

    def _queries(self, site_id: int, *wanted: ColumnElement[bool]) -> list[Query]:
        rows = (
            select(imported.c.kind, imported_query).join(imported_query).where(imported.c.site_id == site_id, *wanted)
        )
        with self._read() as connection:
            found = [
                Query(query, post_id, clicks, impressions, position, kind)
                for kind, _, _, post_id, query, clicks, impressions, position in connection.execute(rows)
            ]
        return sorted(found, key=lambda each: (-(each.impressions or 0), each.query, each.post_id or 0))


def _put(connection: Connection, made: Import, posts: Iterable[PostNumbers], queries: Iterable[Query]) -> None:
    row = {name: value for name, value in asdict(made).items() if name not in ("id", "posts", "queries")}
    connection.execute(_named(delete(imported), made.site_id, made.kind))
    number = connection.scalar(insert(imported).values(**row).returning(imported.c.id))
    for some in chunks(posts, AT_ONCE):
        connection.execute(insert(imported_post), [asdict(each) | {"import_id": number} for each in some])
    rows = (_query_row(number, at, each) for at, each in enumerate(queries))
    for part in chunks(rows, AT_ONCE):
        connection.execute(insert(imported_query), part)


def _named(statement: Any, site_id: int, kind: str) -> Any:  # noqa: ANN401 - any statement on the table
    return statement.where(imported.c.site_id == site_id, imported.c.kind == kind)


def _query_row(number: int | None, at: int, each: Query) -> dict[str, object]:
    row = {name: value for name, value in asdict(each).items() if name != "kind"}
    return row | {"import_id": number, "number": at}


def _every(connection: Connection, site_id: int, kind: str | None = None) -> list[Import]:
    wanted = select(imported, _count(imported_post), _count(imported_query)).where(imported.c.site_id == site_id)
    if kind is not None:
        wanted = wanted.where(imported.c.kind == kind)
    return [_read(row) for row in connection.execute(wanted.order_by(imported.c.at.desc(), imported.c.id.desc()))]


def _count(table: Any) -> Any:  # noqa: ANN401 - a column of numbers
    counted = select(func.count()).select_from(table).where(table.c.import_id == imported.c.id)
    return counted.correlate(imported).scalar_subquery()


def _read(row: Row[Any]) -> Import:
    id_, site_id, kind, files, at, rows, unresolved, examples, notes, posts, queries = tuple(row)
    named, some, said = tuple(files), tuple(examples), tuple(notes)
    return Import(id_, site_id, kind, named, at, rows, posts, queries, unresolved, some, said)
