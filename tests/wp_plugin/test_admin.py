"""What a site's owner does: connect, hand over the login, decide; and that nobody else notices anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.real.harness.processes import free_port

from .conftest import only
from .making import PLUGIN
from .world import EditorWorld

MAIN_FILE = "link-suggester/link-suggester.php"
DRAFT = {
    "title": "Spring",
    "content": "<p>A cold frame keeps slugs off, and damping off kills seedlings on the windowsill.</p>",
}
HEALTH = "$tests = apply_filters( 'site_status_tests', array() ); return $tests['direct']['link_suggester']['test']();"
LEFT = """
    global $wpdb;
    $like = '%link%suggester%';
    return array_merge(
        $wpdb->get_col( $wpdb->prepare( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE %s", $like ) ),
        $wpdb->get_col( $wpdb->prepare( "SELECT meta_key FROM $wpdb->postmeta WHERE meta_key LIKE %s", $like ) ),
        $wpdb->get_col( $wpdb->prepare( "SELECT meta_key FROM $wpdb->usermeta WHERE meta_key LIKE %s", $like ) ),
        $wpdb->get_col( "SHOW TABLES LIKE '%suggester%'" ),
        wp_list_pluck( WP_Application_Passwords::get_user_application_passwords( 1 ), 'name' )
    );
"""
CHANGES = "/v1/changes"


def connect(world: EditorWorld, url: str, key: str) -> Page:
    """Enter address and key on the settings page."""
    page = world.admin(world.settings_page)
    page.get_by_label("Service address").fill(url)
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Connect").click()
    page.wait_for_load_state()
    return page


def told(world: EditorWorld) -> list[dict[str, Any]]:
    """The changes that the service was told of, over all requests; word of an earlier test's posts may come late.

    WordPress does not wait for the service, so that its word may come after its answer.
    """
    world.front.until(CHANGES)
    changes = [change for asked in world.front.asked if asked.path == CHANGES for change in asked.body["changes"]]
    return [change for change in changes if not world.is_of_an_earlier_test(change["id"])]


def anchors(world: EditorWorld) -> list[str]:
    found = world.ask("POST", "/posts/0/suggestions", **DRAFT)["suggestions"]
    return [each["anchor"]["text"] for each in found if each["anchor"]]


@contextmanager
def switched_off(world: EditorWorld) -> Iterator[None]:
    include = "require_once ABSPATH . 'wp-admin/includes/plugin.php';"
    world.wordpress.php(f"{include} deactivate_plugins( $given['plugin'] ); return 1;", plugin=MAIN_FILE)
    try:
        yield
    finally:
        world.wordpress.add_plugin(PLUGIN, "link-suggester")


def test_address_and_key_connect(editor_world: EditorWorld):
    editor_world.unplug()
    page = editor_world.admin(editor_world.settings_page)
    expect(page.locator("body")).to_contain_text("Three steps to suggestions")
    assert editor_world.front.asked == []
    page = connect(editor_world, editor_world.front.url + "/", editor_world.key)
    expect(page.locator(".notice-success")).to_contain_text("Connected.")
    expect(page.locator(".link-suggester-status")).to_contain_text("Posts read")
    assert editor_world.key not in page.content()
    editor = editor_world.editor(editor_world.create_post(DRAFT["content"]))
    editor_world.sidebar(editor).locator(".link-suggester-card").first.wait_for()


@only("trixie")
@pytest.mark.parametrize(
    ("mode", "key", "field", "sentence"),
    [
        ("through", "wrong", "key", "The service does not know this key; make a new one with “suggester keys new”"),
        ("down", "", "url", "Nothing answers at this address; start the service with “suggester serve”"),
        ("html", "", "url", "it is no link suggester of the version that this plugin speaks to"),
        ("version", "", "url", "it is no link suggester of the version that this plugin speaks to"),
    ],
)
def test_what_is_wrong_stands_at_its_field_with_what_to_do(
    editor_world: EditorWorld, mode: str, key: str, field: str, sentence: str
):
    editor_world.unplug()
    editor_world.front.mode = mode
    page = connect(editor_world, editor_world.front.url, key or editor_world.key)
    expect(page.locator(f"#link-suggester-{field}-error")).to_contain_text(sentence)
    expect(page.locator(f"#link-suggester-{field}")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".link-suggester-status.is-ok")).to_have_count(0)


@only("trixie")
@pytest.mark.parametrize("address", ["", "not an address", "ftp://127.0.0.1", "http://user:pass@127.0.0.1"])
def test_an_address_that_is_none_is_not_kept(editor_world: EditorWorld, address: str):
    editor_world.unplug()
    page = connect(editor_world, address, editor_world.key)
    expect(page.locator("#link-suggester-url-error")).to_contain_text("as in http://127.0.0.1:8765")
    assert editor_world.front.asked == []


@only("trixie")
def test_a_stored_key_never_goes_to_another_address(editor_world: EditorWorld):
    editor_world.unplug()
    connect(editor_world, editor_world.front.url, editor_world.key)
    page = connect(editor_world, f"http://127.0.0.1:{free_port()}", "")
    expect(page.locator("#link-suggester-key-error")).to_contain_text("Enter the key")


@only("trixie")
def test_constants_rule_over_the_settings_page(editor_world: EditorWorld):
    page = editor_world.admin(editor_world.settings_page)
    expect(page.locator("body")).to_contain_text("Set by LINK_SUGGESTER_URL in wp-config.php.")
    expect(page.get_by_role("button", name="Connect")).to_be_disabled()
    assert editor_world.key not in page.content()


def test_wordpress_hands_the_service_a_password_and_takes_it_back(editor_world: EditorWorld):
    try:
        page = editor_world.admin(editor_world.settings_page)
        page.get_by_role("button", name="Take the login back").click()
        expect(page.locator(".notice-success")).to_contain_text("The service has forgotten its login")
        assert editor_world.ask("GET", "/status")["signed_in_as"] == ""
        page.get_by_role("link", name="Let the service sign in").click()
        page.get_by_role("button", name="Yes, I approve of this connection").click()
        expect(page.locator(".notice-success")).to_contain_text("The service can now sign in to this site.")
        assert editor_world.ask("GET", "/status")["signed_in_as"] == "admin"
        assert "password=" not in page.url
        page.get_by_role("button", name="Take the login back").click()
        assert "Link suggester" not in editor_world.wordpress.php(LEFT)
    finally:
        editor_world.ask("PUT", "/credentials", user="admin", password=editor_world.wordpress.password)


@only("trixie")
def test_the_owner_repairs_the_orphans_from_wordpress_and_undoes_it(editor_world: EditorWorld):
    page = editor_world.admin(editor_world.settings_page)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Open the dashboard").click()
    dashboard = opened.value
    expect(dashboard).to_have_url(re.compile(re.escape(editor_world.service.url) + r"/dashboard/\d+/$"), timeout=30_000)
    dashboard.get_by_role("button", name="Repair the orphan").click()
    expect(dashboard).to_have_url(re.compile(r"/runs/\d+$"), timeout=60_000)
    dashboard.get_by_role("button", name="Choose all", exact=True).click()
    sources = dashboard.locator(".edit").evaluate_all("all => all.map( each => Number( each.dataset.source ) )")
    before = {post_id: editor_world.stored(post_id) for post_id in sources}
    with editor_world.working():
        dashboard.get_by_role("button", name="Apply ").click()
        dashboard.get_by_role("dialog").get_by_role("button", name="Apply ").click()
        state = dashboard.locator(".head .badge")
        expect(state).to_have_text("Applied", timeout=60_000)
        assert all(editor_world.stored(post_id) != before[post_id] for post_id in sources)
        dashboard.get_by_role("button", name="Take out all").click()
        expect(state).to_have_text("Undone", timeout=60_000)
        assert {post_id: editor_world.stored(post_id) for post_id in sources} == before


@only("trixie")
def test_a_refused_authorisation_changes_nothing(editor_world: EditorWorld):
    try:
        editor_world.ask("DELETE", "/credentials")
        page = editor_world.admin(editor_world.settings_page)
        page.get_by_role("link", name="Let the service sign in").click()
        page.get_by_role("button", name="No, I do not approve of this connection").click()
        expect(page.get_by_role("link", name="Let the service sign in")).to_be_visible()
        assert editor_world.ask("GET", "/status")["signed_in_as"] == ""
    finally:
        editor_world.ask("PUT", "/credentials", user="admin", password=editor_world.wordpress.password)


def test_what_the_owner_decides_changes_the_suggestions(editor_world: EditorWorld):
    before = editor_world.ask("GET", "/settings")
    words = anchors(editor_world)
    assert words
    try:
        page = editor_world.admin(editor_world.settings_page)
        page.get_by_label("Leave out these words").fill(words[0])
        page.get_by_label("Links per 1,000 words").fill("7")
        page.get_by_role("button", name="Save Changes").click()
        expect(page.locator(".notice-success")).to_contain_text("Settings saved.")
        expect(page.get_by_label("Links per 1,000 words")).to_have_value("7")
        stored = editor_world.ask("GET", "/settings")
        assert (stored["links_per_1000"], stored["excluded_words"]) == (7, [words[0]])
        assert words[0] not in anchors(editor_world)
    finally:
        editor_world.ask("PUT", "/settings", **before)


def test_an_author_neither_sees_nor_changes_the_settings(editor_world: EditorWorld):
    editor_world.allow("options-general.php")
    page = editor_world.admin(editor_world.settings_page, user="writer")
    expect(page.locator("body")).to_contain_text("Sorry, you are not allowed to access this page.")
    assert editor_world.front.asked == []


@only("trixie")
@pytest.mark.parametrize(
    ("mode", "status", "label"),
    [
        ("through", "good", "Link suggestions work"),
        ("down", "recommended", "Link suggestions do not work"),
        ("key", "recommended", "Link suggestions do not work"),
        ("html", "recommended", "Link suggestions do not work"),
    ],
)
def test_site_health_says_whether_suggestions_work(editor_world: EditorWorld, mode: str, status: str, label: str):
    editor_world.front.mode = mode
    found = editor_world.wordpress.php(HEALTH)
    assert (found["status"], found["label"]) == (status, label)


def test_each_request_tells_the_service_once(editor_world: EditorWorld):
    post_id = editor_world.create_post("<p>One.</p>", status="publish", title="Told once")
    assert told(editor_world) == [{"id": post_id, "kind": "saved"}]
    editor_world.front.reset()
    twice = (
        "foreach ( array( 'a', 'b' ) as $text ) { wp_update_post( array( 'ID' => $given['id'], 'post_content' => $text"
    )
    editor_world.wordpress.php(f"{twice} ) ); }} return 1;", id=post_id)
    assert told(editor_world) == [{"id": post_id, "kind": "saved"}]
    assert editor_world.front.paths() == [f"POST {CHANGES}"]


@only("trixie")
@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("wp_trash_post( $given['id'] )", ["trashed"]),
        ("wp_trash_post( $given['id'] ) && wp_untrash_post( $given['id'] )", ["restored"]),
        ("wp_update_post( array( 'ID' => $given['id'], 'post_name' => 'renamed' ) )", ["permalink", "saved"]),
        ("wp_update_post( array( 'ID' => $given['id'], 'post_status' => 'draft' ) )", ["saved"]),
        ("wp_delete_post( $given['id'], true )", ["deleted"]),
    ],
)
def test_what_happened_to_a_post_is_told(editor_world: EditorWorld, code: str, kinds: list[str]):
    post_id = editor_world.create_post("<p>One.</p>", status="publish", title="A post that changes")
    editor_world.front.reset()
    editor_world.wordpress.php(f"return (bool) ( {code} );", id=post_id)
    assert sorted(change["kind"] for change in told(editor_world) if change["id"] == post_id) == kinds
    assert editor_world.front.paths() == [f"POST {CHANGES}"]


@only("trixie")
def test_many_posts_at_once_are_one_request(editor_world: EditorWorld):
    posts = [editor_world.create_post("<p>One.</p>", status="publish", title=f"Of many {n}") for n in range(5)]
    editor_world.front.reset()
    editor_world.wordpress.php("array_map( 'wp_trash_post', $given['posts'] ); return 1;", posts=posts)
    assert sorted(change["id"] for change in told(editor_world)) == sorted(posts)
    assert len(editor_world.front.asked) == 1


@only("trixie")
def test_what_could_not_be_told_is_told_later(editor_world: EditorWorld):
    editor_world.front.mode = "down"
    missed = editor_world.create_post("<p>One.</p>", status="publish", title="Missed")
    editor_world.front.mode = "through"
    editor_world.wordpress.php("delete_transient( 'link_suggester_pause' ); return 1;")
    later = editor_world.create_post("<p>Two.</p>", status="publish", title="Later")
    assert {change["id"] for change in told(editor_world)} == {missed, later}


@only("trixie")
def test_a_save_does_not_wait_for_a_service_that_is_down(editor_world: EditorWorld):
    editor_world.front.mode = "slow"
    began = editor_world.wordpress.php("return microtime( true );")
    editor_world.create_post("<p>One.</p>", status="publish")
    assert editor_world.wordpress.php("return microtime( true );") - began < 6


def test_readers_get_nothing_of_it(editor_world: EditorWorld):
    def seen() -> list[str]:
        paths = ("/", "/slugs/", "/start-here/", "/feed/", "/category/composting/")
        return [requests.get(editor_world.url + path, timeout=20).text for path in paths]

    seen()  # what is made by the first visit is there then
    with_it = seen()
    assert editor_world.front.asked == []
    with switched_off(editor_world):
        without_it = seen()
    assert with_it == without_it
    assert not any("suggester" in text for text in with_it)


def test_uninstalling_leaves_nothing_behind(editor_world: EditorWorld):
    before = editor_world.wordpress.php(LEFT)
    connect_by_options = "Link_Suggester\\Connection::save( 'http://127.0.0.1:1', 'a key' );"
    stores = "set_transient( 'link_suggester_notice_1', 1 ); Link_Suggester\\Sign_In::url( admin_url() ); return 1;"
    editor_world.wordpress.php(f"{connect_by_options} {stores}")
    assert len(editor_world.wordpress.php(LEFT)) > len(before)
    with switched_off(editor_world):
        editor_world.wordpress.php(
            "require_once ABSPATH . 'wp-admin/includes/plugin.php'; uninstall_plugin( $given['plugin'] ); return 1;",
            plugin=MAIN_FILE,
        )
        assert [name for name in editor_world.wordpress.php(LEFT) if "suggester" in name] == []
