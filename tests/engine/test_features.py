"""Each feature, on examples that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from math import log, log1p, sqrt

import numpy as np
import pytest

from suggester.engine import features
from suggester.engine.candidates import find
from suggester.engine.policy import Policy
from tests.engine.garden import analysed, category, index_of, post
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
THREE = ((1, "Soil", "<p>soil worm</p>"), (2, "Leek", "<p>leek pea</p>"), (3, "Kale", "<p>kale soil</p>"))


def near(*numbers: float) -> object:
    return pytest.approx(list(numbers), abs=1e-5)


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


@pytest.mark.parametrize(("html", "best"), [("soil worm", 0), ("leek", 1), ("the leek and its pea", 1), ("kale", 2)])
def test_similar_words_is_highest_for_the_post_that_shares_the_rare_ones(html, best):
    index = index_of(THREE)
    cosines = features.similar_words(analysed(f"<p>{html}</p>", index), index)
    assert cosines.shape == (3,)
    assert int(cosines.argmax()) == best
    assert 0 < cosines[best] <= 1.00001


def test_the_same_text_is_entirely_similar_and_a_strange_one_not_at_all():
    index = index_of([(1, "", "<p>soil worm</p>"), (2, "", "<p>leek</p>")])
    assert features.similar_words(analysed("<p>worm soil</p>", index), index).tolist() == near(1, 0)
    assert features.similar_words(analysed("<p>moon</p>", index), index).tolist() == [0, 0]


def test_similar_meaning_is_the_cosine_of_means_and_similar_passage_of_the_best_passage():
    index = index_of([(1, "aa", ""), (2, "ab", ""), (3, "bb", "")], LETTERS)
    text = analysed("<p>" + "a " * 40 + "</p><p>" + "b " * 40 + "</p>", index, LETTERS)
    assert features.similar_meaning([text], index)[0].tolist() == near(sqrt(0.5), 1, sqrt(0.5))
    assert features.best(features.similar_passages([text], index)[0]).tolist() == near(1, sqrt(0.5), 1)


def test_without_vectors_nothing_is_close_in_meaning():
    index = index_of(THREE, LETTERS)
    text = analysed("<p>soil</p>", index)
    assert features.similar_meaning([text], index)[0].tolist() == [0, 0, 0]
    assert features.best(features.similar_passages([text], index)[0]).tolist() == [0, 0, 0]


def test_title_share_is_the_part_of_the_titles_words_that_stand_in_the_text():
    index = index_of([(1, "Worm bin", ""), (2, "Worm", ""), (3, "", ""), (4, "Pea leek", "")])
    text = analysed("<p>A bin, far from any pea or worm.</p>", index)
    rarity = features.title_rarity(text, index)
    bin_, worm = log(5 / 2) + 1, log(5 / 3) + 1
    assert rarity.tolist() == near(bin_ + worm, worm, 0, bin_)
    assert features.title_share(rarity, index).tolist() == near(1, 1, 0, 0.5)


def test_mentions_of_titles_and_of_anchors_in_use_are_told_apart():
    index = index_of([(1, "Soil", "<p><a href='/2/'>long white stalks</a></p>"), (2, "Leek", "")])
    text = analysed("<p>Soil for long white stalks.</p>", index)
    assert features.title_mentioned(text, index).tolist() == near(1, 0)
    assert features.anchor_mentioned(text, index).tolist() == near(0, 1)


def test_what_similar_posts_link_to_is_weighted_by_their_similarity():
    index = index_of([(1, "A", "<p><a href='/3/'>x</a></p>"), (2, "B", "<p><a href='/3/'>x</a></p>"), (3, "C", "")])
    similar = np.array([0.5, 0.25, 0], np.float32)
    assert features.linked_by_neighbours(analysed("", index), index, similar).tolist() == near(0, 0, 0.75)
    nobody = np.zeros(3, np.float32)
    assert features.linked_by_neighbours(analysed("", index), index, nobody).tolist() == [0, 0, 0]


def test_cited_together_counts_the_posts_that_link_to_both():
    both = "<p><a href='/3/'>x</a> and <a href='/4/'>y</a></p>"
    index = index_of([(1, "A", both), (2, "B", both), (3, "C", ""), (4, "D", "")])
    text = analysed("<p><a href='/3/'>x</a></p>", index)
    assert features.cited_together(text, index, rows(2)).tolist() == near(0, 0, log1p(2), log1p(2))
    assert features.cited_together(text, index, rows()).tolist() == [0, 0, 0, 0]


def test_block_words_takes_the_best_block_and_leaves_very_short_ones_out():
    index = index_of(THREE)
    text = analysed("<p>leek pea leek pea leek</p><p>soil</p>", index)
    found = features.block_words(text, index, rows(0, 1, 2))
    assert found[1] > 0.9
    assert found[[0, 2]].tolist() == [0, 0]
    assert features.block_words(analysed("", index), index, rows(0, 1)).tolist() == [0, 0]


def test_same_terms_is_one_for_the_same_single_rare_category_and_nothing_for_one_that_all_carry():
    tagged = [(category("Water"), category("All")), (category("All"),), (category("All"), category("Soil"))]
    index = index_of([post(at, f"P{at}", terms=own) for at, own in enumerate(tagged, 1)])

    def shared(*names):
        text = analysed("", index, terms=[category(name) for name in names])
        return features.same_terms(text, index, rows(0, 1, 2)).tolist()

    assert shared("Water") == near(1, 0, 0)
    assert shared("All") == [0, 0, 0]
    assert shared("Water", "Soil") == near(sqrt(0.5), 0, sqrt(0.5))
    assert shared() == shared("Unknown") == [0, 0, 0]


@pytest.mark.parametrize(
    ("scores", "count", "expected"),
    [
        ([0.1, 0.9, 0.5], 2, [1, 2]),
        ([0.5, 0.5, 0.5], 5, [0, 1, 2]),  # ties by row
        ([0, -1, 0.2], 3, [2]),  # only what is positive
        ([0, 0], 1, []),
        ([], 3, []),
        ([0.4], 0, []),
    ],
)
def test_top_gives_the_rows_of_the_highest_scores_best_first(scores, count, expected):
    assert features.top(np.array(scores, np.float32), count).tolist() == expected


def test_the_rank_falls_slowly_from_one():
    scores = np.array([0.3, 0.9, 0, 0.6], np.float32)
    last = 1 / (1 + log1p(features.DEPTH))
    assert features.rank(scores, rows(1, 3, 0, 2)).tolist() == near(1, 1 / (1 + log(2)), 1 / (1 + log(3)), last)


def measured(entries, html, **fields):
    index = index_of(entries)
    candidates = find(analysed(html, index, **fields), index, Policy(), ())
    found = dict(zip(candidates.rows.tolist(), range(len(candidates.rows)), strict=True))
    return lambda name, post_id: float(candidates.features[name][found[index.row(post_id)]])


def test_shares_are_of_the_best_candidate():
    feature = measured(THREE, "<p>leek pea soil leek pea</p>")
    assert feature("words_share", 2) == feature("block_share", 2) == pytest.approx(1)
    assert 0 < feature("words_share", 1) < 1


def test_inbound_length_and_time_are_logarithms():
    day = datetime(2024, 1, 1, tzinfo=UTC)
    entries = [
        post(1, "Leek", "<p>leek pea kale</p>", published=day),
        post(2, "Pea", "<p>pea <a href='/1/'>leek</a></p>", published=day.replace(day=11)),
        post(3, "Kale", "<p>kale <a href='/1/'>leek</a></p>"),
    ]
    feature = measured(entries, "<p>leek kale</p>", post_id=2)
    assert [feature(name, 1) for name in ("inbound", "length", "far_in_time")] == near(log(3), log(4), log(11))
    assert [feature(name, 3) for name in ("inbound", "far_in_time")] == [0, 0]  # its date is unknown
    unsaved = measured(entries, "<p>leek kale</p>")
    assert unsaved("far_in_time", 1) == 0


def test_passages_tell_a_subject_from_a_remark_in_passing():
    cosines = np.array([[0.9, 0.4], [0.1, 0.5], [0.2, 0.6], [0, 0.7]], np.float32)
    assert features.best(cosines).tolist() == near(0.9, 0.7)
    assert features.best_three(cosines).tolist() == near(0.4, 0.6)
    assert features.passage_place(cosines).tolist() == near(1, 1)
    nothing = np.zeros((0, 2), np.float32)
    assert [found(nothing).tolist() for found in (features.best, features.best_three, features.passage_place)] == [
        [0, 0]
    ] * 3


def test_a_post_that_is_like_everything_is_no_nearer_than_usual():
    index = replace(index_of(THREE), usual=np.array([0.5, 0.1, 0], np.float32))
    words = np.array([0.5, 0.5, 0.01], np.float32)
    assert features.nearer_than_usual(words, index, rows(0, 1, 2)).tolist() == near(1, 5, 0.5)


def test_links_of_and_to_the_draft_are_seen():
    index = index_of([(1, "A", "<p><a href='/2/'>b</a> <a href='/3/'>c</a></p>"), (2, "B", ""),
                      (3, "C", "<p><a href='/2/'>b</a></p>")])  # fmt: skip
    assert features.links_back(index, 1, rows(0, 1, 2)).tolist() == [1, 0, 1]
    assert features.cited_beside(index, 1, rows(0, 1, 2)).tolist() == near(0, log1p(2), log1p(1))
    assert features.links_back(index, None, rows(0)).tolist() == features.cited_beside(index, None, rows(0)).tolist()
    assert features.like_linked(index, rows(1), rows(0)).tolist() == [0]  # no vectors


def test_like_linked_is_the_closeness_to_the_closest_post_linked_already():
    index = index_of([(1, "aa", ""), (2, "ab", ""), (3, "bb", "")], LETTERS)
    assert features.like_linked(index, rows(0, 1), rows(1, 2)).tolist() == near(1, sqrt(0.5))
    assert features.like_linked(index, rows(), rows(1, 2)).tolist() == [0, 0]


def test_mentions_are_counted():
    index = index_of([(1, "Soil", ""), (2, "Leek", "")])
    assert features.mentions(analysed("<p>Soil on soil.</p>", index), index).tolist() == [2, 0]
