from __future__ import annotations

from dataclasses import replace

import pytest

from suggester.tasks.digest.findings import MOST, Finding, Gathering, cut

from .conftest import event


def gathered(*events):
    gathering = Gathering()
    gathering.take(replace(each, id=number) for number, each in enumerate(events, 1))
    return gathering


@pytest.mark.parametrize(
    ("events", "counts"),
    [
        ([], {}),
        ([event("appeared"), event("broken"), event("orphaned")], {"broken": 1, "orphaned": 1, "appeared": 1}),
        ([event("appeared"), event("died")], {}),
        ([event("died"), event("appeared")], {}),
        ([event("appeared"), event("died"), event("appeared")], {"appeared": 1}),
        ([event("appeared"), event("appeared")], {"appeared": 1}),
        ([event("appeared", 1, 2), event("died", 2, 1)], {"appeared": 1, "died": 1}),
        ([event("orphaned", None), event("linked", 7)], {}),
        ([event("orphaned", None), event("linked", 7, 3)], {"orphaned": 1, "linked": 1}),
        ([event("broken", href="/a/"), event("broken", href="/a/"), event("broken", href="/b/")], {"broken": 2}),
        ([event("appeared"), event("broken")], {"broken": 1, "appeared": 1}),
    ],
)
def test_what_cancels_out_is_not_told(events, counts):
    assert gathered(*events).counts() == counts


def test_the_most_urgent_comes_first_and_of_suggestions_the_surest():
    found = gathered(
        event("appeared", 1, 2, score=0.3), event("appeared", 1, 3, score=0.9), event("orphaned", None), event("broken")
    )
    assert found.best() == [4, 3, 2, 1]


def test_however_much_there_is_only_the_best_are_named():
    found = gathered(*(event("appeared", 1, number, score=number / 100) for number in range(100)))
    assert (found.counts(), len(found.best())) == ({"appeared": 100}, MOST["appeared"])
    assert found.best()[0] == 100


def test_a_finding_has_a_bounded_length():
    long = "word " * 1000
    found = Finding.of(event("broken", source=long, href=long, why=long, anchor=long, source_url=long))
    assert max(map(len, (found.source, found.href, found.why, found.anchor, found.source_url))) <= 500


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("short", "short"),
        ("two\n  lines", "two lines"),
        ("half \ud83d", "half ?"),
        ("a\x00b\x1b[1m", "a b [1m"),
        ("cut at a word", "cut at a…"),
        ("unbreakable-word", "unbreakab…"),
    ],
)
def test_a_text_is_cut_at_a_word(text, short):
    assert cut(text, 10) == short
