"""Phrases that stand for a post, and where they are found in a draft."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product

import numpy as np
import pytest

from suggester.engine.phrases import ANCHOR, TITLE, TITLE_PART, hashes_of, phrase, roll, title_parts
from tests.engine.garden import analysed, index_of

SITE = (
    (1, "Compost heaps: how to begin", "<p>Good soil needs <a href='/2/'>a worm bin</a>.</p>"),
    (2, "Worms", "<p>A compost heap is warm, and there is soil.</p>"),
    (3, "Seed swaps", "<p>Bring <a href='/2/'>a worm bin</a> or take <a href='/1/'>the worm bin</a>.</p>"),
)
NAMES = {TITLE: "title", TITLE_PART: "part", ANCHOR: "anchor"}


def hits(html, site=SITE, lang="en"):
    """The phrases found: words, target's id, kind, strength."""
    index = index_of(site, lang=lang)
    text = analysed(html, index, lang=lang)
    found = []
    for block, hit in text.hits:
        words = text.words[block][hit.first : hit.first + hit.length]
        quoted = text.blocks[block].text[words[0].start : words[-1].end]
        found.append((quoted, index.post_ids[hit.row], NAMES[hit.kind], round(hit.strength, 2)))
    return sorted(found)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Start seed swaps early.</p>", [("seed swaps", 3, "title", 1.0)]),
        ("<p>We had a Seed Swap.</p>", [("Seed Swap", 3, "title", 1.0)]),  # inflected
        ("<p>Seed-swapping!</p>", []),
        ("<p>Compost heaps, how to begin?</p>",
         [("Compost heaps", 1, "part", 1.0), ("Compost heaps, how to begin", 1, "title", 1.0),
          ("how to begin", 1, "part", 1.0)]),
        ("<p>My compost heaped up.</p>", [("compost heaped", 1, "part", 1.0)]),
        ("<p>The worm bin smells.</p>",
         [("worm", 2, "title", 0.5), ("worm bin", 1, "anchor", 0.33), ("worm bin", 2, "anchor", 0.67)]),
        ("<p>Seed</p><p>swaps</p>", []),  # no phrase runs over a block's end
        ("<ul><li>worm</li><li>bin</li></ul>", [("worm", 2, "title", 0.5)]),
        ("<pre>seed swaps</pre>", []),  # code is no prose
        ("", []),
    ],
)  # fmt: skip
def test_titles_parts_of_titles_and_anchors_in_use_are_found(html, expected):
    assert hits(html) == expected


def test_words_mean_a_post_less_surely_the_more_posts_have_them_without_a_link():
    def strength(plain):
        linking = [(1, "Worms", ""), (2, "One", "<p><a href='/1/'>red wriggler</a></p>")]
        site = linking + [(at, f"Post {at}", "<p>A red wriggler.</p>") for at in range(3, 3 + plain)]
        return [hit[3] for hit in hits("<p>red wriggler</p>", site)]

    assert [strength(plain) for plain in (0, 1, 3)] == [[1.0], [0.5], [0.25]]


def test_two_posts_of_one_title_share_it():
    site = [(1, "Harvest", ""), (2, "Harvest", ""), (3, "Sowing", "")]
    assert hits("<p>the harvest</p>", site) == [("harvest", 1, "title", 0.5), ("harvest", 2, "title", 0.5)]


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        ("堆肥の作り方", "今日は堆肥の作り方を学ぶ。", "堆肥の作り方"),
        ("トマト栽培：苗の選び方", "春は苗の選び方が大切。", "苗の選び方"),
        ("สวนผัก", "ฉันมีสวนผักเล็ก", "สวนผัก"),
        ("정원 가꾸기", "봄에는 정원 가꾸기가 좋다", "정원 가꾸기"),
        ("Docker入門", "まずDocker入門から。", "Docker入門"),
    ],
)
def test_titles_in_scripts_without_spaces_are_found(title, text, found):
    assert found in [hit[0] for hit in hits(f"<p>{text}</p>", [(1, title, "")], lang="ja")]


@pytest.mark.parametrize(
    ("text", "lang", "kept"),
    [
        ("A compost heap", "en", ["compost", "heap"]),
        ("How to dig", "en", ["how", "to", "dig"]),  # “dig” alone would be something else
        ("Hardening off", "en", ["harden", "off"]),
        ("Wait for the sun to rise", "en", ["wait", "for", "the", "sun", "to", "rise"]),
        ("What is it?", "en", []),
        ("one two three four five six seven eight", "xx", "one two three four five six seven eight".split()),
        ("one two three four five six seven eight nine", "xx", []),  # too long to stand anywhere else
        ("堆" * 20, "ja", ["堆"] * 20),
        ("堆" * 21, "ja", []),
        ("", "en", []),
        ("…!", "en", []),
    ],
)
def test_a_phrase_is_trimmed_of_stop_words_and_no_longer_than_people_write(text, lang, kept):
    assert [word.term for word in phrase(text, lang)] == kept


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Compost", []),
        ("Compost: a guide", ["Compost", "a guide"]),
        ("Compost – a guide", ["Compost", "a guide"]),
        ("Compost - a guide", ["Compost", "a guide"]),
        ("Self-watering pots", []),
        ("Salt, fat, acid", ["Salt", "fat", "acid"]),
        ("10,000 seeds", []),
        ("Worms (and bins)", ["Worms", "and bins"]),
        ("堆肥：作り方【初心者】", ["堆肥", "作り方", "初心者"]),
        ("Why dig?", ["Why dig"]),
        ("", []),
    ],
)
def test_a_title_is_cut_where_its_author_did(title, parts):
    assert title_parts(title) == [title, *parts]


def test_hashes_of_phrases_do_not_meet():
    chance = random.Random(3)
    terms = [f"t{at}" for at in range(400)]
    pairs = list(product(terms, repeat=2))
    hashed = roll(hashes_of([term for pair in pairs for term in pair]), 2)[::2]
    assert len(set(hashed.tolist())) == len(pairs)
    runs = {tuple(chance.choices(terms[:9], k=chance.randint(1, 8))) for _ in range(5_000)}
    assert len({int(roll(hashes_of(run), len(run))[0]) for run in runs}) == len(runs)


def test_the_order_and_the_number_of_words_make_a_phrase():
    def one(*terms):
        return int(roll(hashes_of(terms), len(terms))[0])

    different = [one("a"), one("b"), one("a", "b"), one("b", "a"), one("a", "a"), one("a", "b", "a"), one("a b")]
    assert Counter(different).most_common(1)[0][1] == 1


def test_a_text_shorter_than_a_phrase_has_no_run_of_it():
    assert roll(hashes_of(["one"]), 2).tolist() == []
    assert roll(np.zeros(0, np.uint64), 1).tolist() == []
