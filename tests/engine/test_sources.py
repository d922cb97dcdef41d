"""Which posts are worth reading as sources, and how the names of a target are found in them."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.engine.ranker import HAND_SET
from suggester.engine.sources import LISTS, measure, prospects
from tests.engine.garden import GARDEN, garden, post
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
MENTION = "<p>We owe it all to drip irrigation.</p>"
APART = "<p>A slow drip fell from the roof while the irrigation of the field went on.</p>"


def told(*posts, target=3, encode=None):
    index = garden(*posts, encode=encode)
    return index, prospects(index.row(target), index)


def titles(html, name="Drip irrigation", lang="en"):
    """How surely the title is found in a post, once its content was searched."""
    index = garden(post(3, name, "<p>A hose with small holes.</p>", lang=lang), post(40, "Dry", html, lang=lang))
    near = prospects(index.row(3), index).read({index.row(40): html})
    return dict(zip(near.rows.tolist(), near.features["title"].tolist(), strict=True)).get(index.row(40), 0)


def test_a_post_that_names_the_target_comes_before_one_that_only_has_its_words():
    index, near = told(post(40, "Roofs", APART), post(41, "Summer", MENTION))
    contents = {index.row(40): APART, index.row(41): MENTION}
    order = near.read(contents).in_order(HAND_SET)
    assert [index.post_ids[row] for row in order] == [41, 40]


def test_until_it_is_read_a_post_with_the_words_counts_as_one_that_names_the_target():
    index, near = told(post(40, "Roofs", APART), post(41, "Summer", MENTION))
    at = [near.rows.tolist().index(index.row(number)) for number in (40, 41)]
    assert len(set(near.features["title"][at].tolist())) == 1
    assert near.features["title"][at[0]] > 0


@pytest.mark.parametrize(
    "html",
    [
        MENTION,
        "<p>DRIP  IRRIGATION!</p>",
        "<p>Our <b>drip</b> <em>irrigation</em> works.</p>",
        "<p>Ours is a drip\u00a0irrigation.</p>",
        "<p>drip\nirrigations</p>",
    ],
)
def test_a_title_is_found_as_people_write_it(html):
    assert titles(html) > 0


@pytest.mark.parametrize("html", [APART, "<p>irrigation drip</p>", "<p>backdrip irrigation</p>", "<p>drip</p>", ""])
def test_words_that_only_stand_here_and_there_are_no_title(html):
    assert titles(html + "<p>hose, holes</p>") == 0


@pytest.mark.parametrize(
    ("name", "lang", "html"),
    [
        ("Happy hedges", "en", "<p>a happier life, happy hedge</p>"),
        ("C++ (and [more])", "en", "<p>c++ (and [more])</p>"),
        ("堆肥の作り方", "ja", "<p>春に堆肥の作り方を読む</p>"),
        ("Straße & Gärten", "de", "<p>Die Straße & Gärten</p>"),
    ],
)
def test_names_of_any_kind_are_found(name, lang, html):
    assert titles(html, name, lang) > 0


def test_anchors_that_others_use_are_looked_for_too():
    others = [post(40 + at, f"Note {at}", "<p>See <a href='/3/'>leaky hose</a> there.</p>") for at in range(2)]
    speaking = post(50, "A wet day", "<p>Then the leaky hoses broke.</p>")
    index, near = told(*others, speaking)
    measured = near.read({index.row(50): speaking.content})
    assert measured.rows.tolist() == [index.row(50)]
    assert measured.features["anchor"][0] > 0


@pytest.mark.parametrize("encode", [None, LETTERS], ids=["words", "letters"])
def test_a_target_is_no_source_of_its_own(encode):
    for number, _, _ in GARDEN:
        index, near = told(target=number, encode=encode)
        assert index.row(number) not in near.rows


@pytest.mark.parametrize("encode", [None, LETTERS], ids=["words", "letters"])
def test_every_feature_is_told_of_every_post_in_numbers(encode):
    index = garden(encode=encode)
    for number in (1, 3, 5):
        measured = measure(index.row(number), index, ())
        assert set(LISTS) <= set(measured)
        assert {values.shape for values in measured.values()} == {(len(index),)}
        assert all(np.isfinite(values).all() for values in measured.values())


def test_the_features_are_those_that_the_ranker_knows():
    index, near = told()
    assert set(HAND_SET.weights) - set(near.features) == {"inbound", "length"}  # the same for every source


def test_posts_like_those_that_link_to_it_are_sources():
    alike = "<p>Umbrella, teapot, lantern and candle.</p>"
    linking = post(40, "One", alike.replace("Umbrella", "<a href='/3/'>Umbrella</a>"))
    index, near = told(linking, post(41, "Two", alike))
    like = dict(zip(near.rows.tolist(), near.features["neighbours_share"].tolist(), strict=True))
    assert like[index.row(41)] > 0.5


def test_posts_that_link_to_the_same_as_those_that_link_to_it_are_sources():
    linking = post(40, "One", "<p><a href='/3/'>x</a> <a href='/5/'>y</a></p>")
    index, near = told(linking, post(41, "Two", "<p><a href='/5/'>z</a></p>"))
    together = dict(zip(near.rows.tolist(), near.features["cited_together"].tolist(), strict=True))
    assert together[index.row(41)] == pytest.approx(np.log(2))
