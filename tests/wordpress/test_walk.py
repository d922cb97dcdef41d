from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.wordpress.walk import Slice, walk


class Shelf:
    """A list of ids from which things vanish between two looks."""

    def __init__(self, ids, vanish=(), order=sorted):
        self.ids = set(ids)
        self.vanish = list(vanish)
        self.order = order
        self.looks = 0

    def fetch(self, offset, size):
        self.looks += 1
        now = self.order(self.ids)
        if self.vanish:
            self.ids -= self.vanish.pop(0)
        return Slice([(key, key) for key in now[offset : offset + size]], len(now) if offset < len(now) else 0)


def given_by(shelf, size=5, **where):
    return [key for step in walk(shelf.fetch, size, **where) for key in step.items]


def test_a_quiet_list_is_given_once_and_in_order():
    assert given_by(Shelf(range(1, 24))) == list(range(1, 24))


def test_an_empty_list_gives_nothing():
    assert given_by(Shelf([])) == []


@settings(max_examples=300, deadline=None)
@given(
    ids=st.sets(st.integers(1, 60), max_size=50),
    vanish=st.lists(st.sets(st.integers(1, 60), max_size=12), max_size=12),
    size=st.integers(2, 9),
)
def test_whatever_vanishes_the_rest_is_given_exactly_once(ids, vanish, size):
    shelf = Shelf(ids, vanish)
    found = given_by(shelf, size)
    assert shelf.ids <= set(found) <= ids
    assert len(found) == len(set(found))


@given(ids=st.sets(st.integers(1, 99), max_size=50), size=st.integers(2, 9), stop=st.integers(0, 12))
def test_a_walk_can_be_taken_up_behind_any_step(ids, size, stop):
    steps = list(walk(Shelf(ids).fetch, size))[: stop + 1]
    begun = [key for step in steps for key in step.items]
    where = {"last": steps[-1].last, "offset": steps[-1].offset} if steps else {}
    assert begun + given_by(Shelf(ids), size, **where) == sorted(ids)


def test_a_walk_taken_up_after_many_went_away_finds_its_place():
    assert given_by(Shelf(range(50, 100)), size=5, last=60, offset=60) == list(range(61, 100))


def test_a_list_that_a_plugin_keeps_in_its_own_order_is_given_whole():
    shelf = Shelf(range(1, 24), order=lambda ids: sorted(ids, key=lambda key: (key % 3, key)))
    assert set(given_by(shelf)) == set(range(1, 24))


def test_a_list_without_totals_ends_where_nothing_comes():
    shelf = Shelf(range(1, 24))

    def fetch(offset, size):
        piece = shelf.fetch(offset, size)
        return Slice(piece.items, None if len(piece.items) > 1 else 0)

    assert [key for step in walk(fetch, 5) for key in step.items] == list(range(1, 24))
    assert shelf.looks < 10
