"""Readers follow links on a real WordPress, in a real browser: what is counted, what is not, and what arrives."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.real.harness.service import told

from .conftest import only
from .world import EditorWorld

READER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
A_PERSON = "Object.defineProperty( Navigator.prototype, 'webdriver', { get: () => false } );"  # as that of a person
STAY = "addEventListener( 'click', ( event ) => event.preventDefault() );"  # clicks lead nowhere, which is quicker
SOURCE, TARGET, ANCHOR = "smelly-compost-bin", "clay-soil", "heavy clay"
PATIENCE = 10.0  # seconds
OFF = """
    Link_Suggester\\Click_Counts::drop();
    delete_option( 'link_suggester_clicks' );
    wp_clear_scheduled_hook( 'link_suggester_send_clicks' );
    return 1;
"""
ADD_LINK = """
    global $wpdb;
    $post = get_page_by_path( $given['slug'], OBJECT, 'post' );
    $content = array( 'post_content' => $post->post_content . $given['html'] );
    $wpdb->update( $wpdb->posts, $content, array( 'ID' => $post->ID ) );
    clean_post_cache( $post->ID );
    return $post->ID;
"""


@pytest.fixture
def world(editor_world: EditorWorld) -> Iterator[EditorWorld]:
    """A site that counts clicks; its sample posts are put back afterwards."""
    editor_world.wordpress.php("Link_Suggester\\Clicks::switch_on(); return 1;")
    yield editor_world
    editor_world.wordpress.php(OFF)


def write_links(world: EditorWorld) -> int:
    """Let a sample post end with a link to another, and one to another site; give its id."""
    html = f"\n\n<p>On <a href='/{TARGET}/'>{ANCHOR}</a>, and <a href='https://other.example/'>elsewhere</a>.</p>"
    return int(world.wordpress.php(ADD_LINK, slug=SOURCE, html=html))


def reader(world: EditorWorld, *, leave: bool = False, user: str = "", agent: str = READER, **options: Any) -> Page:  # noqa: ANN401
    """Open the post as somebody does; `leave` lets clicks lead somewhere."""
    page = world.page(user, user_agent=agent, **options)
    page.context.add_init_script(A_PERSON if leave else A_PERSON + STAY)
    page.goto(f"{world.url}/{SOURCE}/")
    return page


def counted(world: EditorWorld, at_least: int = 0) -> list[tuple[int, str, str, int]]:
    """Give what waits in WordPress, once so many clicks do."""
    late = time.monotonic() + PATIENCE
    while True:
        columns = "'source', source, 'href', href, 'anchor', anchor, 'clicks', clicks"
        rows = world.wordpress.rows(columns, "FROM wp_link_suggester_clicks WHERE source > 0")
        found = [(int(row["source"]), row["href"], row["anchor"], int(row["clicks"])) for row in rows]
        if sum(clicks for *_, clicks in found) >= at_least:
            return found
        assert time.monotonic() < late, f"only these clicks were counted: {found}"
        time.sleep(0.05)


def send(world: EditorWorld) -> None:
    """Do what WP-Cron does when it is time."""
    world.wordpress.php("do_action( 'link_suggester_send_clicks' ); return 1;")


@only("trixie")
def test_a_reader_is_counted_once_and_nobody_else_is(world: EditorWorld):
    source = write_links(world)
    line = (source, f"{world.url}/{TARGET}/", ANCHOR, 1)
    page = reader(world)
    page.locator("nav a").first.click()
    page.get_by_role("link", name="elsewhere").click()
    for options in ({"agent": ROBOT}, {"extra_http_headers": {"Sec-GPC": "1"}}):
        other = reader(world, **options)
        other.get_by_role("link", name=ANCHOR).click()
    owner = reader(world, user="admin")
    assert owner.locator("a[data-link-suggester], script[src*='clicks.js']").count() == 0
    owner.get_by_role("link", name=ANCHOR).click()
    assert counted(world) == []

    with page.expect_request(re.compile("link-suggester/v1/clicks")) as sent:
        page.get_by_role("link", name=ANCHOR).click(click_count=2)
    assert sent.value.post_data == f"post={source}&href=%2F{TARGET}%2F"
    assert counted(world, 1) == [line]
    assert page.context.cookies() == []
    assert page.evaluate("[ localStorage.length, sessionStorage.length ]") == [0, 0]

    answer = requests.post(
        f"{world.url}/wp-json/link-suggester/v1/clicks",
        {"post": source, "href": "/invented/"},
        headers={"User-Agent": READER},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "link_suggester_clicks_unknown")
    assert counted(world) == [line]


@only("trixie")
def test_clicks_arrive_at_the_service_though_it_was_away(world: EditorWorld):
    source = write_links(world)
    world.front.mode = "down"
    page = reader(world, leave=True)
    link = page.get_by_role("link", name=ANCHOR)
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{world.url}/{TARGET}/")
    counted(world, 1)
    send(world)
    page.goto(f"{world.url}/{SOURCE}/")
    page.get_by_role("link", name=ANCHOR).click(button="middle")
    counted(world, 2)
    world.front.mode = "through"
    send(world)
    send(world)
    assert counted(world) == []
    assert len([asked for asked in world.front.asked if asked.path == "/v1/clicks"]) == 2
    report = told(world.service.data, "clicks", "--site", world.url)
    (line,) = [each for each in report["links"] if each["source"]["id"] == source]
    assert (line["target"]["id"], line["anchor"], line["clicks"]) == (world.sample_id(TARGET), ANCHOR, 2)
    assert report["months"][-1]["month"] == f"{datetime.now(UTC):%Y-%m}"
    assert report["counting"]["on"]


@only("trixie")
def test_the_owner_switches_it_on_and_off_on_the_settings_page(editor_world: EditorWorld):
    page = editor_world.admin(editor_world.settings_page)
    box = page.get_by_role("checkbox", name="Count clicks on internal links")
    expect(box).not_to_be_checked()
    expect(page.get_by_text("no cookies, no IP addresses, nothing about persons")).to_be_visible()
    box.check()
    page.get_by_role("button", name="Save this setting").click()
    expect(page.get_by_text("Settings saved.")).to_be_visible()
    expect(box).to_be_checked()
    box.uncheck()
    page.get_by_role("button", name="Save this setting").click()
    expect(box).not_to_be_checked()
    assert [asked.body["counting"]["on"] for asked in editor_world.front.asked if asked.path == "/v1/clicks"] == [False]
    editor_world.wordpress.php(OFF)


def test_the_script_is_on_public_posts_while_it_is_switched_on(world: EditorWorld):
    post, home = (requests.get(f"{world.url}/{where}", timeout=10) for where in (f"{TARGET}/", ""))
    links = re.findall(r"<a data-link-suggester href=['\"]([^'\"]+)", post.text)
    assert links
    assert len(links) < post.text.count("<a ")
    assert "assets/clicks.js" in post.text
    assert "clicks.js" not in home.text
    assert not post.cookies
    world.wordpress.php(OFF)
    route = f"{world.url}/wp-json/link-suggester/v1/clicks"
    body = {"post": world.sample_id(TARGET), "href": links[0]}
    assert requests.post(route, body, headers={"User-Agent": READER}, timeout=10).status_code == 403
    post = requests.get(f"{world.url}/{TARGET}/", timeout=10)
    assert "clicks.js" not in post.text
    assert "data-link-suggester" not in post.text
