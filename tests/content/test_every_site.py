"""Every bench site, post by post: what goes in comes out again, byte for byte.

BENCH names another folder of sites; BENCH_ALL=1 takes every block instead of one of each post.
"""

import gzip
import json
import os
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from suggester.content.blocks import read
from suggester.content.insert import insert, remove
from suggester.content.links import Address, Resolver, resolve_body
from suggester.content.text import anchor_at
from suggester.entities import Site
from suggester.errors import AnchorRefused

BENCH = Path(os.environ.get("BENCH") or Path(__file__).parents[3] / "shared" / "bench")
SITES = sorted(BENCH.glob("sites/*.posts.jsonl.gz"))
BLOCKS_OF_A_POST = None if os.environ.get("BENCH_ALL") else 1
HREF = "/?p=7&from=[a]'\"<b>"
ALLOWED_REFUSALS = 0.05
WHY = re.compile("cut through|cut a character|more than once|already carries|change how|taken out again|be followed")

WORD = re.compile(r"\w+(?:['’-]\w+)*")
CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def records_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def posts_of(path):
    return [record["html"] or "" for record in records_of(path)]


def open_words(block):
    closed = [at for start, end in block.closed for at in range(start, end)]
    return [found.span() for found in WORD.finditer(block.text) if not set(range(*found.span())) & set(closed)]


def choose(block, chance):
    """One to four whole words, or a few characters where there are no spaces, outside of what is closed."""
    words = open_words(block)
    if not words:
        return None
    number = chance.randrange(len(words))
    start, end = words[number]
    if CJK.match(block.text, start) and end - start > 2:
        start = chance.randrange(start, end - 2)
        return start, min(end, start + chance.randint(2, 6))
    for _, further in words[number + 1 : number + chance.randint(1, 4)]:
        if any(start < closed_end and further > closed_start for closed_start, closed_end in block.closed):
            break
        end = further
    return start, end


def link_and_unlink(html, block, place):
    anchor = anchor_at(block, *place)
    try:
        linked = insert(html, anchor, HREF)
    except AnchorRefused as refusal:
        return WHY.search(str(refusal))[0]
    return "linked" if remove(linked, anchor, HREF) == html else "damaged"


needs_sites = pytest.mark.skipif(
    not SITES, reason=f"no sites in {BENCH}; set BENCH to a folder that has sites/*.posts.jsonl.gz"
)
each_site = pytest.mark.parametrize("path", SITES, ids=lambda path: path.name.split(".")[0])


@needs_sites
@each_site
def test_a_link_put_in_and_taken_out_leaves_every_post_as_it_was(path, capsys):
    outcomes = Counter()
    for number, html in enumerate(posts_of(path)):
        chance = random.Random(number)
        blocks = [block for block in read(html).blocks if block.linkable]
        if BLOCKS_OF_A_POST:
            blocks = chance.sample(blocks, min(BLOCKS_OF_A_POST, len(blocks)))
        for block in blocks:
            if place := choose(block, chance):
                outcomes[link_and_unlink(html, block, place)] += 1
    with capsys.disabled():
        print(f"\n{path.name.split('.')[0]}: {dict(outcomes)}")  # noqa: T201
    assert outcomes["damaged"] == 0
    assert outcomes["linked"] >= (1 - ALLOWED_REFUSALS) * outcomes.total() > 0


@needs_sites
@each_site
def test_every_link_between_the_posts_of_a_site_is_resolved(path):
    home = "https://blog.example"
    records = records_of(path)
    resolver = Resolver(Site(home), [Address(record["id"], home + record["url"]) for record in records])
    for record in records[::4]:
        body = resolve_body(read(record["html"] or ""), resolver, home + record["url"])
        known = Counter(link["target_id"] for link in record["links"] or [])
        assert Counter(link.target for link in body.links if link.target is not None) == known
