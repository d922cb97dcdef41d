"""Files of a site that every machine can read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import sleep

import pytest

from suggester.store import Store, put_text
from suggester.store import shelf as shelves


@pytest.fixture
def elsewhere(address, store, tmp_path):
    """The same store as another process has it; with a database server, on another machine."""
    opened = Store.open(address, tmp_path / ("elsewhere" if "://" in address else "data"))
    yield opened
    opened.close()


@pytest.fixture
def at_once(monkeypatch):
    """What another machine wrote is seen at once, not half a second later."""
    monkeypatch.setattr(shelves, "FRESH", 0.0)


def test_a_file_is_read_by_every_machine_as_it_was_written(store, site_id, elsewhere):
    put_text(store.shelf, site_id, "ranker", "weights, Gewichte, 重み")
    assert store.shelf.find(site_id, "ranker").path.read_text("utf-8") == "weights, Gewichte, 重み"
    assert elsewhere.shelf.find(site_id, "ranker").path.read_text("utf-8") == "weights, Gewichte, 重み"


def test_a_file_of_many_parts_arrives_whole(store, site_id, elsewhere, monkeypatch):
    monkeypatch.setattr(shelves, "PART_BYTES", 1000)
    text = "".join(map(str, range(3000)))
    put_text(store.shelf, site_id, "index", text)
    assert elsewhere.shelf.find(site_id, "index").path.read_text() == text


def test_an_empty_file_is_one_too(store, site_id, elsewhere):
    put_text(store.shelf, site_id, "made-of", "")
    assert elsewhere.shelf.find(site_id, "made-of").path.read_text() == ""


@pytest.mark.usefixtures("at_once")
def test_a_changed_file_has_another_stamp_and_an_unchanged_one_the_same(store, site_id, elsewhere):
    put_text(store.shelf, site_id, "ranker", "first")
    first = elsewhere.shelf.find(site_id, "ranker")
    assert elsewhere.shelf.find(site_id, "ranker") == first
    put_text(store.shelf, site_id, "ranker", "second")
    second = elsewhere.shelf.find(site_id, "ranker")
    assert second.stamp != first.stamp
    assert second.path.read_text() == "second"


def test_another_machine_hears_of_a_change_within_a_second(store, site_id, elsewhere):
    assert elsewhere.shelf.find(site_id, "ranker") is None
    put_text(store.shelf, site_id, "ranker", "first")
    sleep(shelves.FRESH + 0.05)
    assert elsewhere.shelf.find(site_id, "ranker").path.read_text() == "first"


def test_who_wrote_a_file_sees_it_at_once(store, site_id):
    assert store.shelf.find(site_id, "ranker") is None
    put_text(store.shelf, site_id, "ranker", "first")
    assert store.shelf.find(site_id, "ranker").path.read_text() == "first"


@pytest.mark.usefixtures("at_once")
def test_a_removed_file_is_gone_everywhere(store, site_id, elsewhere):
    put_text(store.shelf, site_id, "ranker", "first")
    put_text(store.shelf, site_id, "index", "first")
    assert elsewhere.shelf.find(site_id, "ranker")
    assert store.shelf.remove(site_id, "ranker")
    assert not store.shelf.remove(site_id, "ranker")
    assert elsewhere.shelf.find(site_id, "ranker") is None
    assert elsewhere.shelf.find(site_id, "index")
    assert store.shelf.remove(site_id)
    assert elsewhere.shelf.find(site_id, "index") is None


def test_a_file_whose_writing_failed_leaves_the_one_before(store, site_id):
    put_text(store.shelf, site_id, "ranker", "first")
    with suppress(ZeroDivisionError), store.shelf.put(site_id, "ranker"):
        raise ZeroDivisionError
    assert store.shelf.find(site_id, "ranker").path.read_text() == "first"


def test_each_site_has_its_own(store, site_id):
    other = store.add_site("https://b.example", "https://b.example")
    put_text(store.shelf, site_id, "ranker", "first")
    assert store.shelf.find(other, "ranker") is None


@pytest.mark.usefixtures("at_once")
def test_readers_never_see_half_a_file_while_it_is_written_again_and_again(store, site_id, elsewhere, monkeypatch):
    monkeypatch.setattr(shelves, "PART_BYTES", 500)
    texts = {str(number) * 2000 for number in range(5)}
    put_text(store.shelf, site_id, "index", "0" * 2000)
    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(lambda: [put_text(store.shelf, site_id, "index", text) for text in [*texts] * 3])
        while not writing.done():
            assert elsewhere.shelf.find(site_id, "index").path.read_text() in texts
        writing.result()


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_former_copies_are_deleted_once_nobody_reads_them(store, site_id, elsewhere, monkeypatch, at_once, tmp_path):
    monkeypatch.setattr(shelves, "OLD", -1.0)
    for text in ("first", "second", "third"):
        put_text(store.shelf, site_id, "index", text)
        assert elsewhere.shelf.find(site_id, "index").path.read_text() == text
    assert len(list((tmp_path / "elsewhere").rglob("*.npz"))) == 1


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_beside_a_sqlite_file_they_lie_where_they_always_did(store, site_id, tmp_path):
    put_text(store.shelf, site_id, "ranker", "first")
    assert (tmp_path / "data" / "rankers" / f"{site_id}.json").read_text() == "first"
