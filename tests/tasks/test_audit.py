"""Audits of a site: made, kept, repaired, made again by the calendar, and told in digests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from suggester.entities import Audit
from suggester.errors import RequestError, SiteUnread
from suggester.tasks.audit_calendar import difference, is_due, next_audit
from suggester.tasks.changing import changed
from suggester.tasks.digest.wording import letter, payload
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_service import toy_service
from tests.toys_source import HOME, ToySource, toy_post

from .conftest import Bar

PLAIN = HOME.replace("https://", "http://")
POSTS = {
    "pruning": f"<p>Take <a href='/blades/'>sharp shears</a>, and <a href='{PLAIN}/shears/#oil'>oil them</a>.</p>",
    "shears": "<p>A whetstone keeps <a href='/pruning/'>the blades</a> keen for pruning.</p>",
    "marmalade": "<p>Oranges: <a href='/shears/' rel='nofollow'>cut</a>, then <a href='/pruning/'>click here</a>.</p>",
}


@pytest.fixture
def source() -> ToySource:
    posts = [toy_post(at, html, slug.capitalize(), slug) for at, (slug, html) in enumerate(POSTS.items(), 1)]
    return ToySource([replace(each, old_slugs=("blades",) if each.id == 2 else ()) for each in posts])


@pytest.fixture
def service(tmp_path: Path, source: ToySource) -> Iterator[Service]:
    with toy_service(tmp_path / "data", source) as opened:
        yield opened


def found(service: Service) -> dict[str, int]:
    last = service.last_audit(1)
    assert last
    return {kind: count for kind, count in last.counts.items() if count}


def test_an_audit_finds_what_is_wrong_and_is_kept(service: Service, bar: Bar):
    report = service.audit(1, bar)
    assert found(service) == {"redirected": 1, "plain_http": 1, "nofollow": 1, "generic": 1, "orphan": 1}
    assert service.audits(1) == [report.audit]
    assert (report.audit.posts, report.audit.links, report.audit.reason) == (3, 5, "asked")
    assert 0 < report.audit.score < 100
    assert report.findings[0].cost == max(each.cost for each in report.findings)
    assert set(report.unseen) == {"deep", "broken_external"}
    assert bar.told == [("look through posts", 3, 3)]


def test_a_site_that_was_not_read_yet_cannot_be_audited(tmp_path: Path, source: ToySource):
    opened = Service.open(tmp_path / "other", load_encoder=LetterEncoder, open_source=lambda *_: source)
    site = opened.connect(HOME).site_id
    with pytest.raises(SiteUnread):
        opened.audit(site)
    opened.close()


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [("redirected", "'/blades/'", "/shears/"), ("plain_http", f"'{PLAIN}/shears/#oil'", f"{HOME}/shears/#oil")],
)
def test_a_run_puts_in_the_addresses_that_the_audit_found(service: Service, kind: str, before: str, after: str):
    service.audit(1)
    run = service.make_audit_run(1, kind)
    (edit,) = service.edits(1, run.id)[1]
    assert (run.kind, edit.kind, edit.chosen, edit.why) == ("links", "rewrite", True, "")
    content = service.store.post(1, 1).content
    assert before in content
    rewritten, _ = changed(content, edit)
    assert before not in rewritten
    assert after in rewritten


def test_a_link_that_was_changed_since_is_left_out_with_its_reason(service: Service, source: ToySource):
    service.audit(1)
    service.store.put_posts(1, [toy_post(1, "<p>All is new.</p>", "Pruning", "pruning")])
    (edit,) = service.edits(1, service.make_audit_run(1, "redirected").id)[1]
    assert not edit.chosen
    assert edit.why


def test_nothing_to_repair_is_said_with_what_to_do(service: Service):
    with pytest.raises(RequestError, match="run `suggester audit`"):
        service.make_audit_run(1, "redirected")
    with pytest.raises(RequestError, match="Only redirected or plain_http"):
        service.make_audit_run(1, "orphan")


@pytest.mark.parametrize(
    ("last", "every", "due"),
    [
        ("2026-08-21", 3, "2026-11-21"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-05", 1, "2027-01-05"),
        ("2026-01-31", 24, "2028-01-31"),
        ("2026-08-21", 0, None),
    ],
)
def test_the_next_audit_is_so_many_months_after_the_last(last: str, every: int, due: str | None):
    made, now = Audit(1, 1, datetime.fromisoformat(f"{last}T03:30+00:00"), 70.0, {}, {}), datetime.now(UTC)
    told = next_audit(made, every, now)
    assert (told and f"{told:%Y-%m-%d %H:%M}") == (due and f"{due} 03:30")
    if told:
        assert [is_due(made, every, told + timedelta(seconds=each)) for each in (-1, 0)] == [False, True]


def test_a_site_that_was_never_audited_is_due_unless_its_owner_wants_none(service: Service):
    assert is_due(None, 3, datetime.now(UTC))
    service.change_settings(1, {"audit_every": 0})
    assert (service.audit_if_due(1), service.next_audit(1)) == (None, None)


def test_the_calendar_makes_an_audit_once_and_tells_how_it_differs(service: Service, source: ToySource):
    service.change_settings(1, {"audit_visits": False})
    first = service.audit_if_due(1)
    assert first
    assert first.reason == "calendar"
    assert service.audit_if_due(1) is None
    assert service.store.events(1) == []
    source.edit(3, content="<p>Oranges are bitter.</p>")
    source.add(toy_post(4, "<p>Try <a href='/pruning/'></a> this.</p>", "Fourth", "fourth"))
    service.refresh(1)
    past = datetime.now(UTC) - timedelta(days=93)
    service.store.put_audit(replace(first, at=past), {})
    second = service.audit_if_due(1)
    assert second
    (event,) = [each for each in service.store.events(1) if each.kind == "audited"]
    assert event.what["score"] == second.score
    digest = service.next_digest(1)
    assert digest
    assert digest.counts["audited"] == 1
    told = letter(digest, "https://s.example/dashboard/1")
    assert event.what["why"] in told.text
    assert "https://s.example/dashboard/1/audit" in told.text
    assert "1 audit was made".upper() in told.text
    assert "The score is" in str(payload(digest, "")["blocks"])


def test_the_difference_names_what_is_new_and_what_is_gone():
    before = Audit(1, 1, datetime(2026, 8, 21, tzinfo=UTC), 75.0, {}, {})
    fresh = {"generic": 1, "broken": 4, "orphan": 2, "empty": 1, "nofollow": 2}
    made = Audit(2, 1, datetime(2026, 11, 21, tzinfo=UTC), 71.9, {}, {}, fresh=fresh, gone={"redirected": 1})
    assert difference(made, before) == (
        "The score is 71.9 of 100, 3.1 less than on 21 Aug 2026. New: 2 orphans, 4 broken links, "
        "2 nofollow links within the site, 2 more. Gone: 1 link to a redirect."
    )
    same = difference(replace(made, score=75.0, fresh={}, gone={}), before)
    assert same == "The score is 75.0 of 100, the same as on 21 Aug 2026."
