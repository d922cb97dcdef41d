"""The weights that choose anchors, as a file."""

from __future__ import annotations

import json

import pytest

from suggester.engine.anchor_features import NAMES, OWN, TOWARD
from suggester.engine.anchor_model import HAND_SET, AnchorModel, bundled
from suggester.errors import ModelOutdated


def test_a_saved_model_is_read_back(tmp_path):
    model = AnchorModel({"one": -1.5}, {"bias": 0, "share": 1, "score": 0}, "3 links of 2 sites", {"mean": 0.5})
    model.save(tmp_path / "anchors" / "weights.json")
    assert AnchorModel.load(tmp_path / "anchors" / "weights.json") == model
    assert [path.name for path in (tmp_path / "anchors").iterdir()] == ["weights.json"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 0}', '{"format": 1, "colour": "red"}', "\0"])
def test_what_is_no_model_of_this_format_is_refused(tmp_path, text):
    path = tmp_path / "weights.json"
    path.write_text(text)
    with pytest.raises(ModelOutdated, match=r"weights\.json is of another format"):
        AnchorModel.load(path)


def test_the_model_that_comes_with_the_program_knows_all_features_and_says_where_it_is_from():
    model = bundled()
    assert set(model.weights) == set(NAMES)
    assert "sites" in model.trained_on
    assert model.figures["mean"] > 0.3


def test_weights_stand_in_the_order_of_the_features():
    vector = AnchorModel({NAMES[2]: 7.0, "unknown": 1.0}, HAND_SET.sure, "").vector()
    assert (vector[2], vector.sum(), len(vector)) == (7, 7, len(OWN) + len(TOWARD))


def test_a_larger_share_is_surer():
    sure = [HAND_SET.certainty(share, 3.0) for share in (0.01, 0.1, 0.5, 1.0)]
    assert sure == sorted(sure)
    assert 0 < sure[0] < sure[-1] < 1


def test_the_hand_set_weights_are_of_features_there_are():
    assert set(HAND_SET.weights) <= set(NAMES)
    assert json.dumps(dict(HAND_SET.weights))
