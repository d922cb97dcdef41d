"""The pages of the whole site in a real browser, as its owner goes through them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from suggester.tasks.service import Service
from tests.wp_plugin.making import CHROMIUM

from .test_browser import CONTRAST, NAMELESS, PHONE, Visit, address, visit
from .test_whole_site import unpacked
from .whole import STRANGER_ID, TWINS, app, service

__all__ = ["address", "app", "service", "visit"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium; `make test` installs it"),
]
PAGES = ("equity", "equity?show=starves", "clusters", "clusters?show=competing", "clusters/1", "map", "spread")
INK = """( [ x, y ] ) => {  // how much is drawn about a place of the canvas
	const canvas = document.querySelector( '#map' ), by = canvas.width / canvas.clientWidth;
	const glass = new OffscreenCanvas( 5, 5 ).getContext( '2d' );
	glass.drawImage( canvas, 2 - x * by, 2 - y * by );
	const seen = glass.getImageData( 0, 0, 5, 5 ).data;
	return seen.filter( ( value, at ) => at % 4 === 3 ).reduce( ( sum, value ) => sum + value, 0 ) / 25 / 255;
}"""


class Map:
    """The map in the browser, and where its dots should be by the bytes that were sent."""

    def __init__(self, visit: Visit) -> None:
        self.page: Page = visit.open("map")
        expect(self.page.locator("#map-note")).to_be_hidden()
        self.page.wait_for_timeout(400)  # until lines are drawn, too
        self.data = unpacked(self.page.request.get(f"{visit.address}/dashboard/1/map/data").body())

    def place(self, post_id: int) -> tuple[float, float]:
        """Where the dot of a post is on the canvas, while the whole site is seen."""
        wide, high = self.page.locator("#map").evaluate("canvas => [ canvas.clientWidth, canvas.clientHeight ]")
        reach = self.data["reach"]
        scale = min(wide, high) / 2 / (reach * 1.04)
        at = self.data["ids"].tolist().index(post_id)
        x, y = ((self.data[name][at] / 65535 * 2 - 1) * reach for name in ("x", "y"))
        return wide / 2 + x * scale, high / 2 - y * scale

    def ink(self, place: tuple[float, float]) -> float:
        return float(self.page.evaluate(INK, list(place)))


@pytest.fixture
def drawn(visit: Visit) -> Map:
    return Map(visit)


def test_every_post_is_a_dot_where_the_service_put_it(drawn: Map):
    assert min(drawn.ink(drawn.place(int(each))) for each in drawn.data["ids"]) > 0.3
    assert drawn.ink((3, 3)) == 0


def test_a_dot_that_is_clicked_shows_its_post_and_its_suggestions(drawn: Map):
    x, y = drawn.place(STRANGER_ID)
    drawn.page.locator("#map").click(position={"x": x, "y": y})
    panel = drawn.page.locator("#map-post")
    expect(panel.locator("h2")).to_have_text("Deeds <script>alert(1)</script> & 'mortgages'")
    expect(panel.get_by_text("Orphan", exact=True)).to_be_visible()
    expect(panel.get_by_role("heading", name="Posts that should link here")).to_be_visible()
    expect(panel.get_by_text("Looking through all posts")).to_be_hidden()
    expect(panel.get_by_text("Reading the post")).to_be_hidden()


def test_the_map_is_moved_by_mouse_wheel_and_keyboard(drawn: Map):
    page, there = drawn.page, drawn.place(STRANGER_ID)
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + there[0], box["y"] + there[1])
    expect(page.locator("#map-tip")).to_be_visible()
    page.mouse.down()
    page.mouse.move(box["x"] + there[0] - 40, box["y"] + there[1] - 30, steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    assert drawn.ink((there[0] - 40, there[1] - 30)) > 0.3
    page.locator("#map").focus()
    page.keyboard.press("0")
    page.wait_for_timeout(300)
    assert drawn.ink(there) > 0.3
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert drawn.ink((there[0] - 60, there[1])) > 0.3
    page.get_by_role("button", name="Whole site").click()
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + there[0], box["y"] + there[1])
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(300)
    assert drawn.ink(there) > 0.3  # what is under the mouse stays there


def test_what_the_form_asks_for_stands_out_on_the_map_and_in_the_list(drawn: Map):
    page, dimmed, kept = drawn.page, drawn.place(STRANGER_ID), drawn.place(TWINS[0])
    page.get_by_label("Words in the title").fill("winter morning")
    expect(page.locator("#found .title")).to_have_count(2)
    assert drawn.ink(kept) > 2 * drawn.ink(dimmed)
    page.get_by_label("Words in the title").fill("")
    page.get_by_role("link", name=re.compile("None: they belong nowhere")).click()
    expect(page.locator("select[name=cluster]")).to_have_value("-1")
    expect(page.locator("#found .title")).to_have_count(3)


def test_the_list_leads_to_the_same_posts_by_keyboard(drawn: Map):
    page = drawn.page
    page.get_by_label("Words in the title").fill("deeds")
    expect(page.locator("#found .title")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Show Deeds")).press("Enter")
    expect(page.locator("#map-post h2")).to_contain_text("Deeds")


def test_a_map_that_cannot_be_read_says_so(visit: Visit):
    visit.page.route("**/map/data", lambda route: route.fulfill(status=409))
    page = visit.open("map")
    expect(page.get_by_text("The map could not be read; load the page again.")).to_be_visible()
    visit.trouble.clear()  # the browser itself tells of an answer 409


def test_posts_are_ticked_lifted_and_the_run_tells_who_gains(visit: Visit, service: Service):
    page = visit.open("equity?text=winter+morning")  # two posts of one title, each of which names the other's words
    page.get_by_role("checkbox", name="Lift Bread for a winter morning").first.check()
    page.get_by_role("button", name="Lift the chosen posts").click()
    expect(page).to_have_url(re.compile(r"/runs/\d+$"), timeout=30_000)
    expect(page.get_by_role("heading", name="Posts that are lifted")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_whole_site_can_be_read_on_a_phone(
    browser: Browser, address: str, service: Service, scheme: str
):
    page = browser.new_page(viewport=PHONE, color_scheme=scheme)
    visit = Visit(page, address, service)
    for path in PAGES:
        visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert page.evaluate(CONTRAST) == [], path
        assert page.evaluate(NAMELESS) == [], path
    page.close()
    assert visit.trouble == []
