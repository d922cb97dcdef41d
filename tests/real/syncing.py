"""A sync in a process of its own, to be killed: python -m tests.real.syncing STORE SITE_ID URL USER PASSWORD PAGES.

After so many pages it kills itself as a power cut would; 0 leaves that to others.
"""

from __future__ import annotations

import os
import signal
import sys

from suggester.store import Store
from suggester.tasks.progress import Silent
from suggester.tasks.sync import sync
from suggester.wordpress.connect import open_source
from suggester.wordpress.login import Login


class Executioner(Silent):
    """Ends this process after a number of pages."""

    def __init__(self, pages: int) -> None:
        self.left = pages
        self.stage = ""

    def start(self, stage: str, total: int | None = None) -> None:
        self.stage = stage

    def advance(self, n: int = 1) -> None:
        if self.stage == "read" and n:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main(store: str, site_id: str, url: str, user: str, password: str, pages: str) -> None:
    source = open_source(url, Login(user, password))
    sync(Store.open(store), int(site_id), source, Executioner(int(pages)))


if __name__ == "__main__":
    main(*sys.argv[1:])
