from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from suggester.content.links import Address
from suggester.entities import Post, Term
from suggester.errors import UnknownPost
from suggester.store import Count
from suggester.store.posts import path_of

SOIL = Post(
    id=7,
    url="https://blog.example/soil/",
    title="What soil is",
    content="<!-- wp:paragraph --><p>Soil &amp; sand.</p>",
    type="page",
    status="publish",
    slug="soil",
    excerpt="On soil.",
    published=datetime(2026, 5, 1, 8, tzinfo=UTC),
    modified=datetime(2026, 5, 2, 9, 30, tzinfo=UTC),
    terms=(Term("category", "garden", "Garden"), Term("post_tag", "soil", "Soil")),
    lang="en",
    raw=False,
    protected=True,
    noindex=True,
    old_slugs=("earth", "dirt"),
)
PLAIN = Post(id=8, url="https://blog.example/sand/", title="Sand", content="<p>Sand.</p>")


def test_a_post_comes_back_as_it_was_put(store, site_id):
    assert store.put_posts(site_id, [SOIL, PLAIN]) == 2
    assert store.post(site_id, 7) == SOIL
    assert store.post(site_id, 8) == PLAIN


def test_some_posts_are_read_by_their_ids_and_the_others_left_out(store, site_id):
    store.put_posts(site_id, [SOIL, PLAIN])
    assert sorted(store.some_posts(site_id, [8, 7, 99, 8]), key=lambda post: post.id) == [SOIL, PLAIN]
    assert store.some_posts(site_id, []) == []
    other = store.add_site("https://other.example", "https://other.example")
    assert store.some_posts(other, [7, 8]) == []


def test_a_post_of_another_site_is_unknown(store, site_id):
    other = store.add_site("https://other.example", "https://other.example")
    store.put_posts(other, [SOIL])
    with pytest.raises(UnknownPost, match="run `suggester sync`"):
        store.post(site_id, 7)


@pytest.mark.parametrize(
    "news",
    [
        {"title": "Soil, again"},
        {"content": "<p>New.</p>"},
        {"url": "https://blog.example/about-soil/"},
        {"status": "draft"},
        {"terms": ()},
        {"terms": (Term("category", "garden", "Gardens"),)},
        {"published": None},
        {"noindex": False},
        {"old_slugs": ()},
        {"raw": True},
    ],
)
def test_what_differs_counts_as_changed(store, site_id, news):
    store.put_posts(site_id, [SOIL])
    assert store.put_posts(site_id, [replace(SOIL, **news)]) == 1
    assert store.post(site_id, 7) == replace(SOIL, **news)


def test_the_same_post_again_does_not_count_as_changed(store, site_id):
    store.put_posts(site_id, [SOIL, PLAIN])
    assert store.put_posts(site_id, [SOIL, PLAIN]) == 0


def test_a_new_date_alone_is_kept_and_does_not_count_as_changed(store, site_id):
    store.put_posts(site_id, [SOIL])
    touched = replace(SOIL, modified=datetime(2026, 6, 1, tzinfo=UTC))
    assert store.put_posts(site_id, [touched]) == 0
    assert store.post(site_id, 7) == touched


def test_a_post_twice_on_a_page_is_kept_once_as_it_stands_last(store, site_id):
    assert store.put_posts(site_id, [PLAIN, replace(PLAIN, title="Sand again")]) == 1
    assert [post.title for post in store.posts(site_id)] == ["Sand again"]


