"""`serve`: the web door."""

from __future__ import annotations

import click

from suggester.cli.base import Desk, hint, with_options
from suggester.errors import ConfigError
from suggester.web import server


@click.command()
@click.option("--host", help="Address to listen on; 127.0.0.1, this machine alone, unless the settings say otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="8765 unless the settings say otherwise.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=server.THREADS, show_default=True, help="Requests at once."
)
@with_options
@click.pass_obj
def serve(desk: Desk, host: str | None, port: int | None, threads: int) -> None:
    """Answer the plugin over HTTP, and work through the runs that are queued, until stopped."""
    from suggester.tasks.pace import Pace
    from suggester.tasks.worker import Worker
    from suggester.web.app import create_app

    host = host or desk.config.host
    port = desk.config.port if port is None else port
    with desk.open() as service:
        if server.is_public(host) and not any(service.store.keys(row.id) for row in service.sites()):
            raise ConfigError(
                f"{host} can be reached from other machines and no key exists; "
                "`suggester connect` makes one, or leave --host away to serve this machine alone."
            )
        with Worker(service, lambda: Pace(desk.config.writes_per_minute / 60)):
            server.serve(
                create_app(service, max_body_bytes=desk.config.max_body, address=desk.config.url),
                host,
                port,
                threads,
                lambda address: hint(desk, f"Serving on {address} (Ctrl-C stops it)"),
            )
