"""Links to the post on screen: one is put into another post with a click, and taken out again with the next."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import only
from .sidebar import SECONDS, Sidebar
from .world import EditorWorld

pytestmark = only("trixie")  # what differs between releases is tested with the block editor

ORPHAN = "soil-ph-test"
FIRST = 3  # so many are shown where none is sure
REVISIONS = "return count( wp_get_post_revisions( $given['id'] ) );"
LOCK = "return update_post_meta( $given['id'], '_edit_lock', time() . ':' . $given['user'] );"
HAND_OVER = "return wp_update_post( array( 'ID' => $given['id'], 'post_author' => $given['user'] ) );"


def open_inbound(world: EditorWorld, user: str = "admin", post_id: int = 0) -> tuple[Page, Locator]:
    page = world.editor(post_id or world.sample_id(ORPHAN), user=user)
    section = Sidebar.open(page).section("Links to this post")
    section.locator(".link-suggester-card").first.wait_for(timeout=SECONDS)
    return page, section


def source_of(world: EditorWorld, item: Locator) -> int:
    """The post that a suggestion would put a link into."""
    address = item.locator(".link-suggester-title").get_attribute("href") or ""
    return world.sample_id(address.rstrip("/").rpartition("/")[2])


def first_with_words(section: Locator) -> Locator:
    return section.locator(".link-suggester-list > li").filter(has=section.page.locator("button.is-primary")).first


def test_a_link_is_added_in_the_other_post_and_taken_out_again(editor_world: EditorWorld):
    page, section = open_inbound(editor_world)
    expect(section).to_contain_text("No other post links here yet")
    item = first_with_words(section)
    source = source_of(editor_world, item)
    before = editor_world.stored(source)
    revisions = editor_world.wordpress.php(REVISIONS, id=source)
    words = item.locator("mark").inner_text()
    item.get_by_role("button", name=re.compile("^Add link from")).click()
    done = section.locator(".link-suggester-done")
    expect(done).to_contain_text("Link added in", timeout=SECONDS)
    expect(section).not_to_contain_text("No other post links here yet")
    after = editor_world.stored(source)
    (link,) = re.findall(rf'<a href="{editor_world.url}/{ORPHAN}/">([^<]*)</a>', after)
    assert " ".join(link.split()) == words
    assert after.replace(f'<a href="{editor_world.url}/{ORPHAN}/">{link}</a>', link) == before
    assert editor_world.wordpress.php(REVISIONS, id=source) > revisions
    page.keyboard.press("Tab")
    expect(done.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(done).to_have_count(0, timeout=SECONDS)
    assert editor_world.stored(source) == before


def test_who_may_not_edit_the_other_post_is_told_so(editor_world: EditorWorld):
    editor_world.allow("/templates/")  # WordPress 6.1 itself asks for what an author may not see
    own = {"id": editor_world.sample_id(ORPHAN), "user": editor_world.user("writer").id}
    editor_world.wordpress.php(HAND_OVER, **own)
    _, section = open_inbound(editor_world, "writer")
    card = section.locator(".link-suggester-card").first
    expect(card).to_contain_text("Somebody who may edit that post can add it")
    expect(section.get_by_role("button", name=re.compile("^Add link"))).to_have_count(0)
    expect(section.get_by_role("link", name="Open editor")).to_have_count(0)


def test_who_edits_the_other_post_right_now_is_named(editor_world: EditorWorld):
    page, section = open_inbound(editor_world)
    source = source_of(editor_world, first_with_words(section))
    before = editor_world.stored(source)
    editor_world.wordpress.php(LOCK, id=source, user=editor_world.user("writer").id)
    editor_world.allow("inbound%2Fapply", "inbound/apply")
    first_with_words(section).get_by_role("button", name=re.compile("^Add link from")).click()
    failed = section.locator(".link-suggester-failed")
    expect(failed).to_have_text("Writer is editing that post right now; try again later.", timeout=SECONDS)
    assert editor_world.stored(source) == before
    _, section = open_inbound(editor_world)
    expect(section.get_by_text("Writer is editing this post now.")).to_be_visible()


@pytest.mark.parametrize("slug", [ORPHAN, "leaf-mould"])
def test_what_is_less_sure_waits_behind_a_button_unless_nothing_is_sure(editor_world: EditorWorld, slug: str):
    post_id = editor_world.sample_id(slug)
    suggestions = editor_world.ask("GET", f"/posts/{post_id}/inbound")["suggestions"]
    sure = sum(suggestion["shown"] for suggestion in suggestions) or FIRST
    _, section = open_inbound(editor_world, post_id=post_id)
    items = section.locator(".link-suggester-list > li")
    expect(items).to_have_count(sure)
    section.get_by_role("button", name=f"Show {len(suggestions) - sure} more that are less sure").click()
    expect(items).to_have_count(len(suggestions))
    section.get_by_role("button", name="Hide those that are less sure").click()
    expect(items).to_have_count(sure)
