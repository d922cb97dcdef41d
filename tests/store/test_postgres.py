"""A database server: what it lacks is said, when it goes away is said, and when it is back the work goes on."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest
from sqlalchemy import text

from suggester.entities import Post, Verdict
from suggester.errors import ConfigError, StoreBusy, StoreUnreachable
from suggester.store import Store, postgresql, sites
from suggester.store.dialect import open_engine
from suggester.store.postgresql import PARTS, part_by_site
from tests.real.harness.postgres import Postgres

SOIL = Post(1, "https://blog.example/soil/", "Soil", "<p>Soil.</p>")

CHANGE_ALL = """
import sys
from pathlib import Path
from suggester.entities import Rule
from suggester.store import Store
from tests.toys import LetterEncoder
me = int(sys.argv[3])
store = Store.open(sys.argv[1], Path(sys.argv[2]))
print("ready", flush=True)
input()
for number in range(20):
    store.rules.change(1, [Rule("never_source", post=100 * me + number)])
    store.add_site(f"https://{number}.example", "x")
    texts = [str(each) for each in range(30)][::1 if me else -1]
    vectors = LetterEncoder().encode(texts)
    store.put_embeddings(f"encoder {number}", zip([each.encode() * 8 for each in texts], vectors, strict=True))
store.close()
"""


@pytest.fixture(scope="module")
def server(postgres):
    """Another server, that a test may stop."""
    made = Postgres(postgres.folder / "another")
    made.start()
    yield made
    made.stop()


def test_two_processes_that_change_the_same_lose_nothing(store, address, tmp_path):
    store.add_site("https://blog.example", "https://blog.example")
    with ExitStack() as stack:
        command = [sys.executable, "-c", CHANGE_ALL, address, str(tmp_path / "data")]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        both = [stack.enter_context(subprocess.Popen([*command, str(me)], **pipes)) for me in (0, 1)]
        for each in both:
            assert each.stdout
            assert each.stdout.readline() == b"ready\n"
        for each in both:
            assert each.stdin
            each.stdin.write(b"\n")
            each.stdin.flush()
        assert [each.wait(60) for each in both] == [0, 0]
    assert {rule.post for rule in store.rules.of(1)} == {*range(20), *range(100, 120)}
    assert sorted(rule.id for rule in store.rules.of(1)) == list(range(1, 41))
    assert len(store.sites()) == 21
    assert store.count_embeddings("encoder 7") == 30


@pytest.fixture
def kept(server, tmp_path):
    """A store with a site on that server."""
    opened = Store.open(server.address(server.create()), tmp_path / "data")
    opened.add_site("https://blog.example", "https://blog.example")
    yield opened
    opened.close()


def test_a_server_that_went_away_is_named_and_found_again_when_it_is_back(kept, server):
    server.close()
    with pytest.raises(StoreUnreachable, match="does not answer .* check that it runs, and that SUGGESTER_DATABASE"):
        kept.sites()
    with pytest.raises(StoreUnreachable), kept.lock(1):
        pass
    server.start()
    assert [site.url for site in kept.sites()] == ["https://blog.example"]
    assert kept.put_posts(1, [SOIL]) == 1


def test_who_lost_his_lock_with_the_server_writes_no_more(kept, server):
    with kept.lock(1):
        kept.put_posts(1, [SOIL])
        server.close()
        server.start()
        assert kept.post_ids(1) == {1}
        with pytest.raises(StoreUnreachable, match="the right to go on with this; run it again"):
            kept.delete_posts(1, [1])
    assert kept.post_ids(1) == {1}
    with kept.lock(1):
        assert kept.delete_posts(1, [1]) == 1


def test_the_lock_of_a_thread_is_no_matter_of_another(kept):
    with kept.lock(1), ThreadPoolExecutor(1) as threads:
        assert threads.submit(kept.put_posts, 1, [SOIL]).result() == 1


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hush@127.0.0.1:1/links",
        "postgres://me:hush@/links?host=/nowhere",
        "postgresql://me:hush@[::1]:1/x",
    ],
)
def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path, address):
    with pytest.raises(StoreUnreachable, match="names its host, user, password and database") as told:
        Store.open(address, tmp_path)
    assert "hush" not in str(told.value)


def test_a_database_that_is_not_there_is_named(postgres, tmp_path):
    with pytest.raises(StoreUnreachable, match='database "nothing" does not exist'):
        Store.open(postgres.address("nothing"), tmp_path)


def test_a_server_without_pgvector_is_told_how_to_get_it(on_postgres, tmp_path, monkeypatch):
    monkeypatch.setattr(postgresql, "EXTENSION", "nothing_of_the_kind")
    with pytest.raises(ConfigError, match="install it there .* postgresql-[0-9]+-pgvector"):
        Store.open(on_postgres, tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OLDEST", 99, "is too old for this program; use 99 or newer"),
        ("OLDEST_PGVECTOR", (9, 9), "alter extension vector"),
    ],
)
def test_a_server_that_is_too_old_is_refused(on_postgres, tmp_path, monkeypatch, name, value, told):
    monkeypatch.setattr(postgresql, name, value)
    with pytest.raises(ConfigError, match=told):
        Store.open(on_postgres, tmp_path)


def test_who_may_not_add_pgvector_is_told_whom_to_ask(postgres, tmp_path):
    name = postgres.create()
    postgres.run(f"create role plain login; alter database {name} owner to plain")
    address = postgres.address(name).replace("postgres@", "plain@")
    with pytest.raises(ConfigError, match="let an administrator run `create extension vector` in it once"):
        Store.open(address, tmp_path)
    postgres.run("create extension vector", name)
    Store.open(address, tmp_path).close()
    postgres.drop(name)
    postgres.run("drop role plain")


def test_without_the_driver_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"pip install 'link-suggester\[scale\]'"):
        Store.open("postgresql://me:hush@db.example/links", tmp_path)


def test_a_database_server_needs_a_folder_for_this_machine_s_files():
    with pytest.raises(ConfigError, match="in which folder this machine keeps its own files"):
        Store.open("postgresql://me:hush@db.example/links")


def test_two_who_wait_for_each_other_are_told_to_try_again(kept):
    kept.put_posts(1, [SOIL])
    other = kept.add_site("https://b.example", "https://b.example")
    meet = Barrier(2)

    def hold_and_want(first: int, second: int) -> None:
        with kept._write() as connection:
            connection.execute(text(f"select from site where id = {first} for update"))
            meet.wait()
            connection.execute(text(f"select from site where id = {second} for update"))

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(hold_and_want, 1, other), threads.submit(hold_and_want, other, 1)]
        told = [each.exception() for each in both]
    assert sorted(type(each) for each in told if each) == [StoreBusy]


def test_who_waits_too_long_for_another_is_told_to_try_again(on_postgres, tmp_path):
    hasty = Store.open(f"{on_postgres}&options=-c lock_timeout=100", tmp_path)
    site_id = hasty.add_site("https://blog.example", "https://blog.example")
    other = Store.open(on_postgres, tmp_path)
    with other._write() as connection:
        connection.execute(text("select from site for update"))
        with pytest.raises(StoreBusy, match="try again in a minute"):
            hasty.change_settings(site_id, {"least_score": 0.5})
    assert hasty.change_settings(site_id, {"least_score": 0.5}).least_score == 0.5
    other.close()
    hasty.close()


def test_a_verdict_is_kept_while_a_file_of_the_site_is_written(on_postgres, tmp_path):
    store = Store.open(f"{on_postgres}&options=-c lock_timeout=100", tmp_path)
    site_id = store.add_site("https://blog.example", "https://blog.example")
    with store._write() as connection:
        sites.hold(connection, site_id)
        store.add_verdict(site_id, Verdict(1, 2, "accepted"))
    with store._write() as connection:
        sites.hold(connection, site_id, alone=True)
        with pytest.raises(StoreBusy):
            store.add_verdict(site_id, Verdict(1, 2, "accepted"))
    assert len(store.verdicts(site_id)) == 1
    store.close()


def test_large_tables_are_parted_and_a_question_about_a_site_touches_one_part(on_postgres, tmp_path):
    store = Store.open(on_postgres, tmp_path)
    with store._read() as connection:
        parts = connection.scalars(text("select relid from pg_partition_tree('post') where isleaf")).all()
        plan = "\n".join(connection.scalars(text("explain select * from post where site_id = 1 and id = 1")))
    store.close()
    assert len(parts) == PARTS
    assert plan.count(" on post_") == 1


def test_files_of_a_site_are_kept_as_they_are_because_compressing_vectors_saves_little(on_postgres, tmp_path):
    store = Store.open(on_postgres, tmp_path)
    site_id = store.add_site("https://blog.example", "https://blog.example")
    with store.shelf.put(site_id, "index") as path:
        path.write_bytes(bytes(1_000_000))  # nothing is easier to compress
    with store._read() as connection:
        size = connection.scalar(text("select sum(pg_column_size(data)) from kept_part"))
    store.close()
    assert size >= 1_000_000


def test_parting_a_table_keeps_its_rows_constraints_and_indexes(postgres):
    name = postgres.create()
    engine = open_engine(postgres.address(name))
    with engine.begin() as connection:
        for statement in (
            "create table site (id integer primary key)",
            "create table leaf (site_id integer not null references site (id) on delete cascade, id bigint not null,"
            " word text not null default 'none', primary key (site_id, id))",
            "create index leaf_by_word on leaf (site_id, word)",
            "insert into site values (1), (2)",
            "insert into leaf values (1, 1, 'a'), (1, 2, default), (2, 1, 'c')",
        ):
            connection.execute(text(statement))
        part_by_site(connection, "leaf")
    with engine.begin() as connection:
        rows = connection.execute(text("select * from leaf order by site_id, id")).all()
        assert rows == [(1, 1, "a"), (1, 2, "none"), (2, 1, "c")]
        connection.execute(text("delete from site where id = 1"))
        assert connection.execute(text("select * from leaf")).all() == [(2, 1, "c")]
        indexes = connection.scalars(text("select indexname from pg_indexes where tablename = 'leaf' order by 1")).all()
        assert indexes == ["leaf_by_word", "leaf_pkey"]
    engine.dispose()
    postgres.drop(name)
