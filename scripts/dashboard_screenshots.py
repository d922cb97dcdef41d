"""Pictures of every page of the dashboard, to be looked at: light, dark, and on a phone, over the sample site.

python -m scripts.dashboard_screenshots [--out build/screenshots/dashboard]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.real.harness.folders import workplace
from tests.real.harness.service import Service, suggester, told
from tests.wp_plugin.making import chromium

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 740}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "device_scale_factor": 2},
}
RULE = ("kind,phrase,post", "always,leaf mould,leaf-mould", "never_target,,about")
SECONDS = 60_000


class Tour:
    """Goes through the pages in one look, and keeps a picture of each."""

    def __init__(self, browser: Browser, service: Service, folder: Path, look: str) -> None:
        self.page: Page = browser.new_page(**LOOKS[look])
        self.home = f"{service.url}/dashboard/1/"
        self._folder, self._look = folder, look
        self.page.goto(service.url + told(service.data, "dashboard", "--no-browser")["url"].partition("8765")[2])

    def take(self, name: str, show: Callable[[Page], object] = lambda page: None, path: str = "") -> None:
        """Take one picture, after going to a page and doing something there."""
        self.page.goto(self.home + path)
        show(self.page)
        self.page.wait_for_timeout(600)  # until nothing moves any more
        file = self._folder / f"{name}-{self._look}.png"
        self.page.screenshot(path=file)
        print(file)

    def review(self) -> str:
        """Give the path of the newest run; plan one where there is none."""
        self.page.goto(f"{self.home}runs/")
        if not self.page.locator(".list .title").count():
            self.page.goto(self.home)
            self.page.get_by_role("button", name="Repair the orphans").click()
            self.page.wait_for_url("**/runs/*", timeout=SECONDS)
        else:
            self.page.locator(".list .title").first.click()
        return self.page.url.removeprefix(self.home)


def go_through(tour: Tour) -> None:
    """Show every page, and what opens in it."""
    run = tour.review()
    tour.take("overview")
    tour.take("orphans", lambda page: page.get_by_role("button", name="Find sources").nth(2).click(), "orphans")
    tour.take("runs", path="runs/")
    tour.take("review", path=run)
    tour.take("words", lambda page: page.locator("[data-key=e]").first.click(), run)
    tour.take("closely", lambda page: page.locator("[data-key=d]").first.click(), run)
    tour.take("confirm", lambda page: page.get_by_role("button", name="Apply ").click(), run)
    tour.take("rules", path="rules")
    tour.take("link-changes", path="links")
    tour.take("quality", path="quality")
    tour.take("lost", path="nothing-here")
    tour.page.context.clear_cookies()
    tour.take("door")
    tour.page.close()


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(prog="dashboard_screenshots", description="Pictures of the dashboard.")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots/dashboard"))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with workplace() as place, chromium() as browser:
        service = Service(place / "service")
        table = place / "rules.csv"
        table.write_text("\n".join(RULE), encoding="utf-8")
        sample = str(files("suggester").joinpath("sample", "sample.xml"))
        for command in (("connect", sample), ("sync",), ("rules", "import", str(table))):
            done = suggester(service.data, *command)
            if done.returncode:
                print(done.stderr)
        service.start()
        try:
            for look in LOOKS:
                go_through(Tour(browser, service, asked.out, look))
        finally:
            service.stop()


if __name__ == "__main__":
    main()
