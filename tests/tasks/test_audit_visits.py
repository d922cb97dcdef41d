"""The audit that comes by itself visits the pages before: some each night, and never at the cost of anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from suggester.entities import Audit, Settings
from suggester.errors import SyncRunning
from suggester.fetching.fetcher import Fetcher
from suggester.tasks import audit_visits, tour
from suggester.tasks.index import renew_index
from tests.tasks.walked import post, service, site, site_id, walk

__all__ = ["service", "site", "site_id"]

PAGES = 12  # that there are
LINKED = 5  # further addresses


@pytest.fixture
def night(service, site_id, monkeypatch):
    """The site as a night finds it; call it with the addresses that may be asked for."""
    renew_index(service.store, site_id, "")
    visit = partial(service.visit, rest=0, make_fetcher=partial(Fetcher, external_rest=0))
    monkeypatch.setattr(service, "visit", visit)
    monkeypatch.setattr("suggester.fetching.fetcher.AGAIN", 0.0)

    def comes(per_night: int = audit_visits.PER_NIGHT) -> Audit | None:
        monkeypatch.setattr(audit_visits, "PER_NIGHT", per_night)
        return service.audit_if_due(site_id)

    return comes


def a_night_passes(service, site_id, nights: int = 1):
    """Let all that was found have been found a night ago."""
    store, earlier = service.store, timedelta(days=nights)
    visits = store.visits(site_id)
    depths = {each.url: (each.depth, each.content_depth) for each in visits}
    store.put_visits(site_id, [replace(each, at=each.at - earlier) for each in visits])
    store.put_depths(site_id, depths)
    if now := store.tour(site_id):
        ended = now.ended_at and now.ended_at - earlier
        moved = replace(now, started_at=now.started_at - earlier, since=now.since - earlier, ended_at=ended)
        store.put_tour(site_id, moved)


def test_the_pages_are_visited_before_the_audit(service, site, site_id, night):
    made = night()
    assert (made.reason, made.pages) == ("calendar", PAGES)
    assert made.counts["deep"] >= 2  # posts that no click leads to
    assert night() is None
    assert "GET /" in site.asked


def test_too_many_pages_for_a_night_are_visited_over_several_and_none_twice(service, site, site_id, night):
    made, asked = None, []
    for _ in range(8):
        made = made or night(5)
        asked.append(site.count())
        a_night_passes(service, site_id)
    assert made.pages == PAGES
    assert made.counts["deep"] >= 2
    assert max(asked) <= 6  # the last one may lead on to another
    assert sum(asked) < PAGES + 2 * LINKED + 5  # what is wrong is asked for anew each night


def test_what_was_asked_for_tonight_counts_however_often_the_audit_is_begun(service, site, site_id, night):
    assert night(5) is None
    first = site.count()
    assert night(5) is None
    assert (first >= 5, site.count()) == (True, 0)
    assert service.store.count_visits(site_id, datetime.now(UTC) - timedelta(hours=1)) >= 5


def test_a_night_has_an_end_too(service, site, site_id, night, monkeypatch):
    monkeypatch.setattr(audit_visits, "LONGEST", 0.0)
    assert night() is None
    assert site.asked == []


def test_the_owner_may_want_no_visits(service, site, site_id, night):
    assert Settings().audit_visits
    service.change_settings(site_id, {"audit_visits": False})
    assert night().pages == 0
    assert site.asked == []


def test_a_site_that_was_read_from_a_file_is_not_visited(service, site, site_id, night, tmp_path):
    export = tmp_path / "export.xml"
    export.write_text("<rss/>")
    for source in (export, tmp_path / "gone.xml"):
        number = service.store.add_site(f"https://{source.stem}.example", str(source))
        service.store.put_posts(number, [post(site, 1, "<p>Beans.</p>")])
        renew_index(service.store, number, "")
        assert service.audit_if_due(number).pages == 0
    assert site.asked == []


def test_a_site_that_keeps_programs_out_is_audited_without_a_visit_and_it_is_told_why(service, site, site_id, night):
    site.robots = "User-agent: *\nDisallow: /"
    last = night()
    assert last.pages == 0
    number = service.store.begin_refresh(site_id, "night", False, datetime.now(UTC))
    service.store.end_refresh(number, datetime.now(UTC))
    service.store.put_audit(replace(last, at=last.at - timedelta(days=100)), {})
    night()
    (event,) = service.store.events(site_id)
    assert "Its pages could not be visited: " in event.what["why"]
    assert "User-agent: link-suggester" in event.what["why"]


def test_the_digest_tells_how_many_pages_were_visited(service, site, site_id, night):
    last = night()
    number = service.store.begin_refresh(site_id, "night", False, datetime.now(UTC))
    service.store.end_refresh(number, datetime.now(UTC))
    service.store.put_audit(replace(last, at=last.at - timedelta(days=100)), {})
    night()
    (event,) = service.store.events(site_id)
    assert event.what["why"].endswith("12 pages were visited for it.")


def test_a_site_that_does_not_answer_is_waited_for_two_weeks_and_then_audited_as_it_is(service, site, site_id, night):
    site.down = True
    assert night() is None
    a_night_passes(service, site_id, audit_visits.WAITS.days - 1)
    assert night() is None
    a_night_passes(service, site_id, 2)
    assert night().pages == 0


def test_a_visit_without_an_end_does_not_keep_the_audit_for_ever(service, site, site_id, night):
    assert night(3) is None
    a_night_passes(service, site_id, audit_visits.WAITS.days + 1)
    made = night(3)
    assert made is not None
    assert made.pages < PAGES


def test_where_a_person_visits_this_moment_the_night_tries_again(service, site, site_id, night):
    with service.store.lock(site_id, "visit"), pytest.raises(SyncRunning):
        night()


def test_a_walk_with_a_ration_says_that_it_has_not_ended(service, site, site_id):
    report = walk(service, site_id, ration=tour.Ration(4, 60))
    assert (report.ended, service.store.tour(site_id).ended_at) == (False, None)
    assert walk(service, site_id).ended
