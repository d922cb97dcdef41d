"""One real WordPress of each release with the plugin in it, for as long as the tests run.

A test that asks for `editor_world` runs on all releases; `@only("trixie")` keeps it to some.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.real.harness.database import Database
from tests.real.harness.releases import kept_to, on_release, releases
from tests.real.harness.service import Service

from ..conftest import VERSIONS
from . import making
from .world import EditorWorld

EDITORS = "editors of"  # tests that share the site of a release

expect.set_options(timeout=15_000)  # milliseconds; a machine that does other work too is slower than Playwright's 5 s


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell with a failure what stood in the browser."""
    report = yield
    world = getattr(item, "funcargs", {}).get("editor_world")
    if call.when == "call" and report.failed and world:
        report.sections.append(("What stood in the browser", world.scene()))
    return report


def only(*suites: str) -> pytest.MarkDecorator:
    """Keep a test to some releases: bookworm (6.1), trixie (6.8), newest."""
    return kept_to("standing_editor", EDITORS, *suites)


def on(names: str, *cases: tuple[str, ...]) -> pytest.MarkDecorator:
    """Run a test in these cases: a release, and values for these names."""
    named = ["standing_editor", *names.split()]
    cases_there = [on_release(EDITORS, *case) for case in cases]
    return pytest.mark.parametrize(named, cases_there, indirect=["standing_editor"], scope="session")


@pytest.fixture(scope="session")
def plugin_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the sites of all releases: texts that they share are embedded once."""
    service = Service(tmp_path_factory.mktemp("service"))
    try:
        yield service
    finally:
        service.stop()


@pytest.fixture(scope="session")
def worlds(
    request: pytest.FixtureRequest, place: Path, database: Database, browser: Browser, plugin_service: Service
) -> Iterator[Callable[[str], EditorWorld]]:
    """Give the site of a release: made when it is first asked for, and kept to the end."""
    made: dict[str, EditorWorld] = {}
    with ExitStack() as standing:

        def world(suite: str) -> EditorWorld:
            if suite not in made:
                folder = place / f"editor-{suite}"
                made[suite] = standing.enter_context(
                    making.editor_world(suite, folder, database, browser, plugin_service)
                )
                request.config.stash[VERSIONS].add(made[suite].wordpress.version)
            return made[suite]

        yield world


@pytest.fixture(scope="session", params=releases(EDITORS))
def standing_editor(request: pytest.FixtureRequest, worlds: Callable[[str], EditorWorld]) -> EditorWorld:
    """The site of one release; ask for `editor_world` instead."""
    return worlds(request.param)


@pytest.fixture
def editor_world(standing_editor: EditorWorld) -> Iterator[EditorWorld]:
    """The site in good weather, its plugin connected; afterwards nobody may have had anything to complain of."""
    standing_editor.begin()
    yield standing_editor
    standing_editor.end()
