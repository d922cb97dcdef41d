from __future__ import annotations

import pytest

from suggester.entities import Anchor, NewText, Suggestion
from suggester.web.answers import confidence
from suggester.web.wording import SOURCES, Marked, dropped, marked, nothing
from suggester.web.wording import score as in_a_word


def suggestion(sentence: str, anchor: Anchor | None, new: NewText | None = None) -> Suggestion:
    return Suggestion(1, 2, anchor, 0.8, True, sentence, new_text=new)


@pytest.mark.parametrize(
    ("sentence", "anchor", "cut"),
    [
        ("Feed the starter.", Anchor("starter", "Feed the ", ".", 0), ("Feed the ", "starter", ".")),
        ("A starter is a starter.", Anchor("starter", "is a ", ".", 0), ("A starter is a ", "starter", ".")),
        ("A starter is a starter.", Anchor("starter", "A ", " is", 0), ("A ", "starter", " is a starter.")),
        ("starter", Anchor("starter", "", "", 0), ("", "starter", "")),
        ("The sentence was cut", Anchor("starter", "Feed the ", " daily", 0), ("Feed the ", "starter", " daily")),
        ("", Anchor("starter", "Feed the ", " daily", 0), ("Feed the ", "starter", " daily")),
    ],
)
def test_the_sentence_is_cut_around_the_very_words_that_are_meant(
    sentence: str, anchor: Anchor, cut: tuple[str, str, str]
):
    assert marked(suggestion(sentence, anchor)) == Marked(*cut)


def test_new_text_is_cut_around_its_words_too():
    new = NewText("More about who we are.", "who we are", 5)
    assert marked(suggestion("", None, new)) == Marked("More about ", "who we are", ".")


def test_a_suggestion_without_words_shows_its_sentence():
    assert marked(suggestion("Somewhere here.", None)) == Marked("", "", "Somewhere here.")


@pytest.mark.parametrize(
    ("score", "word"), [(1.0, "high"), (0.75, "high"), (0.7499, "medium"), (0.5, "medium"), (0.1, "low")]
)
def test_a_score_is_said_in_a_word(score: float, word: str):
    assert confidence(score) == word


def test_reasons_are_told_most_frequent_first_and_unknown_ones_in_their_own_words():
    told = dropped({"already_linked": 2, "odd_new_reason": 9, "unsure": 0})
    assert told == [("odd new reason", 9), ("already linked from the post", 2)]


def test_nothing_to_suggest_says_why():
    assert nothing({"already_linked": 1200}) == "Nothing to suggest: already linked from the post (1,200)."
    assert nothing({"unsure": 8, "beyond_limit": 52, "itself": 1}) == "Nothing to suggest: too unsure (8)."
    assert nothing({}).startswith("Nothing to suggest: the post has no text")


def test_reasons_are_told_of_sources_where_those_are_sought():
    assert dropped({"already_linked": 2}, SOURCES) == [("linking here already", 2)]
    assert nothing({"not_public": 1}, SOURCES) == "Nothing to suggest: this post is not open to every reader (1)."


@pytest.mark.parametrize(
    ("score", "shown", "word"),
    [(0.9, True, "Strong"), (0.6, True, "Good"), (0.4, True, "Possible"), (0.6, False, "Good"), (0.4, False, "Weak")],
)
def test_what_is_not_shown_unasked_is_called_weak(score: float, shown: bool, word: str):
    assert in_a_word(Suggestion(1, 2, None, score, shown)) == word
