"""The dashboard in a real browser, as its owner goes through it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from waitress import wasyncore
from waitress.server import create_server

from suggester.tasks.pace import Pace
from suggester.tasks.service import Service
from suggester.tasks.worker import Worker
from suggester.web.dashboard.sessions import with_token
from tests.toys_source import HOME, ToySource
from tests.wp_plugin.making import CHROMIUM

from .conftest import EDITS
from .test_nights import given_up, night

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium; `make test` installs it"),
]
PHONE = {"width": 360, "height": 740}
QUICK = 0.05  # seconds between two looks of the worker
CONTRAST = """() => {  // the least contrast of any text with the colour behind it, by WCAG 2's formula
	const parse = ( colour ) => colour.match( /[\\d.]+/g ).map( Number );
	const light = ( [ r, g, b ] ) => [ r, g, b ].map( ( c ) => c / 255 )
		.map( ( c ) => c <= 0.03928 ? c / 12.92 : ( ( c + 0.055 ) / 1.055 ) ** 2.4 )
		.reduce( ( sum, c, at ) => sum + c * [ 0.2126, 0.7152, 0.0722 ][ at ], 0 );
	const behind = ( each ) => {
		for ( ; each; each = each.parentElement ) {
			const colour = parse( getComputedStyle( each ).backgroundColor );
			if ( colour.length < 4 || colour[ 3 ] > 0 ) return colour;
		}
		return [ 255, 255, 255 ];
	};
	const faint = [];
	for ( const each of document.querySelectorAll( 'body *' ) ) {
		const own = [ ...each.childNodes ].some( ( node ) => node.nodeType === 3 && node.data.trim() );
		const passed_over = '.unseen, [disabled], .edit:has(.pick input:not(:checked))'; // not for reading
		if ( ! own || ! each.checkVisibility() || each.closest( passed_over ) ) continue;
		const [ one, other ] = [ parse( getComputedStyle( each ).color ), behind( each ) ].map( light ).sort();
		const ratio = ( other + 0.05 ) / ( one + 0.05 );
		if ( ratio < 4.5 ) faint.push( `${ each.tagName }.${ each.className }: ${ ratio.toFixed( 2 ) }` );
	}
	return faint;
}"""
NAMELESS = """() => [ ...document.querySelectorAll( 'input:not([type=hidden]), select, textarea, button, a[href]' ) ]
	.filter( ( each ) => each.checkVisibility() && ! each.labels?.length )
	.filter( ( each ) => ! each.ariaLabel && ! each.textContent.trim() )
	.map( ( each ) => each.outerHTML )"""


class Visit:
    """A page in the browser, with all that it complained of."""

    def __init__(self, page: Page, address: str, service: Service) -> None:
        self.page, self.address = page, address
        self.trouble: list[str] = []
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.trouble.append(message.text))
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.goto(with_token(address, service.sign_in_link([1])))

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}/dashboard/1/{path}")
        return self.page


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    doors: dict[int, wasyncore.dispatcher] = {}
    server = create_server(app, map=doors, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: wasyncore.close_all(doors, ignore_all=True))  # those that a browser keeps, too
    thread.join(10)
    server.task_dispatcher.shutdown()
    assert not thread.is_alive()


@pytest.fixture
def worker(service: Service) -> Iterator[None]:
    with Worker(service, lambda: Pace(1000), every=QUICK):
        yield


@pytest.fixture
def visit(browser: Browser, address: str, service: Service) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    visit = Visit(page, address, service)
    yield visit
    page.close()
    assert visit.trouble == []


def test_orphans_are_repaired_looked_over_by_keyboard_applied_and_undone(
    visit: Visit, service: Service, source: ToySource, worker: None
):
    page, keyboard = visit.page, visit.page.keyboard
    page.get_by_role("button", name="Repair the orphans").click()
    expect(page).to_have_url(re.compile(r"/runs/\d+$"), timeout=30_000)
    run = service.runs(1)[0]

    page.get_by_role("button", name="Leave all out").click()
    expect(page.get_by_text("1 link left out.")).to_be_visible()
    page.wait_for_function("! document.querySelector( '.htmx-request, .htmx-swapping, .htmx-settling' )")
    keyboard.press("j")
    expect(page.locator(".edit:focus")).to_be_visible()
    keyboard.press("x")
    expect(page.get_by_role("button", name="Apply 1 link …")).to_be_enabled()

    keyboard.press("e")
    words = page.locator(".words")
    words.get_by_role("button", name="garden", exact=True).click()
    words.get_by_role("button", name="shears", exact=True).click()
    expect(page.locator(".chosen-words")).to_have_text("garden shears")
    page.locator(".picker button.main").click()
    expect(page.locator(".edit .new-link")).to_have_text("garden shears")
    expect(page.locator(".edit:focus")).to_have_attribute("aria-label", "garden shears")

    holds = int(page.locator(".edit").get_attribute("data-source") or 0)
    before = source.here[holds].content
    page.get_by_role("button", name="Apply 1 link …").click()
    expect(page.get_by_role("heading", name="Write 1 link into 1 post?")).to_be_visible()
    page.get_by_role("button", name="Apply 1 link", exact=True).click()
    expect(page.locator(".head .badge")).to_have_text("Applied", timeout=20_000)
    assert source.here[holds].content == before.replace("garden shears", f'<a href="{HOME}/post-1/">garden shears</a>')

    page.get_by_role("button", name="Take out all 1 link").click()
    expect(page.locator(".head .badge")).to_have_text("Undone", timeout=20_000)
    assert source.here[holds].content == before
    assert service.run(1, run.id).state == "undone"


def test_a_run_is_gone_through_by_keyboard(visit: Visit, service: Service):
    run = service.make_run(1, EDITS, "orphans", "Repair")
    page = visit.open(f"runs/{run.id}")

    def at() -> int:
        return page.evaluate("[ ...document.querySelectorAll( '.edit' ) ].indexOf( document.activeElement )")

    places = []
    for key in ("j", "j", "k", "j", "j", "j"):
        page.keyboard.press(key)
        places.append(at())
    assert places == [0, 1, 0, 1, 2, 2]
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Apply 2 links …")).to_be_enabled()
    assert at() == 2
    page.keyboard.press("d")
    expect(page.locator(".before-after ins")).to_have_text("oil keep")
    page.keyboard.press("Escape")
    expect(page.locator(".before-after")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("next and previous link")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jxe? oil keep")
    expect(page.get_by_label("Words, or a title")).to_have_value("jxe? oil keep")
    expect(page.get_by_role("heading", name="No link fits")).to_be_visible()
    assert service.run(1, run.id).counts["chosen"] == 2


def test_words_are_picked_with_the_keyboard_alone(visit: Visit, service: Service):
    run = service.make_run(1, EDITS, "orphans", "Repair")
    page = visit.open(f"runs/{run.id}")
    for key in ("j", "e"):
        page.keyboard.press(key)
    expect(page.locator(".word:focus")).to_have_text("sharpening")
    for key in ("ArrowRight", "Enter", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".chosen-words")).to_have_text("garden shears at")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".chosen-words")).to_have_text("garden shears")
    page.keyboard.press("Escape")
    expect(page.locator(".words")).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('.edit')")


def test_a_choice_that_cannot_be_kept_is_taken_back_and_said(visit: Visit, service: Service):
    run = service.make_run(1, EDITS, "orphans", "Repair")
    page = visit.open(f"runs/{run.id}")
    box = page.locator(".edit input").first
    box.click()
    expect(page.get_by_role("button", name="Apply 0 links …")).to_be_disabled()
    service.delete_run(1, run.id)
    box.click()
    expect(page.locator("#messages")).to_contain_text("No run of this site")
    expect(box).not_to_be_checked()
    visit.trouble.clear()  # the browser itself tells of an answer 404


def test_the_list_of_orphans_is_searched_without_a_button(visit: Visit):
    page = visit.open("orphans")
    page.get_by_label("Words in the title").press_sequentially("tomatoes")
    expect(page.locator(".list .title")).to_have_text(["Growing tomatoes"])
    assert page.url.endswith("text=tomatoes&sort=newest")
    page.get_by_label("Words in the title").fill("sharpening")
    expect(page.locator(".list .title")).to_have_text(["Sharpening garden shears"])
    page.get_by_role("button", name="Find sources").click()
    expect(page.locator(".sources mark").first).to_have_text("sharpening garden shears")


def test_signed_out_nothing_is_left_in_the_browser(visit: Visit):
    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_text("You are signed out.")).to_be_visible()
    visit.page.go_back()
    expect(visit.page.get_by_role("heading", name="Open the dashboard with a link")).to_be_visible()
    visit.trouble.clear()  # the browser itself tells of an answer 401


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_and_used_on_a_phone(browser: Browser, address: str, service: Service, scheme: str):
    run = service.make_run(1, EDITS, "orphans", "A title without a single space: " + "x" * 90)
    page = browser.new_page(viewport=PHONE, color_scheme=scheme)
    visit = Visit(page, address, service)
    night(service, "broken", "orphaned", "appeared", "linked", "died", href="/" + "x" * 90, error="")
    given_up(service)
    service.change_digest_wish(1, {"emails": ("anna@blog.example",)})
    service.tell_digest(1)
    service.audit(1)
    for path in (
        "",
        "orphans",
        "runs/",
        f"runs/{run.id}",
        "rules",
        "links",
        "nights",
        "audit",
        "audit/orphan",
        "nothing-here",
    ):
        visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert page.evaluate(CONTRAST) == [], path
        assert page.evaluate(NAMELESS) == [], path
    visit.open("")
    expect(page.get_by_role("link", name="Rules")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Rules").click()
    expect(page.get_by_role("heading", name="Rules", exact=True)).to_be_visible()
    page.close()
    assert [each for each in visit.trouble if "404" not in each] == []


def test_a_night_is_looked_through_and_what_failed_is_run_again(visit: Visit, service: Service):
    night(service, "broken", "appeared", href="/gone/", anchor="here")
    given_up(service)
    page = visit.open("")
    page.get_by_role("link", name="a refresh failed and was given up").click()
    expect(page.get_by_text("could link on the words")).to_be_hidden()
    page.get_by_role("heading", name="1 new suggestion").click()
    expect(page.get_by_text("could link on the words")).to_be_visible()
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("tried again as soon as a worker is free")).to_be_visible()
    expect(page.get_by_role("heading", name="What failed")).to_be_hidden()
    page.get_by_label("Email addresses").fill("anna@blog.example")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Send a test to see that it arrives")).to_be_visible()
    assert service.digest_wish(1).emails == ("anna@blog.example",)


def test_a_site_is_audited_and_what_is_found_is_looked_into(visit: Visit, service: Service):
    page = visit.open("audit")
    page.get_by_role("button", name="Audit the site").click()
    expect(page.locator(".ring strong")).to_be_visible(timeout=30_000)
    last = service.last_audit(1)
    assert last
    expect(page.locator(".ring strong")).to_have_text(str(round(last.score)))
    page.get_by_role("link", name="5 orphans").click()
    page.get_by_role("button", name="Find sources for Sharpening garden shears").click()
    expect(page.locator(".faults .sources, .faults .note").first).to_be_visible()
    page.get_by_role("link", name="Plan links to orphans").click()
    expect(page.get_by_role("heading", name="Orphans", exact=True)).to_be_visible()


def test_the_focus_is_always_seen(visit: Visit):
    page = visit.open("orphans")
    for _ in range(8):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
