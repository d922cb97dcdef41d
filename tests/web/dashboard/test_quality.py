"""The page that says how good the suggestions are on this very site."""

from __future__ import annotations

import pytest

from suggester.engine.rankerfile import RankerFile
from suggester.evaluate import kept
from suggester.evaluate.figures import Band
from suggester.evaluate.own_site import Evaluation, Part
from suggester.tasks.service import Service

from .conftest import Owner

OURS = {"R@10/all": 0.812, "R@10": 0.9, "hit@1": 0.5, "nDCG@10": 0.7, "place": 0.6}
SHOWN = {"shown a source": 1.5, "shown recall": 0.4, "shown precision": 0.55}
FIGURES = {"ours": OURS | SHOWN, "tfidf": {"R@10/all": 0.61}, "same_tag": {"R@10/all": 0.33}}
PART = Part("hidden", 8, 12, FIGURES, [Band(0.0, 30, 0.02, 0.01), Band(0.9, 4, 0.95, 0.75)])
FOUND = Evaluation("https://blog.example", "letters", "trained-1", False, 0.1, False, 0.2, 0, 48, 40, 96, [PART])
CARD = RankerFile(
    id="own-2026-11-21",
    bias=-1.0,
    weights={"words": 1.0},
    curve={},
    trained_on="80 posts of this site",
    made="",
    measured={"bundled, held out": {"nDCG@10": 0.5}, "own, held out": {"nDCG@10": 0.625}},
    calibration={},
)


def test_before_anything_was_counted_the_page_says_how(owner: Owner):
    page = owner.page("quality")
    assert "Not counted yet" in page
    assert "suggester evaluate" in page
    assert "the one that comes with the program" in page


def test_the_last_evaluation_stands_beside_simpler_tools(owner: Owner, service: Service):
    kept.keep(service.store.shelf, 1, FOUND)
    page = owner.page("quality")
    assert "Among the first ten suggestions are 81 % of the links that authors had set" in page
    assert "(TF-IDF cosine 61 %, same tag 33 %)" in page
    assert "at least 55 % of what is shown is right" in page
    assert "ranker trained-1; shown from a score of 0.1 on; share 0.2; seed 0" in page
    assert page.index("from 0.9") < page.index("from 0.0")


def test_a_ranker_of_the_sites_own_is_named_with_both_figures(owner: Owner, service: Service):
    service.rankers.keep(1, CARD)
    page = owner.page("quality")
    assert "own-2026-11-21" in page
    assert page.index("0.500") < page.index("0.625")


@pytest.mark.parametrize("here", ["overview", "quality"])
def test_the_menu_leads_there(owner: Owner, here: str):
    path = "" if here == "overview" else here
    assert '/dashboard/1/quality"' in owner.page(path)
