"""Orphans: posts that no other post's body links to."""

from __future__ import annotations

import pytest

from suggester.graph.orphans import orphans
from tests.engine.garden import index_of, post


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([], ()),
        ([post(1, "Alone")], (1,)),
        ([post(1, "One", "<p><a href='/2/'>two</a></p>"), post(2, "Two")], (1,)),
        ([post(1, "One", "<p><a href='/1/'>myself</a></p>")], (1,)),
        ([post(1, "One", "<p><a href='/2/'>two</a></p>"), post(2, "Two", "<p><a href='/1/'>one</a></p>")], ()),
        ([post(9, "Nine"), post(4, "Four"), post(7, "Seven")], (4, 7, 9)),
        ([post(1, "One", "<h2><a href='/2/'>two</a></h2>"), post(2, "Two")], (1,)),
        ([post(1, "One", "<p><a href='https://other.example/2/'>two</a></p>"), post(2, "Two")], (1, 2)),
    ],
)
def test_posts_that_no_other_post_links_to_are_orphans(posts, expected):
    assert orphans(index_of(posts)) == expected


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"status": "private"}, {"protected": True}, {"noindex": True}])
def test_what_may_not_be_linked_to_is_no_orphan(hidden):
    assert orphans(index_of([post(1, "One"), post(2, "Two", **hidden)])) == (1,)


@pytest.mark.parametrize(
    ("status", "expected"), [("publish", (1,)), ("draft", (2,)), ("private", (2,)), ("future", (2,))]
)
def test_links_that_readers_cannot_see_save_no_orphan(status, expected):
    linking = post(1, "One", "<p><a href='/2/'>two</a></p>", status=status)
    assert orphans(index_of([linking, post(2, "Two")])) == expected
