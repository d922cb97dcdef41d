"""What the sources list is what stands in the database, whatever the site's ways."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import islice
from pathlib import Path

import pytest
import requests

from suggester.entities import Post
from suggester.errors import NotWordPress, SiteError, SiteRefused
from suggester.wordpress.connect import authorise_url, check_login, open_source
from suggester.wordpress.export import ExportSource
from suggester.wordpress.login import Login

from .conftest import SHOWN_TYPES, World, all_posts
from .harness import odd
from .harness.processes import Server, free_port, listens

TAG = re.compile(r"<[^>]+>")


def plain_title(stored: str) -> str:
    return unescape(TAG.sub("", stored))


def facts(posts):
    """What the database can confirm of posts: id -> type, status, title, slug, stored content."""
    return {post.id: (post.type, post.status, post.title, post.slug, post.content) for post in posts}


def without_returns(post: Post) -> Post:
    return replace(post, content=post.content.replace("\r\n", "\n"))


def stored_facts(rows):
    return {
        row["id"]: (row["type"], row["status"], plain_title(row["title"]), row["slug"], row["content"])
        for row in rows.values()
    }


def test_with_a_password_the_corpus_is_what_the_database_holds(world: World):
    source = world.source(world.login)
    assert source.name == "rest"
    assert facts(all_posts(source).values()) == stored_facts(world.sql_posts())


def test_the_ids_are_those_of_the_database(world: World):
    assert world.source(world.login).ids() == set(world.sql_posts())
    assert world.source().ids() == set(world.sql_posts("publish"))


def test_without_a_password_only_published_posts_are_seen(world: World):
    posts = all_posts(world.source())
    assert set(posts) == set(world.sql_posts("publish"))
    assert not any(post.raw for post in posts.values())
    assert "open sesame" not in str(posts[odd.PROTECTED])


def test_posts_come_in_pages_of_a_hundred_and_no_request_asks_for_everything(world: World):
    pages = list(world.source(world.login).changed())
    assert len(pages) >= 5  # 257 posts, 31 pages, 30 recipes
    assert max(len(page.posts) for page in pages) == 100


def test_reading_goes_on_behind_any_page(world: World):
    pages = list(world.source(world.login).changed())
    for number, page in enumerate(pages):
        rest = [post.id for later in world.source(world.login).changed(cursor=page.cursor) for post in later.posts]
        assert rest == [post.id for later in pages[number + 1 :] for post in later.posts]


def test_only_what_changed_since_is_read(world: World):
    since = datetime.now(UTC) - timedelta(seconds=1)
    world.wordpress.php("wp_update_post( array( 'ID' => 1003, 'post_excerpt' => uniqid() ) ); return 1;")
    changed = {post.id for page in world.source(world.login).changed(since) for post in page.posts}
    assert changed == {1003, odd.SCHEDULED}  # whose time is yet to come


@pytest.mark.parametrize(
    ("post_id", "may_be_target"),
    [
        (1000, True),
        (odd.CHILD, True),
        (odd.DRAFT, False),
        (odd.PENDING, False),
        (odd.PRIVATE, False),
        (odd.PROTECTED, False),
        (odd.SCHEDULED, False),
        (odd.NOINDEX, False),
    ],
)
def test_hidden_posts_are_known_as_such(world: World, post_id: int, may_be_target: bool):
    (post,) = world.source(world.login).posts([post_id])
    assert post.may_be_target is may_be_target


def test_trashed_posts_and_types_not_shown_are_not_read(world: World):
    source = world.source(world.login)
    assert not {odd.TRASHED, odd.NOTE} & set(all_posts(source))
    assert source.post(odd.TRASHED) is None
    assert source.post(999_999) is None


def test_terms_of_every_taxonomy_come_along(world: World):
    stored = world.wordpress.rows(
        "'id', object_id, 'term', CONCAT(taxonomy, '/', t.slug, '/', t.name)",
        "FROM wp_term_relationships JOIN wp_term_taxonomy USING (term_taxonomy_id) JOIN wp_terms t USING (term_id)"
        " WHERE taxonomy IN ('category', 'post_tag', 'course')",
    )
    shown = world.sql_posts()
    expected = {(row["id"], row["term"]) for row in stored if row["id"] in shown}
    posts = all_posts(world.source(world.login)).values()
    assert {(post.id, f"{term.taxonomy}/{term.slug}/{term.name}") for post in posts for term in post.terms} == expected
    assert any(term.startswith("course/") for _, term in expected)


def test_permalinks_and_times_are_wordpresss_own(world: World):
    posts = all_posts(world.source(world.login))
    wanted = world.wordpress.php(
        "return array_map( fn( $id ) => array( $id, get_permalink( $id ), get_post_modified_time( 'U', true, $id ) ),"
        " $given['ids'] );",
        ids=[1000, 1007, 1008, odd.CJK, odd.CHILD, odd.UNTITLED],
    )
    assert [(i, posts[i].url, posts[i].modified) for i, _, _ in wanted] == [
        (i, url, datetime.fromtimestamp(int(at), UTC)) for i, url, at in wanted
    ]


def test_a_site_with_plain_permalinks_reads_the_same(world: World):
    pretty = all_posts(world.source(world.login))
    with world.wordpress.switched(plain=True):
        source = world.source(world.login)
        plain = all_posts(source)
        assert source.ids() == set(plain)
    assert facts(plain.values()) == facts(pretty.values())
    assert plain[1000].url == f"{world.url}/?p=1000"


def test_a_site_in_a_folder_reads_the_same(subdirectory: World):
    source = subdirectory.source(subdirectory.login)
    assert source.site().url == subdirectory.url
    assert facts(all_posts(source).values()) == stored_facts(subdirectory.sql_posts())


def test_an_address_of_one_post_is_enough_to_find_the_site(subdirectory: World):
    page = f"{subdirectory.url}/choosing-a-sourdough-starter/"
    assert open_source(page).site().url == subdirectory.url


def test_where_rest_is_closed_xml_rpc_serves_and_it_is_said_aloud(world: World):
    expected = stored_facts(world.sql_posts(types=(*SHOWN_TYPES, "note")))  # it knows nothing of being shown in REST
    with world.wordpress.switched(rest_closed=True):
        source = world.source(world.login)
        assert source.name == "xmlrpc"
        found = facts(all_posts(source).values())
        assert source.ids() == set(expected)
    assert any("XML-RPC" in line for line in world.said)
    unreadable = {odd.BROKEN}  # XML cannot carry the control character that stands in it
    assert {i: values for i, values in found.items() if i not in unreadable} == {
        i: values for i, values in expected.items() if i not in unreadable
    }


def test_where_everything_is_closed_it_says_what_to_do(world: World):
    with world.wordpress.switched(rest_closed=True, xmlrpc_closed=True), pytest.raises(SiteError, match=r"\w+ \w+"):
        all_posts(world.source(world.login))
    with world.wordpress.switched(rest_closed=True), pytest.raises(SiteRefused, match="password"):
        all_posts(world.source())


@pytest.mark.parametrize("user", ["admin", "nobody"])
def test_a_wrong_password_is_refused_and_not_taken_for_a_stranger(world: World, user: str):
    with pytest.raises(SiteRefused, match="password"):
        check_login(world.source(Login(user, "wrong wrong wrong wrong")))


def test_a_right_password_is_accepted(world: World):
    check_login(world.source(world.login))


@pytest.fixture
def plain_site(tmp_path: Path) -> Iterator[str]:
    """A web server with a page and nothing behind it."""
    (tmp_path / "index.html").write_text("<h1>It works!</h1>")
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", tmp_path]
    server = Server(command, tmp_path / "log")
    try:
        server.wait_until(lambda: listens(port))
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.kill()


def test_the_page_that_authorises_us_is_wordpresss_own(world: World):
    address = authorise_url(world.url, "Link suggester", "http://127.0.0.1:1/back")
    assert address.startswith(f"{world.url}/wp-admin/authorize-application.php?")
    answer = requests.get(address, timeout=10)  # leads a stranger to the login form first
    assert answer.ok
    assert "wp-login.php" in answer.url


def test_a_site_that_is_no_wordpress_is_named_so(plain_site: str):
    with pytest.raises(NotWordPress):
        open_source(plain_site)


@pytest.mark.parametrize("faults", [[429], [500], [503, 429], [200, 200, 429, 500, 200, 502]])
def test_a_site_that_says_later_is_asked_again(world: World, faults: list[int]):
    world.wordpress.fail_with(*faults)
    assert set(all_posts(world.source(world.login))) == set(world.sql_posts())


def test_an_old_address_leads_to_where_the_post_stands_now(world: World):
    source = world.source()
    moved = next(post for post in world.library.posts if post.id == odd.OLD_SLUG)
    former = world.library.href(moved, 0).replace(moved.slug, odd.FORMER_SLUG)
    if moved.slug in world.library.href(moved, 0):
        assert source.locate(former) == world.library.href(moved, 0)
    assert source.locate(f"{world.url}/?p={odd.CHILD}") == f"{world.url}/own-page/"
    assert source.locate(f"{world.url}/no-such-thing/") is None


def test_wordpresss_own_export_gives_the_same_posts(world: World, tmp_path):
    listed = all_posts(world.source(world.login))
    exported = all_posts(ExportSource(world.wordpress.export(tmp_path / "export.xml")))
    assert {i for i in exported if exported[i].type in SHOWN_TYPES and exported[i].status != "trash"} == set(listed)
    same = [i for i in listed if i != odd.BROKEN]  # XML carries no control character, nor a carriage return
    assert facts(exported[i] for i in same) == facts(without_returns(listed[i]) for i in same)
    assert {(i, exported[i].terms) for i in same} == {(i, listed[i].terms) for i in same}
    assert [i for i in same if exported[i].may_be_target is not listed[i].may_be_target] == []


def test_a_stranger_gets_the_first_page_quickly(world: World):
    first = next(iter(islice(world.source().changed(), 1)))
    assert len(first.posts) == 100
    assert len(world.wordpress.requests()) < 12
