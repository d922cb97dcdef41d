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
from .real.harness.postgres import Postgres, emptied
from .wp_plugin.making import chromium

VERSIONS = pytest.StashKey[set[str]]()  # of the real WordPresses that were used
WAITED = ["Locator expected", "TimeoutError"]  # failures that say nothing but that something took too long
REAL = ("tests/real/", "tests/wp_plugin/")


def pytest_configure(config: pytest.Config) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers are stopped then too
    signal.signal(signal.SIGINT, signal.default_int_handler)  # programs that tests start inherit it where it is ignored
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
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=WAITED))
    items.sort(
        key=lambda item: item.get_closest_marker("xdist_group") is None
    )  # the long ones first: no one waits last


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.write_line(f"waited in vain once, and was run again: {report.nodeid}\n{report.longreprtext}")
        for title, told in report.sections:
            terminalreporter.write_line(f"-- {title}\n{told}")
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this run, or of this worker of it."""
    with workplace() as folder:
        server = Postgres(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def shared_database(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database that has all tables."""
    address = postgres.address(postgres.create())
    Store.open(address, tmp_path_factory.mktemp("shared")).close()
    return address


@pytest.fixture
def on_postgres(shared_database: str) -> str:
    """The address of a database with all tables and nothing in them: made empty, which is quicker than a new one."""
    emptied(shared_database)
    return shared_database


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Where the store of this test is kept; the rooms whose tests run on every kind of store have another one."""
    return str(tmp_path / "data" / "suggester.db")


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(address, tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def site_id(store: Store) -> int:
    return store.add_site("https://blog.example", "https://blog.example", name="A blog", lang="en")
