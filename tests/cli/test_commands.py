from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from suggester import errors
from suggester.cli import main
from suggester.content.sheets import from_csv
from suggester.store.rows import SiteRow
from suggester.wordpress.login import Login
from tests.web.toy import CARDS, FOUND, KEY, SITE_URL, ToyService

from .conftest import Run


def test_suggest_shows_sentence_target_score_and_reasons(run: Run):
    shown = run("suggest", "first-loaf").stdout
    assert "0.91 Strong  → How to keep a starter alive" in shown
    assert "Feed the sourdough starter twice a day, then let it rest." in shown
    assert "The title of the target stands in the text" in shown


def test_the_anchor_is_highlighted_where_there_are_colours(service: ToyService):
    from rich.console import Console

    from suggester.cli.output import of_suggestion

    console = Console(force_terminal=True, width=100, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    with console.file:
        console.print(of_suggestion(FOUND.items[0], "A starter"))
        assert "\x1b[1;30;43msourdough starter\x1b[0m" in console.export_text(styles=True)


def test_suggest_says_why_there_is_nothing(run: Run):
    assert "Nothing to suggest: nothing in common (7)." in run("suggest", "2").stdout


@pytest.mark.parametrize("order", [("--format", "json", "suggest", "1"), ("suggest", "1", "--format", "json")])
def test_options_may_stand_before_or_behind_the_command(run: Run, order: tuple[str, ...]):
    assert json.loads(run(*order).stdout)["source_id"] == 1


@pytest.mark.parametrize(
    ("args", "count"),
    [
        (("suggest", "1"), 2),
        (("suggest", "1", "-n", "1"), 1),
        (("inbound", "2"), 2),
        (("orphans",), 1),
        (("status",), 1),
        (("sync",), 1),
    ],
)
def test_json_lines_hold_one_thing_each_and_nothing_else(run: Run, args: tuple[str, ...], count: int):
    lines = run(*args, "--format", "jsonl").stdout.splitlines()
    assert [type(json.loads(line)) for line in lines] == [dict] * count


@pytest.mark.parametrize(
    ("args", "headings", "count"),
    [
        (("suggest", "1"), "source_id,target_id,target_title", 2),
        (("inbound", "2"), "source_title,source_url,source_id", 2),
        (("orphans",), "id,title,url", 1),
        (("status",), "version,api,site_url,site_name", 1),
    ],
)
def test_csv_has_a_row_for_each_thing(run: Run, args: tuple[str, ...], headings: str, count: int):
    written = run(*args, "--format", "csv").stdout
    assert written.startswith(headings)
    rows = from_csv(written)
    assert len(rows) == count
    assert all(None not in row.values() for row in rows)


def test_csv_tells_a_suggestion_in_flat_cells(run: Run):
    first = from_csv(run("suggest", "1", "--format", "csv").stdout)[0]
    item = FOUND.items[0]
    assert item.anchor is not None
    assert (first["anchor_text"], first["score"], first["shown"]) == (item.anchor.text, f"{item.score:.4f}", "yes")
    assert first["reasons_text"] == " | ".join(reason.text for reason in item.reasons)


def test_quiet_leaves_only_the_answer(run: Run):
    assert run("suggest", "1", "--quiet").stderr == ""
    assert "Fell away: 2 already linked from the post, 1 too close." in run("suggest", "1").stderr


def test_inbound_shows_who_should_link_to_a_post_and_in_which_sentence(run: Run):
    result = run("inbound", "starter")
    assert "An orphan: no other post links here." in result.stdout
    assert "0.91 Strong  in Your first loaf" in result.stdout
    assert "Feed the sourdough starter twice a day, then let it rest." in result.stdout
    assert "Fell away: 1 with more links than their text can bear, 1 too unsure." in result.stderr
    assert "1 weaker suggestion left out; --format json lists all." in result.stderr


def test_inbound_says_why_there_is_nothing(run: Run):
    shown = run("inbound", "about").stdout
    assert "1 other post links here." in shown
    assert "Nothing to suggest: this post is not open to every reader (1)." in shown


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("inbound", "99"), errors.UnknownPost.exit_code),
        (("inbound", "no-such-slug"), errors.UnknownPost.exit_code),
        (("inbound",), 2),
        (("inbound", "2", "-n", "0"), 2),
        (("inbound", "2", "-n", "many"), 2),
    ],
)
def test_inbound_asked_wrongly_says_so(run: Run, args: tuple[str, ...], code: int):
    result = run(*args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr


def test_orphans_are_listed(run: Run):
    assert "How to keep a starter alive" in run("orphans").stdout


def test_status_says_what_to_do(run: Run):
    result = run("status")
    assert "Bread" in result.stdout
    assert "2 changes wait; `suggester sync` takes them up." in result.stderr


def test_without_a_site_status_says_how_to_get_one(run: Run, service: ToyService):
    service.rows = []
    assert "suggester connect" in run("status").stdout


def test_sync_tells_what_changed(run: Run):
    shown = run("sync").stdout.replace("\n", " ")
    assert "3 posts read, 2 changed, 0 deleted; 6 texts embedded, 3 known already." in shown


def test_sync_knows_a_site_by_its_address(run: Run):
    assert run("sync", SITE_URL).exit_code == 0
    assert run("sync", "https://other.example").exit_code == errors.UnknownSite.exit_code


@pytest.mark.parametrize(
    "error",
    [
        errors.SiteUnreachable("The site did not answer; try again."),
        errors.ExportHostile("The file defines entities; export it again from WordPress."),
        errors.DiskFull("The disk is full; make room and go on."),
        errors.SyncRunning("A sync of this site is under way; wait until it has ended."),
    ],
)
def test_an_error_is_one_sentence_and_an_exit_code(run: Run, service: ToyService, error: errors.SuggesterError):
    service.breaks = error
    result = run("sync")
    assert (result.exit_code, result.stdout, result.stderr) == (error.exit_code, "", f"{error}\n")


@pytest.mark.parametrize("args", [("status",), ("--quiet", "status"), ("status", "--quiet")])
def test_a_wrong_setting_is_one_sentence_too(args: tuple[str, ...]):
    result = CliRunner(env={"SUGGESTER_PORT": "many"}).invoke(main, args)
    assert (result.exit_code, result.stdout) == (errors.ConfigError.exit_code, "")
    assert result.stderr == "SUGGESTER_PORT is 'many'; write a whole number from 1 to 65535.\n"


def test_ctrl_c_says_what_is_safe_and_how_to_go_on(run: Run, service: ToyService):
    service.breaks = KeyboardInterrupt()
    result = run("sync")
    assert result.exit_code == 130
    assert "What was done so far is kept; run the same command again" in result.stderr
    assert result.stdout == ""


def test_what_would_steer_the_terminal_is_taken_out(run: Run, service: ToyService, monkeypatch: pytest.MonkeyPatch):
    from dataclasses import replace

    monkeypatch.setitem(CARDS, 2, replace(CARDS[2], title="Red\x1b[31m\x07 [bold]alert[/bold]"))
    assert "Red[31m [bold]alert[/bold]" in run("suggest", "1").stdout
    assert "\x1b" not in run("orphans").stdout


def test_connect_asks_wordpress_for_a_password_and_prints_the_key_once(run: Run, service: ToyService):
    result = run("connect", SITE_URL, "--no-browser", text="anna\nabcd efgh\n")
    assert service.told == [(SITE_URL, Login("anna", "abcd efgh"))]
    assert f"Key for the plugin: {KEY}" in result.stdout
    assert "authorize-application.php" in result.stderr
    assert "abcd efgh" not in result.output


def test_connect_takes_the_password_from_a_file(run: Run, service: ToyService, tmp_path: Path):
    (tmp_path / "password").write_text("abcd efgh\n")
    result = run("connect", SITE_URL, "--user", "anna", "--password-file", str(tmp_path / "password"))
    assert (result.exit_code, service.told) == (0, [(SITE_URL, Login("anna", "abcd efgh"))])


def test_a_password_file_needs_its_user(run: Run, tmp_path: Path):
    (tmp_path / "password").write_text("abcd")
    result = run("connect", SITE_URL, "--password-file", str(tmp_path / "password"))
    assert (result.exit_code, "--user" in result.stderr) == (errors.ConfigError.exit_code, True)


@pytest.mark.parametrize(("data", "says"), [(b"\xff\xfe\x00", "cannot be read as text"), (b" \n", "is empty")])
def test_a_password_file_without_a_password_is_named(run: Run, tmp_path: Path, data: bytes, says: str):
    (tmp_path / "password").write_bytes(data)
    result = run("connect", SITE_URL, "--user", "anna", "--password-file", str(tmp_path / "password"))
    assert (result.exit_code, says in result.stderr) == (errors.ConfigError.exit_code, True)


def test_a_missing_export_is_named_before_anybody_is_asked_for_a_password(run: Run, service: ToyService):
    result = run("connect", "missing.xml")
    assert (result.exit_code, service.told) == (errors.ConfigError.exit_code, [])
    assert "There is no file missing.xml" in result.stderr


def test_a_public_site_needs_no_password(run: Run, service: ToyService):
    answer = json.loads(run("connect", SITE_URL, "--public", "--format", "json").stdout)
    assert (answer["key"], service.told) == (KEY, [(SITE_URL, None)])


def test_keys_are_made_listed_and_revoked(run: Run, service: ToyService):
    assert run("keys", "new", "laptop").stdout == "sug_laptop\n"
    assert [key["name"] for key in json.loads(run("keys", "list", "--format", "json").stdout)["keys"]] == [
        "plugin",
        "laptop",
    ]
    assert "1 key called laptop revoked." in run("keys", "revoke", "laptop").stdout
    assert run("keys", "revoke", "laptop").exit_code == errors.RequestError.exit_code


def test_settings_are_shown_with_their_meaning(run: Run):
    shown = run("settings").stdout
    assert "excluded_terms   category:news" in shown
    assert "no anchor contains one of these" in shown
    assert json.loads(run("settings", "--format", "json").stdout)["links_per_1000"] == 8.0


@pytest.mark.parametrize(
    ("args", "stored"),
    [
        (("links_per_1000", "6"), {"links_per_1000": 6.0}),
        (("least_score", "0.4"), {"least_score": 0.4}),
        (("excluded_words", "sale", " free "), {"excluded_words": ["sale", "free"]}),
        (("excluded_words",), {"excluded_words": []}),
        (("excluded_posts", "2", "first-loaf"), {"excluded_posts": [2, 1]}),
        (("refresh_nightly", "No"), {"refresh_nightly": False}),
        (("refresh_at", "22:15"), {"refresh_at": "22:15"}),
        (("time_zone", "Europe/Berlin"), {"time_zone": "Europe/Berlin"}),
        (("time_zone",), {"time_zone": ""}),
        (("audit_every", "1"), {"audit_every": 1}),
    ],
)
def test_a_setting_is_changed_and_shown(run: Run, args: tuple[str, ...], stored: dict[str, object]):
    told = json.loads(run("settings", "set", *args, "--format", "json").stdout)
    assert told.items() >= stored.items()
    assert json.loads(run("settings", "--format", "json").stdout) == told


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("links_per_1000", "many"), errors.ConfigError.exit_code, "takes one number"),
        (("least_score",), errors.ConfigError.exit_code, "takes one number"),
        (("least_score", "0.1", "0.2"), errors.ConfigError.exit_code, "takes one number"),
        (("excluded_posts", "nowhere"), errors.UnknownPost.exit_code, "No post is called 'nowhere'"),
        (("refresh_nightly", "maybe"), errors.ConfigError.exit_code, "takes yes or no"),
        (("audit_every", "1.5"), errors.ConfigError.exit_code, "takes a whole number"),
        (("audit_every", "often"), errors.ConfigError.exit_code, "takes one number"),
        (("colour", "red"), 2, "'colour' is not one of"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(run: Run, args: tuple[str, ...], code: int, says: str):
    result = run("settings", "set", *args)
    assert (result.exit_code, says in result.stderr) == (code, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "blog.example"])
def test_serve_refuses_a_public_address_without_a_key(run: Run, service: ToyService, host: str):
    service.store.named = []
    result = run("serve", "--host", host)
    assert (result.exit_code, "no key exists" in result.stderr) == (errors.ConfigError.exit_code, True)


def test_several_sites_have_to_be_told_apart(run: Run, service: ToyService):
    service.rows = [*service.rows, SiteRow(2, "https://cake.example", "https://cake.example", "Cake")]
    assert json.loads(run("status", "--format", "json", "--site", "2").stdout)["sites"]


def test_help_loads_neither_numpy_nor_the_database():
    code = "import sys, suggester.cli; print(sorted({'numpy', 'sqlalchemy', 'flask', 'sklearn'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
