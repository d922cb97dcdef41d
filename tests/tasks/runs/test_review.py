"""A run under review: its edits are found, chosen, put on other words, looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suggester.entities import Edit, EditFilter, NewText, Reason
from suggester.errors import (
    AnchorMissing,
    RequestError,
    RunRefused,
    UnknownRun,
)
from tests.toys_source import HOME

from .conftest import POSTS, anchor, suggestion


def test_a_plan_becomes_a_run_under_review(service, planned):
    weak = replace(suggestion(2, 3), shown=False)
    run = planned(suggestion(1, 2, reasons=(Reason("orphan", "Nobody links to it."),)), weak)
    assert (run.state, run.kind, run.title, run.counts) == ("planned", "orphans", "Repair", {"waiting": 2, "chosen": 1})
    assert (run.orphans_before, run.orphans_after) == (5, 1)
    total, (first,) = service.edits(1, run.id, limit=1, sort="id")
    assert total == 2
    assert first == Edit(
        id=1,
        run_id=run.id,
        source_id=1,
        target_id=2,
        kind="insert",
        anchor=anchor(1),
        href=f"{HOME}/post-2/",
        score=0.9,
        sentence="We feed the sourdough starter of post 1 every day.",
        reasons=(Reason("orphan", "Nobody links to it."),),
    )


def test_posts_that_went_while_a_plan_was_made_are_left_out_of_its_run(service, planned):
    new_text = replace(suggestion(5, 6), anchor=None, new_text=NewText("See how to keep it.", "keep it", 0))
    service.store.delete_posts(1, [3, 5])
    run = planned(suggestion(1, 2), suggestion(2, 3), suggestion(3, 4), new_text)
    assert [(each.source_id, each.target_id) for each in service.edits(1, run.id)[1]] == [(1, 2)]


@pytest.mark.parametrize(
    ("wanted", "sources"),
    [
        ({"source_id": 3}, [3]),
        ({"target_id": 3}, [2]),
        ({"least_score": 0.95}, [4]),
        ({"chosen": False}, [5]),
        ({"state": "applied"}, []),
        ({"text": "STARTER OF POST 6"}, [6]),
        ({"text": "post 1", "source_id": 9}, [9]),  # title of its target
        ({"text": "%"}, []),
        ({"sort": "source", "offset": 10}, [11, 12]),
    ],
)
def test_edits_are_found_by_what_one_looks_for(service, planned, wanted, sources):
    items = {number: suggestion(number, number % POSTS + 1) for number in range(1, POSTS + 1)}
    items |= {4: replace(items[4], score=0.97), 5: replace(items[5], shown=False)}
    run = planned(*items.values())
    total, found = service.edits(1, run.id, **wanted)
    assert [each.source_id for each in found] == sources
    assert total == len(sources) + wanted.get("offset", 0)


def test_many_edits_are_chosen_at_once(service, planned):
    run = planned()
    assert service.choose(1, run.id, EditFilter(), chosen=False) == POSTS
    assert service.choose(1, run.id, [1, 2, 999]) == 2
    assert service.run(1, run.id).counts == {"waiting": POSTS, "chosen": 2}


def test_what_is_not_chosen_is_not_dismissed_unless_a_person_says_so(service, planned):
    run = planned()
    service.choose(1, run.id, [1, 2], chosen=False)
    assert service.dismiss(1, run.id, [2, 3, 999]) == 2
    assert [(each.source_id, each.target_id, each.verdict) for each in service.store.verdicts(1)] == [
        (2, 3, "dismissed"),
        (3, 4, "dismissed"),
    ]
    assert [each.id for each in service.edits(1, run.id, chosen=False, sort="id")[1]] == [1, 2, 3]


def test_an_edit_can_be_put_on_other_words_that_stand_there(service, planned):
    run = planned()
    fresh = service.change_anchor(1, 3, anchor(3, "feed"))
    assert (fresh.anchor.text, fresh.sentence) == ("feed", "We feed the sourdough starter of post 3 every day.")
    assert service.edit(1, 3) == fresh
    with pytest.raises(AnchorMissing):
        service.change_anchor(1, 4, anchor(3, "feed"))
    assert service.edits(1, run.id, source_id=4)[1][0].anchor == anchor(4)


def test_a_preview_shows_the_text_before_and_after(service, planned):
    planned()
    shown = service.preview(1, 3)
    assert [(each.text, each.href, each.changed) for each in shown.after] == [
        ("We feed the ", "", False),
        ("sourdough starter", f"{HOME}/post-4/", True),
        (" of post 3 every day.", "", False),
    ]
    assert [each.href for each in shown.before] == ["", "", ""]
    assert shown.problem == ""


def test_a_preview_says_what_is_in_the_way(service, planned, toy):
    planned()
    service.store.put_posts(1, [replace(toy.here[3], content="<p>Something else.</p>")])
    shown = service.preview(1, 3)
    assert "is not as it was" in shown.problem
    assert "".join(each.text for each in shown.after) == "We feed the sourdough starter of post 3 every day."


def test_runs_and_edits_of_other_sites_are_not_found(service, planned):
    planned()
    other = service.store.add_site("https://other.example", "https://other.example")
    for ask in (lambda: service.run(other, 1), lambda: service.edit(other, 1), lambda: service.edits(other, 1)):
        with pytest.raises(UnknownRun):
            ask()


def test_only_a_run_that_was_never_started_can_be_forgotten(service, planned, apply):
    run = planned()
    service.delete_run(1, run.id)
    assert service.runs(1) == []
    applied = apply(planned())
    with pytest.raises(RunRefused, match="undo it"):
        service.delete_run(1, applied.id)


@pytest.mark.parametrize(("kind", "sort"), [("other", "score"), ("orphans", "colour")])
def test_unknown_words_are_named(service, kind, sort):
    with pytest.raises(RequestError, match="other|colour"):
        service.edits(1, service.make_run(1, [], kind).id, sort=sort)
