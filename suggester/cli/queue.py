"""`queue`: what waits, what is under way, what failed and why; to be done again, or forgotten."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.content.text import plural

if TYPE_CHECKING:
    from suggester.store import Task
    from suggester.tasks.service import Service

STATES = {"waiting": "waits", "running": "under way", "failed": "failed"}


@click.group(invoke_without_command=True)
@with_options
@click.pass_context
def queue(context: click.Context) -> None:
    """Show what waits to be done, what is under way, and what failed and why."""
    if context.invoked_subcommand is None:
        desk: Desk = context.obj
        with desk.open() as service:
            _show(desk, service, service.tasks(_sites(desk, service)))


@queue.command()
@click.argument("task", type=int, required=False)
@with_options
@click.pass_obj
def again(desk: Desk, task: int | None) -> None:
    """Let TASK, or everything that failed, be done again at once."""
    with desk.open() as service:
        for each in [task] if task is not None else _failed(desk, service):
            service.do_again(each)
        _show(desk, service, service.tasks(_sites(desk, service)))


@queue.command()
@click.argument("task", type=int, required=False)
@with_options
@click.pass_obj
def forget(desk: Desk, task: int | None) -> None:
    """Forget TASK, or everything that failed."""
    with desk.open() as service:
        those = [task] if task is not None else _failed(desk, service)
        for each in those:
            service.forget_task(each)
    hint(desk, f"{plural(len(those), 'task')} forgotten.")


def _failed(desk: Desk, service: Service) -> list[int]:
    return [task.id for task in service.tasks(_sites(desk, service), "failed")]


def _sites(desk: Desk, service: Service) -> list[int] | None:
    """Give the site that is asked after; None stands for all."""
    return [desk.site_id(service)] if desk.site else None


def _show(desk: Desk, service: Service, tasks: list[Task]) -> None:
    names = {row.id: row.url for row in service.sites()}
    told = [_told(task, names) for task in tasks]
    if print_json(desk, {"tasks": told}, told):
        return
    if not told:
        print_table(desk, "Nothing waits and nothing failed.")
        return
    shown = table("#No.", "Site", "What", "State", "#Tries", "Since or due")
    for task in tasks:
        when = task.due_at if task.state == "waiting" else task.changed_at
        words = (names.get(task.site_id, ""), f"{task.kind} ({task.reason})", STATES[task.state], str(task.tries))
        shown.add_row(str(task.id), *words, f"{when:%Y-%m-%d %H:%M}")
    print_table(desk, shown)
    for task in tasks:
        if task.why:
            print_table(desk, Text(tame(f"{task.id}: {task.why}")))
    if any(task.state == "failed" for task in tasks):
        hint(desk, "`suggester queue again` tries what failed once more, `suggester queue forget` drops it.")


def _told(task: Task, names: dict[int, str]) -> dict[str, Any]:
    moments = {name: getattr(task, name).isoformat() for name in ("due_at", "made_at", "changed_at")}
    return {"site": names.get(task.site_id, "")} | asdict(task) | moments
