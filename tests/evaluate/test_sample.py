"""Drawing suggestions at random, each in the paragraph that an editor would look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from suggester.entities import Anchor, Suggestion
from suggester.errors import SiteUnread
from suggester.evaluate import sample
from suggester.evaluate.sample import Piece, draw, in_context
from suggester.tasks.service import Service
from tests.tasks.conftest import Bar
from tests.toys_source import toy_post

from .orchard import TITLES, serve


def pairs(drawn: sample.Sample) -> list[tuple[int, int]]:
    return [(each.suggestion.source_id, each.suggestion.target_id) for each in drawn.items]


@pytest.fixture(autouse=True)
def of_a_large_site(monkeypatch: pytest.MonkeyPatch):
    """Of the 48 posts, at most 12 are asked."""
    monkeypatch.setattr(sample, "MOST_ASKED", 12)


def test_the_same_seed_draws_the_same_suggestions_and_another_draws_others(garden: Service):
    first, again, other = (draw(garden, 1, 10, seed) for seed in (3, 3, 4))
    assert pairs(first) == pairs(again) != pairs(other)
    assert len(set(pairs(first))) == 10


def test_only_what_is_shown_unasked_is_drawn_and_it_is_said_from_how_many(garden: Service):
    drawn = draw(garden, 1, 1_000, 0)
    sources = {source for source, _ in pairs(drawn)}
    shown = {(each, item.target_id) for each in sources for item in garden.suggestions(1, each).items if item.shown}
    assert set(pairs(drawn)) == shown
    assert (drawn.posts, drawn.asked, drawn.shown) == (48, 12, len(shown))
    assert (drawn.least_score, drawn.made) == (0.0, garden.meta(1))


def test_the_paragraph_marks_the_anchor_and_the_links_that_stand_there(garden: Service):
    each = draw(garden, 1, 1, 0).items[0]
    words = [piece.text for piece in each.paragraph if piece.kind == "anchor"]
    assert words == [each.suggestion.anchor.text]
    assert each.begins.startswith(TITLES[each.target.id])
    assert each.source.id == each.suggestion.source_id


def test_words_that_stand_twice_are_marked_where_they_are_meant(tmp_path: Path):
    text = '<h2>On figs</h2><p>A fig, then <a href="/x/">a link</a>, then a fig.</p>'
    service = serve(tmp_path, [toy_post(1, text), toy_post(2, f"<p>{'One sentence of it. ' * 40}</p>")])
    item = Suggestion(1, 2, Anchor("fig", "then a link, then a ", ".", 1), 0.5, True)
    shown = in_context(service, 1, item)
    assert shown.heading == "On figs"
    assert shown.paragraph == (
        Piece("A fig, then "),
        Piece("a link", "link"),
        Piece(", then a "),
        Piece("fig", "anchor"),
        Piece("."),
    )
    assert shown.begins.endswith("One sentence of it.")
    assert sample.BEGINNING <= len(shown.begins) < sample.BEGINNING + 40
    service.close()


def test_a_site_without_published_posts_has_nothing_to_judge(tmp_path: Path):
    service = serve(tmp_path, [])
    with pytest.raises(SiteUnread, match="run `suggester sync`"):
        draw(service, 1, 10)
    service.close()


def test_progress_counts_the_posts_asked(garden: Service, bar: Bar):
    draw(garden, 1, 5, 0, bar)
    assert bar.told == [("suggest", 12, 12)]
