"""Counting and training on a site of one's own: a made-up one, with an encoder that a reader can check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from suggester.engine.ranker import Ranker
from suggester.engine.rankerfile import RankerFile
from suggester.entities import Verdict
from suggester.errors import SyncRunning, TooFewLinks
from suggester.evaluate import kept
from suggester.evaluate.adapting import adapt, better, by_source, gain
from suggester.evaluate.examples import Example
from suggester.evaluate.own_examples import of_verdicts
from suggester.evaluate.own_ranker import learn, train
from suggester.evaluate.own_site import HELD_OUT, HIDDEN, OURS, SAME_TAG, TFIDF, evaluate, find_links
from suggester.store import FolderShelf
from suggester.tasks.service import Service
from tests.tasks.conftest import Bar

from .orchard import LINKS, orchard, serve

BASE = Ranker("base", -2.0, {"near": 2.0, "noise": 0.5})


@pytest.fixture(scope="module")
def counted(garden: Service):
    return evaluate(garden, 1)


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Service]:
    service = serve(tmp_path / "few", orchard()[:6])
    yield service
    service.close()


def test_the_links_of_a_fifth_of_the_posts_are_hidden_and_a_disjoint_fifth_is_held_out(counted):
    assert (counted.posts, counted.linking, counted.links) == (48, 48, 48 * LINKS)
    hidden, held_out = counted.parts
    assert (hidden.name, held_out.name) == (HIDDEN, HELD_OUT)
    assert hidden.sources == 10
    assert hidden.targets == 10 * LINKS


def test_links_on_titles_come_back_and_more_of_them_than_by_words_or_tags(counted):
    for part in counted.parts:
        back = {tool: part.figures[tool]["R@10/all"] for tool in (OURS, TFIDF, SAME_TAG)}
        assert back[OURS] > max(back[TFIDF], back[SAME_TAG])
        assert part.figures[OURS]["place"] > 0.8
        assert 0 < part.figures[OURS]["shown recall"] <= 1


def test_it_says_at_which_settings(counted, garden: Service):
    made = garden.meta(1)
    assert (counted.encoder, counted.ranker, counted.own_ranker) == (made.encoder, made.ranker, False)
    assert (counted.least_score, counted.share, counted.seed, counted.removed) == (0.0, 0.2, 0, False)


def test_the_site_itself_stays_as_it_is(counted, garden: Service):
    assert garden.known(1).index.links.sum() == 48 * LINKS


def test_with_the_words_gone_fewer_links_come_back_and_no_place_is_told(counted, garden: Service, bar: Bar):
    without = evaluate(garden, 1, removed=True, share=0.1, progress=bar)
    assert without.parts[0].sources == 5
    assert without.parts[1].figures[OURS]["R@10/all"] < counted.parts[1].figures[OURS]["R@10/all"]
    assert "place" not in without.parts[0].figures[OURS]
    assert [stage for stage, _, _ in bar.told] == ["read", *["index", "suggest"] * 2]
    assert all(total == done for _, total, done in bar.told)


def test_what_the_owner_leaves_out_is_not_sought(garden: Service):
    before = garden.settings(1)
    garden.change_settings(1, {"excluded_terms": ["post_tag:pruning"]})
    try:
        part = evaluate(garden, 1, share=0.1).parts[0]
    finally:
        garden.change_settings(1, {"excluded_terms": list(before.excluded_terms)})
    assert part.targets < 5 * LINKS


def test_a_site_with_too_few_links_is_told_how_many_are_needed(few: Service):
    with pytest.raises(TooFewLinks, match="25 posts with links of their own to other posts are needed .* there is 1;"):
        evaluate(few, 1)
    with pytest.raises(TooFewLinks, match="60 posts with links"):
        train(few, 1)


def test_the_last_evaluation_of_each_regime_is_kept(counted, tmp_path: Path):
    assert kept.last(FolderShelf(tmp_path), 1) == []
    first = kept.keep(FolderShelf(tmp_path), 1, counted)
    second = kept.keep(FolderShelf(tmp_path), 1, replace(counted, removed=True))
    assert kept.last(FolderShelf(tmp_path), 1) == [first, second]
    (tmp_path / "evaluations" / "1-removed.json").write_text(json.dumps({"format": 0}))
    assert kept.last(FolderShelf(tmp_path), 1) == [first]


def examples(*names: str, telling: str = "noise", seed: int = 3) -> list[Example]:
    """Posts of a site on which what is noise elsewhere tells the links."""
    dice = np.random.default_rng(seed)
    made = []
    for name in names:
        values = {each: dice.random(12).astype(np.float32) for each in ("near", "noise")}
        made.append(Example(name, "kept", values, values[telling] > 0.85, max(1, int((values[telling] > 0.85).sum()))))
    return made


FOLDS = [examples(*(f"{fold}-{at}" for at in range(12)), seed=fold) for fold in range(4)]
UNSEEN = examples(*(f"unseen-{at}" for at in range(20)), seed=9)


def test_a_site_with_ways_of_its_own_gets_a_better_ranker_and_it_is_kept():
    own, done = learn(BASE, FOLDS, UNSEEN, [], "own")
    assert done.kept
    assert done.ranker == own.id == "own"
    assert own.weights["noise"] / own.weights["near"] > BASE.weights["noise"] / BASE.weights["near"]
    assert done.held_out.after["nDCG@10"] > done.held_out.before["nDCG@10"]
    assert (done.learned.posts, done.held_out.posts) == (48, 20)


def test_a_site_like_all_others_stays_with_the_bundled_ranker():
    perfect = Ranker("perfect", -2.0, {"near": 0.0, "noise": 9.0})
    _, done = learn(perfect, FOLDS, UNSEEN, [], "own")
    assert not done.kept
    assert done.ranker == "perfect"


def test_what_a_score_promises_stays_as_it_was():
    every = [each for fold in FOLDS for each in fold]
    own = adapt(BASE, every, [], "own")
    said = [sum(float(ranker.probabilities(each.features).sum()) for each in every) for ranker in (BASE, own)]
    assert said[0] == pytest.approx(said[1], rel=0.05)


def test_dismissed_suggestions_lower_what_they_have_in_common():
    values = {"near": np.array([0.9, 0.1], np.float32), "noise": np.array([0.1, 0.9], np.float32)}
    said = [Example(str(at), "verdicts", values, np.array([False, True]), 1) for at in range(40)]
    own = adapt(BASE, FOLDS[0], said, "own")
    alone = adapt(BASE, FOLDS[0], [], "own")
    assert own.weights["near"] < alone.weights["near"]


def test_resamples_tell_sure_gains_from_chance():
    gains = np.array([0.1, 0.2, 0.1, 0.3, 0.2, 0.1])
    assert better(gains, np.zeros(6)) == 1
    assert 0.2 < better(np.array([0.5, -0.5, 0.1, -0.1]), np.zeros(4)) < 0.8


def test_gain_is_one_where_all_links_stand_first():
    told = Example("a", "kept", {"near": np.array([3, 2, 1], np.float32)}, np.array([True, True, False]), 2)
    assert gain(told, told.features["near"]) == 1
    assert by_source([told, replace(told, regime="removed")], Ranker("n", 0, {"near": 1.0}), gain).tolist() == [1]


def test_the_last_verdict_on_a_suggestion_teaches(garden: Service):
    known = garden.suggestions(1, 1).items
    first, second = known[0].target_id, known[1].target_id
    said = [Verdict(1, first, "dismissed"), Verdict(1, second, "dismissed"), Verdict(1, first, "accepted")]
    (taught,) = of_verdicts(garden, 1, said, garden.rankers.bundled)
    assert sorted(taught.linked.tolist()) == [False, True]


def test_a_whole_site_is_trained_on_and_its_ranker_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("suggester.evaluate.own_ranker.NEEDED", 25)
    monkeypatch.setattr("suggester.evaluate.own_ranker.MOST", 12)
    monkeypatch.setattr("suggester.evaluate.own_ranker.FOLDS", 2)
    service = serve(tmp_path, orchard())
    service.add_verdict(1, Verdict(1, service.suggestions(1, 1).items[0].target_id, "accepted"))
    done = train(service, 1)
    assert done.learned.posts == 12
    assert done.held_out.posts == sum(each.name == HELD_OUT and each.sources for each in evaluate(service, 1).parts)
    assert service.meta(1).ranker == done.ranker
    assert (service.store.shelf.find(1, "ranker") is not None) is done.kept
    with service.store.lock(1, "train"), pytest.raises(SyncRunning, match="A train"):
        train(service, 1)
    service.close()


def test_an_own_ranker_serves_until_it_is_forgotten_or_the_bundled_one_changes(few: Service, tmp_path: Path):
    bundled = few.rankers.bundled
    card = RankerFile("own-1", 0.0, {"words": 1.0}, {}, "", "", {}, {})
    few.rankers.keep(1, card)
    assert few.meta(1).ranker == few.status(1).ranker == "own-1"
    few.rankers.bundled = replace(bundled, bias=bundled.bias + 1)
    assert few.rankers.card(1) is None
    few.rankers.bundled = bundled
    assert few.rankers.forget(1)
    assert not few.rankers.forget(1)
    assert few.meta(1).ranker == bundled.id


def test_a_site_that_is_forgotten_leaves_nothing_behind(counted, tmp_path: Path):
    service = serve(tmp_path, orchard()[:2])
    service.rankers.keep(1, RankerFile("own-1", 0.0, {"words": 1.0}, {}, "", "", {}, {}))
    kept.keep(FolderShelf(tmp_path), 1, counted)
    service.remove_site(1)
    assert not [each for name in ("rankers", "evaluations") for each in (tmp_path / name).iterdir()]
    service.close()


def test_links_are_found_once_for_all(garden: Service):
    assert {len(links) for links in find_links(garden, 1).values()} == {LINKS}
