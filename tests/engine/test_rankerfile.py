"""The ranker's file: given back as it was written, refused where it is something else."""

from __future__ import annotations

import json

import pytest

from suggester.engine.analysis import analyse
from suggester.engine.candidates import find
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET
from suggester.engine.rankerfile import FILE_NAME, RankerFile, bundled, home
from suggester.errors import ModelMissing, ModelOutdated
from tests.engine.garden import draft, garden

SMALL = RankerFile(
    id="small-1",
    bias=-2.5,
    weights={"words": 1.5, "newer": -0.5},
    curve={"low": 0.9, "high": 0.3, "shift": -0.2},
    trained_on="2 sites, 7 posts",
    made="by hand",
    measured={"R@10/all kept": {"one": 0.5, "mean": 0.5}},
    calibration={"method": "none"},
)
CARD = {"format": 2, "id": "x", "bias": 1, "weights": {}, "curve": {}, "trained_on": "", "made": "", "measured": {},
        "calibration": {}}  # fmt: skip


def test_it_is_read_as_it_was_written(tmp_path):
    SMALL.save(tmp_path / "new" / FILE_NAME)
    assert RankerFile.load(tmp_path / "new" / FILE_NAME) == SMALL
    assert bundled(tmp_path / "new") == SMALL.ranker
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE_NAME]


def test_the_card_that_the_broken_ones_are_made_of_is_whole(tmp_path):
    (tmp_path / FILE_NAME).write_text(json.dumps(CARD))
    assert bundled(tmp_path).id == "x"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "\0",
        json.dumps({"format": 0}),
        json.dumps({"format": 2, "id": "x"}),
        json.dumps({**CARD, "bias": "1"}),
        json.dumps({**CARD, "weights": {"a": float("nan")}}),
        json.dumps({**CARD, "curve": {"low": float("inf")}}),
        json.dumps({**CARD, "curve": {"middle": 1.0}}),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_and_the_weights_set_by_hand_serve(text, tmp_path):
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(ModelOutdated, match="train it anew"):
        RankerFile.load(tmp_path / FILE_NAME)
    assert bundled(tmp_path) is HAND_SET


def test_a_missing_file_says_so_and_the_weights_set_by_hand_serve(tmp_path):
    with pytest.raises(ModelMissing, match="train it anew"):
        RankerFile.load(tmp_path / FILE_NAME)
    assert bundled(tmp_path) is HAND_SET


def test_the_ranker_that_comes_along_knows_only_features_that_candidates_have():
    index = garden()
    candidates = find(analyse(draft("<p>Drip irrigation.</p>"), index, None), index, Policy(), ())
    ranker = bundled()
    assert ranker is not HAND_SET
    assert set(ranker.weights) <= set(candidates.features)


def test_its_card_says_what_it_is_worth_and_how_honest_it_is():
    card = RankerFile.load(home() / FILE_NAME)
    assert card.measured["R@10/all kept"]["mean"] > 0.82
    assert card.measured["R@10/all removed"]["mean"] > 0.735
    bands = card.calibration["bands"]
    assert sum(band["candidates"] * abs(band["said"] - band["true"]) for band in bands) < 0.01 * sum(
        band["candidates"] for band in bands
    )
