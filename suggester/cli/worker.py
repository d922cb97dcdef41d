"""`worker`: does what waits in the queue; `serve` has one inside."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

import click

from suggester import logs
from suggester.cli.base import Desk, hint, with_options

if TYPE_CHECKING:
    from suggester.tasks.service import Service

MINUTE = 60.0


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), help="Sites at once; 1 unless the settings say otherwise.")
@with_options
@click.pass_obj
def worker(desk: Desk, workers: int | None) -> None:
    """Refresh sites, take up changes, send digests and work through runs, until stopped.

    `suggester serve` does so by itself. On many machines let each have some workers, with SUGGESTER_QUEUE and
    SUGGESTER_DATABASE the same for all of them, and let the web processes `serve --no-worker`.
    """
    stopped = Event()
    with desk.open() as service, working(desk, service, workers):
        logs.set_up(desk.config.log)
        before = signal.signal(signal.SIGTERM, lambda _number, _frame: stopped.set())
        hint(desk, "Working (Ctrl-C stops it)")
        try:
            while not stopped.wait(1.0):
                continue
        except KeyboardInterrupt:
            hint(desk, "Stopping; what is under way comes to a place where it can go on.")
        finally:
            signal.signal(signal.SIGTERM, before)


@click.command(hidden=True)
@click.option("--threads", type=int, help="Of the encoder.")
@with_options
@click.pass_obj
def hand(desk: Desk, threads: int | None) -> None:
    """Do the tasks that a worker tells on standard input."""
    from suggester.tasks.helpers import use_cores
    from suggester.tasks.queue.doing import be_a_child, work

    be_a_child()
    desk.config = replace(desk.config, threads=threads or desk.config.threads)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed is no answer
    with desk.open() as service:
        use_cores(desk.config.threads)
        logs.set_up(desk.config.log)
        work(service, sys.stdin, answers)


@contextmanager
def working(desk: Desk, service: Service, workers: int | None = None) -> Iterator[None]:
    """Work through the queue and the runs for as long as the block lasts."""
    from suggester.tasks.pace import Pace
    from suggester.tasks.queue.carrier import open_huey
    from suggester.tasks.queue.hand import Limits
    from suggester.tasks.queue.worker import QueueWorker
    from suggester.tasks.worker import Worker

    config = desk.config
    huey = open_huey(config.queue, service.folder)
    limits = Limits(task=config.task_minutes * MINUTE)
    hands = workers or config.workers
    queue = QueueWorker(service.store, huey, _command(desk, service, hands), hands, limits)
    with Worker(service, lambda: Pace(config.writes_per_minute / 60)), queue:
        yield


def _command(desk: Desk, service: Service, hands: int) -> list[str]:
    """Write the command that starts a child process over the same data folder; the environment is the same.

    The children share the cores between their encoders.
    """
    threads = desk.config.threads or max(1, (os.cpu_count() or 1) // hands)
    command = [sys.executable, "-m", "suggester.cli", "hand", "--quiet", "--data", str(service.folder)]
    command += ["--threads", str(threads)]
    return [*command, "--ca-file", str(desk.ca_file)] if desk.ca_file else command
