"""`dashboard`: a link that opens the pages of a site's owner, once."""

from __future__ import annotations

import click

from suggester.cli.base import Desk, hint, with_options
from suggester.cli.browser import show
from suggester.cli.output import print_json
from suggester.errors import UnknownSite

SECONDS = 3  # until a service on this machine should have answered


@click.command()
@click.argument("which", metavar="[SITE]", required=False, default="")
@click.option("--browser/--no-browser", default=True, help="Open the dashboard in the browser.")
@with_options
@click.pass_obj
def dashboard(desk: Desk, which: str, browser: bool) -> None:
    """Print a link that opens the dashboard, and open it.

    The link works once, for ten minutes. It opens SITE, or all sites where none is named. `suggester serve` has to be
    running.
    """
    from suggester.web.dashboard.sessions import with_token  # loads Flask and the database: not for `--help`

    with desk.open() as service:
        named = which or desk.site
        rows = [service.find_site(named)] if named else service.sites()
        if not rows:
            raise UnknownSite("No site is connected yet; `suggester connect https://your-site.example` connects one.")
        token = service.sign_in_link([row.id for row in rows])
    base = desk.config.url or f"http://{desk.config.host}:{desk.config.port}"
    link = with_token(base, token)
    if not print_json(desk, told := {"url": link}, [told]):
        click.echo(link)
    if not _answers(base):
        hint(desk, f"Nothing answers at {base} yet: run `suggester serve`, then open the link within ten minutes.")
    elif browser and desk.format == "table":
        show(link)


def _answers(base: str) -> bool:
    import requests

    try:
        return requests.get(f"{base}/healthz", timeout=SECONDS).ok
    except requests.RequestException:
        return False
