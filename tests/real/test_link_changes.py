"""A permalink changes and a post is trashed in a real WordPress: the links to both are mended, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from suggester.entities import Edit
from suggester.tasks.service import Service
from tests.toys import LetterEncoder

from .conftest import World

MAKE = """
    $ids = array();
    foreach ( $given['posts'] as $slug => $content ) {
        $ids[ $slug ] = wp_insert_post( wp_slash( array( 'post_title' => ucfirst( $slug ), 'post_name' => $slug,
            'post_content' => $content, 'post_status' => 'publish', 'post_date' => '2024-06-06 06:06:06' ) ) );
    }
    return $ids;
"""
CHANGE = """
    wp_update_post( array( 'ID' => $given['moved'], 'post_name' => 'zither-tuning' ) );
    wp_trash_post( $given['gone'] );
    return get_permalink( $given['moved'] );
"""
CONTENT = "return get_post( $given['id'] )->post_content;"
REMOVE = "foreach ( $given['ids'] as $id ) { wp_delete_post( $id, true ); } return true;"
BLOCKS = (
    '<!-- wp:paragraph {{"fontSize":"large"}} -->\n<p class="has-large-font-size">First <a class="k" rel=\'nofollow\''
    " href='{home}/zither/#strings'>tune the zither</a>, then &amp; only then\xa0play the"
    ' <a href="{path}/ocarina/"><em>ocarina</em> of my aunt</a>.</p>\n<!-- /wp:paragraph -->\r\n'
    '<!-- wp:heading --><h2>Again: <a href={path}/zither>zither</a></h2><!-- /wp:heading -->\n[gallery ids="1"]'
)


@dataclass
class Band:
    """Three posts of which one links to the others."""

    world: World
    service: Service
    site_id: int
    ids: dict[str, int]
    content: str

    def stored(self) -> str:
        """What WordPress holds of the linking post."""
        return str(self.world.wordpress.php(CONTENT, id=self.ids["music"]))

    def changes(self) -> list[Edit]:
        """What is proposed for the linking post."""
        return [edit for edit in self.service.link_changes(self.site_id) if edit.source_id == self.ids["music"]]


@pytest.fixture
def band(subdirectory: World, tmp_path: Path) -> Iterator[Band]:
    content = BLOCKS.format(home=subdirectory.url, path=subdirectory.wordpress.path)
    posts = {"music": content, "zither": "<p>Tune its strings.</p>", "ocarina": "<p>Blow into it.</p>"}
    ids = subdirectory.wordpress.php(MAKE, posts=posts)
    service = Service.open(tmp_path / "data", load_encoder=LetterEncoder)
    site_id = service.connect(subdirectory.url, subdirectory.login).site_id
    service.refresh(site_id)
    yield Band(subdirectory, service, site_id, ids, content)
    service.close()
    subdirectory.wordpress.php(REMOVE, ids=list(ids.values()))


def test_links_to_a_moved_and_a_trashed_post_are_mended_and_come_back(band: Band):
    assert (band.stored(), band.changes()) == (band.content, [])
    moved = band.world.wordpress.php(CHANGE, moved=band.ids["zither"], gone=band.ids["ocarina"])
    assert moved == f"{band.world.url}/zither-tuning/"
    band.service.refresh(band.site_id)
    path = band.world.wordpress.path
    edits = band.changes()
    assert [(edit.kind, edit.old_href, edit.href, edit.reasons[0].code, edit.why) for edit in edits] == [
        ("rewrite", f"{band.world.url}/zither/#strings", f"{moved}#strings", "moved", ""),
        ("unlink", f"{path}/ocarina/", "", "gone", ""),
        ("rewrite", f"{path}/zither", f"{path}/zither-tuning/", "moved", ""),
    ]
    assert requests.get(f"{band.world.url}/ocarina/", timeout=20).status_code == 404
    assert requests.get(edits[0].href, timeout=20, allow_redirects=False).status_code == 200

    run = band.service.make_run(band.site_id, edits, "links", "Mended")
    done = band.service.apply_now(band.site_id, run.id)
    assert (done.state, done.counts["applied"]) == ("done", 3)
    mended = band.content.replace(f"{band.world.url}/zither/#strings", f"{moved}#strings")
    mended = mended.replace(f'<a href="{path}/ocarina/"><em>ocarina</em> of my aunt</a>', "<em>ocarina</em> of my aunt")
    assert band.stored() == mended.replace(f"<a href={path}/zither>", f"<a href={path}/zither-tuning/>")
    band.service.refresh(band.site_id)
    assert band.changes() == []

    undone = band.service.undo(band.site_id, run.id)
    assert (undone.state, undone.counts["undone"]) == ("undone", 3)
    assert band.stored() == band.content
