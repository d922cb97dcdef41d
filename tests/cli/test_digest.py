"""`suggester digest`, and the settings that say where digests go, over the real service and real receivers."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.tasks.service import Service
from tests.tasks.digest.conftest import (  # noqa: F401 - fixtures
    HOME,
    Notice,
    event,
    hook,
    inbox,
    notice,
    service,
    to_hook,
)
from tests.tasks.digest.receivers import Hook, Inbox

from .conftest import Run

ANNA = "anna@blog.example"


@pytest.fixture
def run(service: Service) -> Run:  # noqa: F811
    def run(*args: str) -> Result:
        return CliRunner().invoke(main, args, obj=Desk(service=service))

    return run


def test_it_shows_what_would_be_told_and_sends_nothing(run: Run, notice: Notice, inbox: Inbox):  # noqa: F811
    run("settings", "set", "digest_email", ANNA)
    notice(event("broken", href="/gone/", anchor="here"))
    for _ in range(2):
        shown = run("digest")
        assert "“Baking day” has a link on “here” to /gone/" in shown.stdout
    assert inbox.got == []


def test_it_sends_what_is_new_once(run: Run, notice: Notice, inbox: Inbox):  # noqa: F811
    run("settings", "set", "digest_email", ANNA)
    notice(event("orphaned", None))
    assert json.loads(run("digest", "--send", "--format", "json").stdout)["sites"][0]["sent"] is True
    again = run("digest", "--send")
    assert "nothing new" in again.stdout
    assert ANNA in again.stdout
    assert len(inbox.got) == 1


def test_without_a_site_it_tells_of_all(run: Run, service: Service, notice: Notice):  # noqa: F811
    service.store.add_site("https://other.example", "https://other.example", name="Another")
    notice(event("orphaned", None))
    shown = run("digest", "--send")
    assert "A blog: sent." in shown.stdout
    assert "Another: there is nothing new to send." in shown.stdout
    assert run("digest", "--test").exit_code == 8


def test_its_findings_are_a_table_for_spreadsheets(run: Run, notice: Notice):  # noqa: F811
    notice(event("appeared", anchor="dough"))
    heading, row = run("digest", "--format", "csv").stdout.splitlines()
    assert heading.startswith("site,kind,source_id,source,source_url,target_id")
    assert row == f"{HOME},appeared,1,Baking day,{HOME}/baking-day/,2,Sourdough,{HOME}/sourdough/,dough,,"


def test_without_anybody_to_hear_it_it_says_how_to_change_that(run: Run):
    shown = run("digest")
    assert "nothing is new" in shown.stdout
    assert "settings set digest_email" in shown.stderr


def test_a_test_says_of_each_place_whether_it_took_it(run: Run, inbox: Inbox):  # noqa: F811
    run("settings", "set", "digest_email", f"{ANNA}, wrong@blog.example")
    inbox.answers = {"wrong@blog.example": "550 unknown"}
    told = run("digest", "--test", "--format", "json")
    attempts = json.loads(told.stdout)["attempts"]
    assert [(each["address"], each["taken"]) for each in attempts] == [(ANNA, True), ("wrong@blog.example", False)]
    assert "does not take the address" in attempts[1]["error"]
    assert told.exit_code == 9


def test_a_test_to_nowhere_fails_with_what_to_do(run: Run):
    told = run("digest", "--test")
    assert (told.exit_code, "settings set digest_email" in told.stderr) == (8, True)


def test_settings_show_where_digests_go_and_no_secret(run: Run, to_hook: Hook):  # noqa: F811
    run("settings", "set", "digest_email", ANNA)
    shown = run("settings").stdout
    assert ANNA in shown
    assert "127.0.0.1/…" in shown
    assert "hidden" not in shown
    assert "whsec_" not in shown


def test_a_setting_without_a_value_becomes_empty(run: Run):
    run("settings", "set", "digest_email", ANNA)
    told = json.loads(run("settings", "set", "digest_email", "--format", "json").stdout)
    assert told["digest_email"] == []


def test_a_new_secret_is_printed_once(run: Run, service: Service):  # noqa: F811
    printed = run("digest", "--new-secret").stdout.strip()
    assert printed == service.digest_wish(1).secret
    assert printed.startswith("whsec_")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("digest_email", "anna"), "no email address"),
        (("digest_webhook", "http://hooks.example/in"), "goes to https://"),
        (("digest_webhook", "https://a.example", "https://b.example"), "takes one value"),
    ],
)
def test_a_wrong_place_is_refused(run: Run, args: tuple[str, ...], told: str):
    result = run("settings", "set", *args)
    assert result.exit_code != 0
    assert told in result.stderr


def test_status_says_how_the_nights_go(run: Run, notice: Notice):  # noqa: F811
    notice(event("orphaned", None))
    assert f"{HOME}: Last refreshed" in run("status").stdout
