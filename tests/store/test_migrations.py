from __future__ import annotations

import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from suggester.entities import Post
from suggester.errors import StoreTooNew
from suggester.store import Store
from suggester.store.dialect import address_of, open_engine, prepare, writing
from suggester.store.migrations import STEPS, migrate, version_of
from suggester.store.schema import METADATA, address, post, schema_version


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path, monkeypatch):
    """Addresses of databases with nothing in them."""
    if request.param == "sqlite":
        yield lambda: address_of(tmp_path / f"{uuid4().hex}.db")
        return
    server, made = request.getfixturevalue("postgres"), []
    monkeypatch.setattr("suggester.store.postgresql.PARTS", 2)  # which is quicker

    def make() -> str:
        made.append(server.create())
        return server.address(made[-1])

    yield make
    for name in made:
        server.drop(name)


@pytest.fixture
def engine(empty):
    opened = open_engine(empty())
    yield opened
    opened.dispose()


def shape(engine: Engine) -> dict[str, list[tuple[str, str, bool]]]:
    found = inspect(engine)
    warnings.filterwarnings("ignore", "Did not recognize type 'halfvec'")
    return {
        table: [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)]
        for table in sorted(found.get_table_names())
        if not re.search(r"_[0-9]+$", table)  # a part of a table
    }


def write(engine: Engine, statement: str, **values: object) -> None:
    with writing(engine).begin() as connection:
        connection.execute(text(statement), values)


SITE = "insert into site values (:id, 'https://a.example', 's', 'n', 'en', '[]', 'u', :secret, '2026-01-01 00:00:00')"
POST = (
    "insert into post (site_id, id, url, title, type, status, slug, excerpt, terms, lang, raw, protected, noindex,"
    " old_slugs, hash, embedded_by, content) values (:id, :post, 'https://a.example/x/', 'X', 'post', 'publish', 'x',"
    " '', '[]', '', :no, :no, :no, '[]', :secret, 'letters', '<p>X</p>')"
)
ADDRESS = "insert into address (site_id, address, post_id, checked_at) values (:id, '/y/', 7, '2026-01-01 00:00:00')"


def stop_after(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    monkeypatch.setattr("suggester.store.migrations.STEPS", STEPS[:version])


def test_all_steps_together_lead_to_the_schema(engine, empty):
    migrate(engine)
    fresh = open_engine(empty())
    prepare(fresh)
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
    write(engine, SITE, id=3, secret=b"\0")
    if version >= 2:
        write(engine, POST, id=3, post=7, no=False, secret=b"\0")
        write(engine, ADDRESS, id=3)
    migrate(engine)
    with engine.connect() as connection:
        assert version_of(connection) == len(STEPS)
        assert connection.execute(text("select id, url from site")).all() == [(3, "https://a.example")]
        posts = connection.execute(select(post.c.site_id, post.c.id, post.c.content, post.c.hash)).all()
        assert posts == ([(3, 7, "<p>X</p>", b"\0")] if version >= 2 else [])
        assert connection.execute(select(address.c.address, address.c.post_id)).all() == [("/y/", 7)] * (version >= 2)


def test_a_database_of_the_first_version_works_in_today_s_store(empty, monkeypatch, tmp_path):
    where = empty()
    engine = open_engine(where)
    with monkeypatch.context() as former:
        stop_after(former, 1)
        migrate(engine)
    write(engine, SITE, id=1, secret=b"")
    engine.dispose()
    store = Store.open(where, tmp_path)
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


def test_two_processes_that_begin_at_once_make_the_tables_once(empty, tmp_path):
    where = empty()
    with ThreadPoolExecutor(3) as threads:
        for store in threads.map(lambda _: Store.open(where, tmp_path), range(3)):
            assert store.sites() == []
            store.close()
