"""`serve`: the web door."""

from __future__ import annotations

import click

from suggester.cli.base import Desk, hint, with_options
from suggester.errors import ConfigError
from suggester.web import server


@click.command()
@click.option("--host", default=server.HOST, show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=server.PORT, show_default=True)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=server.THREADS, show_default=True, help="Requests at once."
)
@with_options
@click.pass_obj
def serve(desk: Desk, host: str, port: int, threads: int) -> None:
    """Answer the plugin over HTTP until stopped."""
    from suggester.web.app import create_app

    with desk.open() as service:
        if server.is_public(host) and not any(service.store.keys(row.id) for row in service.sites()):
            raise ConfigError(
                f"{host} can be reached from other machines and no key exists; "
                "`suggester connect` makes one, or leave --host away to serve this machine alone."
            )
        server.serve(
            create_app(service),
            host,
            port,
            threads,
            lambda address: hint(desk, f"Serving on {address} (Ctrl-C stops it)"),
        )
