"""Which queries count like titles."""

from __future__ import annotations

import pytest

from suggester.entities import Query
from suggester.imports.keywords import OF_A_POST, keywords

GOOGLE = "google_queries"


def chosen(*queries: Query) -> list[tuple[str, int | None]]:
    return [(rule.phrase, rule.post) for rule in keywords(queries)]


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        (Query("feed a starter", 1, 3, 60, 7.5, GOOGLE), True),
        (Query("feed a starter", 1, 0, 60, None, GOOGLE), True),
        (Query("feed a starter", 1, 0, 9, 7.5, GOOGLE), False),  # too rare
        (Query("feed a starter", 1, 0, 60, 20.5, GOOGLE), False),  # too far down
        (Query("starter", 1, 3, 600, 1, GOOGLE), False),  # one word
        (Query("feed a starter", None, 3, 60, 7.5, GOOGLE), False),  # of no post
        (Query("site:blog.example feed", 1, 3, 60, 7.5, GOOGLE), False),
        (Query("blog.example.com starter", 1, 3, 60, 7.5, GOOGLE), False),
        (Query("x " * 60, 1, 3, 60, 7.5, GOOGLE), False),
        (Query("天然酵母", 1, 3, 60, 7.5, GOOGLE), True),
        (Query("酵母", 1, 3, 60, 7.5, GOOGLE), False),
        (Query("feed a starter", 1, kind="table_queries"), True),  # the owner says so
        (Query("feed a starter", 1, kind="ahrefs_opportunities"), True),
        (Query("feed a starter", 1, kind="ahrefs_keywords"), False),
    ],
)
def test_a_query_counts_where_it_tells_of_its_post(query: Query, counts: bool):
    assert bool(chosen(query)) is counts


def test_a_query_belongs_to_the_post_that_most_are_shown():
    clear = (Query("rye bread", 1, 0, 100, 5, GOOGLE), Query("Rye bread", 2, 0, 40, 5, GOOGLE))
    assert chosen(*clear) == [("rye bread", 1)]
    assert chosen(Query("rye bread", 1, 0, 50, 5, GOOGLE), Query("rye bread", 2, 0, 50, 5, GOOGLE)) == []


def test_a_post_has_so_many_at_most_and_the_most_shown_go_first():
    many = [Query(f"rye bread {number}", 1, 0, 10 + number, 5, GOOGLE) for number in range(30)]
    found = chosen(*many)
    assert len(found) == OF_A_POST
    assert found[0] == ("rye bread 29", 1)


def test_a_keyword_says_which_tool_told_it():
    (rule,) = keywords([Query("feed a starter", 1, 3, 60, 7.5, GOOGLE)])
    assert (rule.kind, rule.by, rule.any_case, rule.inflected) == ("keyword", "Google Search Console", True, True)
