from __future__ import annotations

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from suggester.entities import Post
from suggester.errors import StoreTooNew
from suggester.store import Store
from suggester.store.dialect import WRITES, address_of, open_engine
from suggester.store.migrations import STEPS, migrate, version_of
from suggester.store.schema import METADATA, schema_version


@pytest.fixture
def engine(tmp_path):
    opened = open_engine(address_of(tmp_path / "suggester.db"))
    yield opened
    opened.dispose()


def shape(engine: Engine) -> dict[str, list[tuple[str, str, bool]]]:
    found = inspect(engine)
    return {
        table: [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)]
        for table in sorted(found.get_table_names())
    }


def write(engine: Engine, statement: str) -> None:
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        connection.execute(text(statement))


def stop_after(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    monkeypatch.setattr("suggester.store.migrations.STEPS", STEPS[:version])


def test_all_steps_together_lead_to_the_schema(engine, tmp_path):
    migrate(engine)
    fresh = open_engine(address_of(tmp_path / "fresh.db"))
    METADATA.create_all(fresh)
    assert shape(engine) == shape(fresh)
    fresh.dispose()


def test_the_indexes_of_the_schema_are_there(engine):
    migrate(engine)
    for table in METADATA.tables.values():
        there = {index["name"]: index["column_names"] for index in inspect(engine).get_indexes(table.name)}
        wanted = {index.name: [column.name for column in index.columns] for index in table.indexes}
        assert there.items() >= wanted.items()


@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
def test_a_database_of_any_former_version_keeps_its_data(engine, monkeypatch, version):
    with monkeypatch.context() as former:
        stop_after(former, version)
        migrate(engine)
    write(engine, "insert into site values (3, 'https://a.example', 's', 'n', 'en', '[]', 'u', x'00', '2026-01-01')")
    migrate(engine)
    with engine.connect() as connection:
        assert version_of(connection) == len(STEPS)
        assert connection.execute(text("select id, url from site")).all() == [(3, "https://a.example")]


def test_a_database_of_the_first_version_works_in_today_s_store(engine, monkeypatch, tmp_path):
    with monkeypatch.context() as former:
        stop_after(former, 1)
        migrate(engine)
    write(
        engine, "insert into site values (1, 'https://a.example', 's', 'n', '', '[]', '', x'', '2026-01-01 00:00:00')"
    )
    store = Store.open(tmp_path / "suggester.db")
    assert store.put_posts(1, [Post(1, "https://a.example/x/", "X", "")]) == 1
    assert store.find_site("a.example").url == "https://a.example"
    store.close()


def test_a_step_that_fails_half_way_leaves_nothing_behind(engine, monkeypatch):
    def broken(run):
        run("create table half (id integer)")
        raise RuntimeError("the power went out")

    migrate(engine)
    monkeypatch.setattr("suggester.store.migrations.STEPS", [*STEPS, broken])
    with pytest.raises(RuntimeError):
        migrate(engine)
    assert "half" not in inspect(engine).get_table_names()
    with engine.connect() as connection:
        assert version_of(connection) == len(STEPS)


def test_a_second_migration_does_nothing(engine):
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalars(select(schema_version.c.version)).all() == list(range(1, len(STEPS) + 1))


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "suggester.db"
    Store.open(path).close()
    engine = open_engine(address_of(path))
    write(engine, f"insert into schema_version values ({len(STEPS) + 1})")
    engine.dispose()
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="install the newer version again"):
        Store.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("dialect", [postgresql.dialect(), sqlite.dialect()], ids=["postgresql", "sqlite"])
def test_every_table_can_be_made_in_both_databases(dialect):
    for table in METADATA.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect)).strip().startswith("CREATE TABLE")
