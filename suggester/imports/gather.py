"""What tables say of the posts of a site: rows joined by the post that their addresses lead to, in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from suggester.content.links import Resolver
from suggester.content.text import plural
from suggester.entities import PostNumbers, Query
from suggester.imports.columns import plain
from suggester.imports.figures import number
from suggester.imports.kinds import KINDS, Understood

MOST_QUERIES = 100_000  # of a site, those shown most
QUERIES_OF_A_POST = 100
LONGEST_QUERY = 200  # characters
EXAMPLES = 5  # addresses that lead to no post
RESOLVED = 100_000  # addresses that are looked up once
UNRESOLVED = 200_000  # addresses that are told apart; beyond them each row counts
HYPERLINKS = frozenset(
    map(plain, ("Hyperlink", "Hyperlien", "Hipervínculo", "Hiperlink", "Collegamento ipertestuale", "ハイパーリンク"))
)
YES = frozenset(("true", "yes", "1", "ja", "oui", "sí", "si", "sim"))


@dataclass(slots=True)
class _Sums:
    """What was counted for one post so far."""

    values: dict[str, float] = field(default_factory=dict)
    placed: float = 0.0  # positions, each times its impressions
    by: float = 0.0
    hosts: set[int] = field(default_factory=set)  # hashes of the sites that link to it

    def add(self, name: str, value: float | None) -> None:
        if value is not None:
            self.values[name] = self.values.get(name, 0.0) + value

    def raise_to(self, name: str, value: float | None) -> None:
        """Of two addresses of a post, the larger number of sites: they may be the same ones."""
        if value is not None:
            self.values[name] = max(self.values.get(name, 0.0), value)

    def place(self, position: float | None, shown: float | None) -> None:
        if position is not None and position > 0:
            weight = shown or 1.0
            self.placed += position * weight
            self.by += weight

    @property
    def position(self) -> float | None:
        return round(self.placed / self.by, 2) if self.by else None

    def of(self, post_id: int) -> PostNumbers:
        values = dict(self.values)
        if self.hosts:
            values["domains"] = float(len(self.hosts))
        return PostNumbers(post_id, position=self.position, **values)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the tables of one kind say."""

    kind: str
    files: tuple[str, ...]
    rows: int
    posts: tuple[PostNumbers, ...]  # by id
    queries: tuple[Query, ...]  # the most shown first
    unresolved: int  # addresses
    examples: tuple[str, ...]
    notes: tuple[str, ...]


