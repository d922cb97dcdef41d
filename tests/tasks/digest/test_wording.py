from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from suggester.content.blocks import read
from suggester.tasks.digest.findings import MOST, ORDER, Digest, Finding
from suggester.tasks.digest.telling import example
from suggester.tasks.digest.wording import headline, letter, line, payload

from .conftest import AT, HOME, WORDS

PAGES = "https://links.example/dashboard/1"
HOSTILE = '<script>alert(1)</script> & "quotes" <!channel> *bold* javascript:x'


def digest(*findings: Finding, **counts: int) -> Digest:
    return Digest("key", 1, "A blog", HOME, AT, AT, counts, findings)


def finding(kind: str, **more: object) -> Finding:
    return Finding(kind, 1, **WORDS | {"target_id": 2} | more)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (finding("broken", anchor="here", href="/x/"), "“Baking day” has a link on “here” to /x/"),
        (finding("broken", href="/x/"), "“Baking day” has a link to /x/"),
        (finding("appeared", anchor="dough"), "“Baking day” could link on the words “dough” to “Sourdough”"),
        (finding("appeared"), "“Baking day” could link to “Sourdough”"),
        (finding("orphaned", source=""), "“Sourdough”"),
        (finding("linked"), "“Sourdough” is linked to from “Baking day”"),
        (finding("linked", source=""), "“Sourdough”"),
        (finding("died"), "“Baking day” → “Sourdough”"),
        (finding("orphaned", target=""), "“a post without a title”"),
    ],
)
def test_each_finding_is_a_sentence(found, told):
    assert line(found).plain == told


def test_the_headline_counts_the_most_urgent_first():
    told = digest(appeared=1200, broken=1, orphaned=2, died=3, linked=1)
    assert headline(told) == (
        "1 broken link, 2 new orphans, 1,200 new suggestions, 1 orphan repaired, 3 suggestions gone"
    )


def test_an_email_says_everything_twice_as_text_and_as_a_page():
    found = finding("broken", anchor="here", href="/x/", why="Nothing stands there.")
    written = letter(digest(found, broken=3), PAGES)
    assert written.subject == "A blog: 3 broken links"
    for told in (written.text, written.html):
        for part in (
            "Baking day",
            "has a link on “here” to /x/",
            "Nothing stands there.",
            "and 2 more",
            f"{PAGES}/links",
        ):
            assert part in told
    assert "<" not in written.text


def test_a_service_without_an_address_gives_no_links_to_pages():
    written = letter(digest(finding("orphaned"), orphaned=1), "")
    assert "/dashboard" not in written.text + written.html
    assert WORDS["target_url"] in written.html


def test_a_test_says_that_it_is_one():
    written = letter(example(1, "A blog", HOME, AT), PAGES, test=True)
    assert written.subject.startswith("[Test] A blog: 1 broken link, 1 new orphan")
    assert "This is a test" in written.text
    assert "This is a test" in written.html
    assert payload(example(1, "A blog", HOME, AT), PAGES, test=True)["digest"]["type"] == "test"


@pytest.mark.parametrize("kind", ORDER)
def test_no_title_becomes_a_tag_in_an_email(kind):
    names = {"source": HOSTILE, "target": HOSTILE, "anchor": HOSTILE, "href": HOSTILE, "why": HOSTILE}
    urls = {"source_url": "javascript:alert(1)", "target_url": 'https://a.example/"><b>'}
    written = letter(digest(finding(kind, **names, **urls), **{kind: 1}), PAGES)
    assert "<script" not in written.html
    assert 'href="javascript' not in written.html
    assert "<b>" not in written.html.replace('<b dir="auto">', "")
    assert any("alert(1)" in block.text for block in read(written.html).blocks)


@pytest.mark.parametrize("kind", ORDER)
def test_no_title_calls_a_whole_channel_in_a_chat(kind):
    names = {"source": HOSTILE, "target": HOSTILE, "anchor": HOSTILE, "href": HOSTILE, "why": HOSTILE}
    urls = {"source_url": "javascript:alert(1)", "target_url": "https://a.example/|<!here>"}
    told = payload(digest(finding(kind, **names, **urls), **{kind: 1}), PAGES)
    shown = json.dumps([told["text"], told["blocks"]])
    assert "<!" not in shown
    assert "<javascript" not in shown
    assert "<script" not in shown
    assert all(block["text"]["verbatim"] for block in told["blocks"] if block["type"] == "section")


def test_a_chat_gets_blocks_and_a_program_all_fields():
    found = finding("appeared", anchor="dough")
    told = payload(digest(found, appeared=9), PAGES)
    assert told["text"] == "A blog: 9 new suggestions"
    assert [block["type"] for block in told["blocks"]] == ["header", "section", "context"]
    assert told["blocks"][1]["text"]["text"] == (
        f"*9 new suggestions*\n• <{HOME}/baking-day/|Baking day> could link on the words “dough” to "
        f"<{HOME}/sourdough/|Sourdough>\n… and 8 more.\n<{PAGES}/nights|Look at the night>"
    )
    full = told["digest"]
    assert (full["type"], full["key"], full["counts"], full["page"]) == (
        "digest", "key", {"appeared": 9}, f"{PAGES}/nights",
    )  # fmt: skip
    assert Digest.of_json({name: full[name] for name in full if name not in ("type", "page")}).findings == (found,)


def test_however_much_happened_a_message_stays_small():
    long = {name: "w" * 140 for name in ("source", "target", "anchor")} | {"why": "w" * 240, "href": "w" * 300}
    every = [finding(kind, **long, source_url=f"{HOME}/{'w' * 480}") for kind in ORDER for _ in range(MOST[kind])]
    told = digest(*every, **dict.fromkeys(ORDER, 10**6))
    sent = payload(told, PAGES)
    assert len(json.dumps(sent)) < 100_000
    assert all(len(block["text"]["text"]) <= 3000 for block in sent["blocks"] if "text" in block)
    assert len(letter(told, PAGES).html) < 100_000  # above it Gmail cuts a message off
    assert len(letter(told, PAGES).subject) <= 150


def test_a_digest_is_read_again_as_it_was_written():
    told = digest(finding("broken"), broken=1)
    assert Digest.of_json(json.loads(json.dumps(told.as_json()))) == told
    assert told.since == datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
