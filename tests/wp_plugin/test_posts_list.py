"""The column "Links in / out" in the list of posts."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from .world import EditorWorld


def numbers(page: Page, post_id: int) -> Locator:
    return page.locator(f".link-suggester-counts[data-post-id='{post_id}']")


def test_a_page_of_posts_is_counted_with_one_request(editor_world: EditorWorld):
    page = editor_world.admin("edit.php")
    linked, orphan = editor_world.sample_id("may-jobs"), editor_world.sample_id("sharpening-hand-tools")
    expect(numbers(page, linked)).to_contain_text("1 / ")
    expect(numbers(page, linked).locator(".screen-reader-text")).to_contain_text("1 link in, ")
    expect(numbers(page, orphan)).to_contain_text("Orphan")
    assert page.locator(".link-suggester-counts:not([data-filled])").count() == 0
    assert editor_world.front.paths("/counts") == ["POST /v1/counts"]


def test_quick_edit_leaves_the_numbers_where_they_are(editor_world: EditorWorld):
    page = editor_world.admin("edit.php")
    post_id = editor_world.sample_id("may-jobs")
    expect(numbers(page, post_id)).to_contain_text("1 / ")
    row = page.locator(f"#post-{post_id}")
    row.hover()
    row.get_by_role("button", name="Quick").click()
    page.locator(f"#edit-{post_id}").get_by_role("button", name="Update").click()
    expect(row).to_be_visible()
    expect(numbers(page, post_id)).to_contain_text("1 / ")
    assert editor_world.front.paths("/counts") == ["POST /v1/counts"]


def test_with_the_service_down_there_is_a_dash_that_says_why(editor_world: EditorWorld):
    editor_world.allow("/counts")
    editor_world.front.mode = "down"
    page = editor_world.admin("edit.php")
    place = numbers(page, editor_world.sample_id("may-jobs"))
    expect(place).to_have_attribute(
        "title", "The link suggester does not answer. Your post is safe; check that the service runs, then try again."
    )
    expect(place.locator("[aria-hidden]")).to_have_text("\N{EM DASH}")


def test_a_post_that_was_not_read_yet_has_a_dash(editor_world: EditorWorld):
    post_id = editor_world.create_post("Slugs.", post_date="2029-01-01 00:00:00")
    page = editor_world.admin("edit.php")
    expect(numbers(page, post_id)).to_have_attribute("title", "Not read yet; the numbers come with the next sync.")
