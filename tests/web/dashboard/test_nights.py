"""The page of the nights, and the line about them on the first page."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from suggester.entities import Event
from suggester.store import Secrets
from suggester.store.suggestions import Ripple
from suggester.tasks.digest.means import Means, Smtp
from suggester.tasks.service import Service
from tests.tasks.digest.receivers import Hook, Inbox, mail_server, webhook_receiver

from .conftest import HOME, HOSTILE, Owner

NOW = datetime.now(UTC)
WHY = "The site does not answer; check its address."
WORDS = {"source": "Baking day", "source_url": f"{HOME}/b/", "target": "Sourdough", "target_url": f"{HOME}/s/"}


@pytest.fixture
def inbox(service: Service) -> Iterator[Inbox]:
    with mail_server() as running:
        service.means = Means(Smtp("127.0.0.1", "links@blog.example", running.port, "none"), patience=2)
        yield running


@pytest.fixture
def hook(service: Service) -> Iterator[Hook]:
    with webhook_receiver() as running:
        place = f"127.0.0.1:{running.port}"
        service.change_digest_wish(1, {"webhook": f"http://{place}/hidden", "private": place})
        yield running


def night(service: Service, *kinds: str, ago: timedelta = timedelta(hours=2), error: str = "", **what: object) -> int:
    """Let a night have been that noticed something."""
    at, store = NOW - ago, service.store
    refresh_id = store.begin_refresh(1, "night", False, at)
    events = [Event(1, refresh_id, kind, number, 100 + number, WORDS | what, at) for number, kind in enumerate(kinds)]
    store.save_ripple(1, refresh_id, Ripple(events=events))
    counts = {name: kinds.count(name) for name in ("appeared", "died")}
    store.note_refresh(refresh_id, {"sync": 3.0, "embed": 9.5, "renew": 2.5}, read=40, changed=12, **counts)
    if error:
        store.fail_refresh(refresh_id, error, at)
    else:
        store.end_refresh(refresh_id, at)
    return refresh_id


def given_up(service: Service, site_id: int = 1) -> int:
    """Let a task of the site have failed for good."""
    tasks = service.store.tasks
    for each in tasks.every([site_id], "waiting"):
        tasks.forget(each.id)
    tasks.add(site_id, "refresh", "night", NOW, NOW)
    taken = tasks.claim("worker", datetime.now(UTC))
    assert taken
    tasks.fail(taken.id, "worker", WHY, NOW)
    return taken.id


def test_a_good_night_says_when_it_was_and_how_long_it_took(owner: Owner, service: Service):
    night(service, "broken", "orphaned", "appeared", "appeared", href="/gone/", anchor="here")
    page = owner.page("nights")
    for told in (
        "Last refreshed 2 hours ago; it took 15 seconds.",
        "12 posts changed, 2 new suggestions, 1 link broke, 1 new orphan",
        "embedding 9.5 s",
        "has a link on “here” to /gone/",
        "could link on the words “here” to",
    ):
        assert told in page


def test_the_first_page_says_it_in_one_line(owner: Owner, service: Service):
    night(service)
    page = owner.page("")
    assert 'class="pulse good"' in page
    assert "Last refreshed 2 hours ago; it took 15 seconds." in page


@pytest.mark.parametrize(
    ("make", "mood", "told"),
    [
        (lambda service: night(service, ago=timedelta(days=2)), "warn", "a night was missed"),
        (lambda service: night(service, error=WHY), "bad", "failed"),
        (given_up, "bad", "a refresh failed and was given up"),
        (lambda service: service.store.begin_refresh(1, "night", False, NOW), "warn", "stopped in the middle"),
    ],
)
def test_a_bad_night_says_what_to_do(owner: Owner, service: Service, make, mood: str, told: str):
    service.store.fail_refresh(service.store.begin_refresh(1, "asked", False, NOW), "earlier", NOW)
    night(service, ago=timedelta(days=2, hours=1))
    make(service)
    page = owner.page("nights")
    assert f'class="next {mood}"' in page
    assert told in page
    if mood == "bad":
        assert WHY in page


def test_a_refresh_under_way_is_told_and_not_begun_again(owner: Owner, service: Service):
    with service.store.lock(1, "refresh"):
        page = owner.page("nights")
    assert "Being refreshed right now." in page
    assert "disabled" in page


def test_a_refresh_can_be_asked_for(owner: Owner, service: Service):
    owner.post("nights/refresh")
    assert [(task.kind, task.reason) for task in service.tasks([1], "waiting")] == [("refresh", "asked")]
    assert "Waits for a worker" in owner.page("nights")


def test_what_was_given_up_can_be_run_again(owner: Owner, service: Service):
    task = given_up(service)
    assert WHY in owner.page("nights")
    assert owner.post(f"nights/tasks/{task}/again").status_code == 302
    assert [each.state for each in service.tasks([1])] == ["waiting"]


def test_what_was_given_up_can_be_forgotten(owner: Owner, service: Service):
    owner.post(f"nights/tasks/{given_up(service)}/forget")
    assert service.tasks([1]) == []
    assert "What failed" not in owner.page("nights")


def test_nobody_steers_the_tasks_of_another_site(owner: Owner, service: Service):
    other = service.store.add_site("https://other.example", "https://other.example")
    task = given_up(service, other)
    for verb in ("again", "forget"):
        answer = owner.post(f"nights/tasks/{task}/{verb}")
        assert (answer.status_code, "gone already" in answer.text) == (400, True)
    assert [each.state for each in service.tasks([other])] == ["failed"]


def test_no_title_becomes_a_tag(owner: Owner, service: Service):
    for name in ("source", "target", "anchor", "href", "why"):
        night(service, "broken", "orphaned", "appeared", "linked", "died", **{name: HOSTILE})
        page = owner.page("nights")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    night(service, "appeared", source_url="javascript:alert(1)")
    assert 'href="javascript' not in owner.page("nights")


def test_who_hears_of_it_is_kept(owner: Owner, service: Service, inbox: Inbox):
    owner.post("nights/digest", emails="anna@blog.example, bob@blog.example", webhook="https://hooks.example/T0/abc")
    wish = service.digest_wish(1)
    assert (wish.emails, wish.webhook) == (("anna@blog.example", "bob@blog.example"), "https://hooks.example/T0/abc")
    page = owner.page("nights")
    assert "anna@blog.example, bob@blog.example" in page
    assert "T0/abc" not in page
    owner.post("nights/digest", emails="anna@blog.example")
    assert service.digest_wish(1).webhook == "https://hooks.example/T0/abc"
    owner.post("nights/digest", emails="", no_webhook="on")
    assert service.digest_wish(1).places == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"emails": "anna"}, "no email address"),
        ({"webhook": "http://10.0.0.1/"}, "goes to https://"),
        ({"webhook": "https://a.example/ b"}, "no address for a webhook"),
    ],
)
def test_a_wrong_place_is_refused_and_nothing_is_kept(owner: Owner, service: Service, fields, told: str):
    answer = owner.post("nights/digest", **fields)
    assert (answer.status_code, told in answer.text) == (400, True)
    assert service.digest_wish(1).places == []


def test_a_private_address_cannot_be_allowed_from_the_dashboard(owner: Owner, service: Service):
    owner.post("nights/digest", emails="", webhook="https://10.0.0.1/in", private="10.0.0.1")
    assert service.digest_wish(1).private == ""


def test_without_a_mail_server_it_says_so(owner: Owner, service: Service):
    service.change_digest_wish(1, {"emails": ("anna@blog.example",)})
    assert "SUGGESTER_SMTP_HOST" in owner.page("nights")


def test_a_webhook_that_was_locked_with_another_secret_does_not_hide_the_nights(owner: Owner, service: Service):
    service.store.change_digest_wish(
        1, emails=("anna@blog.example",), webhook=Secrets("another").lock("https://a.example")
    )
    page = owner.page("nights")
    assert "encrypted with another secret" in page
    assert "anna@blog.example" in page


def test_a_test_is_sent_and_told(owner: Owner, service: Service, inbox: Inbox, hook: Hook):
    service.change_digest_wish(1, {"emails": ("anna@blog.example", "wrong@blog.example")})
    inbox.answers = {"wrong@blog.example": "550 unknown"}
    owner.post("nights/digest/test")
    until = time.monotonic() + 5
    while len(hook.got) < 1 and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.1)
    page = owner.get("plan", follow_redirects=True).text
    assert "anna@blog.example took the test. wrong@blog.example did not:" in page
    assert "The webhook took the test." in page
    assert json.loads(hook.got[0][2])["digest"]["type"] == "test"


def test_a_new_secret_is_shown_once(owner: Owner, service: Service, hook: Hook):
    before = service.digest_wish(1).secret
    shown = owner.post("nights/digest/secret").text
    after = service.digest_wish(1).secret
    assert before != after
    assert after in shown
    assert after not in owner.page("nights")


def test_a_digest_that_was_given_up_can_be_sent_again(owner: Owner, service: Service, hook: Hook):
    night(service, "broken", href="/gone/")
    hook.status = 404
    service.tell_digest(1)
    page = owner.page("nights")
    assert "Given up" in page
    assert "answers 404 to the webhook" in page
    (delivery,) = service.digests(1)[0].deliveries
    hook.status = 200
    owner.post(f"nights/deliveries/{delivery.id}/again")
    assert [task.kind for task in service.tasks([1])] == ["digest"]
    assert service.tell_digest(1)
    assert len(hook.got) == 2


def test_a_digest_of_another_site_is_not_sent_again(owner: Owner, service: Service):
    other, store = service.store.add_site("https://other.example", "https://other.example"), service.store
    store.add_digest(other, "key", {}, 1, [("webhook", "")], NOW)
    (delivery,) = store.digests(other)[0].deliveries
    store.note_delivery(delivery.id, "failed", WHY, NOW, NOW)
    assert owner.post(f"nights/deliveries/{delivery.id}/again").status_code == 400
    assert store.digests(other)[0].deliveries[0].state == "failed"


def test_a_page_of_nights_is_quick_however_much_happened(owner: Owner, service: Service, app: Flask):
    for number in range(30):
        night(service, *(["appeared"] * 300 + ["broken"] * 50), ago=timedelta(days=30 - number), href="/gone/")
    service.tell_digest(1)
    owner.page("nights")
    began = time.perf_counter()
    page = owner.page("nights")
    assert time.perf_counter() - began < 0.2
    assert page.count('<svg class="stages"') == 30
