"""How the nights went, what the last one changed, what waits or failed, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.text import plural
from suggester.entities import Refresh
from suggester.errors import ConfigError, UnknownTask
from suggester.tasks.digest.findings import MOST, ORDER, Digest, Finding
from suggester.tasks.digest.sending import Attempt, Wish
from suggester.tasks.digest.webhook import new_secret
from suggester.tasks.digest.wording import Section, headline, sections_of
from suggester.tasks.nights import Nights, lasted
from suggester.tasks.progress import Progress
from suggester.tasks.queue.nights import zone_of
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.jobs import Outcome
from suggester.web.dashboard.plans import jobs
from suggester.web.dashboard.words import DELIVERIES, REFRESHES, STAGES, TASKS
from suggester.web.room import service

if TYPE_CHECKING:
    from suggester.tasks.service import Service

DIGESTS = 5  # shown


@dataclass(frozen=True, slots=True)
class Night:
    """One refresh, as the page shows it."""

    refresh: Refresh
    name: str
    at: datetime  # where the site is
    state: tuple[str, str]  # the word, and its colour
    did: str  # what it did, in words
    took: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a refresh, as a piece of a bar that is 100 long."""

    name: str
    words: str
    took: str
    begin: float
    length: float


@dashboard.get("/<int:site_id>/nights")
def nights(site_id: int) -> str:
    """Show how the nights went."""
    return _page(site_id)


@dashboard.post("/<int:site_id>/nights/refresh")
def refresh_now(site_id: int) -> AnyResponse:
    """Let the site be refreshed as soon as a worker is free."""
    fresh = service().let_refresh(site_id)
    flash("The site is refreshed as soon as a worker is free." if fresh else "A refresh waits already.", "good")
    return redirect(url_for("dashboard.nights", site_id=site_id))


@dashboard.post("/<int:site_id>/nights/tasks/<int:task_id>/<any(again, forget):deed>")
def steer_task(site_id: int, task_id: int, deed: str) -> AnyResponse:
    """Let something that failed be done again, or forget it."""
    if task_id not in {task.id for task in service().tasks([site_id])}:
        raise UnknownTask("This task is gone already: it ended well, or somebody forgot it; reload the page.")
    if deed == "again":
        service().do_again(task_id)
        flash("It is tried again as soon as a worker is free.", "good")
    else:
        service().forget_task(task_id)
        flash("It is forgotten; the next night comes all the same.", "good")
    return redirect(url_for("dashboard.nights", site_id=site_id))


@dashboard.post("/<int:site_id>/nights/digest")
def keep_digest(site_id: int) -> AnyResponse:
    """Keep who hears of the site; a webhook whose field stays empty stays as it is."""
    emails = request.form.get("emails", "").replace(",", " ").replace(";", " ").split()
    wanted: dict[str, object] = {"emails": tuple(emails)}
    if "no_webhook" in request.form:
        wanted["webhook"] = ""
    elif address := request.form.get("webhook", "").strip():
        wanted["webhook"] = address
    service().change_digest_wish(site_id, wanted)
    flash("Kept. Send a test to see that it arrives.", "good")
    return redirect(url_for("dashboard.nights", site_id=site_id, _anchor="digest"))


@dashboard.post("/<int:site_id>/nights/digest/test")
def test_digest(site_id: int) -> AnyResponse:
    """Send an example to everybody."""
    jobs().begin(site_id, "Sending a test", partial(_test, service(), site_id))
    return redirect(url_for("dashboard.plan", site_id=site_id))


@dashboard.post("/<int:site_id>/nights/digest/secret")
def make_secret(site_id: int) -> str:
    """Make a new secret for the webhook, and show it this once."""
    return _page(site_id, secret=service().change_digest_wish(site_id, {"secret": new_secret()}).secret)


@dashboard.post("/<int:site_id>/nights/deliveries/<int:delivery_id>/again")
def deliver_again(site_id: int, delivery_id: int) -> AnyResponse:
    """Try a digest anew that could not be delivered."""
    service().store.send_again(site_id, delivery_id, datetime.now(UTC))
    service().let_digest_be_told(site_id)
    flash("It is sent again as soon as a worker is free.", "good")
    return redirect(url_for("dashboard.nights", site_id=site_id, _anchor="digest"))


