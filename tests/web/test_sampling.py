"""The page on which a sample of suggestions is judged, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from suggester.evaluate.sample import Piece, Sample, Shown
from suggester.evaluate.verdicts import Judged, read
from suggester.tasks.status import Meta
from suggester.web.sampling import as_json, render

from ..wp_plugin.making import CHROMIUM
from .test_page import PHONE
from .toy import CARDS, FOUND, SITE_URL, SYNCED

PARAGRAPH = (
    Piece("Feed the "),
    Piece("sourdough starter", "anchor"),
    Piece(" twice, as "),
    Piece("told", "link"),
    Piece("."),
)
SHOWN = Shown(FOUND.items[0], CARDS[1], CARDS[2], "Day <two>", PARAGRAPH, "Flour & water.")
MADE = Meta("letters", "hand-set", SYNCED)


def of(*targets: int) -> Sample:
    items = [replace(SHOWN, suggestion=replace(SHOWN.suggestion, target_id=each, score=0.9)) for each in targets]
    return Sample(SITE_URL, "Bread", MADE, 0.1, 7, 40, 30, 21, tuple(items))


def test_as_json_the_sample_is_whole_and_waits_for_verdicts():
    told = as_json(of(2))
    assert (told["seed"], told["posts"], told["asked"], told["shown"]) == (7, 40, 30, 21)
    (each,) = told["suggestions"]
    assert (each["source_id"], each["target"]["id"], each["anchor"], each["verdict"]) == (1, 2, "sourdough starter", "")
    assert each["target"]["begins"] == "Flour & water."
    assert [piece["kind"] for piece in each["paragraph"]] == ["", "anchor", "", "link", ""]


def test_a_site_that_is_shown_nothing_has_nothing_to_judge():
    page = render(of())
    assert "Nothing to judge" in page
    assert "<script>" not in page


class Desk:
    """The page in the browser, with all that it complained of and asked for."""

    def __init__(self, browser: Browser, file: Path, **options: object) -> None:
        file.write_text(render(of(2, 3, 4)), encoding="utf-8")
        self.page: Page = browser.new_page(**options)
        self.trouble: list[str] = []
        self.asked: set[str] = set()
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self.asked.add(request.url))
        self.address = file.as_uri()
        self.page.goto(self.address)

    @property
    def tally(self) -> str:
        return self.page.inner_text(".desk .tally")

    @property
    def now(self) -> list[str]:
        return [each.get_attribute("id") for each in self.page.locator(".card:visible").all()]

    def press(self, keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def save(self, folder: Path) -> Path:
        with self.page.expect_download() as caught:
            self.page.click("#save")
        file = folder / caught.value.suggested_filename
        caught.value.save_as(file)
        return file


pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium; `make test` installs it"),
]


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(browser, tmp_path / "sample.html")
    yield opened
    assert opened.trouble == []
    assert opened.asked <= {opened.address, *(each for each in opened.asked if each.startswith("blob:"))}
    opened.page.evaluate("localStorage.clear()")
    opened.page.close()


def test_one_suggestion_is_shown_at_a_time_with_its_words_marked(desk: Desk):
    assert desk.now == ["s1"]
    card = desk.page.locator("#s1")
    assert card.locator(".paragraph mark").inner_text() == "sourdough starter"
    assert card.locator(".paragraph u").inner_text() == "told"
    assert card.locator(".paragraph").inner_text() == "Feed the sourdough starter twice, as told."
    assert card.locator(".above").inner_text() == "Day <two>"
    assert card.locator(".begins").inner_text() == "Flour & water."


def test_the_keyboard_is_enough_and_each_verdict_leads_on(desk: Desk):
    desk.press("a")
    assert (desk.now, desk.tally) == (["s2"], "1 of 3 judged, 1 accepted")
    desk.press("r")
    assert (desk.now, desk.tally) == (["s3"], "2 of 3 judged, 1 accepted")
    desk.press("u")
    assert (desk.now, desk.tally) == (["s2"], "1 of 3 judged, 1 accepted")
    desk.press("d")
    assert desk.page.locator("#end").is_hidden()
    desk.press("a")
    assert desk.page.inner_text(".result") == "2 of 3 accepted: 67 % (95 % interval: 21 to 94 %)"


def test_the_buttons_do_the_same_and_a_verdict_can_be_changed(desk: Desk):
    desk.page.click("#s1 .no")
    desk.page.click("#back")
    assert desk.page.get_attribute("#s1 .no", "aria-pressed") == "true"
    desk.page.click("#s1 .yes")
    assert desk.tally == "1 of 3 judged, 1 accepted"
    desk.page.click("#undo")
    assert desk.tally == "0 of 3 judged"
    assert desk.page.is_disabled("#save")


def test_what_was_said_is_still_there_when_the_page_is_opened_again(desk: Desk):
    desk.press("ar")
    desk.page.reload()
    assert (desk.now, desk.tally) == (["s3"], "2 of 3 judged, 1 accepted")
    desk.press("u")
    assert desk.tally == "1 of 3 judged, 1 accepted"


def test_the_saved_file_is_read_by_the_command_line_and_holds_no_text_of_the_site(desk: Desk, tmp_path: Path):
    desk.press("ar")
    file = desk.save(tmp_path)
    assert file.name == "verdicts-bread.example-7.json"
    found = read(file)
    assert (found.site, found.ranker, found.drawn) == (SITE_URL, "hand-set", 3)
    assert found.judged == (Judged(1, 2, 0.9, True), Judged(1, 3, 0.9, False))
    assert json.loads(file.read_text())["seed"] == 7
    assert "starter" not in file.read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(browser: Browser, tmp_path: Path, scheme: str):
    opened = Desk(browser, tmp_path / "sample.html", viewport=PHONE, color_scheme=scheme)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert opened.page.locator("#s1 .yes").is_visible()
    opened.page.close()


def test_without_its_script_all_can_be_read(browser: Browser, tmp_path: Path):
    opened = Desk(browser, tmp_path / "sample.html", java_script_enabled=False)
    assert opened.now == ["s1", "s2", "s3"]
    opened.page.close()
