from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from suggester.tasks.service import Service
from suggester.web.dashboard.orphans import PAGE_SIZE
from tests.toys_source import ToySource, toy_post

from .conftest import HOSTILE, Owner


def titles(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'<a class="title"[^>]*>([^<]*)</a>', page)]


def test_the_overview_counts_the_site_and_says_what_to_do(owner: Owner):
    page = owner.page("")
    assert "5 posts have no link from any other post" in page
    figures = dict(re.findall(r"<dt>(?:<a[^>]*>)?([^<]+?)(?:</a>)?</dt><dd>([^<]+)</dd>", page))
    assert figures["Posts"] == "6"
    assert (figures["Orphans"], figures["Nearly-orphans"]) == ("5", "1")


def test_a_repair_that_waits_to_be_looked_over_is_the_next_thing_to_do(owner: Owner, run):
    page = owner.page("")
    assert "Look the repair over" in page
    assert "Repair the orphans</button>" not in page


def test_before_the_first_sync_the_overview_says_how_to_begin(service: Service, owner: Owner):
    other = service.store.add_site("https://other.example", "https://other.example")
    owner.client.get(f"/dashboard/sign-in?token={service.sign_in_link([other])}")
    page = owner.client.get(f"/dashboard/{other}/").text
    assert "suggester sync" in page
    assert "No post of this site was read yet" in page
    answer = owner.client.get(f"/dashboard/{other}/orphans")
    assert (answer.status_code, "suggester sync" in answer.text) == (404, True)


def test_a_site_without_orphans_is_told_so(owner: Owner, service: Service, source: ToySource):
    links = "".join(f'<a href="/post-{number}/">{number}</a> ' for number in range(1, 7))
    for number in (1, 2):
        source.edit(number, content=f"<p>{links}</p>")
    service.refresh(1)
    assert "No orphans" in owner.page("")
    assert "Every post has a link from another one" in owner.page("orphans")


def test_orphans_and_nearly_orphans_are_listed(owner: Owner):
    assert sorted(titles(owner.page("orphans"))) == sorted(
        ["Sharpening garden shears", "Pruning apple trees", "A winter’s list", "Growing tomatoes", HOSTILE]
    )
    assert titles(owner.page("orphans?show=nearly")) == ["Making marmalade"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("text=PRUNING", ["Pruning apple trees"]),
        ("text=garden+sharp", ["Sharpening garden shears"]),
        ("text=zebra", []),
        ("type=page", []),
        ("show=nearly&text=pruning", []),
    ],
)
def test_the_list_is_searched(owner: Owner, asked: str, found: list[str]):
    page = owner.page(f"orphans?{asked}")
    assert titles(page) == found
    assert ("No post fits" in page) is (not found)


def test_the_list_is_sorted(owner: Owner):
    assert titles(owner.page("orphans?sort=title"))[1:3] == ["A winter’s list", "Growing tomatoes"]
    assert titles(owner.page("orphans?sort=words"))[0] == "Pruning apple trees"
    assert sorted(titles(owner.page("orphans?sort=nonsense"))) == sorted(titles(owner.page("orphans")))


def test_long_lists_have_pages_that_keep_what_was_asked(owner: Owner, service: Service, source: ToySource):
    for number in range(7, 7 + PAGE_SIZE + 4):
        source.add(replace(toy_post(number, "<p>Beans.</p>", f"Beans {number}", f"b-{number}"), lang="en"))
    service.refresh(1, full=True)
    first, second = owner.page("orphans?text=beans&sort=title"), owner.page("orphans?text=beans&sort=title&page=2")
    assert (len(titles(first)), len(titles(second))) == (PAGE_SIZE, 4)
    assert not set(titles(first)) & set(titles(second))
    assert "text=beans&amp;sort=title&amp;page=2" in first
    assert titles(owner.page("orphans?page=99")) == []


def test_the_best_sources_of_an_orphan_are_shown_on_request(owner: Owner):
    part = owner.page("orphans/1/sources")
    assert "<mark>sharpening garden shears</mark>" in part
    assert "Pruning apple trees" in part
    assert "<html" not in part


def test_a_post_without_sources_says_why(owner: Owner):
    page = owner.page("orphans/6/sources")
    assert "a sentence of your own would serve better" in page
    assert "Plan links" not in page


def test_an_unknown_post_is_said_in_place(owner: Owner):
    answer = owner.get("orphans/99/sources", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.text.strip().startswith('<p class="note bad" role="alert">Post 99 is not in the index')


def test_titles_from_anywhere_do_no_harm(owner: Owner, run):
    for path in ("", "orphans", "orphans/6/sources", "runs/", f"runs/{run.id}", "orphans?text=" + HOSTILE):
        page = owner.page(path)
        assert "<script>alert" not in page


def test_an_address_that_is_no_page_becomes_no_link(owner: Owner, service: Service, source: ToySource):
    source.edit(6, url="javascript:alert(1)")
    service.refresh(1)
    assert 'href="javascript' not in owner.page("orphans")


def test_a_page_that_is_not_there_says_so_in_words(owner: Owner):
    answer = owner.get("no-such-page")
    assert (answer.status_code, "no such page in the dashboard" in answer.text) == (404, True)
