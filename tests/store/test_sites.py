from __future__ import annotations

import pytest
from sqlalchemy import event

from suggester.entities import Post, Site, Verdict
from suggester.errors import ConfigError, UnknownSite
from suggester.store import Change, SiteRow, Store


def test_a_site_is_kept_with_its_login(store):
    site_id = store.add_site(
        "https://blog.example/",
        "https://blog.example/wp",
        name="A blog",
        lang="en",
        aliases=["www.blog.example"],
        login_user="ann",
        login_secret=b"locked",
    )
    row = store.site(site_id)
    assert (row.url, row.source, row.login_user, row.login_secret) == (
        "https://blog.example",
        "https://blog.example/wp",
        "ann",
        b"locked",
    )
    assert row.entity == Site("https://blog.example", "A blog", "en", ("www.blog.example",))
    assert store.sites() == [row]


def test_a_stored_login_is_never_printed():
    assert "locked" not in repr(SiteRow(1, "https://blog.example", "https://blog.example", login_secret=b"locked"))


def test_connecting_again_keeps_the_site_and_its_posts(store, site_id):
    store.put_posts(site_id, [Post(1, "https://blog.example/a/", "A", "")])
    assert store.add_site("https://blog.example", "/exports/blog.xml", name="New name") == site_id
    assert store.site(site_id).source == "/exports/blog.xml"
    assert store.post_ids(site_id) == {1}


@pytest.mark.parametrize(
    "text",
    ["", "1", "https://blog.example", "https://blog.example/", "blog.example"],
)
def test_the_only_site_is_found_by_any_of_its_names(store, site_id, text):
    assert store.find_site(text).id == site_id


def test_a_site_is_found_without_its_www(store):
    site_id = store.add_site("https://www.shop.example", "https://www.shop.example")
    assert store.find_site("shop.example").id == site_id


@pytest.mark.parametrize(
    ("urls", "text", "told"),
    [
        ([], "", "No site is connected yet; `suggester connect"),
        ([], "blog.example", "No site is connected yet"),
        (["https://a.example", "https://b.example"], "", "several connected sites; name one of them"),
        (["https://a.example"], "c.example", "connected are https://a.example"),
        (["https://a.example", "http://a.example"], "a.example", "name one of them: https://a.example, http://a"),
    ],
)
def test_an_unknown_site_is_answered_with_what_there_is(store, urls, text, told):
    for url in urls:
        store.add_site(url, url)
    with pytest.raises(UnknownSite, match=told):
        store.find_site(text)


def test_a_number_that_no_site_has_is_unknown(store):
    for call in (store.site, store.remove_site, lambda number: store.add_key(number, "plugin")):
        with pytest.raises(UnknownSite, match="No site has the number 5"):
            call(5)


def test_a_removed_site_takes_everything_with_it(store, site_id):
    store.put_posts(site_id, [Post(1, "https://blog.example/a/", "A", "")])
    store.put_addresses(site_id, {"/old/": 1})
    store.add_verdict(site_id, Verdict(1, 2, "accepted"))
    store.add_changes(site_id, [Change(1, "saved")])
    store.add_key(site_id, "plugin")
    store.remove_site(site_id)
    again = store.add_site("https://blog.example", "https://blog.example")
    assert store.post_ids(again) == set()
    assert store.addresses(again) == {}
    assert store.verdicts(again) == []
    assert store.waiting_changes(again, 10) == []
    assert store.keys(again) == []


def test_fields_of_a_site_can_be_changed(store, site_id):
    store.update_site(site_id, login_user="ben", login_secret=b"other")
    assert (store.site(site_id).login_user, store.site(site_id).login_secret) == ("ben", b"other")


def test_a_site_that_moved_keeps_its_old_host_as_an_alias(store, site_id):
    store.rename_site(site_id, Site("https://new.example", "A newer blog", ""))
    assert store.site(site_id).entity == Site("https://new.example", "A newer blog", "en", ("blog.example",))
    store.rename_site(site_id, Site("https://blog.example", "", "pt"))
    assert store.site(site_id).entity == Site("https://blog.example", "A newer blog", "pt", ("new.example",))


def test_a_site_never_takes_the_address_of_another_one(store, site_id):
    other = store.add_site("https://other.example", "https://other.example")
    store.rename_site(other, Site("https://blog.example"))
    assert store.site(other).url == "https://other.example"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nonsense://me:secret@x", "use a SQLite file or a PostgreSQL address"),
        ("mysql+pymysql://me:secret@x", "use a SQLite file"),
        ("://me:secret@x", "a path to a SQLite file is enough"),
    ],
)
def test_an_address_that_is_no_database_is_refused_without_its_password(tmp_path, address, told):
    with pytest.raises(ConfigError, match=told) as said:
        Store.open(address, tmp_path)
    assert "secret" not in str(said.value)


def test_a_database_that_is_no_file_must_be_told_a_folder_for_its_locks():
    with pytest.raises(ConfigError, match="say in which folder"):
        Store.open("sqlite://")


def test_who_stops_the_program_hears_nothing_of_a_database_that_does_not_answer(store: Store):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    event.listen(store._engine, "do_execute", stop)
    with pytest.raises(KeyboardInterrupt):
        store.sites()