class Gatherer:
    """Takes in tables of one kind, row by row."""

    def __init__(self, kind: str, resolver: Resolver) -> None:
        self.kind = kind
        self._resolver = resolver
        self._find = lru_cache(RESOLVED)(resolver.resolve)
        self._host = lru_cache(RESOLVED)(_host)
        self._is_ours = lru_cache(RESOLVED)(lambda href: not resolver.is_external(href))
        self._files: list[str] = []
        self._posts: dict[int, _Sums] = {}
        self._queries: dict[tuple[int | None, str], _Sums] = {}
        self._unresolved: set[int] = set()
        self._uncounted = 0
        self._examples: list[str] = []
        self._rows = self._left_out = self._of_no_post = 0

    def take(self, understood: Understood, of_post: int | None = None) -> Iterator[int]:
        """Take a table in; give the number of rows so far after each thousand. `of_post` is what its queries are of."""
        self._files.append(understood.table.name)
        read = self._link if KINDS[self.kind].pairs else self._query if "query" in understood.columns else self._page
        for row in understood.table.rows():
            self._rows += 1
            read(_Row(row, understood), of_post)
            if self._rows % 1000 == 0:
                yield self._rows

    def done(self) -> Gathered:
        """Give all that was said."""
        posts = tuple(self._posts[post_id].of(post_id) for post_id in sorted(self._posts))
        return Gathered(
            kind=self.kind,
            files=tuple(dict.fromkeys(self._files)),
            rows=self._rows,
            posts=posts,
            queries=tuple(self._most_shown()),
            unresolved=len(self._unresolved) + self._uncounted,
            examples=tuple(self._examples),
            notes=tuple(self._notes()),
        )

    def _page(self, row: _Row, _: int | None) -> None:
        post_id = self._post(row.text("url"))
        if post_id is None:
            return
        sums = self._posts.setdefault(post_id, _Sums())
        shown = row.number("impressions", whole=True)
        sums.add("weight", row.number("weight", whole=False))
        sums.add("clicks", row.number("clicks", whole=True))
        sums.add("impressions", shown)
        sums.place(row.number("position", whole=False), shown)
        if "google_internal" in self.kind or self.kind.startswith(("frog", "semrush_internal")):
            sums.add("inlinks", row.number("internal", whole=True))
        else:
            sums.add("links", row.number("links", whole=True))
            sums.raise_to("domains", row.number("sites", whole=True))

    def _query(self, row: _Row, of_post: int | None) -> None:
        query = " ".join(row.text("query").split())
        if not query or len(query) > LONGEST_QUERY:
            self._left_out += 1
            return
        url = row.text("url")
        post_id = self._post(url) if url else of_post
        if url and post_id is None:
            return
        shown, clicks = row.number("impressions", whole=True), row.number("clicks", whole=True)
        position = row.number("position", whole=False)
        self._of_no_post += post_id is None
        for sums in (self._queries.setdefault((post_id, query), _Sums()), self._shown(post_id)):
            sums.add("clicks", clicks)
            sums.add("impressions", shown)
            sums.place(position, shown)
        if len(self._queries) > 4 * MOST_QUERIES:
            self._queries = dict(self._by_shown()[: 2 * MOST_QUERIES])

    def _shown(self, post_id: int | None) -> _Sums:
        return _Sums() if post_id is None else self._posts.setdefault(post_id, _Sums())

    def _link(self, row: _Row, _: int | None) -> None:
        source, target = row.text("source"), row.text("target")
        other_type = row.has("type") and plain(row.text("type")) not in HYPERLINKS and self.kind == "frog_inlinks"
        lost = row.text("lost").lower() not in ("", "false", "no", "0")
        if other_type or lost or row.text("nofollow").lower() in YES:
            self._left_out += 1
            return
        post_id = self._post(target)
        if post_id is None:
            return
        sums = self._posts.setdefault(post_id, _Sums())
        host = self._host(source)
        if not host or self._is_ours(f"https://{host}/"):
            sums.add("inlinks", 1)
        else:
            sums.add("links", 1)
            sums.hosts.add(hash(host))

    def _post(self, url: str) -> int | None:
        written = url if "://" in url or url.startswith("/") else f"https://{url}"
        found = self._find(written) if url else None
        if found is None and url:
            self._note_unresolved(url)
        return found

    def _note_unresolved(self, url: str) -> None:
        key = hash(url)
        if len(self._unresolved) >= UNRESOLVED:
            self._uncounted += key not in self._unresolved
        elif key not in self._unresolved:
            self._unresolved.add(key)
            if len(self._examples) < EXAMPLES:
                self._examples.append(url[:300])

    def _by_shown(self) -> list[tuple[tuple[int | None, str], _Sums]]:
        return sorted(self._queries.items(), key=lambda each: (-each[1].values.get("impressions", 0.0), each[0][1]))

    def _most_shown(self) -> Iterator[Query]:
        taken: dict[int | None, int] = {}
        count = 0
        for (post_id, query), sums in self._by_shown():
            taken[post_id] = taken.get(post_id, 0) + 1
            if count < MOST_QUERIES and (post_id is None or taken[post_id] <= QUERIES_OF_A_POST):
                count += 1
                clicks, shown = sums.values.get("clicks"), sums.values.get("impressions")
                yield Query(query, post_id, clicks, shown, sums.position, self.kind)

    def _notes(self) -> Iterator[str]:
        if self._left_out and KINDS[self.kind].pairs:
            told = plural(self._left_out, "link was", "links were")
            yield f"{told} left out: lost ones, nofollow ones, and what is no link to click."
        elif self._left_out:
            told = plural(self._left_out, "row was", "rows were")
            yield f"{told} left out: without a query, or with one that never ends."
        if self._of_no_post:
            told = plural(self._of_no_post, "query does", "queries do")
            yield (
                f"{told} not say which post was shown, so that no post gets it; read queries through Search Console's"
                " API, or filter the report by one page before you export it."
            )


class _Row:
    """One row, asked for by what its cells hold."""

    __slots__ = ("_cells", "_understood")

    def __init__(self, cells: Sequence[str], understood: Understood) -> None:
        self._cells, self._understood = cells, understood

    def has(self, role: str) -> bool:
        return role in self._understood.columns

    def text(self, role: str) -> str:
        at = self._understood.columns.get(role)
        return self._cells[at].strip() if at is not None and at < len(self._cells) else ""

    def number(self, role: str, *, whole: bool) -> float | None:
        found = number(text, whole=whole, comma=self._understood.comma) if (text := self.text(role)) else None
        return None if found is None or found < 0 else found


def _host(url: str) -> str:
    try:
        return (urlsplit(url if "://" in url else f"//{url}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def filtered_page(rows: Iterable[Sequence[str]], resolver: Resolver) -> int | None:
    """Say to which post a report was filtered, read in the table of filters that Search Console puts beside it."""
    found = {
        resolver.resolve(cell.strip().lstrip("+"))
        for row in rows
        for cell in row
        if cell.strip(" +").startswith("http")
    }
    return found.pop() if len(found) == 1 else None
