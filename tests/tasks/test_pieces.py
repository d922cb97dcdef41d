"""The index of a site, brought up to date from what is kept of its posts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suggester.engine.build import build
from suggester.engine.index import Index
from suggester.engine.pieces import Gatherer
from suggester.store import Store
from suggester.tasks.embed import Tally
from suggester.tasks.index import is_current, stored
from suggester.tasks.pieces import bring_up_to_date, kept_pieces
from suggester.tasks.progress import SILENT
from tests.engine.test_pieces import same
from tests.toys import LetterEncoder
from tests.toys_source import HOME, toy_post

POSTS = [
    toy_post(number, f"<p>Post {number} of the garden: see <a href='/post-{number + 1}/'>the next bed</a> there.</p>")
    for number in range(1, 31)
]


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "suggester.db")
    opened.add_site(HOME, HOME, lang="en")
    opened.put_posts(1, POSTS)
    yield opened
    opened.close()


def renewed(store: Store, encoder: LetterEncoder | None = None, *, anew: bool = False):
    return bring_up_to_date(store, 1, encoder, SILENT, Tally(), anew=anew)


def built_anew(store: Store, encoder_id: str) -> Index:
    return build(store.site(1).entity, stored(store, 1, encoder_id), encoder_id)


def change(store: Store) -> None:
    store.delete_posts(1, [3, 17])
    store.put_posts(1, [toy_post(40), replace(POSTS[4], slug="fifth", url=f"{HOME}/fifth/", title="Fifth, renamed")])


@pytest.mark.parametrize("encoder", [None, LetterEncoder()], ids=["words", "vectors"])
def test_only_what_changed_is_read_and_the_index_is_the_one_that_all_would_give(store, encoder):
    assert renewed(store, encoder).read == 30
    change(store)
    done = renewed(store, encoder)
    assert done.read == 2
    assert same(done.index, built_anew(store, encoder.id if encoder else "")) == []
    assert is_current(store, 1, encoder.id if encoder else "")


def test_with_a_sample_of_a_large_site_it_is_the_same_index_too(store, monkeypatch):
    monkeypatch.setattr("suggester.engine.pieces.SAMPLED_POSTS", 8)
    renewed(store)
    change(store)
    done = renewed(store)
    assert 2 <= done.read < 15
    assert 8 <= done.pieces.sampled.sum() < 25
    assert same(done.index, built_anew(store, "")) == []


def test_what_is_kept_comes_back_whole(store):
    done = renewed(store, LetterEncoder())
    kept = kept_pieces(store, 1, done.index)
    assert kept is not None
    assert (kept.facts, kept.words, kept.counted.values.tolist()) == (
        done.pieces.facts,
        done.pieces.words,
        done.pieces.counted.values.tolist(),
    )


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_stop_while_files_are_written_costs_nothing_but_time(store, monkeypatch, left):
    renewed(store)
    change(store)
    put, calls = store.shelf.put, iter(range(9))

    def stopped(site_id, kind):
        if next(calls) == left:
            raise KeyboardInterrupt
        return put(site_id, kind)

    monkeypatch.setattr(store.shelf, "put", stopped)
    with pytest.raises(KeyboardInterrupt):
        renewed(store)
    monkeypatch.undo()
    done = renewed(store)
    assert same(done.index, built_anew(store, "")) == []


@pytest.mark.parametrize(
    ("lang", "encoder"), [("de", None), ("en", LetterEncoder())], ids=["another language", "another encoder"]
)
def test_all_is_read_anew_where_it_would_be_read_otherwise(store, lang, encoder):
    renewed(store)
    store.update_site(1, lang=lang)
    assert renewed(store, encoder).read == 30


def test_a_post_that_changes_while_it_is_read_is_read_again_next_time(store, monkeypatch):
    add = Gatherer.add

    def slow(gatherer, reading, hashed, sampled):
        if reading.post.id == 5:
            store.put_posts(1, [replace(POSTS[4], title="Meanwhile")])
        add(gatherer, reading, hashed, sampled)

    monkeypatch.setattr(Gatherer, "add", slow)
    renewed(store)
    monkeypatch.undo()
    assert renewed(store).index.card(5).title == "Meanwhile"
