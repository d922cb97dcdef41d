"""A child process whose tasks do what a file named after their site says: `python -m tests.tasks.queue.toy FOLDER`.

Each line of the file is one try, which `_try` knows; without a file, or at its end, tasks go well. What is done is
written to FOLDER/done: a line at the begin and one at the end.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from suggester.errors import SiteRefused, SiteUnreachable, SyncRunning
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.queue.doing import be_a_child, work


class ToyDoer:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def refresh(self, site_ref: str | int, progress: Progress = SILENT, full: bool = False, reason: str = "") -> object:
        self._note(f"begin {site_ref} {reason}")
        self._try(self._next(site_ref), progress)
        self._note(f"end {site_ref} {reason}")
        return None

    def audit_if_due(self, site_id: int, progress: Progress = SILENT) -> object:
        if self._is_planned(site_id):
            self._note(f"begin {site_id} audit")
            self._try(self._next(site_id), progress)
            self._note(f"end {site_id} audit")
        return None

    def tell_digest(self, site_id: int) -> object:
        self._note(f"digest {site_id}")
        return False

    def _is_planned(self, site_id: int) -> bool:
        plan = self.folder / str(site_id)
        return plan.exists() and bool(plan.read_text())

    def _next(self, site_ref: str | int) -> str:
        plan = self.folder / str(site_ref)
        if not plan.exists():
            return "well"
        first, _, rest = plan.read_text().partition("\n")
        plan.write_text(rest)
        return first or "well"

    def _try(self, what: str, progress: Progress) -> None:
        if what == "hang":
            time.sleep(600)
        elif what == "loop":
            re.match(r"(a+)+$", "a" * 60 + "b")  # in C, holding the lock that all threads share
        elif what == "die":
            os.kill(os.getpid(), 9)
        elif what == "helper":
            helper = subprocess.Popen(["sleep", "600"])
            self._note(f"helper {helper.pid}")
            time.sleep(600)
        elif what in ("give way", "make room"):
            progress.start("embed" if what == "give way" else "renew", 6000)
            for _ in range(6000):
                time.sleep(0.01)
                progress.advance()
        elif what == "slow":
            time.sleep(0.3)
        elif what == "busy":
            raise SyncRunning("A refresh of this site is under way in another process; wait until it has ended.")
        elif what == "badly":
            raise SiteUnreachable("The site does not answer; try again later.")
        elif what == "never":
            raise SiteRefused("The site refuses the password; make a new one.")
        elif what == "odd":
            raise ZeroDivisionError("by /some/path")
        sys.stdout.write("said aloud, which is no answer\n")

    def _note(self, line: str) -> None:
        with (self.folder / "done").open("a") as file:
            file.write(f"{line}\n")


if __name__ == "__main__":
    be_a_child()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    work(ToyDoer(Path(sys.argv[1])), sys.stdin, answers)
