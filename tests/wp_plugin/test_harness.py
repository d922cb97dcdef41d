"""That the ground the other tests stand on is firm: both editors open, write, save, and nobody complains."""

from __future__ import annotations

import requests

from .world import EditorWorld

CONTENT = (
    "<!-- wp:paragraph -->\n"
    "<p>Slugs &amp; snails: C:\\new, a cold frame \u201ckeeps\u201d them off.</p>\n"
    "<!-- /wp:paragraph -->"
)


def test_the_block_editor_saves_what_is_typed_and_nothing_else(editor_world: EditorWorld):
    post_id = editor_world.create_post(CONTENT, status="publish")
    assert editor_world.stored(post_id) == CONTENT
    page = editor_world.editor(post_id)
    editor_world.block(page, 0).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Mostly.")
    editor_world.save(page)
    assert editor_world.stored(post_id) == CONTENT.replace("off.", "off. Mostly.")


def test_the_classic_editor_opens_for_an_author(editor_world: EditorWorld):
    post_id = editor_world.create_post("<p>Slugs.</p>", author="writer")
    page = editor_world.classic_editor(post_id, user="writer")
    assert "Slugs." in page.locator("#content").input_value()


def test_the_service_answers_behind_its_front(editor_world: EditorWorld):
    headers = {"Authorization": f"Bearer {editor_world.key}"}
    answer = requests.get(f"{editor_world.front.url}/v1/status", headers=headers, timeout=10)
    assert answer.json()["posts"] > 60
    assert editor_world.front.paths() == ["GET /v1/status"]
