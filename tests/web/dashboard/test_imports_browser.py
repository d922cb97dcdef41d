"""The page of imports in a real browser: files dropped, looked at, kept, and forgotten by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from suggester.tasks.service import Service

from .test_browser import Visit, address, pytestmark, visit
from .test_imports import PAGES

__all__ = ["address", "pytestmark", "visit"]
DROP = """( [ name, text ] ) => {
	const moved = new DataTransfer();
	moved.items.add( new File( [ text ], name, { type: 'text/csv' } ) );
	const field = document.querySelector( '.drop-field input' );
	field.files = moved.files;
	field.dispatchEvent( new Event( 'change', { bubbles: true } ) );
}"""


@pytest.mark.parametrize("width", [1200, 360])
def test_a_file_is_dropped_looked_at_kept_and_forgotten(visit: Visit, service: Service, tmp_path: Path, width: int):
    page = visit.page
    page.set_viewport_size({"width": width, "height": 800})
    page = visit.open("imports")
    page.evaluate(DROP, ["odd.csv", "a,b\n1,2\n"])
    expect(page.get_by_role("alert")).to_contain_text("odd.csv is of no known kind")

    page.locator(".drop-field input").evaluate("field => field.dataset.most = 5")
    page.evaluate(DROP, ["large.csv", "a,b\n1,2\n"])
    expect(page.get_by_role("alert")).to_contain_text("suggester import FILE")
    page.locator(".drop-field input").evaluate("field => field.dataset.most = 5000")

    file = tmp_path / "Seiten.csv"
    file.write_text(PAGES, "utf-16")
    page.locator(".drop-field input").set_input_files(str(file))
    expect(page.get_by_role("heading", name="Google Search Console: pages")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert service.imports(1) == []

    take = page.get_by_role("button", name="Take it in")
    take.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("taken in.")).to_be_visible()
    assert [each.files for each in service.imports(1)] == [("Seiten.csv",)]
    expect(page.get_by_text("place 8.5")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width

    page.get_by_role("button", name="Forget Google Search Console: pages").click()
    expect(page.get_by_text("forgotten.")).to_be_visible()
    assert service.imports(1) == []
