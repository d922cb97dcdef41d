"""`serve`: the web door."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from suggester import logs
from suggester.cli.base import Desk, hint, with_options
from suggester.cli.worker import working
from suggester.errors import ConfigError
from suggester.web import server

COLLECTED = (20_000, 10, 50)
"""When the garbage collector looks: after so many new objects, and each so many times through older ones.

A request makes hundreds of thousands, nearly all of which go by themselves. By Python's own numbers (700, 10, 10) it
would look through all that is not frozen several times in each.
"""


@click.command()
@click.option("--host", help="Address to listen on; 127.0.0.1, this machine alone, unless the settings say otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="8765 unless the settings say otherwise.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=server.THREADS, show_default=True, help="Requests at once."
)
@click.option("--worker/--no-worker", default=True, help="Refresh sites every night, take up changes, do runs; or not.")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Sites refreshed at once; 1 unless the settings say otherwise."
)
@with_options
@click.pass_obj
def serve(desk: Desk, host: str | None, port: int | None, threads: int, worker: bool, workers: int | None) -> None:
    """Answer the plugin over HTTP, refresh the sites every night, and work through the runs, until stopped."""
    host = host or desk.config.host
    port = desk.config.port if port is None else port
    with ExitStack() as stack:
        with _loading():
            from suggester.web.app import create_app

            service = stack.enter_context(desk.open())
            logs.set_up(desk.config.log)
            if server.is_public(host) and not any(service.store.keys(row.id) for row in service.sites()):
                raise ConfigError(
                    f"{host} can be reached from other machines and no key exists; "
                    "`suggester connect` makes one, or leave --host away to serve this machine alone."
                )
            if worker:
                stack.enter_context(working(desk, service, workers))
            app = create_app(
                service,
                max_body_bytes=desk.config.max_body,
                address=desk.config.url,
                metrics_token=desk.config.metrics_token,
            )
        server.serve(app, host, port, threads, lambda address: hint(desk, f"Serving on {address} (Ctrl-C stops it)"))


@contextmanager
def _loading() -> Iterator[None]:
    """Keep the garbage collector from what is loaded, which stays: walking through it took a quarter of that time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*COLLECTED)
        gc.enable()
