"""Pictures of every state of the plugin, to be looked at: each release of WordPress, each thing that can go wrong.

python -m scripts.screenshots [--out build/screenshots] [--only trixie]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.real.harness.core import SUITES
from tests.real.harness.database import Database
from tests.real.harness.folders import workplace
from tests.real.harness.service import Service
from tests.wp_plugin.making import chromium, editor_world
from tests.wp_plugin.world import EditorWorld

MAIN = "trixie"  # the release on which every state is shown; the others show the most important ones
LINKS_TO_ADD, ORPHAN, MANY_LINKS, OWN_CLASSIC = "smelly-compost-bin", "soil-ph-test", "may-jobs", "comfrey-feed"
LITTLE = "<!-- wp:paragraph -->\n<p>The accountant came on Tuesday.</p>\n<!-- /wp:paragraph -->"
CARD = ".link-suggester-card"
SCHEMES = ("midnight", "light", "ectoplasm", "modern")
SECONDS = 20_000
USER = "update_user_meta( 1, $given['name'], $given['value'] ); return 1;"
# No language pack can be had offline: a must-use plugin turns the direction of everything instead.
TURN = "<?php add_action( 'init', fn() => $GLOBALS['wp_locale']->text_direction = 'rtl', 0 );"


class Photographer:
    """Goes through the states of one site, and keeps a picture of each."""

    def __init__(self, world: EditorWorld, folder: Path, prefix: str) -> None:
        self.world = world
        self.folder = folder
        self.prefix = prefix

    def take(self, name: str, show: Callable[[], Page]) -> None:
        """Take one picture in fair weather; say what went wrong where none can be taken, and go on."""
        self.world.begin()
        file = self.folder / f"{self.prefix}-{name}.png"
        try:
            page = show()
            page.wait_for_timeout(700)  # until nothing moves any more
            page.screenshot(path=file)
            print(file)
        except Exception as error:  # noqa: BLE001 - a picture of the next state is worth more than an end
            print(f"{file}: {error}")
        finally:
            self.world.front.mode = "through"
            self.world.allow("")
            self.world.end()

    def sidebar(self, slug: str = LINKS_TO_ADD, section: str = "") -> Page:
        """The block editor with the sidebar open, perhaps on another section."""
        page = self.world.editor(self.world.sample_id(slug))
        panel = self.world.sidebar(page)
        panel.locator("[aria-busy=false]").first.wait_for(timeout=SECONDS)
        if section:
            panel.get_by_role("button", name="Links from this post").click()
            panel.get_by_role("button", name=section).click()
            page.wait_for_timeout(2500)
        return page

    def hovered(self) -> Page:
        """A suggestion under the mouse, its words marked, its reasons open."""
        page = self.sidebar()
        page.locator(CARD).first.locator("summary").click()
        page.locator(CARD).first.hover()
        return page

    def added(self) -> Page:
        """What is shown after a click on "Add link", and after one on "Not this one"."""
        page = self.sidebar()
        page.get_by_role("button", name="less sure").click()
        page.locator(CARD).first.get_by_role("button", name="Add ").first.click()
        page.locator(".link-suggester-done").first.wait_for()
        page.locator(CARD).nth(1).get_by_role("button", name="Not this one").click()
        return page

    def failing(self, mode: str) -> Page:
        """The sidebar while something is wrong with the service."""
        page = self.world.editor(self.world.sample_id(LINKS_TO_ADD))
        self.world.front.mode = mode
        self.world.sidebar(page).locator(".link-suggester-trouble").first.wait_for(timeout=SECONDS)
        return page

    def loading(self) -> Page:
        """The sidebar before the answer is there."""
        page = self.world.editor(self.world.sample_id(LINKS_TO_ADD))
        self.world.front.mode = "slow"
        self.world.sidebar(page)
        return page

    def unconnected(self) -> Page:
        """The sidebar before anybody has connected a service."""
        self.world.unplug()
        page = self.world.editor(self.world.sample_id(LINKS_TO_ADD))
        self.world.sidebar(page)
        return page

    def nothing(self) -> Page:
        """A post that no other comes near to."""
        page = self.world.editor(self.world.create_post(LITTLE, title="Tax return"))
        self.world.sidebar(page).locator("[aria-busy=false]").first.wait_for(timeout=SECONDS)
        return page

    def before_publishing(self) -> Page:
        """The panel that WordPress shows before it publishes."""
        content = self.world.stored(self.world.sample_id(LINKS_TO_ADD))
        page = self.world.editor(self.world.create_post(content, title="A bin that smells"))
        page.get_by_role("button", name="Publish", exact=True).first.click()
        page.wait_for_timeout(2500)
        return page

    def in_scheme(self, scheme: str) -> Page:
        """Under another colour scheme of the admin."""
        self.world.wordpress.php(USER, name="admin_color", value=scheme)
        return self.hovered()

    def turned(self) -> Page:
        """As in a language that is written from right to left."""
        plugin = self.world.wordpress.wordpress / "wp-content/mu-plugins/turn.php"
        plugin.write_text(TURN)
        try:
            page = self.hovered()
            page.wait_for_timeout(500)
            return page
        finally:
            plugin.unlink()

    def classic(self, text: bool = False, slug: str = OWN_CLASSIC) -> Page:
        """The box under the classic editor."""
        page = self.world.classic_editor(self.world.sample_id(slug))
        if text:
            page.locator("#content-html").click()
        box = page.locator("#link-suggester")
        box.scroll_into_view_if_needed()
        page.wait_for_timeout(3000)
        box.scroll_into_view_if_needed()
        return page

    def settings(self, connected: bool) -> Page:
        """The settings page, whole."""
        if not connected:
            self.world.unplug()
        page = self.world.admin(self.world.settings_page)
        page.set_viewport_size({"width": 1200, "height": 1700 if connected else 800})
        return page

    def posts_list(self, query: str = "") -> Page:
        """The list of posts with its column."""
        page = self.world.admin(f"edit.php?{query}")
        page.wait_for_timeout(2000)
        return page


def states(camera: Photographer, everything: bool) -> dict[str, Callable[[], Page]]:
    """What there is to be seen, by the name of the picture."""
    most = {
        "sidebar": camera.hovered,
        "classic-visual": camera.classic,
        "settings-connected": lambda: camera.settings(True),
        "posts-list": camera.posts_list,
    }
    rest = {
        "added": camera.added,
        "inbound": lambda: camera.sidebar(ORPHAN, "Links to this post"),
        "links": lambda: camera.sidebar(MANY_LINKS, "This post’s links"),
        "loading": camera.loading,
        "nothing": camera.nothing,
        "unconnected": camera.unconnected,
        "down": lambda: camera.failing("down"),
        "wrong-key": lambda: camera.failing("key"),
        "before-publishing": camera.before_publishing,
        "right-to-left": camera.turned,
        "classic-text": lambda: camera.classic(True),
        "settings-new": lambda: camera.settings(False),
    }
    schemes = {f"scheme-{name}": (lambda name=name: camera.in_scheme(name)) for name in SCHEMES}
    return most | rest | schemes if everything else most


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(prog="screenshots", description="Pictures of every state of the plugin.")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--only", choices=SUITES, action="append", help="this release of WordPress")
    parser.add_argument("--state", action="append", help="this state")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with workplace() as place, chromium() as browser:
        database, service = Database(place / "mariadb"), Service(place / "service")
        try:
            database.start()
            for suite in asked.only or SUITES:
                with editor_world(suite, place / suite, database, browser, service) as world:
                    camera = Photographer(world, asked.out, world.wordpress.version)
                    for name, show in states(camera, suite == MAIN).items():
                        if not asked.state or name in asked.state:
                            camera.take(name, show)
        finally:
            service.stop()
            database.stop()


if __name__ == "__main__":
    main()
