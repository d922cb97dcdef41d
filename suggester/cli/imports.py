"""`import` and `imports`: what other tools know of a site's posts, and what it changes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggester.cli.base import Desk, hint, tame, terminal, with_options
from suggester.cli.output import print_json, print_table, table, title
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.errors import ImportRefused, RequestError
from suggester.web import imports as told_as
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.tasks.imports import TakenIn
    from suggester.tasks.service import Service

IMPORT = ("kind", "name", "files", "at", "rows", "posts", "queries", "unresolved")  # columns as CSV
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("files", nargs=-1, type=_FILE)
@click.option("--kind", default="", help="Take the files for this kind, whatever their columns say.")
@click.option("--dry-run", is_flag=True, help="Only say what is understood; nothing is kept.")
@click.option("--search-console", is_flag=True, help="Ask Google Search Console itself, with --key and --property.")
@click.option("--key", type=_FILE, help="The JSON file of a service account's key, as Google gives it.")
@click.option("--property", "property_", help="As https://blog.example/, or sc-domain:blog.example.")
@click.option("--days", type=click.IntRange(1, 480), default=90, show_default=True, help="Of searches to ask for.")
@with_options
@click.pass_obj
def import_(
    desk: Desk,
    files: tuple[Path, ...],
    kind: str,
    dry_run: bool,
    search_console: bool,
    key: Path | None,
    property_: str | None,
    days: int,
) -> None:
    """Take in FILES that other tools wrote, known by their columns: CSV in any encoding, or zip.

    \b
      Google Search Console   pages, queries, top linked pages
      Bing Webmaster Tools    pages, keywords, links
      Ahrefs                  best by links, backlinks, internal link opportunities, organic keywords
      Semrush                 backlinks, indexed pages, internal links, organic positions
      Screaming Frog          internal_all, all_inlinks
      any table               with a column "url" and one number, or "url" and "query"

    Links from other sites weigh in link equity, queries count like the titles of their posts, and orphans are listed by
    how often searchers are shown them. A later import of the same kind takes the place of the former.
    """
    if search_console == bool(files):
        raise RequestError("Name the files to import, or say --search-console with --key and --property.")
    with desk.open() as service:
        site_id = desk.site_id(service)
        if search_console:
            found = _from_google(desk, service, site_id, key, property_, days, dry_run)
        else:
            found = _from_files(desk, service, site_id, files, kind, dry_run)
        told = told_as.taken_in(service, site_id, found)
        if print_json(desk, told, told["imports"], IMPORT):
            return
        for each in told["imports"]:
            _show(desk, each)
        if told["left_out"]:
            print_table(desk, f"Left out, since they say nothing of posts: {tame(', '.join(told['left_out']))}.")
        if dry_run:
            hint(desk, "Nothing was kept; run it again without --dry-run.")
        else:
            _tell_changes(desk, told_as.imports(service, site_id)["changes"])
            hint(desk, "Suggestions go by it from now on; `suggester refresh` renews those that are stored.")


@click.command()
@click.option("--forget", metavar="KIND", multiple=True, help="Forget the import of this kind; may be repeated.")
@with_options
@click.pass_obj
def imports(desk: Desk, forget: tuple[str, ...]) -> None:
    """List what was imported from other tools, and say what it changes."""
    with desk.open() as service:
        site_id = desk.site_id(service)
        for kind in forget:
            service.forget_import(site_id, kind)
        told = told_as.imports(service, site_id)
    if print_json(desk, told, told["imports"], IMPORT):
        return
    if not told["imports"]:
        print_table(desk, "Nothing is imported.")
        hint(desk, "`suggester import FILE` takes in what other tools know; `suggester import --help` lists them.")
        return
    shown = table("Kind", "What", "On", "#Rows", "#Posts", "#Queries", "#Of no post")
    for each in told["imports"]:
        counts = (f"{each[name]:,}" for name in ("rows", "posts", "queries", "unresolved"))
        shown.add_row(each["kind"], each["name"], each["at"][:10], *counts)
    print_table(desk, shown, "")
    _tell_changes(desk, told["changes"])


def _from_files(
    desk: Desk, service: Service, site_id: int, files: tuple[Path, ...], kind: str, dry_run: bool
) -> TakenIn:
    with ExitStack() as opened, Bars(terminal(desk, stderr=True)) as bars:
        try:
            given = [(file.name, opened.enter_context(file.open("rb"))) for file in files]
        except OSError as error:
            raise ImportRefused(f"{error.filename} cannot be read ({error.strerror}); name another file.") from error
        return service.take_in(site_id, given, kind=kind, dry_run=dry_run, progress=bars)


def _from_google(
    desk: Desk, service: Service, site_id: int, key: Path | None, property_: str | None, days: int, dry_run: bool
) -> TakenIn:
    from suggester.searchconsole import SearchConsole

    if key is None or not property_:
        raise RequestError("--search-console needs --key, the service account's JSON file, and --property.")
    ca_file = desk.ca_file or desk.config.ca_file
    console = SearchConsole(key.read_text("utf-8", errors="replace"), ca_file=ca_file)
    with Bars(terminal(desk, stderr=True)) as bars:
        return service.take_in_searches(site_id, console, property_, days=days, dry_run=dry_run, progress=bars)


def _show(desk: Desk, each: Json) -> None:
    print_table(desk, title(each["name"]), f"  {each['kind']}: {told_as.understood(each)}.")
    for post in each["examples_of_posts"]:
        numbers = [f"{post[name]:,.10g} {words}" for name, words in told_as.COUNTED.items() if name in post]
        print_table(desk, f"  {tame(post['title'] or post['url'] or str(post['id']))}: {', '.join(numbers)}")
    if each["examples_of_queries"]:
        print_table(desk, "  Queries: " + ", ".join(f"“{tame(query)}”" for query in each["examples_of_queries"]))
    if each["unresolved"]:
        print_table(desk, f"  Addresses of no post, as {tame(', '.join(each['examples']))}")
    for note in each["notes"]:
        print_table(desk, f"  {note}")
    if each["replaces"]:
        print_table(
            desk, f"  It takes the place of {plural(each['replaces']['rows'], 'row')} of {each['replaces']['at'][:10]}."
        )
    print_table(desk, "")


def _tell_changes(desk: Desk, changes: Json) -> None:
    lines = told_as.changed(changes)
    print_table(desk, *(lines or ["It changes nothing yet: no post of this site is named by a link or a query."]))
