"""The kinds of tables that are understood, each known by its columns and never by the name of its file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from suggester.errors import ImportRefused
from suggester.imports.columns import plain, roles
from suggester.imports.figures import decimal_comma, number
from suggester.imports.tables import Table

AUTHORITY, SEARCHES, INLINKS = "authority", "searches", "inlinks"
NAMED = 12  # columns that a message names
MOST_PERCENT = 0.9  # share of the rows that must look like what a table without known names is taken for


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table."""

    name: str  # what people call it
    tells: tuple[str, ...]  # AUTHORITY, SEARCHES, INLINKS
    pairs: bool = False  # each row is a link, from one page to another


KINDS: Mapping[str, Kind] = {
    "google_pages": Kind("Google Search Console: pages", (SEARCHES,)),
    "google_queries": Kind("Google Search Console: queries", (SEARCHES,)),
    "google_links": Kind("Google Search Console: links from other sites", (AUTHORITY,)),
    "google_internal_links": Kind("Google Search Console: internal links", (INLINKS,)),
    "bing_pages": Kind("Bing Webmaster Tools: pages", (SEARCHES,)),
    "bing_queries": Kind("Bing Webmaster Tools: keywords", (SEARCHES,)),
    "bing_links": Kind("Bing Webmaster Tools: links from other sites", (AUTHORITY,), pairs=True),
    "ahrefs_pages": Kind("Ahrefs: best by links", (AUTHORITY,)),
    "ahrefs_backlinks": Kind("Ahrefs: backlinks", (AUTHORITY,), pairs=True),
    "ahrefs_opportunities": Kind("Ahrefs: internal link opportunities", (SEARCHES,)),
    "ahrefs_keywords": Kind("Ahrefs: organic keywords", (SEARCHES,)),
    "semrush_pages": Kind("Semrush: indexed pages", (AUTHORITY,)),
    "semrush_backlinks": Kind("Semrush: backlinks", (AUTHORITY,), pairs=True),
    "semrush_internal_links": Kind("Semrush: internal links", (INLINKS,)),
    "semrush_keywords": Kind("Semrush: organic positions", (SEARCHES,)),
    "frog_internal": Kind("Screaming Frog: internal_all", (INLINKS,)),
    "frog_inlinks": Kind("Screaming Frog: all_inlinks", (INLINKS,), pairs=True),
    "table_links": Kind("A table of links", (AUTHORITY, INLINKS), pairs=True),
    "table_queries": Kind("A table of addresses and queries", (SEARCHES,)),
    "table_numbers": Kind("A table of addresses and numbers", (AUTHORITY,)),
}
EXPECTED = (
    "expected is an export of Google Search Console, Bing Webmaster Tools, Ahrefs, Semrush or Screaming Frog, or a"
    " table with a column “url” and one with a number or named “query”"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """A table that is of a known kind."""

    table: Table
    kind: str  # one of KINDS
    columns: Mapping[str, int]  # what stands where: roles to places; "url" is the page that a row is about
    comma: bool | None  # whether its numbers have a decimal comma, None where nothing tells


def understand(table: Table, kind: str = "") -> Understood | None:
    """Say of which kind a table is, None where it is of none; `kind` takes it for that one instead.

    ImportRefused where `kind` is none, or lacks columns that it needs.
    """
    found = roles(table.headings)
    names = frozenset(map(plain, table.headings))
    if kind and kind not in KINDS:
        raise ImportRefused(f"There is no kind {kind!r}; there are {', '.join(KINDS)}.")
    taken = kind or _kind(found, names, table)
    if not taken:
        return None
    columns = _columns(taken, found, table)
    if missing := [role for role in _needed(taken) if role not in columns]:
        raise ImportRefused(f"{table.name} has no column for {_in_words(missing[0])}; {_told(table)}.")
    return Understood(table, taken, columns, _comma(table, columns))


def refused(table: Table) -> ImportRefused:
    """Say in one sentence that a table is of no known kind, what was found in it, and what is expected."""
    return ImportRefused(f"{table.name} is of no known kind: {_told(table)}; {EXPECTED}.")


def _told(table: Table) -> str:
    named = ", ".join(f"“{heading[:60]}”" for heading in table.headings[:NAMED])
    more = f" and {len(table.headings) - NAMED} more" if len(table.headings) > NAMED else ""
    return f"its columns are {named}{more}"


def _kind(found: Mapping[str, int], names: frozenset[str], table: Table) -> str:
    """Choose by columns; the first that fits counts, so that those with the clearest signs come first."""
    has = found.keys()
    address = bool(has & {"url", "page"})
    if {"source", "target"} <= has:
        return _of_links(has, names)
    if "sites" in has and names & {"ur", "url rating"} and (address or "target" in has):
        return "ahrefs_pages"
    if "target" in has and "sites" in has:
        return "google_links"
    if "target" in has and has & {"internal", "links"}:
        return "google_internal_links" if "internal" in has else "google_links"
    if address and has & {"status", "indexability", "depth"} and not has & {"query", "sites"}:
        return "frog_internal"
    if "sites" in has and (address or "source" in has):
        return "semrush_pages"
    if "query" in has:
        return _of_queries(has, names, address)
    if address and {"clicks", "impressions"} <= has:
        return "bing_pages" if _is_bing(names) else "google_pages"
    if address and names & {"ilr", "internal linkrank", "incoming internal links"}:
        return "semrush_internal_links"
    if _looks_like_pages(table):
        return "google_pages"
    return "table_numbers" if address and _number_column(found, table) is not None else ""


def _of_links(has: Collection[str], names: frozenset[str]) -> str:
    if "query" in has and "referring page url" not in names:
        return "ahrefs_opportunities"
    if "place" in has or names & {"link path", "alt text", "follow"}:
        return "frog_inlinks"
    if "referring page url" in names:
        return "ahrefs_backlinks"
    if names & {"page ascore", "source title"}:
        return "semrush_backlinks"
    return "bing_links" if names == {"source url", "target url", "anchor text"} else "table_links"


def _of_queries(has: Collection[str], names: frozenset[str], address: bool) -> str:
    if "clicks" in has or ("impressions" in has and "ctr" in has):
        return "bing_queries" if _is_bing(names) else "google_queries"
    if not address:
        return ""
    if "volume" in has and "position" in has:
        return "semrush_keywords" if names & {"previous position", "keyword difficulty"} else "ahrefs_keywords"
    return "table_queries"


def _is_bing(names: frozenset[str]) -> bool:
    return bool(names & {"avg position", "avg impression position", "avg click position"})


def _columns(kind: str, found: Mapping[str, int], table: Table) -> dict[str, int]:
    """Say what stands where for this kind; the page that a row is about is "url"."""
    columns = dict(found)
    for role in ("target",) if kind.startswith("google_") and "link" in kind else ("url", "page", "target", "source"):
        if role in found and not KINDS[kind].pairs:
            columns["url"] = found[role]
            break
    if kind == "ahrefs_opportunities" and "target" in found:
        columns["url"] = found["target"]
    if kind == "google_pages" and "url" not in columns:
        columns |= {"url": 0, "clicks": 1, "impressions": 2, "position": 4}
    if kind == "table_numbers":
        at = _number_column(found, table)
        told = {"impressions", "sites", "links"} & found.keys()
        columns |= {} if at is None or told else {"weight": at}
    return columns


def _needed(kind: str) -> tuple[str, ...]:
    if KINDS[kind].pairs:
        return "source", "target"
    if kind in ("google_queries", "bing_queries"):
        return ("query",)
    needs = {"ahrefs_opportunities": "query", "ahrefs_keywords": "query", "semrush_keywords": "query"}
    needs |= {"table_queries": "query", "google_pages": "impressions", "bing_pages": "impressions"}
    return ("url", needs[kind]) if kind in needs else ("url",)


def _in_words(role: str) -> str:
    words = {"url": "the address of a page", "query": "what was searched for", "source": "where a link stands"}
    return words.get(role, f"the {role}")


def _number_column(found: Mapping[str, int], table: Table) -> int | None:
    """Find the one column of a table that holds a number, or the first whose name says what it counts."""
    for role in ("impressions", "clicks", "sites", "links"):
        if role in found:
            return found[role]
    taken = {found[role] for role in ("url", "page") if role in found}
    places = [at for at in range(len(table.headings)) if at not in taken and _is_numeric(table, at)]
    return places[0] if len(places) == 1 else None


def _is_numeric(table: Table, at: int) -> bool:
    cells = [cell for cell in _cells(table, at) if cell.strip()]
    return bool(cells) and all(number(cell, whole=False) is not None for cell in cells)


def _looks_like_pages(table: Table) -> bool:
    """Know Search Console's pages in a language that is not listed: an address, two counts, a share, a place."""
    if len(table.headings) != 5 or not table.sample:
        return False
    return sum(map(_is_a_page, table.sample)) >= MOST_PERCENT * len(table.sample)


def _is_a_page(row: Sequence[str]) -> bool:
    if len(row) != 5 or not row[0].strip().startswith(("http://", "https://")) or not set("%％") & set(row[3]):
        return False
    clicks, shown, place = (number(row[at], whole=at < 3) for at in (1, 2, 4))
    return clicks is not None and shown is not None and place is not None and clicks <= shown


def _comma(table: Table, columns: Mapping[str, int]) -> bool | None:
    """Look at all numbers of the first rows together: a tool writes them all alike."""
    counted = ("clicks", "impressions", "ctr", "position", "links", "sites", "internal", "volume", "weight")
    places = {columns[role] for role in counted if role in columns}
    told = decimal_comma(cell for at in places for cell in _cells(table, at))
    return True if told is None and table.separator == ";" else told


def _cells(table: Table, at: int) -> list[str]:
    return [row[at] for row in table.sample if at < len(row)]
