"""Learning which words to link from the links that stand on a site."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from suggester.engine.anchor_features import NAMES
from suggester.evaluate.anchor_cases import fits, lessons, trials
from suggester.evaluate.anchors import fit, judge, learn
from tests.engine.garden import GARDEN, SITE, reading

WORDS = "lantern kettle marble saddle thimble violin walnut anchor barrel candle dagger easel funnel goblet".split()


def linking_site():
    """Posts that link the title of another post where it stands, in the middle of other words."""
    rows = [(at, f"{word} {other}", f"<p>All of {word} and {other}.</p>") for at, (word, other) in pairs()]
    links = [
        (at + 100, f"Day {at}", f"<p>Then came rain, and we saw <a href='/{at}/'>{word} {other}</a> in the yard.</p>")
        for at, (word, other) in pairs()
    ]
    return [reading(row) for row in [*GARDEN[:4], *rows, *links]]


def pairs():
    return list(enumerate(zip(WORDS, WORDS[1:], strict=False), 40))


def quoted(trial):
    text = trial.finder._text
    return [text.blocks[block].text[start:end] for block, start, end in trial.places]


def test_the_links_of_a_fifth_of_the_posts_are_hidden_and_told():
    found = list(trials(SITE, linking_site(), "", 0))
    assert len(found) == 2
    assert all(words in {f"{a} {b}" for _, (a, b) in pairs()} for trial in found for words in quoted(trial))
    assert [quoted(trial) for trial in found] != [quoted(trial) for trial in trials(SITE, linking_site(), "", 1)]


def test_generic_anchors_and_lists_of_links_teach_nothing():
    html = "<p>For more of this please click <a href='/3/'>here</a> today.</p><ul><li><a href='/3/'>Drip</a></li></ul>"
    site = [reading((2, "Links", html)), reading(GARDEN[2])]
    assert list(trials(SITE, site, "", 0)) == []


def test_what_was_learned_finds_the_words_on_another_site_again():
    found = list(trials(SITE, linking_site(), "", 0))
    model = fit([list(lessons(found))])
    assert set(model.weights) == set(NAMES)
    assert judge(found, model)[:, 2].mean() == 1


def test_sites_that_share_posts_are_left_out_together():
    found = {name: list(trials(SITE, linking_site(), "", 0)) for name in ("one", "two", "three")}
    taught = {name: list(lessons(each)) for name, each in found.items()}
    model = learn(found, taught, frozenset({"one", "two"}))
    assert model.trained_on == f"{sum(map(len, taught.values()))} links of 3 sites"
    assert model.figures["mean"] == 1
    assert set(model.sure) == {"bias", "share", "score"}


@pytest.mark.parametrize(
    ("run", "expected"),
    [((2, 4), 1.0), ((2, 3), 2 / 3), ((0, 2), 0.0), ((0, 4), 2 / 3), ((4, 6), 0.0)],
)
def test_a_run_fits_by_the_words_it_shares(run, expected):
    first, behind = run
    assert fits(np.array([first]), np.array([behind]), [(2, 4)])[0] == pytest.approx(expected)


def test_posts_with_vectors_teach_too():
    site = [replace(each, vectors=np.ones((len(each.texts), 1), np.float32)) for each in linking_site()]
    assert len(list(lessons(trials(SITE, site, "ones", 0)))) == 2
