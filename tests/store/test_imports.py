"""What was imported, kept on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from suggester.entities import Import, PostNumbers, Query
from suggester.errors import UnknownImport
from suggester.store import Store

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(address, tmp_path / "data")
    opened.add_site("https://blog.example", "https://blog.example")
    yield opened
    opened.close()


def made(kind: str, *files: str) -> Import:
    return Import(0, 1, kind, files or ("Pages.csv",), AT, 3, 0, unresolved=1, examples=("/gone/",), notes=("A note.",))


def test_an_import_is_kept_with_what_it_says(store: Store):
    kept = store.put_import(
        made("google_pages"),
        [PostNumbers(1, clicks=4, impressions=90, position=7.5), PostNumbers(2, impressions=10)],
        [Query("feed a starter", 1, 3, 60, 5.5), Query("rye", None, 0, 70, 12)],
    )
    assert (kept.files, kept.at, kept.rows, kept.posts, kept.queries) == (("Pages.csv",), AT, 3, 2, 2)
    assert (kept.unresolved, kept.examples, kept.notes) == (1, ("/gone/",), ("A note.",))
    assert store.imports(1) == [kept]
    assert store.imported_posts(1)["google_pages"][0] == PostNumbers(1, clicks=4, impressions=90, position=7.5)
    assert [each.query for each in store.queries(1)] == ["rye", "feed a starter"]
    assert store.queries(1, 1) == [Query("feed a starter", 1, 3, 60, 5.5, "google_pages")]


def test_a_later_import_of_the_same_kind_takes_the_place_of_the_former(store: Store):
    store.put_import(made("google_pages"), [PostNumbers(1, impressions=90)], [Query("rye", 1)])
    before = store.imports_stamp(1)
    later = replace(made("google_pages", "newer.csv"), at=AT + timedelta(days=1))
    store.put_import(later, [PostNumbers(2, impressions=5)], [])
    assert [each.files for each in store.imports(1)] == [("newer.csv",)]
    assert store.impressions(1) == {2: 5}
    assert store.queries(1) == []
    assert store.imports_stamp(1) != before


def test_what_is_forgotten_is_gone(store: Store):
    store.put_import(made("table_numbers"), [PostNumbers(1, weight=2)], [Query("rye", 1)])
    store.forget_import(1, "table_numbers")
    assert (store.imports(1), store.authority(1), store.queries(1), store.imports_stamp(1)) == ([], {}, [], "")
    with pytest.raises(UnknownImport, match="suggester imports"):
        store.forget_import(1, "table_numbers")


def test_authority_goes_by_one_measure_and_the_larger_number(store: Store):
    assert store.authority(1) == {}
    store.put_import(made("google_links"), [PostNumbers(1, links=900), PostNumbers(2, links=4)], [])
    assert store.authority(1) == {1: 900, 2: 4}
    store.put_import(made("ahrefs_pages"), [PostNumbers(1, domains=3, links=30), PostNumbers(3, domains=0)], [])
    store.put_import(made("semrush_backlinks"), [PostNumbers(1, domains=5), PostNumbers(2, domains=1)], [])
    assert store.authority(1) == {1: 5, 2: 1}
    store.put_import(made("table_numbers"), [PostNumbers(4, weight=0.5)], [])
    assert store.authority(1) == {4: 0.5}


def test_impressions_of_search_engines_are_added_and_never_counted_twice(store: Store):
    store.put_import(made("google_pages"), [PostNumbers(1, impressions=100), PostNumbers(2, impressions=0)], [])
    store.put_import(made("google_queries"), [PostNumbers(1, impressions=60), PostNumbers(3, impressions=7)], [])
    store.put_import(made("bing_pages"), [PostNumbers(1, impressions=5)], [])
    assert store.impressions(1) == {1: 105, 3: 7}


def test_a_site_takes_its_imports_with_it(store: Store):
    store.put_import(made("google_pages"), [PostNumbers(1, impressions=9)], [Query("rye", 1)])
    store.remove_site(1)
    assert store.imports(1) == []
    assert store.impressions(1) == {}
