from __future__ import annotations

import re
from dataclasses import replace

import pytest

from suggester.entities import Reason, Suggestions
from suggester.web.report import render

from .pages import of_many, of_the_toy, report
from .toy import ANCHOR, CARDS, FOUND, STRONG, card

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'"


def articles(page: str) -> list[str]:
    return re.findall(r'<article .*?id="p(\d+)"', page)


def test_each_suggestion_stands_in_its_sentence_with_target_score_and_reasons():
    page = render(of_the_toy())
    assert "Feed the <mark>sourdough starter</mark> twice a day, then let it rest." in page
    assert 'href="https://bread.example/starter"' in page
    assert re.search(r'class="word">Strong</span> <span class="number">0.91<', page)
    assert "The title of the target stands in the text" in page


def test_an_orphan_is_listed_with_the_posts_that_could_link_to_it():
    page = render(of_the_toy())
    assert re.search(
        r'<a href="#p2" dir="auto">How to keep a starter alive</a>\s*<span class="small">1 post could', page
    )
    assert re.search(r"Could be linked from</h4>\s*<ul><li><a [^>]*>Your first loaf</a>", page)


def test_an_orphan_that_only_less_sure_links_lead_to_is_listed_with_them():
    less_sure = replace(STRONG, shown=False, score=0.3)
    page = render(report([Suggestions(1, (less_sure,)), Suggestions(2, ())], CARDS, [CARDS[2]]))
    assert "1 post could link here on words for you to judge" in page
    assert re.search(r"less sure</h4>\s*<ul><li><a [^>]*>Your first loaf</a>", page)
    hopeless = replace(less_sure, score=0.09)
    page = render(report([Suggestions(1, (hopeless,)), Suggestions(2, ())], CARDS, [CARDS[2]]))
    assert "no post with fitting words" in page


def test_a_post_without_suggestions_says_why():
    assert "Nothing to suggest: nothing in common (7)." in render(of_the_toy())


def test_new_text_is_marked_as_new_and_weaker_suggestions_are_folded_away():
    page = render(of_the_toy())
    folded = page[page.index("1 weaker suggestion") :]
    assert '<span class="new">New text</span> More about <mark>who we are</mark>.' in folded


def test_what_is_hopeless_is_not_even_among_the_weaker_ones():
    hopeless = replace(STRONG, shown=False, score=0.09)
    assert "weaker suggestion" not in render(report([Suggestions(1, (hopeless,))], CARDS, []))


def test_what_fell_away_is_told_for_a_post_and_for_the_site():
    page = render(of_the_toy())
    assert '<span class="count">2</span> already linked from the post' in page
    assert '<span class="count">14</span> nothing in common' in page


def test_markup_in_titles_anchors_and_reasons_is_shown_and_never_run():
    cards = {1: replace(CARDS[1], title=HOSTILE, type=HOSTILE), 2: replace(CARDS[2], title=HOSTILE)}
    anchor = replace(ANCHOR, text=HOSTILE)
    item = replace(STRONG, anchor=anchor, sentence=HOSTILE, reasons=(Reason("x", HOSTILE),), alternatives=(anchor,))
    page = render(report([Suggestions(1, (item,), {HOSTILE: 3})], cards, [cards[2]], name=HOSTILE))
    assert "<img" not in page
    assert page.count("<script>") == 1
    assert "alert(1)</script>" not in page


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,hi", "", "//elsewhere.example", " javascript:x"]
)
def test_an_address_a_browser_should_not_open_is_no_link(address: str):
    cards = CARDS | {2: replace(CARDS[2], url=address)}
    page = render(report([FOUND], cards, []))
    assert address == "" or f'href="{address}"' not in page
    assert '<span class="" >' not in page


def test_the_page_asks_nobody_for_anything():
    page = render(of_the_toy())
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"<(link|img|iframe|object|embed|script src)\b|@import|url\(", page)


def test_the_posts_with_most_to_gain_come_first():
    assert articles(render(of_many(5))) == ["4", "3", "2", "1", "5"]


def test_a_large_site_shows_its_best_posts_and_says_that_others_are_left_out():
    page = render(of_many(12), most=10)
    assert len(articles(page)) == 10
    assert "the 10 posts with most to gain; 2 posts more are left out" in page


def test_an_orphan_that_is_left_out_is_still_listed_by_its_address():
    page = render(of_many(12), most=3)
    assert 'href="#p1"' not in page
    assert 'href="https://bread.example/p1"' in page


def test_a_site_without_posts_says_what_to_do():
    page = render(report([], {}, [], name=""))
    assert "No posts were read" in page
    assert "<script>" not in page


def test_titles_of_any_script_decide_their_own_direction():
    cards = CARDS | {2: card(2, "khubz", "خبز العجين المخمر", 0, 0)}
    page = render(report([FOUND, Suggestions(2, ())], cards, [cards[2]]))
    assert 'dir="auto">خبز العجين المخمر</a>' in page
    assert '<p class="sentence" dir="auto">' in page