def _page(site_id: int, secret: str = "") -> str:
    how = service().nights(site_id)
    zone, (wish, locked) = zone_of(service().settings(site_id)), _wish(site_id)
    digests = [(row, headline(Digest.of_json(row.body))) for row in service().digests(site_id, DIGESTS)]
    return render_template(
        "dashboard/nights.html",
        nights=how,
        next_at=how.next_at and how.next_at.astimezone(zone),
        took=lasted(sum(how.last.seconds.values())) if how.last else "",
        listed=[_night(each, how, each.started_at.astimezone(zone)) for each in how.refreshes],
        changed=how.changed,
        sections=list(_sections(site_id, how.changed, how)) if how.changed else [],
        wish=wish,
        locked=locked,
        digests=digests,
        secret=secret,
        tasks=TASKS,
        deliveries=DELIVERIES,
        zone=zone,
        now=datetime.now(UTC),
        can_mail=service().means.smtp is not None,
    )


def _wish(site_id: int) -> tuple[Wish, str]:
    """Give who hears of the site, and why the webhook cannot be read where it was locked with another secret."""
    try:
        return service().digest_wish(site_id), ""
    except ConfigError as error:
        return Wish(service().store.digest_wish(site_id).emails), str(error)


def _night(one: Refresh, how: Nights, at: datetime) -> Night:
    whole = sum(one.seconds.values())
    took = lasted(whole) if whole else ""
    return Night(one, REFRESHES[one.reason], at, _state(one, how), _did(one, how), took, tuple(_bars(one, whole)))


def _state(one: Refresh, how: Nights) -> tuple[str, str]:
    if one.error:
        return ("Failed", "bad")
    if one.ended_at:
        return ("Done", "good")
    return ("Under way", "warn") if how.under_way else ("Stopped", "warn")


def _did(one: Refresh, how: Nights) -> str:
    """Say what a refresh did, leaving out what it did not."""
    noticed = how.noticed.get(one.id, {})
    counts = (
        (one.changed, "post changed", "posts changed"),
        (one.deleted, "post gone", "posts gone"),
        (one.appeared, "new suggestion", "new suggestions"),
        (one.died, "suggestion gone", "suggestions gone"),
        (noticed.get("broken", 0), "link broke", "links broke"),
        (noticed.get("orphaned", 0), "new orphan", "new orphans"),
        (noticed.get("linked", 0), "orphan got a link", "orphans got a link"),
        (noticed.get("audited", 0), "audit", "audits"),
    )
    return ", ".join(plural(count, one, many) for count, one, many in counts if count) or "Nothing had changed"


def _bars(one: Refresh, whole: float) -> Iterable[Stage]:
    begin = 0.0
    for name, words in STAGES.items():
        if seconds := one.seconds.get(name, 0.0):
            length = 100 * seconds / whole
            yield Stage(name, words, _short(seconds), round(begin, 2), round(length, 2))
            begin += length


def _short(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:,} min {rest} s" if minutes else f"{seconds:.1f} s"


def _sections(site_id: int, one: Refresh, how: Nights) -> Iterable[Section]:
    """Put into words what a refresh changed, as a digest does."""
    counts = {**how.noticed.get(one.id, {}), "appeared": one.appeared, "died": one.died}
    store = service().store
    found = [Finding.of(each) for kind in ORDER for each in store.events_of(one.id, kind, MOST[kind])]
    until = one.ended_at or one.started_at
    told = Digest(
        "", site_id, "", "", one.started_at, until, {name: n for name, n in counts.items() if n}, tuple(found)
    )
    return sections_of(told, url_for("dashboard.overview", site_id=site_id).rstrip("/"))


def _test(service: Service, site_id: int, _job: Progress) -> Outcome:
    return Outcome(None, " ".join(map(_came, service.test_digest(site_id))), "nights")


def _came(attempt: Attempt) -> str:
    where = attempt.address or "The webhook"
    return f"{where} took the test." if attempt.error is None else f"{where} did not: {attempt.error}"
