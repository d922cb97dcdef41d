"""Hiding a site's own links: which ones, in which posts, and what is left of the text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from suggester.entities import PUBLISHED
from suggester.evaluate.hiding import HELD_OUT, cut, deal, hide, own_links, robbed
from tests.engine.garden import GARDEN, reading

TEXT = "<p>Before the rain we <a href='/3/'>drip feed</a> all beds, and <a href='/2/'>mulch</a> them well.</p>"
POST = reading((50, "Watering", TEXT))
SITE = [each for each in map(reading, GARDEN[:5]) if not each.body.links]


def texts(one):
    return [block.text for block in one.body.blocks]


def test_links_in_prose_on_words_that_say_something_are_found():
    found = own_links([*SITE, POST])
    assert [link.anchor for link in found[50]] == ["drip feed", "mulch"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>For more of this please click <a href='/3/'>here</a> today.</p>",
        "<ul><li><a href='/3/'>Drip irrigation</a></li></ul>",
        "<p>A link to the post itself, <a href='/50/'>the watering post</a>, is none.</p>",
        "<p>A link to somewhere else, <a href='https://else.example/'>far away</a>, is none.</p>",
    ],
)
def test_other_links_are_not_hidden(html):
    assert own_links([*SITE, reading((50, "Watering", html))]) == {}


def test_what_stands_on_many_posts_is_furniture():
    assert own_links([*SITE, *(reading((50 + at, "Watering", TEXT)) for at in range(3))]) == {}


def test_hidden_links_leave_their_words_open_to_others():
    links = own_links([*SITE, POST])[50]
    left = hide(POST, links[:1])
    assert texts(left) == texts(POST)
    assert [link.anchor for link in left.body.links] == ["mulch"]
    assert left.body.blocks[0].closed == ((links[1].start, links[1].end),)


def test_words_that_carried_a_link_are_cut_out_and_the_other_link_moves_along():
    links = own_links([*SITE, POST])[50]
    left = cut(hide(POST, links[:1]), links[:1])
    (block,) = left.body.blocks
    assert "drip feed" not in block.text
    (link,) = left.body.links
    assert block.text[link.start : link.end] == "mulch"
    assert block.closed == ((link.start, link.end),)
    assert all("drip feed" not in text for text in left.texts)
    assert left.vectors is None


def test_only_the_chosen_posts_lose_their_links_and_they_are_embedded_anew():
    links = own_links([*SITE, POST])
    seen = []

    def encode(some):
        return np.ones((len(some), 2), np.float32)

    left = list(robbed([*SITE, POST], links, {50}, removed=True, encode=encode, see=seen.append))
    assert left[:-1] == SITE
    assert seen == left[-1:]
    assert len(left[-1].vectors) == len(left[-1].texts)


def test_the_parts_have_no_post_in_common_and_what_is_held_out_stays_so():
    few, many = deal(range(1, 500)), deal(range(1, 1_000))
    assert few.held_out == many.held_out & set(range(1, 500))
    assert not few.held_out & few.rest
    assert len(many.held_out) / 999 == pytest.approx(HELD_OUT, abs=0.04)
    some = many.some(0.2, 1)
    assert some == many.some(0.2, 1) != many.some(0.2, 2)
    assert len(some) == 200
    assert some <= many.rest


def test_folds_share_out_what_is_not_held_out():
    dealt = deal(range(100))
    folds = dealt.folds(4, 0, 1_000)
    assert sorted(each for fold in folds for each in fold) == sorted(dealt.rest)
    assert sum(map(len, dealt.folds(4, 0, 20))) == 20


def test_drafts_have_no_links_to_hide():
    draft = replace(POST, post=replace(POST.post, status="draft"))
    assert POST.post.status == PUBLISHED
    assert own_links([*SITE, draft]) == {}
