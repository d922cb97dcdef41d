"""`keys`: what the plugins speak with."""

from __future__ import annotations

import click

from suggester.cli.base import Desk, hint, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.content.text import plural
from suggester.errors import RequestError
from suggester.web.answers import moment


@click.group()
@with_options
def keys() -> None:
    """Make, list and revoke the keys of a site's plugin."""


@keys.command()
@click.argument("name", default="plugin")
@with_options
@click.pass_obj
def new(desk: Desk, name: str) -> None:
    """Make a key called NAME, and print it this once."""
    with desk.open() as service:
        key = service.store.add_key(desk.site_id(service), name)
    if not print_json(desk, told := {"name": name, "key": key}, [told]):
        click.echo(key)
    hint(desk, "The key is shown this once; put it into the plugin's settings.")


@keys.command("list")
@with_options
@click.pass_obj
def list_(desk: Desk) -> None:
    """List the keys; only their names are kept."""
    with desk.open() as service:
        rows = [{"name": row.name, "made": moment(row.created_at)} for row in service.store.keys(desk.site_id(service))]
    if print_json(desk, {"keys": rows}, rows):
        return
    shown = table("Name", "Made")
    for row in rows:
        shown.add_row(row["name"], (row["made"] or "")[:16].replace("T", " "))
    print_table(desk, shown if rows else "No keys; `suggester keys new` makes one.")


@keys.command()
@click.argument("name")
@with_options
@click.pass_obj
def revoke(desk: Desk, name: str) -> None:
    """Make every key called NAME worthless."""
    with desk.open() as service:
        count = service.store.revoke_key(desk.site_id(service), name)
    if not count:
        raise RequestError(f"No key is called {name!r}; `suggester keys list` names them.")
    if not print_json(desk, told := {"name": name, "revoked": count}, [told]):
        print_table(desk, f"{plural(count, 'key')} called {name} revoked.")
