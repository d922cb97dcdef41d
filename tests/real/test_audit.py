"""A real WordPress with faults of every kind planted in it: an audit finds each of them, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suggester.entities import FINDING_KINDS
from suggester.tasks.service import Service
from suggester.wordpress.login import Login
from tests.toys import LetterEncoder

from ..conftest import VERSIONS
from .harness.core import get_core
from .harness.database import Database
from .harness.website import WordPress

pytestmark = pytest.mark.xdist_group("audit")

RING = 30
FILLER = "The old harbour wakes before the gulls do and goes to bed long after the last boat has come in again. "
THEME = """<?php
echo '<!doctype html><title>x</title><nav><a href="/adrift/">In the menu</a></nav><main>';
while ( have_posts() ) { the_post(); echo '<article class="entry-content">'; the_content(); echo '</article>'; }
echo '</main>';
"""
MAKE = """
    $ids = array();
    foreach ( get_posts( array( 'post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1 ) ) as $old ) {
        wp_delete_post( $old->ID, true );
    }
    foreach ( $given['posts'] as $slug => $post ) {
        $ids[ $slug ] = wp_insert_post( wp_slash( array( 'post_title' => "The tale of $slug", 'post_name' => $slug,
            'post_content' => $post['content'], 'post_status' => 'publish', 'post_type' => $post['type'],
            'post_date' => '2024-06-06 06:06:06' ) ) );
    }
    update_option( 'show_on_front', 'page' );
    update_option( 'page_on_front', $ids['start'] );
    update_post_meta( $ids['hidden'], '_yoast_wpseo_meta-robots-noindex', '1' );
    wp_update_post( array( 'ID' => $ids['old-five'], 'post_name' => 'five' ) );
    wp_trash_post( $ids['thrown-away'] );
    $theme = WP_CONTENT_DIR . '/themes/plain';
    mkdir( $theme );
    file_put_contents( "$theme/style.css", "/*\\nTheme Name: Plain\\n*/" );
    file_put_contents( "$theme/index.php", $given['theme'] );
    switch_theme( 'plain' );
    return $ids;
"""
UNPUBLISH = """
    $post = get_page_by_path( 'unfinished', OBJECT, 'post' );
    return wp_update_post( array( 'ID' => $post->ID, 'post_status' => 'draft' ) );
"""


def words(count: int) -> str:
    """So many words."""
    return " ".join((FILLER * (count // 20 + 1)).split()[:count])


def tie(slug: str, anchor: str, more: str = "") -> str:
    return f'<a href="/{slug}/"{more}>{anchor}</a>'


def slug_of(at: int) -> str:
    return "five" if at % RING == 5 else f"n{at % RING}"


def third(at: int) -> str:
    """The third link of a post of the ring: here most faults are planted."""
    return {
        0: tie("no-such-page", "a page that is gone"),
        1: tie("unfinished", "what is not ready"),
        2: tie("old-five", "five by its old name"),
        3: tie("hidden", "what nobody should find"),
        4: "",
        5: f'<a href="/{slug_of(9)}/"></a>',
        6: tie(slug_of(10), "click here"),
        7: tie(slug_of(11), "smoked herring"),
        8: tie(slug_of(12), "smoked herring"),
        9: tie(slug_of(11), "Smoked herring"),
        10: tie("song", "the same old song"),
        11: tie("song", "the same old song"),
        12: tie("song", "the same old song"),
        13: tie("song", "The same old song"),
        14: tie("lonely", "someone all alone"),
        15: tie("wall", "up to the wall"),
        16: tie("wall", "a wall of bricks"),
        17: tie("long", "a long story"),
        18: tie("long", "no short story"),
        19: tie("crowded", "a full house"),
        20: tie("crowded", "standing room"),
        21: tie("homesick", "longing for home"),
        22: tie("homesick", "homewards"),
        23: '<a href="/">our front door</a>',
        24: tie("way-a", "one way"),
        25: tie("way-a", "the first way"),
        27: tie("way-b", "another way"),
        26: tie("way-b", "the second way"),
        28: tie("thrown-away", "what was thrown away"),
    }.get(at, "")


def ring(at: int) -> str:
    """A short post with links to the next two of the ring, on words that stand nowhere else."""
    follow = ' rel="nofollow"' if at == 4 else ""
    first = tie(slug_of(at + 1), f"boat {at} sails on", follow)
    return f"<p>Then {first}, and {tie(slug_of(at + 2), f'boat {at} drifts')}.</p><p>See {third(at)} there.</p>"


def planted() -> dict[str, str]:
    """All posts by their slugs."""
    onwards = " ".join(tie(slug_of(at), f"chapter {at}") for at in range(0, RING, 3))
    crowd = " ".join(tie(slug_of(at), f"guest {at}") for at in (3, 8, 13, 18, 23))
    home = " ".join('<a href="/">back to the very start</a>' for _ in range(12))
    posts = {"old-five" if at == 5 else f"n{at}": f"{ring(at)}" for at in range(RING)}
    posts |= {
        "start": f"<p>{words(1300)} {onwards}</p>",
        "unfinished": "<p>Not ready.</p>",
        "hidden": "<p>Hidden well.</p>",
        "song": "<p>La la la.</p>",
        "adrift": "<p>Nobody wrote of this.</p>",
        "lonely": "<p>One friend alone.</p>",
        "wall": f'<p>{words(150)} <a href="http://nowhere.invalid/page">a source</a></p>',
        "long": f"<p>{words(700)} {tie(slug_of(0), 'where it began')}</p>",
        "crowded": f"<p>{crowd}</p>",
        "homesick": f"<p>{words(1250)} {home}</p>",
        "way-a": f"<p>{tie('gate-a', 'the left gate')} {tie('gate-b', 'the right gate')}</p>",
        "way-b": f"<p>{tie('gate-a', 'the iron gate')} {tie('gate-b', 'the wooden gate')}</p>",
        "gate-a": f"<p>{tie('far', 'far away')}</p>",
        "gate-b": f"<p>{tie('far', 'beyond the hills')}</p>",
        "far": "<p>The end of the world.</p>",
        "thrown-away": "<p>Gone.</p>",
    }
    return posts


EXPECTED = {
    "broken": [("n0", "a page that is gone"), ("n28", "what was thrown away")],
    "broken_external": [("wall", "a source")],
    "deep": [("far", "")],
    "draft_target": [("n1", "what is not ready")],
    "redirected": [("n2", "five by its old name")],
    "noindex_target": [("n3", "what nobody should find")],
    "nofollow": [("n4", "boat 4 sails on")],
    "empty": [("five", "")],
    "generic": [("n6", "click here")],
    "two_targets": [("n8", "smoked herring")],
    "same_anchor": [("song", "the same old song")],
    "orphan": [("adrift", "")],
    "nearly_orphan": [("lonely", "")],
    "dead_end": [("wall", "")],
    "under_linked": [("long", "")],
    "over_linked": [("crowded", "")],
    "homepage_heavy": [("n23", "our front door"), *[("homesick", "back to the very start")] * 12],
}


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, place: Path, database: Database) -> Iterator[tuple[WordPress, dict[int, str]]]:
    wordpress = WordPress(get_core("trixie"), database, place / "audit", permalinks="/%postname%/")
    request.config.stash[VERSIONS].add(wordpress.version)
    wordpress.start()
    try:
        given = {
            slug: {
                "content": content.replace('href="/', f'href="{wordpress.url}/') if slug == "crowded" else content,
                "type": "page" if slug == "start" else "post",
            }
            for slug, content in planted().items()
        }
        ids = wordpress.php(MAKE, posts=given, theme=THEME)
        yield wordpress, {number: "five" if slug == "old-five" else slug for slug, number in ids.items()}
        assert wordpress.complaints() == ""
    finally:
        wordpress.kill()


def found(service: Service, site_id: int, names: dict[int, str]) -> dict[str, list[tuple[str, str]]]:
    """All that the last audit found: by kind, the post and the words of each fault."""
    told: dict[str, list[Any]] = {kind: service.faults(site_id, kind) for kind in FINDING_KINDS}
    return {
        kind: [(names[row.fault.post_id], row.fault.anchor.text if row.fault.anchor else "") for row in rows]
        for kind, rows in told.items()
        if rows
    }


def test_every_planted_fault_is_found_and_nothing_else(site: tuple[WordPress, dict[int, str]], tmp_path: Path):
    wordpress, names = site
    service = Service.open(tmp_path / "data", load_encoder=LetterEncoder)
    site_id = service.connect(wordpress.url, Login(wordpress.user, wordpress.password)).site_id
    service.refresh(site_id)
    wordpress.php(UNPUBLISH)
    service.refresh(site_id)
    service.visit(site_id, external=True, rest=0.0)
    report = service.audit(site_id, visit=True, external=True)  # goes by the visit of a moment ago
    assert found(service, site_id, names) == EXPECTED
    assert report.unseen == ()
    (redirected,) = service.faults(site_id, "redirected")
    assert redirected.fault.url == f"{wordpress.url}/five/"
    run = service.make_audit_run(site_id, "redirected")
    assert service.apply_now(site_id, run.id).counts["applied"] == 1
    service.refresh(site_id)
    after = service.audit(site_id).audit
    assert (after.counts["redirected"], after.gone, after.fresh) == (0, {"redirected": 1}, {})
    assert after.score > report.audit.score
    service.undo(site_id, run.id)
    service.close()


def test_the_same_site_over_https_has_plain_links(site: tuple[WordPress, dict[int, str]], tmp_path: Path):
    wordpress, names = site
    export = wordpress.export(tmp_path / "export.xml")
    moved = export.read_text().replace(wordpress.url, wordpress.url.replace("http://", "https://"))
    plain = f'<a href="{wordpress.url}/n3/">guest 3</a>'
    secure = plain.replace("http://", "https://")
    assert secure in moved
    export.write_text(moved.replace(secure, plain))
    service = Service.open(tmp_path / "data", load_encoder=LetterEncoder)
    site_id = service.connect(str(export)).site_id
    service.refresh(site_id)
    service.audit(site_id)
    told = found(service, site_id, names)
    assert told["plain_http"] == [("crowded", "guest 3")]
    assert {kind for kind in EXPECTED if kind not in told} == {"broken", "broken_external", "deep", "draft_target"}
    service.close()
