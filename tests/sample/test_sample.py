"""The sample site has what its README promises."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from defusedxml import ElementTree

from suggester.sample import EXPECTED, SAMPLE, build

WP = "{http://wordpress.org/export/1.2/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ORPHANS = {"soil-ph-test", "germination-test", "mini-pond", "first-sauerkraut", "sharpening-hand-tools"}
HIDDEN = {"ginger-on-a-radiator", "bed-plan-2026", "seed-swap-list", "plot-diary"}
OLD_SLUGS = {"compost-bays": "pallet-bays"}

CHANNEL = ElementTree.parse(SAMPLE).getroot().find("channel")
ITEMS = {item.findtext(f"{WP}post_name"): item for item in CHANNEL.findall("item")}
BODIES = {slug: item.findtext(CONTENT) for slug, item in ITEMS.items()}
SLUG_OF_ID = {item.findtext(f"{WP}post_id"): slug for slug, item in ITEMS.items()}
ANSWERS = json.loads(EXPECTED.read_text(encoding="utf-8"))


def hrefs(slug: str) -> list[str]:
    return re.findall(r'<a href="([^"]+)"', BODIES[slug])


def named(href: str) -> str:
    """The slug an internal address speaks of, whether or not there is such a post."""
    parts = urlsplit(href)
    assert parts.netloc in ("", "backplot.example"), href
    number = re.fullmatch(r"p=(\d+)", parts.query)
    slug = SLUG_OF_ID[number[1]] if number else parts.path.strip("/")
    return OLD_SLUGS.get(slug, slug)


def targets(slug: str) -> set[str]:
    return {named(href) for href in hrefs(slug)}


def plain(html: str) -> str:
    return unescape(re.sub(r"<!--.*?-->|<[^>]+>", " ", html, flags=re.S))


def links_per_thousand_words(slug: str) -> float:
    return 1000 * len(hrefs(slug)) / len(plain(BODIES[slug]).split())


def linkable(slug: str) -> Iterator[str]:
    """The texts in which a link may stand, with a gap where there is one already."""
    body = re.sub(r"<a .*?</a>", "|", BODIES[slug], flags=re.S)
    body = re.sub(r"<(h\d|figcaption|pre)\b.*?</\1>", "", body, flags=re.S)
    yield from (plain(piece) for piece in re.split(r"</?(?:p|li|td|th)>|\n\n", body))


def meta(slug: str) -> dict[str, str]:
    rows = ITEMS[slug].findall(f"{WP}postmeta")
    return {row.findtext(f"{WP}meta_key"): row.findtext(f"{WP}meta_value") for row in rows}


def test_the_file_is_what_its_texts_give(tmp_path: Path) -> None:
    build.write(tmp_path / "sample.xml", tmp_path / "expected.json")
    assert (tmp_path / "sample.xml").read_bytes() == SAMPLE.read_bytes()
    assert (tmp_path / "expected.json").read_bytes() == EXPECTED.read_bytes()


def test_it_is_an_export_file_of_version_1_2() -> None:
    assert CHANNEL.findtext(f"{WP}wxr_version") == "1.2"
    assert CHANNEL.findtext(f"{WP}base_blog_url") == "https://backplot.example"


def test_it_has_sixty_posts_and_five_pages() -> None:
    assert Counter(item.findtext(f"{WP}post_type") for item in ITEMS.values()) == {"post": 60, "page": 5}
    assert len(SLUG_OF_ID) == 65


def test_every_term_in_use_is_declared() -> None:
    declared = {name.text for name in CHANNEL.iter() if name.tag in (f"{WP}category_nicename", f"{WP}tag_slug")}
    used = defaultdict(set)
    for item in ITEMS.values():
        for term in item.findall("category"):
            used[term.get("domain")].add(term.get("nicename"))
    assert used["category"] | used["post_tag"] == declared
    assert len(used["category"]) == 8
    assert len(used["post_tag"]) == 30


def test_posts_are_as_long_as_posts_are() -> None:
    words = {slug: len(plain(body).split()) for slug, body in BODIES.items() if slug not in HIDDEN}
    assert {slug: count for slug, count in words.items() if not 240 <= count <= 700} == {}


def test_half_of_the_posts_have_links() -> None:
    assert 28 <= sum(bool(hrefs(slug)) for slug in ITEMS) <= 36


def test_just_five_posts_that_readers_may_find_are_orphans() -> None:
    linked = {target for slug in ITEMS for target in targets(slug) - {slug}}
    assert set(ITEMS) - linked - HIDDEN == ORPHANS


@pytest.mark.parametrize("orphan", sorted(ORPHANS))
def test_other_posts_speak_of_each_orphan(orphan: str) -> None:
    assert len({row["source"] for row in ANSWERS if row["target"] == orphan}) >= 4


def test_just_one_link_is_broken() -> None:
    broken = [(slug, target) for slug in ITEMS for target in targets(slug) if target not in ITEMS]
    assert broken == [("mulching", "wool-mulch-trial")]


def test_one_link_goes_through_an_old_slug() -> None:
    assert meta("pallet-bays") == {"_wp_old_slug": "compost-bays"}
    assert [slug for slug in ITEMS if any("compost-bays" in href for href in hrefs(slug))] == ["hot-composting"]


def test_just_one_post_has_too_many_links() -> None:
    assert [slug for slug in ITEMS if links_per_thousand_words(slug) > 10] == ["may-jobs"]
    assert links_per_thousand_words("may-jobs") > 50


def test_four_posts_are_hidden_each_in_its_own_way() -> None:
    ways = {
        slug: (item.findtext(f"{WP}status"), item.findtext(f"{WP}post_password"), meta(slug))
        for slug, item in ITEMS.items()
    }
    assert {slug: way for slug, way in ways.items() if slug in HIDDEN} == {
        "ginger-on-a-radiator": ("draft", "", {}),
        "bed-plan-2026": ("private", "", {}),
        "seed-swap-list": ("publish", "fenceside", {}),
        "plot-diary": ("publish", "", {"_yoast_wpseo_meta-robots-noindex": "1"}),
    }
    assert {way[:2] for slug, way in ways.items() if slug not in HIDDEN} == {("publish", "")}


def test_two_posts_come_from_the_classic_editor() -> None:
    classic = {slug for slug, body in BODIES.items() if "<!-- wp:" not in body}
    assert classic == {"comfrey-feed", "rhubarb-forcing"}
    assert not any("<p>" in BODIES[slug] for slug in classic)


@pytest.mark.parametrize(
    "form",
    [
        r"https://backplot\.example/[\w-]+/",
        r"https://backplot\.example/[\w-]+",
        r"//backplot\.example/[\w-]+/",
        r"/[\w-]+/",
        r"/[\w-]+",
        r"/[\w-]+/#\w+",
        r"/\?p=\d+",
    ],
)
def test_links_are_written_in_every_form(form: str) -> None:
    assert any(re.fullmatch(form, href) for slug in ITEMS for href in hrefs(slug))


def test_fragments_lead_to_a_heading() -> None:
    pointed = {(named(href), urlsplit(href).fragment) for slug in ITEMS for href in hrefs(slug) if "#" in href}
    assert pointed == {("slugs", "high"), ("pollinator-flowers", "list")}
    assert all(re.search(rf'<h\d[^>]* id="{name}"', BODIES[slug]) for slug, name in pointed)


@pytest.mark.parametrize("kind", ["heading", "list", "quote", "table", "image", "code", "shortcode"])
def test_there_are_blocks_of_each_kind(kind: str) -> None:
    bodies = "".join(BODIES.values())
    opened = len(re.findall(rf"<!-- wp:{kind} ", bodies))
    assert opened == bodies.count(f"<!-- /wp:{kind} -->") > 0


@pytest.mark.parametrize("row", ANSWERS, ids=lambda row: f"{row['source']}-{row['target']}")
def test_an_expected_link_can_be_made(row: dict[str, str]) -> None:
    assert any(row["anchor"] in text for text in linkable(row["source"]))
    assert row["target"] in set(ITEMS) - HIDDEN - targets(row["source"]) - {row["source"]}


def test_there_are_enough_clear_expectations() -> None:
    assert sum(row["clear"] for row in ANSWERS) >= 40
    assert len({(row["source"], row["target"]) for row in ANSWERS}) == len(ANSWERS)
