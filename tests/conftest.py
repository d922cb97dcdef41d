"""Fixtures that more than one room asks for."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser

from suggester.store import Store

from .real.harness.database import Database
from .real.harness.folders import workplace
from .wp_plugin.making import chromium

VERSIONS = pytest.StashKey[set[str]]()  # of the real WordPresses that were used
REAL = ("tests/real/", "tests/wp_plugin/")


def pytest_configure(config: pytest.Config) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers are stopped then too
    config.stash[VERSIONS] = set()
    hypothesis.settings.register_profile("any machine", deadline=None)  # a busy one is no fault of the code
    hypothesis.settings.load_profile("any machine")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["versions"] = sorted(session.config.stash[VERSIONS])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker used."""
    node.config.stash[VERSIONS].update(getattr(node, "workeroutput", {}).get("versions", ()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(REAL):
            item.add_marker(pytest.mark.real)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash[VERSIONS]:
        terminalreporter.write_line(f"real WordPresses: {', '.join(sorted(config.stash[VERSIONS]))}")


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder for the real WordPresses of this run."""
    with workplace() as folder:
        yield folder


@pytest.fixture(scope="session")
def database(place: Path) -> Iterator[Database]:
    """The database server of all real WordPresses of this run."""
    server = Database(place / "mariadb")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, which finds no other host than this one."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data" / "suggester.db")
    yield opened
    opened.close()


@pytest.fixture
def site_id(store: Store) -> int:
    return store.add_site("https://blog.example", "https://blog.example", name="A blog", lang="en")
