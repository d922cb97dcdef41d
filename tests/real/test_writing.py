"""A written post holds the content that was sent, byte for byte, and everything else about it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from suggester.content.insert import insert
from suggester.entities import Anchor
from suggester.errors import SiteChanged, SiteRefused
from suggester.wordpress.source import Source

from .conftest import World

CONTENT = (
    "<!-- wp:paragraph {\"className\":\"is-style-a\\u002d\\u002db\"} -->\n<p class=\"is-style-a--b\">"
    "Salt &amp; flour&nbsp;— “quotes” C:\\new\\table, 5 &lt; 6 and the sourdough starter. 🍞 酵母</p>\n"
    "<!-- /wp:paragraph -->\n\n[gallery ids=\"1\"]\r\n\r\n<p>odd <b>markup</i>"
)  # fmt: skip
SETUP = """
    $id = wp_insert_post( wp_slash( array( 'post_title' => 'A “post” & <em>its</em> \\\\ title', 'post_content' =>
        $given['content'], 'post_name' => 'to-be-written', 'post_excerpt' => 'Short.', 'post_status' => 'publish',
        'post_date' => '2024-05-05 05:05:05' ) ) );
    $image = wp_insert_attachment( array( 'post_title' => 'Loaf', 'post_mime_type' => 'image/png' ), 'loaf.png', $id );
    set_post_thumbnail( $id, $image );
    wp_set_post_terms( $id, array( 'rye', 'steam' ), 'post_tag' );
    add_post_meta( $id, 'kept', 'as it was' );
    update_post_meta( $id, '_yoast_wpseo_title', 'Kept too' );
    return array( $id, $image );
"""
REST_OF_IT = """
    $post = get_post( $given['id'], ARRAY_A );
    unset( $post['post_content'], $post['post_modified'], $post['post_modified_gmt'], $post['filter'] );
    $meta = get_post_meta( $given['id'] );
    unset( $meta['_edit_lock'], $meta['_edit_last'] );
    return array( $post, get_post_thumbnail_id( $given['id'] ), $meta,
        wp_get_object_terms( $given['id'], array( 'category', 'post_tag' ), array( 'fields' => 'slugs' ) ) );
"""


@pytest.fixture(params=["rest", "xmlrpc"])
def source(world: World, request: pytest.FixtureRequest) -> Iterator[Source]:
    with world.wordpress.switched(rest_closed=request.param == "xmlrpc"):
        opened = world.source(world.login)
        assert opened.name == request.param
        yield opened


@pytest.fixture
def post_id(world: World) -> Iterator[int]:
    made, image = world.wordpress.php(SETUP, content=CONTENT)
    yield made
    world.wordpress.php(
        "wp_delete_post( $given['image'], true ); return (bool) wp_delete_post( $given['id'], true );",
        id=made,
        image=image,
    )


def stored_content(world: World, post_id: int) -> str:
    (row,) = world.wordpress.rows("'content', post_content", f"FROM wp_posts WHERE ID = {post_id}")
    return str(row["content"])


def test_what_is_read_is_what_is_stored(world: World, source: Source, post_id: int):
    post = source.post(post_id)
    assert post
    assert post.raw
    assert post.content == stored_content(world, post_id)


def test_a_written_post_holds_what_was_sent_and_the_rest_of_it_stays(world: World, source: Source, post_id: int):
    before = world.wordpress.php(REST_OF_IT, id=post_id)
    old = stored_content(world, post_id)
    anchor = Anchor("sourdough starter", "5 < 6 and the ", ". 🍞 酵母", 0)
    linked = insert(old, anchor, f"{world.url}/?p=1000&a=b")
    given_back = source.write(post_id, linked)
    assert stored_content(world, post_id) == linked == given_back.content
    assert world.wordpress.php(REST_OF_IT, id=post_id) == before


def test_taking_it_back_gives_the_original(world: World, source: Source, post_id: int):
    old = stored_content(world, post_id)
    source.write(post_id, old.replace("flour", '<a href="/flour/">flour</a>'))
    source.write(post_id, old)
    assert stored_content(world, post_id) == old


def test_a_post_that_changed_meanwhile_is_left_alone(world: World, source: Source, post_id: int):
    stale = datetime.now(UTC) - timedelta(days=30)
    world.wordpress.php("return wp_update_post( array( 'ID' => $given['id'], 'post_excerpt' => 'New.' ) );", id=post_id)
    with pytest.raises(SiteChanged):
        source.write(post_id, "overwritten", unless_changed_since=stale)
    assert stored_content(world, post_id) == CONTENT


def test_a_post_that_did_not_change_is_written(world: World, source: Source, post_id: int):
    read = source.post(post_id)
    assert read
    source.write(post_id, read.content + "\n<p>More.</p>", unless_changed_since=read.modified)
    assert stored_content(world, post_id).endswith("\n<p>More.</p>")


def test_a_stranger_cannot_write(world: World, post_id: int):
    with pytest.raises(SiteRefused):
        world.source().write(post_id, "overwritten")
    assert stored_content(world, post_id) == CONTENT