def test_moments_are_kept_in_utc(store, site_id):
    in_delhi = datetime(2026, 5, 1, 13, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    store.put_posts(site_id, [replace(PLAIN, published=in_delhi, modified=datetime(2026, 5, 1, 8))])
    kept = store.post(site_id, 8)
    assert kept.published == kept.modified == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert store.put_posts(site_id, [kept]) == 0


@pytest.mark.parametrize(
    "content",
    ["", "<p><img src='a.jpg'></p>", "x" * 2_000_000, "\x01 and \U0001f331 and \u0627\u0644\u062a\u0631\u0628\u0629"],
    ids=["empty", "only images", "two megabytes", "odd characters"],
)
def test_any_content_is_kept_byte_for_byte(store, site_id, content):
    store.put_posts(site_id, [replace(PLAIN, content=content)])
    assert store.post(site_id, 8).content == content


def test_a_character_that_no_database_takes_does_not_stop_a_sync(store, site_id):
    broken = replace(PLAIN, title="So\0il", content="<p>\0</p>", old_slugs=("so\0il",))
    assert store.put_posts(site_id, [broken]) == 1
    assert store.post(site_id, 8).content == "<p>\ufffd</p>"
    assert store.put_posts(site_id, [broken]) == 0


def test_half_a_character_does_not_stop_a_sync(store, site_id):
    broken = replace(PLAIN, title="Half \ud83c", content="<p>\udfff</p>", terms=(Term("category", "a", "\ud800"),))
    assert store.put_posts(site_id, [broken]) == 1
    assert store.post(site_id, 8).title == "Half ?"
    assert store.put_posts(site_id, [broken]) == 0


def test_posts_are_read_in_the_order_of_ids_however_many_there_are(store, site_id):
    store.put_posts(site_id, [replace(PLAIN, id=number) for number in range(350, 0, -1)])
    store.put_posts(site_id, [replace(PLAIN, id=2**40)])
    assert [post.id for post in store.posts(site_id)] == [*range(1, 351), 2**40]


def test_posts_may_be_written_while_they_are_read(store, site_id):
    store.put_posts(site_id, [replace(PLAIN, id=number) for number in range(250)])
    for post in store.posts(site_id):
        store.put_posts(site_id, [replace(post, title="Seen")])
    assert {post.title for post in store.posts(site_id)} == {"Seen"}


def test_deleted_posts_are_gone_with_the_addresses_that_led_to_them(store, site_id):
    store.put_posts(site_id, [SOIL, PLAIN])
    store.put_addresses(site_id, {"/old/": 7, "/older/": 8, "/dead/": None})
    assert store.delete_posts(site_id, [7, 99]) == 1
    assert store.post_ids(site_id) == {8}
    assert store.addresses(site_id) == {"/older/": 8, "/dead/": None}


def test_many_posts_are_deleted_at_once(store, site_id):
    store.put_posts(site_id, [replace(PLAIN, id=number) for number in range(2_500)])
    assert store.delete_posts(site_id, range(1, 2_500)) == 2_499
    assert store.post_ids(site_id) == {0}


def test_a_changed_permalink_keeps_the_old_one(store, site_id):
    store.put_posts(site_id, [PLAIN])
    store.put_posts(site_id, [replace(PLAIN, url="https://blog.example/about-sand/")])
    assert store.addresses(site_id) == {"/sand/": 8}


def test_a_post_at_an_old_address_takes_it_over(store, site_id):
    store.put_posts(site_id, [PLAIN])
    store.put_posts(site_id, [replace(PLAIN, url="https://blog.example/about-sand/")])
    store.put_posts(site_id, [Post(id=9, url="https://blog.example/sand/", title="New sand", content="")])
    assert store.addresses(site_id) == {}


def test_a_dead_address_lives_again_when_a_post_stands_there(store, site_id):
    store.put_addresses(site_id, {"https://blog.example/sand/?x=1": None, "https://blog.example/sand/": None})
    store.put_posts(site_id, [PLAIN])
    assert store.addresses(site_id) == {"/sand/?x=1": None}


def test_long_dead_addresses_are_forgotten_and_living_ones_are_not(store, site_id):
    store.put_posts(site_id, [PLAIN])
    store.put_addresses(site_id, {"/dead/": None, "/old/": 8})
    store.forget_dead_addresses(site_id, datetime.now(UTC) - timedelta(minutes=1))
    assert store.addresses(site_id) == {"/dead/": None, "/old/": 8}
    store.forget_dead_addresses(site_id, datetime.now(UTC) + timedelta(minutes=1))
    assert store.addresses(site_id) == {"/old/": 8}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://blog.example/a/b/?p=1#c", "/a/b/?p=1"),
        ("https://blog.example", "/"),
        ("https://blog.example/?p=4", "/?p=4"),
        ("/a/b/", "/a/b/"),
    ],
)
def test_an_address_is_known_by_path_and_query(url, path):
    assert path_of(url) == path


def test_it_says_where_each_post_is_found(store, site_id):
    store.put_posts(site_id, [SOIL])
    assert store.urls(site_id) == [Address(7, "https://blog.example/soil/", ("earth", "dirt"))]


def test_posts_are_counted_by_status_and_as_targets(store, site_id):
    store.put_posts(site_id, [SOIL, PLAIN, replace(PLAIN, id=9), replace(PLAIN, id=10, status="draft")])
    assert store.count_posts(site_id) == Count({"publish": 3, "draft": 1}, targets=2, embedded={"": 4})


def test_a_post_that_changes_must_be_embedded_again(store, site_id):
    store.put_posts(site_id, [SOIL, PLAIN])
    store.mark_embedded(site_id, "letters", [SOIL, PLAIN])
    assert store.count_posts(site_id).embedded == {"letters": 2}
    store.put_posts(site_id, [SOIL, replace(PLAIN, title="Sand again")])
    assert store.count_posts(site_id).embedded == {"letters": 1, "": 1}


def test_a_post_that_changed_while_it_was_embedded_is_not_marked(store, site_id):
    store.put_posts(site_id, [replace(PLAIN, title="Newer")])
    store.mark_embedded(site_id, "letters", [PLAIN])
    assert store.count_posts(site_id).embedded == {"": 1}


def test_addresses_that_fit_into_no_index_are_left_out(store, site_id):
    dice = random.Random(3)  # what repeats itself would be packed into less

    def long(count):
        return "/" + "".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=count - 1))

    kept, longer = long(2000), long(2001)
    store.put_addresses(site_id, {kept: 7, longer: 8, long(9000): None, "/old/": 9})
    store.put_dead_addresses(site_id, [long(5000), "/" + "".join(dice.choices("äöüßéèà", k=1001))])
    assert store.addresses(site_id) == {kept: 7, "/old/": 9}


def test_addresses_at_which_nothing_is_are_told_from_those_that_lead_to_no_post(store, site_id):
    store.put_addresses(site_id, {"/list/": None, "/old/": 7})
    store.put_dead_addresses(site_id, ["https://blog.example/gone/?x=1", "/lost/"])
    assert store.dead_addresses(site_id) == {"/gone/?x=1", "/lost/"}
    assert store.addresses(site_id) == {"/list/": None, "/old/": 7, "/gone/?x=1": None, "/lost/": None}
    store.put_addresses(site_id, {"/lost/": 7})
    assert store.dead_addresses(site_id) == {"/gone/?x=1"}


@pytest.mark.parametrize("status", ["draft", "private", "future", "pending"])
def test_posts_that_readers_cannot_see_are_known(store, site_id, status):
    posts = [Post(1, "https://blog.example/a/", "A", ""), Post(2, "https://blog.example/b/", "B", "", status=status)]
    store.put_posts(site_id, posts)
    assert store.unpublished(site_id, [1, 2, 3]) == {2}
    assert store.unpublished(site_id, []) == frozenset()
