from __future__ import annotations

import pytest

from suggester.engine.candidates import left_out
from suggester.engine.policy import Policy
from suggester.engine.suggest import suggest
from suggester.entities import LinkReport, Settings, Suggestions, Term
from tests.engine.garden import draft, garden, post

NEWS = Term("category", "news", "What is new")
CAFE = Term("post_tag", "caf%C3%A9", "Café")
PLAIN = garden(
    post(3, "Drip irrigation", "<p>Holes.</p>", terms=(NEWS,)), post(7, "Slugs", "<p>Ducks.</p>", type="page")
)


def test_without_settings_the_policy_is_the_usual_one():
    assert Policy.of(Settings()) == Policy()
    assert LinkReport().recommended == Policy().recommended


@pytest.mark.parametrize(
    ("settings", "excluded"),
    [
        (Settings(), False),
        (Settings(excluded_posts=(3,)), True),
        (Settings(excluded_posts=(4,)), False),
        (Settings(excluded_terms=("category:news",)), True),
        (Settings(excluded_terms=("category:News",)), True),
        (Settings(excluded_terms=("post_tag:news",)), False),
        (Settings(excluded_terms=("category:What is new",)), False),
        (Settings(excluded_terms=("post_tag:café",)), True),
        (Settings(excluded_terms=("post_tag:caf%c3%a9",)), True),
        (Settings(post_types=("post", "recipe")), False),
        (Settings(post_types=("page",)), True),
    ],
)
def test_a_post_that_the_owner_leaves_out_is_known(settings, excluded):
    policy = Policy.of(settings)
    own = post(3, "Drip irrigation", "<p>Holes.</p>", terms=(NEWS, CAFE))
    assert policy.excludes(own) is excluded
    index = garden(own)
    assert (index.row(3) in left_out(index, policy)) is excluded


def test_what_is_left_out_of_the_index_is_what_is_left_out_post_by_post():
    policy = Policy.of(Settings(("post",), (12, 999), ("category:news",)))
    assert {PLAIN.post_ids[row] for row in left_out(PLAIN, policy)} == {3, 7, 12}


def test_a_post_that_is_left_out_gets_no_suggestions_and_the_reason():
    text = draft("<p>We spoke of cold frames and raised beds.</p>", post_id=12)
    assert suggest(text, PLAIN, None, Policy.of(Settings(excluded_posts=(12,)))) == Suggestions(12, (), {"excluded": 1})


def test_excluded_words_are_compared_without_regard_to_case():
    assert Policy.of(Settings(excluded_words=("Straße", " CAFÉ ", ""))).excluded_words == {"straße", "café"}
