"""Visiting a real WordPress as its readers do: a menu, widgets, archives, related posts, a post that moved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from suggester.entities import Visit
from suggester.tasks.service import Service
from tests.toys import LetterEncoder

from ..conftest import VERSIONS
from .harness.core import get_core
from .harness.database import Database
from .harness.website import WordPress

pytestmark = pytest.mark.xdist_group("visits")
ROOT = Path(__file__).parents[2]
COUNT = 24
MAKE = """
    $ids = array();
    foreach ( range( 1, $given['count'] ) as $n ) {
        $next  = $n % 4 ? sprintf( '<a href="/post-%d/">the next</a>', $n + 1 ) : '';
        $ids[] = wp_insert_post( array( 'post_title' => "Post $n", 'post_status' => 'publish',
            'post_date' => sprintf( '2024-01-%02d 10:00:00', $n ), 'tags_input' => array( $n % 2 ? 'odd' : 'even' ),
            'post_content' => "<!-- wp:paragraph --><p>Text $n $next</p><!-- /wp:paragraph -->" ) );
    }
    $page = function ( $title, $content ) {
        return wp_insert_post( array( 'post_title' => $title, 'post_type' => 'page', 'post_status' => 'publish',
            'post_content' => $content ) );
    };
    $links = '<!-- wp:paragraph --><p><a href="/post-3/">moved</a> <a href="/nothing/">gone</a>'
        . ' <a href="/wp-content/uploads/none.pdf">a file</a> <a href="https://other.example/">other</a></p>'
        . '<!-- /wp:paragraph --><!-- wp:latest-posts {"postsToShow":2} /-->';
    $about  = $page( 'About', $links );
    $lonely = $page( 'Lonely', '<!-- wp:paragraph --><p>Nobody links here.</p><!-- /wp:paragraph -->' );
    wp_update_post( array( 'ID' => $ids[2], 'post_name' => 'third' ) );
    wp_insert_comment( array( 'comment_post_ID' => $ids[4], 'comment_author' => 'Bob', 'comment_approved' => 1,
        'comment_author_url' => 'https://bob.example', 'comment_content' => 'Nice' ) );
    if ( $given['classic'] ) {
        switch_theme( 'plain' );
        update_option( 'sidebars_widgets', array( 'side' => array( 'recent-posts-2' ), 'array_version' => 3 ) );
        update_option( 'widget_recent-posts', array( 2 => array( 'number' => 3 ), '_multiwidget' => 1 ) );
        $menu = wp_create_nav_menu( 'Main' );
        wp_update_nav_menu_item( $menu, 0, array( 'menu-item-object' => 'page', 'menu-item-object-id' => $about,
            'menu-item-type' => 'post_type', 'menu-item-status' => 'publish' ) );
        set_theme_mod( 'nav_menu_locations', array( 'main' => $menu ) );
    } else {
        wp_insert_post( array( 'post_type' => 'wp_navigation', 'post_status' => 'publish', 'post_title' => 'Main',
            'post_content' => '<!-- wp:navigation-link {"label":"About","url":"/about/","kind":"custom"} /-->' ) );
    }
    return array( 'ids' => $ids, 'about' => $about, 'lonely' => $lonely );
"""
SAID = """
    $said = array();
    foreach ( get_posts( array( 'post_type' => array( 'post', 'page' ), 'numberposts' => -1 ) ) as $post ) {
        $said[ $post->ID ] = get_permalink( $post );
    }
    return $said;
"""
PLAIN = {
    "style.css": "/* Theme Name: Plain */",
    "functions.php": """<?php
add_action( 'after_setup_theme', fn() => register_nav_menu( 'main', 'Main' ) );
add_action( 'widgets_init', fn() => register_sidebar( array( 'id' => 'side', 'name' => 'Side' ) ) );
add_filter( 'the_content', function ( $content ) {
    if ( ! is_single() ) { return $content; }
    $akin = get_posts( array( 'numberposts' => 1, 'orderby' => 'date', 'order' => 'ASC' ) )[0];
    return $content . '<div class="yarpp yarpp-related"><h3>Akin</h3><ol><li><a href="' . get_permalink( $akin )
        . '" rel="bookmark">' . $akin->post_title . '</a></li></ol></div>';
} );
""",
    "index.php": """<!doctype html><html><head><?php wp_head(); ?></head><body <?php body_class(); ?>>
