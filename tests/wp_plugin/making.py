"""Making a world of the plugin: for the tests, and for whoever else wants to look at the plugin in one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.real.harness.core import get_core
from tests.real.harness.database import Database
from tests.real.harness.service import Service
from tests.real.harness.website import WordPress

from .front import Front
from .world import EditorWorld

PLUGIN = Path(__file__).parents[2] / "wp_plugin"
CHROMIUM = Path("/usr/bin/chromium")
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that finds no other host than this one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", OFFLINE])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def editor_world(
    suite: str, folder: Path, database: Database, browser: Browser, service: Service
) -> Iterator[EditorWorld]:
    """The sample site on a release of WordPress, with the plugin, read by the service."""
    with ExitStack() as cleanup:
        wordpress = WordPress(get_core(suite), database, folder, permalinks="/%postname%/")
        cleanup.callback(wordpress.kill)
        wordpress.write_sample()
        wordpress.start()
        key = service.connect(wordpress)
        service.sync(wordpress)
        service.start()
        front = Front(service.url)
        cleanup.callback(front.close)
        wordpress.add_plugin(PLUGIN, "link-suggester")
        yield EditorWorld(wordpress, service, front, key, browser)
