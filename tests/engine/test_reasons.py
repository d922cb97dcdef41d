"""Why a suggestion is made, in sentences a person can check."""

from __future__ import annotations

import pytest

from suggester.engine.reasons import reasons
from suggester.entities import Reason
from tests.engine.garden import analysed, category, garden, post
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
SILENT = dict.fromkeys(
    ("title", "title_words", "anchor", "words", "passage", "meaning", "neighbours_share", "cited_together",
     "same_terms"), 0.0
) | {"inbound": 1.0}  # fmt: skip
WATER = (category("Water"), category("Beds"))
INDEX = garden(
    post(13, "Rainwater barrels", "<p>Leaves clog the barrels in spring and summer.</p>", terms=WATER),
    post(30, "Water", "<p>barrels leaves spring summer</p>", terms=(category("Beds"),)),
)


def told(html="<p>Nothing.</p>", terms=(), **features):
    text = analysed(html, INDEX, terms=terms)
    return reasons(text, INDEX, INDEX.row(13), SILENT | features)


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        ({"title": 0.25}, Reason("title_mentioned", "Its title, or a part of it, stands in this text.", 0.25)),
        ({"title_words": 1.0}, Reason("title_words", "All words of its title stand in this text.", 1.0)),
        ({"anchor": 0.5}, Reason("anchor_in_use", "Other posts link the same words to it.", 0.5)),
        ({"passage": 0.7, "meaning": 0.2}, Reason("similar_meaning", "A passage here is close to it in meaning.", 0.7)),
        ({"meaning": 0.61239}, Reason("similar_meaning", "A passage here is close to it in meaning.", 0.612)),
        ({"neighbours_share": 0.4}, Reason("neighbours_link", "Posts like this one link to it.", 0.4)),
        (
            {"cited_together": 1.1},
            Reason("cited_together", "Posts that link to what is linked here link to it too.", 1.1),
        ),
        ({"inbound": 0.0}, Reason("orphan", "No other post links to it yet.", 0.0)),
    ],
)
def test_each_reason_is_one_short_sentence(features, reason):
    assert told(**features) == (reason,)


@pytest.mark.parametrize(
    "features",
    [
        {},
        {"title_words": 0.9},
        {"anchor": 0.04},  # words that hardly ever lead there
        {"passage": 0.49, "meaning": 0.49},
        {"neighbours_share": 0.29},
        {"same_terms": 0.5},  # but no term of this draft
    ],
)
def test_what_is_too_weak_is_not_told(features):
    assert told(**features) == ()


def test_a_mentioned_title_is_told_once():
    assert [reason.code for reason in told(title=1.0, title_words=1.0)] == ["title_mentioned"]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Our BARREL leaks.</p>", "“barrel”"),
        ("<p>Barrels of rainwater.</p>", "“barrels” and “rainwater”"),
        ("<p>Leaves in spring, in rainwater barrels, in summer.</p>", ""),
    ],
)
def test_shared_words_are_quoted_as_the_draft_writes_them(html, words):
    (reason,) = told(html, words=0.4321)
    assert (reason.code, reason.value) == ("similar_text", 0.432)
    named = reason.text.removeprefix("Both texts speak of ").removesuffix(".")
    assert set(named.replace(", ", " and ").split(" and ")) == set(words.split(" and ")) or not words
    assert 1 <= named.count("“") <= 3


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ((category("Water"),), "Both are filed under “Water”."),
        (WATER, "Both are filed under “Water” and “Beds”."),
        ((category("Beds"), category("Soil")), "Both are filed under “Beds”."),
    ],
)
def test_shared_categories_are_named(terms, text):
    assert told(terms=terms, same_terms=0.5) == (Reason("same_terms", text, 0.5),)


def test_the_telling_reasons_come_first():
    everything = dict.fromkeys(SILENT, 1.0) | {"inbound": 0.0}
    codes = [reason.code for reason in told("<p>Rainwater barrels</p>", WATER, **everything)]
    assert codes == [
        "title_mentioned", "anchor_in_use", "similar_text", "similar_meaning", "neighbours_link", "cited_together",
        "same_terms", "orphan",
    ]  # fmt: skip
