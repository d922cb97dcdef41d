"""A refresh in a process of its own, to be killed: python -m tests.real.refreshing DATA.

It says when it begins. Vectors are those of letters, so that a thousand posts are embedded in no time. With a second
argument it is a worker's child process instead, which does what it is told on its standard input.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from suggester.tasks import renewing, touched
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.queue.doing import be_a_child, work
from suggester.tasks.refreshing import RefreshReport
from suggester.tasks.service import Service
from tests.toys import LetterEncoder


def opened(data: Path) -> Service:
    """Open the services over a data folder."""
    return Service.open(data, load_encoder=LetterEncoder)


def refresh(service: Service, progress: Progress = SILENT, reason: str = "asked") -> RefreshReport:
    """Refresh the only site; what is renewed in turn is left out, as it differs from one stop to the next."""
    touched.FEWEST_TURNS, touched.TURNS = 0, sys.maxsize
    renewing.IN_ONE_GO = 8
    return service.refresh("", progress, reason=reason)


class Child:
    """The services, as far as a worker's tasks need them."""

    def __init__(self, data: Path) -> None:
        self._service = opened(data)

    def refresh(
        self, site_ref: str | int, progress: Progress = SILENT, full: bool = False, reason: str = "asked"
    ) -> RefreshReport:
        return refresh(self._service, progress, reason)

    def audit_if_due(self, site_id: int, progress: Progress = SILENT) -> object:
        return self._service.audit_if_due(site_id, progress)

    def tell_digest(self, site_id: int) -> object:
        return self._service.tell_digest(site_id)


def be_a_worker_s_child(data: Path) -> None:
    """Do what a worker tells; what is printed otherwise is no answer to it."""
    be_a_child()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    work(Child(data), sys.stdin, answers)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if len(sys.argv) > 2:
        be_a_worker_s_child(folder)
    else:
        service = opened(folder)
        sys.stdout.write("begins\n")
        sys.stdout.flush()
        refresh(service)
