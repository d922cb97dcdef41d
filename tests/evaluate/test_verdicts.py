"""Counting what people said: precision with its interval, and by score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suggester.errors import ConfigError
from suggester.evaluate.verdicts import Judged, bare, precision, read, reliability, wilson

HEAD = {"format": 1, "site": {"url": "https://blog.example"}, "meta": {"ranker": "r1"}, "seed": 3}
SAVED = HEAD | {
    "verdicts": [
        {"source_id": 1, "target_id": 2, "block": 0, "score": 0.91, "verdict": "accepted"},
        {"source_id": 1, "target_id": 3, "block": 4, "score": 0.2, "verdict": "dismissed"},
        {"source_id": 2, "target_id": 3, "block": 1, "score": 0.5, "verdict": ""},
    ]
}
WRITTEN = HEAD | {
    "suggestions": [
        {"source_id": 1, "target": {"id": 2, "title": "Secret"}, "block": 0, "score": 0.91, "verdict": "a"},
        {"source_id": 1, "target": {"id": 3, "title": "Words"}, "block": 4, "score": 0.2, "verdict": "Reject"},
        {"source_id": 2, "target": {"id": 3, "title": "Here"}, "block": 1, "score": 0.5, "verdict": ""},
    ]
}


def judged(*accepted: bool, score: float = 0.5) -> list[Judged]:
    return [Judged(1, 2, score, each) for each in accepted]


def kept(folder: Path, told: object) -> Path:
    file = folder / "verdicts.json"
    file.write_text(told if isinstance(told, str) else json.dumps(told))
    return file


@pytest.mark.parametrize("told", [SAVED, WRITTEN])
def test_a_file_is_one_that_the_page_saved_or_a_sample_with_verdicts_written_in(tmp_path: Path, told: dict):
    found = read(kept(tmp_path, told))
    assert (found.site, found.ranker, found.drawn) == ("https://blog.example", "r1", 3)
    assert found.judged == (Judged(1, 2, 0.91, True), Judged(1, 3, 0.2, False))


def test_a_bare_file_holds_no_text_of_the_site(tmp_path: Path):
    assert bare(kept(tmp_path, WRITTEN)) == SAVED


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[]",
        "{}",
        {**SAVED, "format": 2},
        HEAD,
        HEAD | {"verdicts": [{"verdict": "perhaps"}]},
        HEAD | {"verdicts": 7},
    ],
)
def test_what_is_no_verdict_file_is_named_with_what_to_do(tmp_path: Path, told: object):
    file = kept(tmp_path, told)
    for take in (read, bare):
        with pytest.raises(ConfigError, match=r"verdicts\.json is no verdict file .* save one on the page"):
            take(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("times", "count", "low", "high"),
    [(0, 0, 0, 1), (80, 100, 0.711, 0.867), (10, 10, 0.722, 1), (0, 10, 0, 0.278), (1, 2, 0.095, 0.905)],
)
def test_wilsons_interval_is_honest_where_there_are_few(times: int, count: int, low: float, high: float):
    assert wilson(times, count) == pytest.approx((low, high), abs=5e-4)


def test_precision_is_the_share_accepted():
    found = precision(judged(True, True, False))
    assert (found.judged, found.accepted, found.share) == (3, 2, pytest.approx(2 / 3))
    assert precision([]).share == 0


def test_each_band_says_what_was_said_and_what_was_accepted():
    every = [*judged(True, False, score=0.15), *judged(True, score=0.19), *judged(True, score=1.0)]
    low, high = reliability(every)
    assert (low.least, low.most, low.said) == (0.1, 0.2, pytest.approx(0.49 / 3))
    assert (low.found.judged, low.found.accepted) == (3, 2)
    assert (high.least, high.most, high.found.accepted) == (0.9, 1.0, 1)
