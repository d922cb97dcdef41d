"""Reads the files of other tools: which kinds of tables are in them, and what these say of the posts of a site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from suggester.content.links import Resolver
from suggester.errors import ImportRefused
from suggester.imports.columns import roles
from suggester.imports.gather import Gathered, Gatherer, filtered_page
from suggester.imports.kinds import Understood, refused, understand
from suggester.imports.tables import Table, tables

File = tuple[str, IO[bytes]]  # its name, and what is in it, to be read from any place


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood of some files."""

    found: tuple[Gathered, ...]  # one for each kind
    left_out: tuple[str, ...]  # tables in a zip that say nothing of posts


def read(
    files: Iterable[File], resolver: Resolver, kind: str = "", say: Callable[[int], None] = lambda _: None
) -> Read:
    """Read files; those of one kind are taken together. `kind` takes all for that one; `say` hears of each 1,000 rows.

    Raises ImportRefused where a file holds nothing that is known, or cannot be read; nothing of any file counts then.
    """
    gatherers: dict[str, Gatherer] = {}
    left_out: list[str] = []
    for name, file in files:
        of_post = _filtered(name, file, resolver)
        unknown: list[Table] = []
        for known in _known(name, file, kind, unknown):
            gatherer = gatherers.setdefault(known.kind, Gatherer(known.kind, resolver))
            for _ in gatherer.take(known, of_post):
                say(1000)
        left_out += [table.name for table in unknown]
    return Read(tuple(each.done() for each in gatherers.values()), tuple(left_out))


def _known(name: str, file: IO[bytes], kind: str, unknown: list[Table]) -> Iterator[Understood]:
    """Give the tables of known kinds in a file; put the others aside, unless there are no others."""
    count = 0
    for table in tables(name, file):
        if known := understand(table, kind):
            count += 1
            yield known
        else:
            unknown.append(table)
    if not count:
        raise refused(unknown[0]) if unknown else ImportRefused(f"{name} holds no table; export it again as CSV.")


def _filtered(name: str, file: IO[bytes], resolver: Resolver) -> int | None:
    """Look whether a zip of Search Console says that its report was filtered by one page."""
    found = None
    for table in tables(name, file):
        if len(table.headings) == 2 and roles(table.headings).get("filter") == 0:
            found = filtered_page(table.rows(), resolver)
    return found
