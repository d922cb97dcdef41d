"""`move`: a site to another store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from suggester.cli.base import Desk, hint, terminal, with_options
from suggester.cli.output import print_json, print_table
from suggester.cli.progress import Bars
from suggester.content.text import plural


@click.command()
@click.argument("which", metavar="SITE")
@click.option("--to", required=True, metavar="PLACE", help="Address of a PostgreSQL database, or a data folder.")
@click.option("--keep", is_flag=True, help="Leave the site here as well.")
@click.option("--replace", is_flag=True, help="Write over a site of the same address that is there.")
@click.option(
    "--secret-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What encrypts passwords there, where it is another secret than here.",
)
@with_options
@click.pass_obj
def move(desk: Desk, which: str, to: str, keep: bool, replace: bool, secret_file: Path | None) -> None:
    """Move a site with everything that belongs to it from one store to another.

    \b
      suggester move blog.example --to postgresql://user:password@db.example/links
      SUGGESTER_DATABASE=postgresql://... suggester move blog.example --to /srv/suggester

    The site is whole in one of the two at any time, and is compared before it leaves the first. Nobody may work at it
    meanwhile: stop the service, or try again when it rests. The plugin's key stays the same; give the plugin the
    address of the service that has the site from now on.
    """
    secret = secret_file.read_text("utf-8").strip() if secret_file else ""
    with desk.open() as service, Bars(terminal(desk, stderr=True)) as bars:
        moved = service.move(
            service.find_site(which).id,
            to,
            secret=secret,
            shared_secret=desk.config.secret,
            keep=keep,
            replace=replace,
            progress=bars,
        )
    if not print_json(desk, told := asdict(moved), [told]):
        what = "is kept there as well" if keep else "is kept there now"
        print_table(
            desk, f"{moved.url} {what}, with {plural(moved.posts, 'post')}; its number there is {moved.site_id}."
        )
        hint(desk, "Next: start the service there, and see to it that it is the one the plugin speaks to.")
