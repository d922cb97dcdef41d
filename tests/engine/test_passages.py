"""Which texts of a post are embedded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.content.blocks import read
from suggester.engine.passages import (
    HEAD_WORDS,
    LONGEST_CHARACTERS,
    MOST_PASSAGES,
    PASSAGE_WORDS,
    passages_of,
    texts_of,
    weight,
)
from suggester.entities import Block


def paragraph(at: int, text: str) -> Block:
    return Block(at, "paragraph", text, linkable=True)


def words(count: int, word: str = "leaf") -> str:
    return " ".join([word] * count)


def test_the_head_is_the_title_and_the_first_two_hundred_words():
    body = read(f"<p>{words(150)}</p><p>{words(150, 'root')}</p>")
    head = texts_of("Trees", body)[0]
    assert head == f"Trees. {words(150)} {words(HEAD_WORDS - 150, 'root')}"


@pytest.mark.parametrize(
    ("title", "html", "expected"),
    [
        ("Trees", "", ("Trees.",)),
        ("", "<p>Leaves.</p>", (". Leaves.", "Leaves.")),
        ("", "", (".",)),
        ("Trees", "<pre>code</pre><img src='a.jpg'>", ("Trees.",)),
        ("Trees", "<h2>Oak</h2><p>Old.</p>", ("Trees. Oak Old.", "Oak Old.")),
        ("Trees", "<ul><li>Oak</li><li>Ash</li></ul>", ("Trees. Oak Ash", "Oak Ash")),
    ],
)
def test_a_post_gives_its_head_and_its_passages(title, html, expected):
    assert texts_of(title, read(html)) == expected


def test_short_blocks_are_joined_until_they_make_a_passage():
    blocks = [paragraph(at, words(15)) for at in range(7)]
    assert passages_of(blocks) == [
        (words(45), (0, 1, 2)),
        (words(45), (3, 4, 5)),
        (words(15), (6,)),
    ]


def test_a_block_of_full_length_stands_alone():
    blocks = [paragraph(3, words(PASSAGE_WORDS)), paragraph(5, words(2))]
    assert passages_of(blocks) == [(words(PASSAGE_WORDS), (3,)), (words(2), (5,))]


def test_a_long_block_is_cut_at_spaces_and_nothing_is_lost():
    text = words(700)
    pieces = [piece for piece, own in passages_of([paragraph(0, text)]) if own == (0,)]
    assert " ".join(pieces) == text
    assert max(map(len, pieces)) <= LONGEST_CHARACTERS


@pytest.mark.parametrize("text", ["堆肥" * 2000, "x" * 5000])
def test_a_text_without_spaces_is_cut_anywhere_and_nothing_is_lost(text):
    pieces = [piece for piece, _ in passages_of([paragraph(0, text)])]
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= LONGEST_CHARACTERS


def test_characters_weigh_as_words_in_scripts_without_spaces():
    assert weight("one two three") == 3
    assert weight("堆" * 120) == 10
    short = [paragraph(at, "堆" * 100) for at in range(10)]
    assert [own for _, own in passages_of(short)] == [(0, 1, 2, 3, 4), (5, 6, 7, 8, 9)]


def test_a_post_of_two_megabytes_costs_no_more_than_its_bound():
    html = "".join(f"<p>{words(60, f'word{at}')}</p>" for at in range(5_000))
    assert len(html) > 2_000_000
    texts = texts_of("Long", read(html))
    assert len(texts) == 1 + MOST_PASSAGES
    assert max(map(len, texts)) <= 2 * LONGEST_CHARACTERS


@given(st.lists(st.text("ab 堆", min_size=1, max_size=400).map(str.strip).filter(len), max_size=30))
def test_every_block_is_in_a_passage_in_order(texts):
    blocks = [paragraph(at, " ".join(text.split())) for at, text in enumerate(texts)]
    passages = passages_of(blocks)
    assert " ".join(piece for piece, _ in passages).replace(" ", "") == "".join(texts).replace(" ", "")
    places = [at for _, own in passages for at in own]
    assert places == sorted(places)
    assert set(places) == set(range(len(blocks)))
