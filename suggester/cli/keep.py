"""`connect`, `sync` and `status`: a site that is kept."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggester.cli.base import Desk, hint, say, tame, terminal, with_options
from suggester.cli.browser import show
from suggester.cli.output import print_json, print_table, table, title
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.errors import ConfigError
from suggester.web import answers

if TYPE_CHECKING:
    from suggester.tasks.service import Service
    from suggester.wordpress.login import Login


@click.command()
@click.argument("address")
@click.option("--user", help="WordPress user name; asked for otherwise.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the application password from this file instead of asking.",
)
@click.option("--public", is_flag=True, help="No login: read what every visitor can read.")
@click.option("--browser/--no-browser", default=True, help="Open WordPress's page that makes the password.")
@with_options
@click.pass_obj
def connect(
    desk: Desk,
    address: str,
    user: str | None,
    password_file: Path | None,
    public: bool,
    browser: bool,
) -> None:
    """Connect a site to keep.

    ADDRESS is where the WordPress site answers, or an export file. What is printed is the key for the plugin.

    WordPress makes a password for this program alone (an application password), which can be taken back there at any
    time. With --public none is needed; drafts then stay unread, and links are put in by hand.
    """
    from suggester.wordpress.connect import is_file

    with desk.open() as service:
        login = None if public or is_file(address) else _login(service, address, user, password_file, browser)
        made = service.connect(address, login)
    whole = {"site_id": made.site_id, "url": made.url, "name": made.name, "read_by": made.source_name, "key": made.key}
    if not print_json(desk, whole, [whole]):
        print_table(desk, title(made.name or made.url), made.url)
        click.echo(f"Key for the plugin: {made.key or 'as given before; `suggester keys new` makes another'}")
    if made.key:
        hint(desk, "The key is shown this once; put it into the plugin's settings.")
    hint(desk, "Next: suggester sync")


@click.command()
@click.argument("which", metavar="[SITE]", required=False)
@click.option("--full", is_flag=True, help="Read every post again, not only what changed.")
@with_options
@click.pass_obj
def sync(desk: Desk, which: str | None, full: bool) -> None:
    """Read what changed in WordPress.

    What changed is embedded, and the index of SITE renewed; `suggester refresh` renews stored suggestions as well. It
    can be stopped and taken up again.
    """
    with desk.open() as service, Bars(terminal(desk, stderr=True)) as bars:
        row = service.find_site(which or desk.site)
        report = service.update(row.id, bars, full=full)
    for note in (*report.sync.notes, report.trouble):
        if note:
            hint(desk, note)
    told = {"site": row.url} | asdict(report)
    del told["kept"]
    if not print_json(desk, told, [told]):
        done, embedded = report.sync, report.embed
        print_table(
            desk,
            f"{row.url}: {plural(done.read, 'post')} read, {done.changed:,} changed, {done.deleted:,} deleted; "
            f"{plural(embedded.embedded, 'text')} embedded, {embedded.reused:,} known already.",
        )


@click.command()
@with_options
@click.pass_obj
def status(desk: Desk) -> None:
    """Say how things stand with each site."""
    with desk.open() as service:
        rows = [service.find_site(desk.site)] if desk.site else service.sites()
        told = [answers.status(service, row.id) for row in rows]
        nights = [service.nights(row.id, at_most=1) for row in rows]
    if print_json(desk, {"sites": told}, told):
        return
    if not told:
        print_table(desk, "No site is connected yet; `suggester connect https://your-site.example` connects one.")
        return
    shown = table("#No.", "Site", "#Posts", "#Orphans", "Last sync", "Encoder")
    for row, site in zip(rows, told, strict=True):
        meta = site["meta"]
        when = (meta["synced_at"] or "never")[:16].replace("T", " ")
        name = title(site["site"]["name"] or site["site"]["url"])
        shown.add_row(str(row.id), name, f"{site['posts']:,}", f"{site['orphans']:,}", when, meta["encoder"])
    print_table(desk, shown)
    for site, how in zip(told, nights, strict=True):
        print_table(desk, f"{site['site']['url']}: {tame(how.line)}")
        for sentence in filter(None, (how.advice, *site["advice"])):
            hint(desk, f"{site['site']['url']}: {sentence}")


def _login(service: Service, address: str, user: str | None, password_file: Path | None, browser: bool) -> Login:
    from suggester.wordpress.login import Login

    if password_file:
        if not user:
            raise ConfigError("--password-file needs --user, the WordPress user the password belongs to.")
        return Login(user, _password(password_file))
    page = service.password_page(address)
    say(f"WordPress makes the password on this page:\n  {page}")
    if browser:
        show(page)
    user = user or click.prompt("WordPress user name", err=True)
    return Login(user, click.prompt("Application password", hide_input=True, err=True).strip())


def _password(file: Path) -> str:
    try:
        password = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read as text; write the application password into it.") from error
    if not password:
        raise ConfigError(f"{file} is empty; write the application password into it.")
    return password
