"""The plugin's sidebar in the block editor, as somebody uses it who sees the screen or hears it read aloud."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

NAME = "link-suggester/suggestions"
ANSWERED = ".link-suggester-outbound[aria-busy=false]"
SECONDS = 20_000  # of the browser's patience, in milliseconds


class Sidebar:
    """The open sidebar of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator(".link-suggester-panel")

    @classmethod
    def open(cls, page: Page) -> Sidebar:
        """Open it, where it is not, and wait for the answer."""
        sidebar = cls(page)
        page.evaluate(f"wp.data.dispatch( 'core/edit-post' ).openGeneralSidebar( '{NAME}' )")
        sidebar.wait()
        return sidebar

    def wait(self) -> None:
        """Wait until nothing is on its way."""
        self.page.locator(ANSWERED).wait_for(timeout=SECONDS)

    def show_all(self) -> None:
        """Show the suggestions that are less sure, too."""
        more = self.panel.get_by_role("button", name=re.compile("^Show .* less sure$"))
        if more.count():
            more.click()

    def card(self, title: str) -> Locator:
        """The suggestion that leads to the post of this title."""
        card = self.panel.locator(".link-suggester-card").filter(has=self.page.get_by_role("link", name=title))
        if not card.count():
            self.show_all()
        return card.first

    def add(self, title: str) -> None:
        """Add the link to a post, and wait until it is there."""
        self.card(title).get_by_role("button", name=re.compile("^Add ")).first.click()
        expect(self.done()).to_contain_text(title, timeout=SECONDS)

    def dismiss(self, title: str) -> None:
        """Say of a suggestion that it is none."""
        self.card(title).get_by_role("button", name="Not this one").click()
        expect(self.done()).to_contain_text("not be suggested")

    def done(self) -> Locator:
        """What was just done."""
        return self.panel.locator(".link-suggester-done")

    def undo(self) -> None:
        """Take back what was just done."""
        self.done().get_by_role("button", name="Undo").click()
        expect(self.done()).to_have_count(0)

    def section(self, title: str) -> Locator:
        """Open one of the three parts."""
        button = self.panel.get_by_role("button", name=title, exact=True)
        if button.get_attribute("aria-expanded") == "false":
            button.click()
        heading = self.page.get_by_role("button", name=title, exact=True)
        return self.panel.locator(".components-panel__body").filter(has=heading)
