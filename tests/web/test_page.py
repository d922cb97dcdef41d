"""The page in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from suggester.web.report import Report, render

from ..wp_plugin.making import CHROMIUM
from .pages import of_many, of_the_toy

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium; `make test` installs it"),
]
PHONE = {"width": 360, "height": 740}


class Opened:
    """A page in the browser, with all that it complained of and asked for."""

    def __init__(self, browser: Browser, file: Path, report: Report, **options: object) -> None:
        file.write_text(render(report), encoding="utf-8")
        self.page: Page = browser.new_page(**options)
        self.trouble: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())
        self.address = file.as_uri()

    def shown(self) -> list[str]:
        return [each.get_attribute("id") for each in self.page.locator(".post:visible").all()]


@pytest.fixture
def toy(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(browser, tmp_path / "page.html", of_the_toy())
    yield opened
    assert opened.trouble == []
    assert opened.asked == [opened.address]
    opened.page.close()


def test_the_anchor_stands_highlighted_in_its_sentence(toy: Opened):
    mark = toy.page.locator("#p1 .sentence mark").first
    assert mark.inner_text() == "sourdough starter"
    assert mark.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 233, 153)"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("first loaf", ["p2", "p1"]),
        ("STARTER dïsmal", []),
        ("stárter", ["p2", "p1"]),
        ('<us> & "them"', ["p1", "p3"]),
        ("   ", ["p2", "p1", "p3"]),
    ],
)
def test_the_filter_keeps_the_posts_that_hold_all_words(toy: Opened, words: str, shown: list[str]):
    toy.page.fill("#words", words)
    assert toy.shown() == shown
    assert toy.page.inner_text("#tally") == f"{len(shown)} of 3 posts"
    assert toy.page.locator("#none").is_visible() is (shown == [])


def test_a_filter_that_hides_everything_can_be_cleared(toy: Opened):
    toy.page.fill("#words", "zebra")
    toy.page.click("#clear")
    assert len(toy.shown()) == 3


@pytest.mark.parametrize(("choice", "shown"), [("Only orphans", ["p2"]), ("With suggestions", ["p1"])])
def test_only_some_kinds_of_posts_are_shown(toy: Opened, choice: str, shown: list[str]):
    toy.page.get_by_label(choice).check()
    assert toy.shown() == shown


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        ("title", ["p3", "p2", "p1"]),
        ("inbound", ["p2", "p3", "p1"]),
        ("outbound", ["p3", "p1", "p2"]),
        ("newest", ["p2", "p1", "p3"]),
    ],
)
def test_the_posts_can_be_sorted(toy: Opened, order: str, shown: list[str]):
    toy.page.select_option("#order", order)
    assert toy.shown() == shown


def test_the_keyboard_is_enough(toy: Opened):
    keyboard = toy.page.keyboard
    keyboard.press("o")
    assert toy.shown() == ["p2"]
    keyboard.press("/")
    keyboard.type("jok")
    assert toy.page.input_value("#words") == "jok"
    keyboard.press("Escape")
    assert len(toy.shown()) == 3
    for key in "jjk":
        keyboard.press(key)
    assert toy.page.evaluate("document.activeElement.id") == "p2"


def test_an_orphan_in_the_list_leads_to_its_card_though_the_filter_hides_it(toy: Opened):
    toy.page.fill("#words", "zebra")
    toy.page.click(".orphans a")
    assert toy.page.locator("#p2").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_light_and_dark(browser: Browser, tmp_path: Path, scheme: str):
    opened = Opened(browser, tmp_path / "page.html", of_the_toy(), viewport=PHONE, color_scheme=scheme)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    opened.page.close()


def test_a_page_of_a_thousand_posts_filters_at_once(browser: Browser, tmp_path: Path):
    opened = Opened(browser, tmp_path / "page.html", of_many(1200))
    assert opened.page.inner_text("#tally") == "1,000 of 1,000 posts"
    opened.page.fill("#words", "number 1100")
    took = opened.page.evaluate(
        "() => { const began = performance.now();"
        " document.querySelector('#words').dispatchEvent(new Event('input', { bubbles: true }));"
        " return performance.now() - began; }"
    )
    assert opened.shown() == ["p1100", "p1099"]
    assert took < 500
    opened.page.close()


def test_it_can_be_read_and_printed_without_its_script(browser: Browser, tmp_path: Path):
    opened = Opened(browser, tmp_path / "page.html", of_the_toy(), java_script_enabled=False)
    assert opened.shown() == ["p2", "p1", "p3"]
    assert not opened.page.locator(".tools").is_visible()
    opened.page.emulate_media(media="print")
    assert opened.page.locator("#p1 .sentence").first.is_visible()
    opened.page.close()
