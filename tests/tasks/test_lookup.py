from __future__ import annotations

import pytest

from suggester.tasks.lookup import AT_MOST, hrefs
from suggester.tasks.readings import resolver_for
from suggester.tasks.sync import sync
from tests.toys_source import HOME, ToySource, no_answer, toy_post

MOVED = f"{HOME}/2019/old-name/"
DEAD = f"{HOME}/dead/"


def linking(number: int, *links: str):
    return toy_post(number, "".join(f'<p><a class="x" href="{url}">here</a></p>' for url in links))


@pytest.fixture
def source():
    made = ToySource([linking(1, MOVED, DEAD), linking(2, "/2019/old-name/#part", f"{HOME}/post-1/"), toy_post(3)])
    made.redirects = {MOVED: f"{HOME}/post-3/"}
    return made


def located(source: ToySource) -> list[str]:
    return [question.removeprefix("locate ") for question in source.asked if question.startswith("locate")]


def test_a_redirect_that_only_wordpress_knows_is_followed_once(store, site_id, source, bar):
    sync(store, site_id, source, bar)
    assert located(source) == [MOVED, DEAD]
    assert store.addresses(site_id) == {"/2019/old-name/": 3, "/dead/": None}
    assert resolver_for(store, site_id).resolve("/2019/old-name/") == 3
    assert bar.told[-1] == ("look up", 2, 2)
    source.edit(1, title="Edited")
    sync(store, site_id, source)
    assert located(source) == [MOVED, DEAD]


@pytest.mark.parametrize(
    "href",
    [
        "https://elsewhere.example/page/",
        "mailto:ann@blog.example",
        "#part",
        "/wp-content/uploads/2019/photo.jpg",
        "/files/paper.PDF",
        "/wp-admin/",
        "/post-3/",
        "http://[broken",
        "",
    ],
)
def test_what_is_no_page_of_the_site_or_known_is_not_asked_after(store, site_id, href):
    source = ToySource([linking(1, href), toy_post(3)])
    sync(store, site_id, source)
    assert located(source) == []


def test_addresses_longer_than_any_page_s_are_left_out_with_a_count(store, site_id, source):
    source.edit(2, content=f'<p><a href="/{"long" * 600}/">x</a> <a href="/?q={"long" * 600}">y</a></p>')
    report = sync(store, site_id, source)
    assert located(source) == [MOVED, DEAD]
    assert report.notes == ("2 addresses in links of more than 2,000 characters were not followed.",)
    assert store.sync_state(site_id).lookups_left == 0


def test_a_bounded_number_is_asked_after_in_one_sync_the_most_linked_first(store, site_id):
    urls = [f"{HOME}/old/{number}/" for number in range(AT_MOST + 30)]
    source = ToySource([linking(1, *urls), linking(2, urls[-1])])
    sync(store, site_id, source)
    assert len(located(source)) == AT_MOST
    assert located(source)[0] == urls[-1]
    assert store.sync_state(site_id).lookups_left == 30
    sync(store, site_id, source)
    assert sorted(located(source)) == sorted(urls)
    assert store.sync_state(site_id).lookups_left == 0


def test_a_site_that_stops_answering_leaves_the_rest_for_later(store, site_id, source):
    source.fails[f"locate {DEAD}"] = no_answer()
    report = sync(store, site_id, source)
    assert report.notes == (
        "Some links could not be followed (The site does not answer; try again later.) The next sync tries again.",
    )
    assert store.sync_state(site_id).error == ""
    source.fails.clear()
    sync(store, site_id, source)
    assert store.addresses(site_id) == {"/2019/old-name/": 3, "/dead/": None}


def test_an_export_file_is_not_asked_where_links_lead(store, site_id, source):
    source.name = "export"
    sync(store, site_id, source)
    assert located(source) == []
    assert store.addresses(site_id) == {}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<a href="/a/?x=1&amp;y=2">', ["/a/?x=1&y=2"]),
        ("<A CLASS='b' HREF = '/b/'>", ["/b/"]),
        ("<a href=/c/>", ["/c/"]),
        ("<abbr href='/d/'><link href='/e/'>", []),
        ("<a name='x'>no</a><a\nhref=' /f/ '>", ["/f/"]),
        ("<a href='/g/", []),
    ],
)
def test_the_addresses_of_links_are_found_in_any_writing(html, found):
    assert list(hrefs(html)) == found


def test_an_address_where_nothing_is_is_told_from_one_that_leads_to_no_post(store, site_id):
    source = ToySource([linking(1, DEAD, f"{HOME}/list/")])
    source.redirects = {f"{HOME}/list/": f"{HOME}/list/"}
    sync(store, site_id, source)
    assert store.addresses(site_id) == {"/dead/": None, "/list/": None}
    assert store.dead_addresses(site_id) == {"/dead/"}
