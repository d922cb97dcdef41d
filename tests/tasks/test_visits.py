"""Walks over a small site on this machine: how deep its pages are, where its links lead, and what a stop costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from suggester.entities import Post
from suggester.errors import SiteRefused, SiteUnreachable, SyncRunning
from suggester.fetching.fetcher import Fetcher
from suggester.tasks import tour
from tests.tasks.walked import found, listing, post, service, single, site, site_id, walk
from tests.wordpress.fakes import loopback

__all__ = ["service", "site", "site_id"]

ROOT = Path(__file__).parents[2]


def test_depth_counts_clicks_over_all_links_and_over_those_in_content_alone(service, site, site_id):
    walk(service, site_id)
    depths = {url: (each.depth, each.content_depth) for url, each in found(service, site, site_id).items() if each.page}
    assert depths == {
        "/": (0, 0),
        "/page/2/": (1, None),
        "/about/": (1, None),
        "/imprint/": (1, None),
        "/post-1/": (1, None),
        "/post-2/": (2, None),
        "/post-3/": (2, None),
        "/post-4/": (2, None),
        "/post-5/": (2, None),
        "/post-6/": (3, None),
        "/post-7/": (None, None),  # no click leads there
        "/post-8/": (None, None),  # only a page does to which none leads
    }


def test_a_front_page_with_content_gives_depths_in_content_and_a_redirect_is_no_click(service, site, site_id):
    site.pages["/"] = single("/moved/", "/about/")
    walk(service, site_id)
    seen = found(service, site, site_id)
    depths = {url: each.content_depth for url, each in seen.items() if each.content_depth is not None}
    assert depths == {"/": 0, "/moved/": 1, "/post-5/": 1, "/about/": 1, "/post-3/": 2, "/post-6/": 3}
    assert seen["/post-5/"].depth == 1


def test_a_redirect_that_is_nearer_than_a_link_counts(service, site, site_id):
    site.pages["/"] = single("/post-1/", "/moved/")
    site.pages["/post-1/"] = single("/post-5/")
    walk(service, site_id)
    assert (found(service, site, site_id)["/post-5/"].depth, found(service, site, site_id)["/moved/"].depth) == (1, 1)
    assert found(service, site, site_id)["/post-5/"].content_depth == 1


def test_every_address_is_told_as_it_was_found(service, site, site_id):
    walk(service, site_id)
    seen = found(service, site, site_id)
    told = {
        url: (each.status, each.final_url.removeprefix(site.url), each.hops, each.outcome, each.post_id)
        for url, each in seen.items()
        if not each.page
    }
    assert told == {
        "/gone/": (404, "/gone/", 0, "gone", None),
        "/moved/": (200, "/post-5/", 1, "fine", 5),
        "/files/a.pdf": (200, "/files/a.pdf", 0, "fine", None),
        "/hidden/?x=1": (404, "/hidden/?x=1", 0, "gone", None),
        "/post-6/?utm_source=x": (200, "/post-6/?utm_source=x", 0, "fine", 6),
    }
    assert (seen["/post-2/"].noindex, seen["/post-2/"].title, seen["/post-2/"].post_id) == (True, "Two & two", 2)
    assert seen["/post-4/"].canonical == f"{site.url}/post-1/"


def test_links_are_kept_with_their_places_and_the_posts_they_lead_to(service, site, site_id):
    walk(service, site_id)
    links = service.store.page_links(site_id, f"{site.url}/post-1/")
    assert [(each.href.removeprefix(site.url), each.place, each.target, each.anchor) for each in links] == [
        ("/about/", "menu", None, "About"),
        ("/post-4/", "content", 4, "to /post-4/"),
        ("/moved/", "content", None, "to /moved/"),
        ("/gone/", "content", None, "to /gone/"),
        ("/files/a.pdf", "content", None, "to /files/a.pdf"),
        ("/post-5/", "related", 5, "Akin"),
        ("/imprint/", "footer", None, "Imprint"),
    ]


def test_the_report_says_what_was_found(service, site, site_id, bar):
    report = walk(service, site_id, progress=bar)
    assert (report.pages, report.posts, report.unreached, report.deepest) == (12, 6, 2, 3)
    assert (report.broken, report.broken_external, report.redirected, report.whole) == (2, 0, 1, True)
    assert report.asked == len(site.asked) - 2  # a redirect and the page behind it, HEAD and then GET
    assert [stage for stage, _, _ in bar.told] == ["visit", "check links"]
    assert bar.told[1][1] == bar.told[1][2] == report.checked


def test_doors_and_actions_are_never_asked_for(service, site, site_id):
    site.pages["/"] = listing("/post-1/", "/wp-admin/", "/wp-login.php?x", "/feed/", "/?s=tea", "/post-1/?replytocom=4")
    walk(service, site_id)
    doors = ("/wp-", "/feed", "action=", "s=tea", "replytocom")
    assert not [line for line in site.asked if any(door in line for door in doors)]


def test_files_are_only_asked_whether_they_are_there(service, site, site_id):
    walk(service, site_id)
    assert [line for line in site.asked if ".pdf" in line] == ["HEAD /files/a.pdf"]


# other sites


def test_other_sites_are_left_alone_unless_asked(service, site, site_id):
    with loopback(lambda handler: pytest.fail("another site was asked")) as other:
        service.store.put_posts(site_id, [post(site, 2, f'<a href="{other}/x">x</a>')])
        walk(service, site_id)
    assert not [each for each in service.store.visits(site_id) if each.external]


def test_other_sites_are_checked_where_asked_and_their_answers_stay(service, site, site_id):
    content = "".join(f'<a href="https://{name}.example/x">x</a>' for name in ("gone", "inside", "gone"))
    service.store.put_posts(site_id, [post(site, 2, content)])
    names = {"127.0.0.1": ["127.0.0.1"], "inside.example": ["10.0.0.1"]}
    make = partial(Fetcher, external_rest=0, resolve=lambda host: names.get(host, []))
    report = walk(service, site_id, external=True, make_fetcher=make)
    told = {each.url: each.outcome for each in service.store.visits(site_id) if each.external}
    assert told == {
        "https://gone.example/x": "unreachable",
        "https://inside.example/x": "left",
        "https://other.example/": "unreachable",
    }
    assert report.broken_external == 2
    walk(service, site_id)
    assert len([each for each in service.store.visits(site_id) if each.external]) == 3


def test_a_redirect_to_another_site_is_not_followed(service, site, site_id):
    service.store.put_posts(site_id, [post(site, 2, '<a href="/away/">x</a>')])
    walk(service, site_id)
    away = found(service, site, site_id)["/away/"]
    assert (away.outcome, away.status, away.broken) == ("left", 301, False)


# again


def test_what_was_found_a_moment_ago_is_not_asked_for_again(service, site, site_id):
    first = walk(service, site_id)
    before = service.store.visits(site_id)
    site.count()
    again = walk(service, site_id)
    assert (site.count(), again.asked) == (0, 0)
    assert service.store.visits(site_id) == before
    assert (again.pages, again.broken, again.deepest) == (first.pages, first.broken, first.deepest)


def test_everything_is_asked_for_again_where_that_is_wanted(service, site, site_id):
    walk(service, site_id)
    first = site.count()
    walk(service, site_id, anew=True)
    assert site.count() == first


def test_after_a_day_everything_is_asked_for_again(service, site, site_id, monkeypatch):
    walk(service, site_id)
    first = site.count()
    monkeypatch.setattr("suggester.tasks.visits.KEPT", timedelta(0))
    walk(service, site_id)
    assert site.count() == first


def test_a_post_that_was_changed_since_is_visited_again(service, site, site_id):
    walk(service, site_id)
    site.count()
    site.pages["/post-5/"] = single("/post-7/")
    changed = Post(5, f"{site.url}/post-5/", "Five", "new", modified=datetime.now(UTC) + timedelta(seconds=1))
    service.store.put_posts(site_id, [changed])
    walk(service, site_id)
    assert set(site.asked) == {"GET /post-5/", "GET /moved/"}
    assert found(service, site, site_id)["/post-7/"].depth == 3


def test_what_was_wrong_is_asked_for_again_soon(service, site, site_id, monkeypatch):
    walk(service, site_id)
    site.count()
    monkeypatch.setattr(tour, "BAD_KEPT", timedelta(0))
    site.pages["/gone/"] = single()
    report = walk(service, site_id)
    assert {line for line in site.asked if "gone" in line} == {"GET /gone/"}
    assert (report.broken, found(service, site, site_id)["/gone/"].page) == (1, True)


def test_pages_that_no_link_leads_to_any_more_are_forgotten(service, site, site_id):
    walk(service, site_id)
    site.pages["/"] = listing("/post-1/")
    walk(service, site_id, anew=True)
    assert "/page/2/" not in found(service, site, site_id)
    assert not list(service.store.page_links(site_id, f"{site.url}/page/2/"))


# stops


def test_a_walk_that_was_killed_goes_on_where_it_was(site, service, site_id, tmp_path):
    site.pages["/"] = listing(*(f"/long-{number}/" for number in range(60)))
    site.pages |= {f"/long-{number}/": single() for number in range(60)}
    site.pause = 0.005
    program = (
        "import sys; from pathlib import Path; from suggester.tasks.service import Service\n"
        "Service.open(Path(sys.argv[1])).visit(1, rest=0)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT) as process:
        while len(site.asked) < 25:
            assert process.poll() is None
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    killed = site.count()
    assert service.store.tour(site_id).ended_at is None
    report = walk(service, site_id)
    assert (report.pages, report.checked) == (71, 5)
    assert killed + report.asked <= 71 + 5 + 1  # only what was under way that moment is asked for twice
    assert service.store.tour(site_id).ended_at is not None


def test_a_walk_can_be_stopped_at_any_moment(site, service, site_id):
    class Enough:
        done = 0

        def start(self, stage, total=None):
            pass

        def advance(self, n=1):
            self.done += n
            if self.done == 4:
                raise KeyboardInterrupt

        def finish(self):
            pass

    with pytest.raises(KeyboardInterrupt):
        walk(service, site_id, progress=Enough())
    stopped = site.count()
    assert stopped < 8
    walk(service, site_id)
    before = site.count()
    walk(service, site_id, anew=True)
    assert stopped + before == site.count()


def test_two_do_not_walk_at_once(service, site, site_id):
    with service.store.lock(site_id, "visit"), pytest.raises(SyncRunning):
        walk(service, site_id)


def test_a_site_that_stops_answering_is_left_alone_and_not_called_broken(service, site, site_id, monkeypatch):
    monkeypatch.setattr("suggester.fetching.fetcher.AGAIN", 0.0)
    site.pages["/"] = listing(*(f"/post-{number}/" for number in range(1, 9)))

    def sometimes(handler):
        site.down = len(site.asked) >= 3
        site.respond(handler)

    with loopback(sometimes) as site.url:
        number = service.store.add_site(site.url, site.url)
        with pytest.raises(SiteUnreachable, match="stopped answering"):
            walk(service, number)
        assert {each.outcome for each in service.store.visits(number)} == {"fine"}


# bounds


def test_no_more_pages_are_visited_than_wanted(service, site, site_id):
    report = walk(service, site_id, most_pages=4)
    assert (report.pages, report.whole) == (4, False)
    assert report.notes == ("Only the first 4 pages were visited; more are visited where that is asked for.",)
    walk(service, site_id)
    before = service.store.visits(site_id)
    walk(service, site_id, most_pages=4)
    assert [each.url for each in service.store.visits(site_id)] == [each.url for each in before]


def test_paths_without_an_end_are_followed_a_little_way_only(service, site, site_id, monkeypatch):
    monkeypatch.setattr("suggester.tasks.trails.PER_PATTERN", 5)
    monkeypatch.setattr("suggester.tasks.trails.PER_PATH", 3)

    class Endless(dict):
        def get(self, path, default=None):
            name, _, number = path.strip("/").partition("-")
            if name == "month":
                return single(f"/month-{int(number) + 1}/")
            if name.startswith("deep"):
                return single(f"{path}deep/")
            if path.startswith("/?cat="):
                return single(f"/?cat={int(path[6:]) + 1}")
            return super().get(path, default)

    site.pages = Endless(site.pages)
    site.pages["/"] = listing("/month-1/", "/deep/", "/?cat=1")
    report = walk(service, site_id)
    asked = [line.removeprefix("GET ") for line in site.asked if line.startswith("GET ")]
    assert [path for path in asked if "month" in path] == [f"/month-{number}/" for number in range(1, 6)]
    assert [path for path in asked if "deep" in path] == ["/deep/", "/deep/deep/"]
    assert [path for path in asked if "cat" in path] == ["/?cat=1", "/?cat=2", "/?cat=3"]
    assert "Paths that seem to have no end" in report.notes[0]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"robots": "User-agent: *\nDisallow: /"}, SiteRefused, "Add the lines “User-agent: link-suggester”"),
        ({"statuses": {"/": 401}}, SiteRefused, r"does not show this page to programs \(401\)"),
        ({"statuses": {"/": 404}}, SiteRefused, "in a browser to see why"),
        ({"redirects": {"/": "https://other.example/"}}, SiteRefused, "another site"),
        ({"redirects": {"/": "/"}}, SiteRefused, "in a circle"),
        ({"down": True}, SiteUnreachable, "does not answer"),
        ({"statuses": {"/": 503}}, SiteUnreachable, "503"),
    ],
)
def test_a_homepage_that_cannot_be_visited_is_told(service, site, site_id, monkeypatch, change, error, message):
    monkeypatch.setattr("suggester.fetching.fetcher.AGAIN", 0.0)
    for name, value in change.items():
        setattr(site, name, value)
    with pytest.raises(error, match=message):
        walk(service, site_id)


def test_what_robots_txt_forbids_is_told_and_not_called_broken(service, site, site_id):
    site.robots = "User-agent: *\nDisallow: /post-4/"
    report = walk(service, site_id)
    closed = found(service, site, site_id)["/post-4/"]
    assert (closed.outcome, closed.broken, closed.depth) == ("robots", False, 2)
    assert report.notes == ("robots.txt keeps programs out of 1 addresses; they were not asked for.",)