<header class="site-header"><p class="site-title"><a href="<?php echo home_url( '/' ); ?>">Home</a></p>
<nav class="main-navigation"><?php wp_nav_menu( array( 'theme_location' => 'main', 'fallback_cb' => false ) ); ?></nav>
</header><main id="main"><?php while ( have_posts() ) { the_post(); ?>
<article <?php post_class(); ?>><header class="entry-header"><?php is_singular() ? the_title( '<h1>', '</h1>' )
    : the_title( '<h2><a href="' . get_permalink() . '">', '</a></h2>' ); ?></header>
<div class="entry-content"><?php the_content(); ?></div>
<footer class="entry-footer"><?php the_tags(); ?></footer></article>
<?php if ( is_single() ) { the_post_navigation(); comments_template(); } } the_posts_pagination(); ?></main>
<aside class="widget-area"><?php dynamic_sidebar( 'side' ); ?></aside>
<footer class="site-footer"><a href="/about/">Imprint</a></footer><?php wp_footer(); ?></body></html>
""",
    "comments.php": '<div id="comments" class="comments-area"><?php wp_list_comments(); ?></div>',
}


@dataclass
class Blog:
    """A site with a menu, widgets, archives and related posts."""

    wordpress: WordPress
    service: Service
    site_id: int
    ids: list[int]
    about: int
    lonely: int
    folder: Path

    def visits(self) -> dict[str, Visit]:
        return {each.url.removeprefix(self.wordpress.url): each for each in self.service.store.visits(self.site_id)}

    def places(self, path: str) -> list[tuple[str, str]]:
        home = self.wordpress.url
        links = self.service.store.page_links(self.site_id, f"{home}{path}")
        return [(each.place, each.href.removeprefix(home)) for each in links]


@pytest.fixture(scope="module", params=["block", "classic"])
def blog(request, place: Path, database: Database, tmp_path_factory) -> Iterator[Blog]:
    classic = request.param == "classic"
    wordpress = WordPress(get_core("trixie"), database, place / f"visits-{request.param}", permalinks="/%postname%/")
    request.config.stash[VERSIONS].add(wordpress.version)
    if classic:
        theme = wordpress.wordpress / "wp-content/themes/plain"
        theme.mkdir()
        for name, text in PLAIN.items():
            (theme / name).write_text(text)
    wordpress.start()
    folder = tmp_path_factory.mktemp("visits")
    service = Service.open(folder, load_encoder=LetterEncoder)
    try:
        made = wordpress.php(MAKE, count=COUNT, classic=classic)
        site_id = service.connect(wordpress.url).site_id
        service.sync(site_id)
        service.visit(site_id, rest=0)
        yield Blog(wordpress, service, site_id, folder=folder, **made)
        assert wordpress.complaints() == ""
    finally:
        service.close()
        wordpress.kill()


def test_every_post_is_found_where_wordpress_says_it_is(blog):
    said = {int(number): url for number, url in blog.wordpress.php(SAID).items()}
    found = {each.post_id: each for each in blog.visits().values() if each.page and each.post_id}
    assert {number: each.url for number, each in found.items()} == said
    assert {each.canonical for each in found.values()} == set(said.values())
    assert {number for number, each in found.items() if each.depth is None} == {blog.lonely}


def test_depth_is_the_fewest_clicks_over_the_links_that_wordpress_rendered(blog):
    """Counted anew from the links as they are kept, in the plainest way."""
    visits, edges = blog.visits(), {}
    for link in blog.service.store.page_links(blog.site_id):
        edges.setdefault(link.page, []).append((link.href, link.place))
    for name, wanted in (("depth", lambda place: True), ("content_depth", lambda place: place == "content")):
        home = f"{blog.wordpress.url}/"
        depths, queue = {home: 0}, deque([home])
        while queue:
            page = queue.popleft()
            for href, place in edges.get(page, ()):
                there = visits.get(href.removeprefix(blog.wordpress.url))
                if there and wanted(place) and there.final_url not in depths:
                    depths[there.final_url] = depths[page] + 1
                    queue.append(there.final_url)
        pages = {each.url: getattr(each, name) for each in visits.values() if each.page}
        assert {url: depth for url, depth in pages.items() if depth is not None} == {
            url: depth for url, depth in depths.items() if url in pages
        }
    assert visits["/post-24/"].depth == 1
    assert visits["/about/"].depth == 1
    assert visits["/page/2/"].depth == 1


def test_links_stand_where_a_reader_sees_them(blog):
    post = blog.places("/post-5/")
    assert [href for place, href in post if place == "content"] == ["/post-6/"]
    assert ("menu", "/about/") in post
    assert ("related", "/post-4/") in post
    assert ("related", "/post-6/") in post
    assert ("widget", "https://bob.example/") in post
    assert {place for place, href in blog.places("/") if href.startswith("/post-")} - {"widget"} == {"archive"}
    assert ("archive", "/page/2/") in blog.places("/")
    about = blog.places("/about/")
    content = [href for place, href in about if place == "content"]
    assert content == ["/post-3/", "/nothing/", "/wp-content/uploads/none.pdf", "https://other.example/"]
    assert [href for place, href in about if place == "archive"] == ["/post-24/", "/post-23/"]
    assert {place for place, href in blog.places("/tag/odd/") if href.startswith("/post-")} - {"widget"} == {"archive"}


def test_where_links_lead_is_what_wordpress_answers(blog):
    visits = blog.visits()
    moved = visits["/post-3/"]
    assert (moved.status, moved.hops, moved.outcome, moved.post_id) == (200, 1, "fine", blog.ids[2])
    assert moved.final_url == f"{blog.wordpress.url}/third/"
    assert {path: each.outcome for path, each in visits.items() if each.broken} == {
        "/nothing/": "gone",
        "/wp-content/uploads/none.pdf": "gone",
    }
    assert not [path for path in visits if path.startswith(("/wp-admin", "/wp-login", "/feed", "https://"))]


@pytest.mark.parametrize("blog", ["classic"], indirect=True)
def test_a_visit_that_is_killed_goes_on_where_it_was(blog):
    before = blog.service.store.visits(blog.site_id)
    program = (
        "import sys; from pathlib import Path; from suggester.tasks.service import Service\n"
        "Service.open(Path(sys.argv[1])).visit(int(sys.argv[2]), rest=0, anew=True)"
    )
    command = [sys.executable, "-c", program, str(blog.folder), str(blog.site_id)]
    begun = max(each.at for each in before)
    with subprocess.Popen(command, cwd=ROOT) as process:
        while sum(each.at > begun for each in blog.service.store.visits(blog.site_id)) < 15:
            assert process.poll() is None
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    done = sum(each.at > begun for each in blog.service.store.visits(blog.site_id))
    report = blog.service.visit(blog.site_id, rest=0)
    after = blog.service.store.visits(blog.site_id)
    assert 15 <= done
    assert report.asked <= len(before) - done
    assert [(each.url, each.status, each.depth, each.content_depth) for each in after] == [
        (each.url, each.status, each.depth, each.content_depth) for each in before
    ]
