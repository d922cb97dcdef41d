"""A site moved from one store to another, both ways, whatever tables there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Column, Connection, Table, TypeDecorator, func, insert, select

from suggester.engine.rankerfile import RankerFile
from suggester.entities import Anchor, Plan, Rule, Suggestion, Verdict
from suggester.errors import ConfigError, RequestError, StoreBusy, StoreError, SyncRunning
from suggester.store import Change, Secrets, Store
from suggester.store import moving as rows
from suggester.store.columns import UnitVector
from suggester.store.schema import LOCKED, METADATA, NUMBER, NUMBERS, encoder
from suggester.tasks.service import Service
from suggester.wordpress.login import Login
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

POSTS = [toy_post(number, f"<p>We feed the starter of post {number} each day.</p>") for number in range(1, 13)]
AT = datetime(2026, 5, 1, tzinfo=UTC)
LOGIN = Login("ann", "abcd EFGH")


def serve(folder: Path, address: str = "") -> Service:
    source = ToySource(POSTS)
    return Service.open(folder, database=address, load_encoder=LetterEncoder, open_source=lambda *_: source)


@pytest.fixture(params=["to PostgreSQL", "to a data folder", "from folder to folder"])
def places(request, tmp_path):
    """Where the site is: folder and address; and where it is to go."""
    server = "" if request.param == "from folder to folder" else request.getfixturevalue("on_postgres")
    first, second = tmp_path / "first", tmp_path / "second"
    if request.param == "to PostgreSQL":
        return (first, ""), server
    return ((first, server), str(second)) if server else ((first, ""), str(second))


@pytest.fixture
def service(places):
    """A site with something in every table, beside another site, so that no number is the same elsewhere."""
    opened = serve(*places[0])
    opened.store.add_site("https://other.example", "https://other.example")
    opened.store.add_verdict(1, Verdict(9, 9, "accepted", "other", AT))
    opened.connect(HOME, LOGIN)
    opened.refresh(2)
    fill(opened)
    yield opened
    opened.close()


def fill(service: Service) -> None:
    store = service.store
    store.add_verdict(2, Verdict(1, 2, "dismissed", "starter", AT))
    store.put_addresses(2, {"/former/": 3, "/nowhere/": None})
    store.change_settings(2, {"excluded_words": ["sale", "日本"], "least_score": 0.35})
    store.rules.change(2, [Rule("never_source", post=7)])
    store.add_changes(2, [Change(5, "saved")])
    service.rankers.keep(2, RankerFile("own-1", 0.0, {"words": 1.0}, {}, "", "", {}, {}))
    item = Suggestion(1, 2, Anchor("starter", "We feed the ", " of post 1", 0), 0.9, shown=True)
    service.make_run(2, Plan((item, replace(item, source_id=3)), 5, 1, 3, 2, 2), "orphans", "Repair")
    fill_the_rest(store)


def fill_the_rest(store: Store) -> None:
    """Put a row into each table that is still empty, made of its columns: a table of tomorrow has one as well."""
    with store._write() as connection:
        for table in rows.tables():
            if not connection.scalar(select(func.count()).select_from(table)):
                connection.execute(insert(table).values(**made_up(connection, table)))


def made_up(connection: Connection, table: Table) -> dict[str, object]:
    return {
        column.name: value_for(connection, column) for column in table.columns if column is not rows._counted(table)
    }


def value_for(connection: Connection, column: Column[Any]) -> object:
    parent = rows._parent(column)
    if parent is not None:
        return 2 if parent.name == "site" else connection.scalar(select(func.max(parent.c.id)))
    if table := column.info.get(NUMBER) or column.info.get(NUMBERS):
        last = connection.scalar(select(func.max(METADATA.tables[table].c.id)))
        return last if NUMBER in column.info else [last]
    if column.info.get(LOCKED):
        return b""
    if isinstance(column.type, UnitVector):
        return np.array([0.6, 0.8], np.float32)
    plain = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    kinds = {str: "text", int: 1, float: 0.5, bool: True, datetime: AT, object: ["told"], bytes: b"\0\xff"}
    return kinds[plain.python_type]


def open_other(places, tmp_path) -> Service:
    to = places[1]
    return serve(places[0][0], to) if "://" in to else serve(Path(to))


def test_a_moved_site_is_the_same_in_its_new_place_and_gone_from_the_old_one(service, places, tmp_path):
    told = service.store.site_digest(2, service._secrets)
    before = service.suggestions(2, 4), service.status(2), service.meta(2), service.store.count_posts(2)
    key = service.new_key(2)
    moved = service.move(2, places[1])
    assert (moved.url, moved.posts, moved.removed) == (HOME, 12, True)
    assert moved.vectors > 12
    assert [site.url for site in service.sites()] == ["https://other.example"]
    other = open_other(places, tmp_path)
    try:
        assert moved.site_id == other.find_site(HOME).id == other.site_for_key(key)
        here = moved.site_id
        after = other.suggestions(here, 4), replace(other.status(here)), other.meta(here), other.store.count_posts(here)
        assert (after[0], after[2], after[3]) == (before[0], before[2], before[3])
        assert other.store.sync_state(here).synced_at == before[1].synced_at
        assert other.source_of(here)
        assert other.rankers.card(here) is not None
        assert other.refresh(here, full=True).embed.embedded == 0
        assert told
    finally:
        other.close()


def test_every_row_of_every_table_arrives(service, places, tmp_path):
    before = service.store.site_digest(2, service._secrets)
    with service.store._read() as connection:
        filled = {t.name for t in rows.tables() if connection.scalar(select(func.count()).select_from(t))}
    assert filled == {table.name for table in rows.tables()}
    moved = service.move(2, places[1], keep=True)
    other = open_other(places, tmp_path)
    assert other.store.site_digest(moved.site_id, other._secrets) == before
    other.store.add_verdict(moved.site_id, Verdict(1, 2, "accepted", "", AT))
    assert other.store.site_digest(moved.site_id, other._secrets) != before
    other.close()


def test_it_can_be_moved_back(service, places, tmp_path):
    before = service.store.site_digest(2, service._secrets)
    moved = service.move(2, places[1])
    other = open_other(places, tmp_path)
    folder, address = places[0]
    secret = (folder / "secret.key").read_text() if address else ""
    back = other.move(moved.site_id, address or str(folder), secret=secret)
    other.close()
    assert service.store.site_digest(back.site_id, service._secrets) == before


def test_all_tables_of_a_site_go_along():
    left = {"encoder", "embedding", "sign_in", "sign_in_site", "kept_file", "kept_part", "schema_version"}
    assert {table.name for table in rows.tables()} == METADATA.tables.keys() - left


@pytest.fixture
def small(tmp_path):
    opened = serve(tmp_path / "first")
    opened.connect(HOME, LOGIN)
    opened.refresh(1)
    yield opened
    opened.close()


def sites_of(folder: Path) -> list[str]:
    store = Store.open(folder / "suggester.db")
    urls = [site.url for site in store.sites()]
    store.close()
    return urls


def test_the_login_is_encrypted_with_the_other_store_s_secret(small, tmp_path):
    small.move(1, str(tmp_path / "second"))
    other = Store.open(tmp_path / "second" / "suggester.db")
    locked = other.site(1).login_secret
    other.close()
    assert Secrets.of_folder(tmp_path / "second").unlock(locked) == "abcd EFGH"
    with pytest.raises(ConfigError):
        Secrets.of_folder(tmp_path / "first").unlock(locked)


def test_another_secret_may_be_named_for_the_other_store(small, tmp_path):
    small.move(1, str(tmp_path / "second"), secret="of many machines")
    other = Store.open(tmp_path / "second" / "suggester.db")
    assert Secrets("of many machines").unlock(other.site(1).login_secret) == "abcd EFGH"
    other.close()


def test_a_login_that_cannot_be_decrypted_moves_nothing(small, tmp_path):
    small._secrets = Secrets("another one")
    with pytest.raises(ConfigError, match="encrypted with another secret"):
        small.move(1, str(tmp_path / "second"))
    assert len(small.sites()) == 1
    assert sites_of(tmp_path / "second") == []


def test_a_move_that_was_stopped_between_the_two_goes_on(small, tmp_path):
    first = small.move(1, str(tmp_path / "second"), keep=True)
    again = small.move(1, str(tmp_path / "second"))
    assert (again.site_id, again.vectors, again.removed) == (first.site_id, 0, True)
    assert small.sites() == []
    assert sites_of(tmp_path / "second") == [HOME]


def test_a_move_that_fails_half_way_leaves_the_other_store_as_it_was(small, tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "digest_of", lambda *_: b"another")
    with pytest.raises(StoreError, match="nothing was moved"):
        small.move(1, str(tmp_path / "second"), keep=True)
    assert sites_of(tmp_path / "second") == []
    assert len(small.sites()) == 1


def test_another_site_of_the_same_address_is_written_over_only_when_asked(small, tmp_path):
    small.move(1, str(tmp_path / "second"), keep=True)
    small.add_verdict(1, Verdict(1, 2, "accepted", "", AT))
    with pytest.raises(RequestError, match="kept there already, and not as it is here; --replace"):
        small.move(1, str(tmp_path / "second"))
    small.move(1, str(tmp_path / "second"), replace=True)
    assert sites_of(tmp_path / "second") == [HOME]


def test_what_is_said_during_the_move_is_not_lost(small, tmp_path, monkeypatch):
    carry = Store.carry_site

    def while_somebody_clicks(store, *args, **how):
        done = carry(store, *args, **how)
        store.add_verdict(1, Verdict(1, 2, "accepted", "", AT))
        return done

    monkeypatch.setattr(Store, "carry_site", while_somebody_clicks)
    with pytest.raises(StoreBusy, match="stays here as well; run it again with --replace"):
        small.move(1, str(tmp_path / "second"))
    assert len(small.store.verdicts(1)) == 1


def test_a_site_that_is_being_read_is_not_moved(small, tmp_path):
    with small.store.lock(1), pytest.raises(SyncRunning):
        small.move(1, str(tmp_path / "second"))
    assert len(small.sites()) == 1


def test_a_site_is_not_moved_to_where_it_is(small, tmp_path):
    with pytest.raises(RequestError, match="kept there already; name another"):
        small.move(1, str(tmp_path / "first"))


def test_vectors_of_an_encoder_that_the_other_store_knows_by_another_number_arrive(small, tmp_path):
    other = Store.open(tmp_path / "second" / "suggester.db")
    other.put_embeddings("numbers", [(b"x" * 16, np.array([0.6, 0.8], np.float32))])
    small.move(1, str(tmp_path / "second"), keep=True)
    assert other.post_vector(1, "letters", 3) == pytest.approx(small.store.post_vector(1, "letters", 3))
    with other._read() as connection:
        assert len(connection.execute(select(encoder)).all()) == 2
    other.close()
