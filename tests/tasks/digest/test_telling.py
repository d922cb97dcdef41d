"""Digests from what a refresh noticed to those who hear of it: each once, whatever fails in between."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from suggester.errors import RequestError, UnknownSite
from suggester.store.digests import FAILED, KEPT, SENT, WAITING
from suggester.tasks.digest.means import Means
from suggester.tasks.digest.sending import WAITS, Wish
from suggester.tasks.digest.telling import example
from suggester.tasks.service import Service

from .conftest import HOME, Notice, event
from .receivers import Hook, Inbox

ANNA, BOB = "anna@blog.example", "bob@blog.example"


@pytest.fixture
def at(service: Service, monkeypatch: pytest.MonkeyPatch):
    """Let it be so much later."""
    began = datetime.now(UTC)

    def set_to(later: timedelta) -> None:
        monkeypatch.setattr(service, "_now", lambda: began + later)

    return set_to


def states(service: Service) -> list[tuple[str, str, int]]:
    found = [each for row in reversed(service.digests(1)) for each in row.deliveries]
    return [(each.channel, each.state, each.tries) for each in found]


def test_where_nothing_happened_nobody_hears_anything(service: Service, inbox: Inbox):
    service.change_digest_wish(1, {"emails": [ANNA]})
    assert not service.tell_digest(1)
    assert (inbox.connections, service.digests(1)) == (0, [])


def test_what_happened_is_told_once_to_everybody(service: Service, notice: Notice, inbox: Inbox, to_hook: Hook):
    service.change_digest_wish(1, {"emails": [ANNA, BOB]})
    notice(event("broken", href="/gone/", anchor="here"), event("orphaned", None))
    assert service.tell_digest(1)
    assert [to for to, _ in inbox.got] == [ANNA, BOB]
    ((path, headers, body),) = to_hook.got
    assert (path, json.loads(body)["digest"]["counts"]) == ("/in?key=hidden", {"broken": 1, "orphaned": 1})
    assert headers["webhook-id"] == f"digest-{service.digests(1)[0].key}"
    assert inbox.got[0][1]["Message-ID"] == f"<digest-{service.digests(1)[0].key}@blog.example>"
    assert not service.tell_digest(1)
    assert (len(inbox.got), len(to_hook.got)) == (2, 1)
    assert states(service) == [("email", SENT, 1), ("email", SENT, 1), ("webhook", SENT, 1)]


def test_only_what_is_new_is_told_the_next_night(service: Service, notice: Notice, to_hook: Hook):
    notice(event("broken", href="/a/"))
    service.tell_digest(1)
    notice(event("broken", 5, href="/b/"), event("broken", 6, href="/c/"))
    service.tell_digest(1)
    assert [json.loads(body)["digest"]["counts"] for *_, body in to_hook.got] == [{"broken": 1}, {"broken": 2}]


def test_nights_that_told_nobody_are_told_together(service: Service, notice: Notice, to_hook: Hook):
    notice(event("appeared"), event("orphaned", None, 9))
    notice(event("died"), event("orphaned", None, 8))
    service.tell_digest(1)
    assert json.loads(to_hook.got[0][2])["digest"]["counts"] == {"orphaned": 2}


def test_what_cancels_out_is_nothing_to_say_and_never_comes_up_again(service: Service, notice: Notice, to_hook: Hook):
    notice(event("appeared"), event("died"))
    assert not service.tell_digest(1)
    notice(event("appeared"))
    assert service.tell_digest(1)
    assert len(to_hook.got) == 1


def test_without_a_place_to_go_the_dashboard_still_has_it(service: Service, notice: Notice):
    notice(event("orphaned", None))
    assert service.tell_digest(1)
    assert (service.digests(1)[0].body["counts"], states(service)) == ({"orphaned": 1}, [])


def test_a_kill_between_sending_and_noting_sends_the_same_digest_again(
    service: Service, notice: Notice, inbox: Inbox, to_hook: Hook, monkeypatch: pytest.MonkeyPatch
):
    class Killed(BaseException):
        pass

    def kill(*_args: object) -> None:
        raise Killed

    service.change_digest_wish(1, {"emails": [ANNA]})
    notice(event("broken", href="/a/"))
    with monkeypatch.context() as dying:
        dying.setattr(service.store, "note_delivery", kill)
        with pytest.raises(Killed):
            service.tell_digest(1)
    assert service.tell_digest(1)
    assert not service.tell_digest(1)
    assert len({message["Message-ID"] for _, message in inbox.got}) == 1
    assert (len(inbox.got), len(to_hook.got), len(service.digests(1))) == (2, 1, 1)


def test_a_kill_before_a_digest_is_kept_loses_nothing(
    service: Service, notice: Notice, to_hook: Hook, monkeypatch: pytest.MonkeyPatch
):
    notice(event("broken", href="/a/"))
    with monkeypatch.context() as dying:
        dying.setattr("suggester.store.digests._forget_old", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            service.tell_digest(1)
    assert service.digests(1) == []
    assert service.tell_digest(1)
    assert len(to_hook.got) == 1


def test_a_place_that_is_down_is_tried_again_and_the_others_do_not_wait(
    service: Service, notice: Notice, inbox: Inbox, to_hook: Hook, at
):
    service.change_digest_wish(1, {"emails": [ANNA]})
    notice(event("broken", href="/a/"))
    to_hook.status = 503
    assert service.tell_digest(1)
    assert states(service) == [("email", SENT, 1), ("webhook", WAITING, 1)]
    assert "answers 503" in service.digests(1)[0].deliveries[1].error
    to_hook.status = 200
    assert not service.tell_digest(1)
    at(timedelta(minutes=6))
    assert service.tell_digest(1)
    assert (len(inbox.got), len(to_hook.got)) == (1, 2)
    assert to_hook.got[0][1]["webhook-id"] == to_hook.got[1][1]["webhook-id"]
    assert states(service)[1] == ("webhook", SENT, 2)


def test_what_failed_waits_in_the_queue_for_its_turn(service: Service, notice: Notice, to_hook: Hook):
    to_hook.status = 500
    notice(event("broken", href="/a/"))
    service.tell_digest(1)
    (task,) = service.store.tasks.every([1])
    assert (task.kind, task.due_at) == ("digest", service.digests(1)[0].deliveries[0].next_at)


def test_asked_by_a_person_it_does_not_wait_for_its_turn(service: Service, notice: Notice, to_hook: Hook):
    to_hook.status = 500
    notice(event("broken", href="/a/"))
    service.tell_digest(1)
    to_hook.status = 200
    assert service.send_digests(1)
    assert states(service) == [("webhook", SENT, 2)]


def test_a_place_that_stays_down_is_given_up_and_can_be_tried_anew(service: Service, notice: Notice, to_hook: Hook, at):
    to_hook.status = 500
    notice(event("broken", href="/a/"))
    for day in range(len(WAITS) + 3):
        at(timedelta(days=day))
        service.tell_digest(1)
    (row,) = service.digests(1)
    assert states(service) == [("webhook", FAILED, len(WAITS) + 1)]
    to_hook.status = 200
    assert service.send_again(1, row.deliveries[0].id)
    assert states(service) == [("webhook", SENT, 1)]
    with pytest.raises(RequestError, match="on its way no more"):
        service.send_again(1, row.deliveries[0].id)


def test_a_place_that_refuses_is_not_asked_again(service: Service, notice: Notice, to_hook: Hook, at):
    to_hook.status = 404
    notice(event("broken", href="/a/"))
    service.tell_digest(1)
    at(timedelta(days=1))
    service.tell_digest(1)
    assert (len(to_hook.got), states(service)) == (1, [("webhook", FAILED, 1)])


def test_a_mail_server_that_is_set_up_wrongly_is_tried_again(service: Service, notice: Notice, inbox: Inbox, at):
    means, service.means = service.means, Means()
    service.change_digest_wish(1, {"emails": [ANNA]})
    notice(event("broken", href="/a/"))
    service.tell_digest(1)
    assert states(service) == [("email", WAITING, 1)]
    assert "SUGGESTER_SMTP_HOST" in service.digests(1)[0].deliveries[0].error
    service.means = means
    at(timedelta(minutes=6))
    assert service.tell_digest(1)
    assert len(inbox.got) == 1


def test_what_was_given_up_lately_is_tried_anew_when_a_person_asks(service: Service, notice: Notice, to_hook: Hook, at):
    to_hook.status = 404
    notice(event("broken", href="/a/"))
    service.tell_digest(1)
    to_hook.status = 200
    at(timedelta(days=8))
    assert not service.send_digests(1)
    at(timedelta(days=6))
    assert service.send_digests(1)
    assert len(to_hook.got) == 2


def test_who_does_not_want_it_any_more_gets_nothing_more(service: Service, notice: Notice, inbox: Inbox):
    inbox.answers = {ANNA: "450 later", BOB: "450 later"}
    service.change_digest_wish(1, {"emails": [ANNA, BOB]})
    notice(event("broken", href="/a/"))
    service.tell_digest(1)
    service.change_digest_wish(1, {"emails": [BOB]})
    inbox.answers = {}
    assert service.send_digests(1)
    assert [to for to, _ in inbox.got] == [BOB]


def test_another_process_that_tells_it_already_is_left_alone(service: Service, notice: Notice, to_hook: Hook):
    notice(event("broken", href="/a/"))
    told = []
    to_hook.before = lambda: told.append(service.tell_digest(1))
    assert service.tell_digest(1)
    assert (told, len(to_hook.got)) == ([False], 1)


def test_old_digests_are_forgotten(service: Service, notice: Notice):
    for number in range(KEPT + 3):
        notice(event("broken", number, href="/a/"))
        service.tell_digest(1)
    assert len(service.digests(1, 1000)) == KEPT


def test_a_test_goes_everywhere_and_counts_for_nothing(service: Service, notice: Notice, inbox: Inbox, to_hook: Hook):
    service.change_digest_wish(1, {"emails": [ANNA, "wrong@blog.example"]})
    inbox.answers = {"wrong@blog.example": "550 unknown"}
    notice(event("broken", href="/a/"))
    attempts = service.test_digest(1)
    assert [(each.channel, each.address, each.error is None) for each in attempts] == [
        ("email", ANNA, True),
        ("email", "wrong@blog.example", False),
        ("webhook", "", True),
    ]
    assert inbox.got[0][1]["Subject"].startswith("[Test]")
    assert json.loads(to_hook.got[0][2])["digest"]["type"] == "test"
    assert (service.digests(1), service.tell_digest(1)) == ([], True)


def test_a_test_to_nowhere_says_how_to_name_a_place(service: Service):
    with pytest.raises(RequestError, match="settings set digest_email"):
        service.test_digest(1)


def test_secrets_are_kept_encrypted(service: Service, tmp_path):
    wish = service.change_digest_wish(
        1, {"webhook": "https://hooks.example/services/hidden", "secret": "my own hidden"}
    )
    assert service.digest_wish(1) == wish == Wish((), "https://hooks.example/services/hidden", "my own hidden", "")
    assert "hidden" not in repr(wish)
    assert not any(b"hidden" in file.read_bytes() for file in tmp_path.rglob("suggester.db*"))


def test_a_site_that_moved_here_leads_to_its_pages_of_today(service: Service, to_hook: Hook):
    body = example(7, "A blog", HOME, datetime.now(UTC)).as_json()
    service.store.add_digest(1, "moved", body, 0, [("webhook", "")], datetime.now(UTC))
    service.send_digests(1)
    told = json.loads(to_hook.got[0][2])["digest"]
    assert (told["site_id"], told["page"]) == (1, "https://links.example/dashboard/1/nights")


def test_a_webhook_gets_a_secret_of_its_own_and_keeps_it(service: Service):
    secret = service.change_digest_wish(1, {"webhook": "https://hooks.example/a"}).secret
    assert secret.startswith("whsec_")
    assert service.change_digest_wish(1, {"webhook": "https://hooks.example/b"}).secret == secret


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"emails": ["anna"]}, "'anna' is no email address"),
        ({"emails": ["anna@blog.example, bob@blog.example"]}, "no email address"),
        ({"emails": ["anna@blog.example\nBcc: eve@evil.example"]}, "no email address"),
        ({"emails": ["a" * 250 + "@b.example"]}, "no email address"),
        ({"emails": [f"a{number}@b.example" for number in range(21)]}, "20 addresses at most"),
        ({"webhook": "http://hooks.example/"}, "goes to https://"),
        ({"private": "chat.lan/path"}, "names no host"),
        ({"private": "chat.lan:99999"}, "names no host"),
    ],
)
def test_a_place_that_nothing_can_be_sent_to_is_refused(service: Service, wanted, told):
    with pytest.raises(RequestError, match=told):
        service.change_digest_wish(1, wanted)
    assert service.digest_wish(1) == Wish()


def test_a_site_that_is_not_there_wants_nothing(service: Service):
    with pytest.raises(UnknownSite):
        service.change_digest_wish(7, {"emails": [ANNA]})


def test_they_go_with_the_site(service: Service, notice: Notice):
    notice(event("broken", href="/a/"))
    service.change_digest_wish(1, {"emails": [ANNA]})
    service.tell_digest(1)
    service.remove_site(1)
    assert service.store.digests(1) == []
    assert service.store.digest_wish(1).emails == ()
