from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from suggester import errors
from tests.web.toy import SITE_URL, ToyService

from .conftest import SAMPLE, Run


def test_try_shows_the_best_the_orphans_and_the_sums(run: Run, tmp_path: Path):
    shown = run("try", SITE_URL, "--no-browser").stdout
    assert "The best of 1 suggestion" in shown
    assert "How to keep a starter alive  in Your first loaf" in shown
    assert "1 orphan: no other post links here" in shown
    assert "3 posts, 1 suggestion, 1 orphan in" in shown
    (page,) = (tmp_path / "cache").rglob("page.html")
    assert "<mark>sourdough starter</mark>" in page.read_text(encoding="utf-8")


def test_the_page_goes_where_it_is_wanted(run: Run, tmp_path: Path):
    run("try", SITE_URL, "--no-browser", "--out", str(tmp_path / "here" / "links.html"))
    assert (tmp_path / "here" / "links.html").is_file()


@pytest.mark.parametrize(
    ("address", "out", "code"),
    [
        (SITE_URL, "file/page.html", errors.StoreError.exit_code),
        ("missing.xml", "page.html", errors.ConfigError.exit_code),
        (".", "page.html", errors.ConfigError.exit_code),
    ],
)
def test_a_place_that_cannot_be_used_is_named(run: Run, tmp_path: Path, address: str, out: str, code: int):
    (tmp_path / "file").touch()
    result = run("try", address, "--no-browser", "--out", str(tmp_path / out))
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (code, "", 1)


def test_a_site_without_posts_is_said_to_have_none(run: Run, service: ToyService, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "all_suggestions", lambda *_, **__: iter(()))
    shown = run("try", SITE_URL, "--no-browser").stdout
    assert "No posts were read" in shown
    assert "Nothing to suggest" not in shown


def test_a_program_gets_all_of_it_as_json(run: Run):
    told = json.loads(run("try", SITE_URL, "--format", "json").stdout)
    assert [post["source_id"] for post in told["posts"]] == [1, 2, 3]
    assert (told["summary"]["posts"], told["summary"]["suggestions"], told["summary"]["orphans"]) == (3, 1, 1)
    assert told["summary"]["seconds"].keys() == {"reading", "embedding", "suggesting"}
    lines = run("try", SITE_URL, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [item for post in told["posts"] for item in post["suggestions"]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (SITE_URL, f"{SITE_URL}/", True),
        (SITE_URL, SITE_URL.upper(), True),
        (SITE_URL, "https://cake.example", False),
    ],
)
def test_the_work_is_taken_up_again_for_the_same_address(run: Run, tmp_path: Path, one: str, other: str, same: bool):
    run("try", one, "--no-browser")
    run("try", other, "--no-browser")
    assert (len(list((tmp_path / "cache" / "try").iterdir())) == 1) is same


def test_a_site_that_is_known_is_not_connected_again(run: Run, service: ToyService):
    run("try", SITE_URL, "--no-browser")
    assert service.told == []


def environment(tmp_path: Path) -> dict[str, str]:
    folders = {"SUGGESTER_DATA": str(tmp_path / "data"), "SUGGESTER_CACHE": str(tmp_path / "cache")}
    return {**os.environ, **folders, "COLUMNS": "160"}


@pytest.mark.slow
def test_an_export_file_is_tried_from_the_shell_stopped_and_taken_up_again(tmp_path: Path):
    command = [sys.executable, "-m", "suggester.cli", "try", SAMPLE, "--no-browser", "--format", "json"]
    begun = subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "cache").rglob("suggester.db")) and time.monotonic() < deadline:
        time.sleep(0.02)
    begun.send_signal(signal.SIGINT)
    out, said = begun.communicate(timeout=60)
    assert (begun.returncode, out) == (130, b"")
    assert b"run the same command again" in said
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["summary"]["posts"] >= 60
    assert told["summary"]["suggestions"] > 0
    assert Path(told["summary"]["page"]).is_file()


@pytest.mark.slow
def test_the_demo_shows_the_sample_site(tmp_path: Path):
    command = [sys.executable, "-m", "suggester.cli", "demo", "--no-browser"]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=True)
    assert "The best of" in done.stdout
    assert "orphans: no other post links here" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(("text", "code"), [("not xml at all", 4), ("<rss><channel>", 4)])
def test_a_broken_file_is_one_sentence(tmp_path: Path, text: str, code: int):
    (tmp_path / "export.xml").write_text(text)
    command = [sys.executable, "-m", "suggester.cli", "try", str(tmp_path / "export.xml"), "--no-browser"]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (code, "", 1)
