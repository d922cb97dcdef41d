"""A real `suggester serve` in a process of its own, and a client that asks it over HTTP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import requests

from suggester.store import DATABASE, Store

KEY_NAME = "bench"
LIMIT_S = 120
ADDRESS = re.compile(r"http://\S+")


@dataclass(slots=True)
class Server:
    """A running service."""

    address: str
    key: str
    pid: int
    began: float  # on the clock of `perf_counter`
    session: requests.Session

    def ask(self, title: str, content: str) -> float:
        """Ask for suggestions for a text; give the seconds until the answer was there."""
        return self._ask("POST", "posts/0/suggestions", {"title": title, "content": content})

    def ask_inbound(self, post_id: int) -> float:
        """Ask which posts should link to one; give the seconds until the answer was there."""
        return self._ask("GET", f"posts/{post_id}/inbound")

    def tell(self, post_id: int) -> float:
        """Tell that a post was saved; give the seconds until that was heard."""
        return self._ask("POST", "changes", {"changes": [{"id": post_id, "kind": "saved"}]})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> float:
        key = {"Authorization": f"Bearer {self.key}"}
        began = perf_counter()
        answer = self.session.request(method, f"{self.address}/v1/{path}", json=body, headers=key, timeout=LIMIT_S)
        took = perf_counter() - began
        answer.raise_for_status()
        return took

    def memory(self, what: str) -> float:
        """Give a figure of /proc/<pid>/status in megabytes: VmRSS, VmHWM."""
        found = re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        return round(int(found[1]) / 1024, 1) if found else 0.0


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Serve a data folder on a free port, and stop again."""
    key = _key(data)
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "suggester.cli", "--data", data, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        with requests.Session() as session:
            session.trust_env = False
            yield Server(_address(process), key, process.pid, began, session)
    finally:
        process.terminate()
        process.communicate(timeout=LIMIT_S)


def _address(process: subprocess.Popen[str]) -> str:
    told = ""
    for line in process.stderr or ():
        told += line
        if found := ADDRESS.search(line):
            return found[0]
    sys.exit(f"suggester serve did not start:\n{told}")


def _key(data: Path) -> str:
    store = Store.open(data / DATABASE)
    try:
        (site,) = store.sites()
        store.revoke_key(site.id, KEY_NAME)
        return store.add_key(site.id, KEY_NAME)
    finally:
        store.close()
