"""The lexicon's numbers are those of scikit-learn, and it keeps the terms that tell posts apart."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from suggester.engine.lexicon import lexicon_of
from suggester.engine.ragged import Ragged
from suggester.engine.words import terms
from tests.engine.garden import GARDEN, index_of

TEXTS = [f"{title}. {html}" for _, title, html in GARDEN]


def known(texts, titles=()):
    """Give the lexicon of these lists of words, the rows of the texts, and those of the texts weighed once more."""
    place: dict[str, int] = {}
    rows = [[place.setdefault(word, len(place)) for word in own] for own in texts]
    named = [place.setdefault(word, len(place)) for title in titles for word in title.split()]
    counts = [np.array(sorted(Counter(own).items()), np.int32).reshape(-1, 2) for own in rows]
    lexicon, vectors, column = lexicon_of(
        Ragged.of(counts, np.zeros((0, 2), np.int32)), list(place), np.array(named, np.int32)
    )
    again = Ragged.of([np.array(own, np.int32) for own in rows], np.zeros(0, np.int32))
    return lexicon, vectors, lexicon.weighed(again.with_values(column[again.values]))


def counted(texts, titles=()):
    return known([text.split() for text in texts], titles)[:2]


def test_the_weights_are_those_of_scikit_learn():
    words = [terms(text, "en") for text in TEXTS]
    lexicon, rows, _ = known(words)
    rival = TfidfVectorizer(analyzer=lambda own: own, sublinear_tf=True, min_df=2, max_df=0.4)
    expected = rival.fit_transform(words)
    order = [lexicon.column[term] for term in rival.get_feature_names_out()]
    assert len(order) == len(lexicon.terms) > 20
    assert np.abs(rows[:, order].toarray() - expected.toarray()).max() < 1e-5
    assert np.abs(lexicon.idf[order] - rival.idf_).max() < 1e-5


def test_a_new_text_is_weighed_like_those_that_were_counted():
    words = [terms(text, "en") for text in TEXTS]
    lexicon, rows, again = known(words)
    assert np.abs((lexicon.weighed(lexicon.columns(words)) - rows).toarray()).max() < 1e-5
    assert np.abs((again - rows).toarray()).max() < 1e-5


def test_a_term_of_one_post_is_kept_only_where_it_stands_in_a_title():
    texts = ["soil worm", "soil beet", "leek", "leek", "pea", "pea"]
    lexicon, _ = counted(texts, ["worm", "", "", "", "", ""])
    assert set(lexicon.terms) == {"soil", "worm", "leek", "pea"}


@pytest.mark.parametrize(
    ("posts_with_it", "kept"),
    [(2, True), (4, True), (5, False), (10, False)],
)
def test_a_term_in_more_than_two_posts_in_five_is_dropped_even_from_titles(posts_with_it, kept):
    texts = ["garden" if at < posts_with_it else f"other{at % 2}" for at in range(10)]
    lexicon, _ = counted(texts, ["garden"] * 10)
    assert ("garden" in lexicon.terms) == kept


def test_with_few_posts_every_term_is_kept():
    lexicon, rows = counted(["garden soil", "garden leek", "garden"])
    assert set(lexicon.terms) == {"garden", "soil", "leek"}
    assert rows.shape == (3, 3)


@pytest.mark.parametrize("texts", [[], [""], ["", "", "", "", "", ""], ["a", "b", "c", "d", "e", "f"]])
def test_a_site_without_telling_terms_has_an_empty_lexicon_and_a_row_for_each_post(texts):
    lexicon, rows = counted(texts)
    assert (len(lexicon.terms), rows.shape[0]) == (len(set("".join(texts))) if len(texts) < 5 else 0, len(texts))


def test_a_rarer_term_weighs_more_and_an_unknown_one_nothing():
    lexicon, _ = counted(["soil leek", "soil pea", "soil", "leek"])
    assert lexicon.rarity("pea") > lexicon.rarity("leek") > lexicon.rarity("soil") > 0
    assert lexicon.rarity("moon") == 0


def test_a_text_of_unknown_words_gives_an_empty_row_beside_others():
    lexicon, _ = counted(["soil leek", "soil"])
    vectors = lexicon.weighed(lexicon.columns([["moon"], [], ["soil", "moon"]])).toarray()
    assert vectors[:2].tolist() == [[0, 0], [0, 0]]
    assert vectors[2].sum() == pytest.approx(1)


def test_the_index_counts_titles_twice_and_forgets_what_stands_in_one_body_only():
    index = index_of(GARDEN)
    assert index.lexicon.rarity("drip") > 3  # a title's
    assert index.lexicon.rarity("phacelia") == 0  # one body's
    assert index.lexicon.rarity("leav") > 0
