"""How long a writer waits: from opening the sidebar to suggestions on screen, in a real WordPress and a real browser.

    python -m benchmarks.editor [../shared/bench] [--posts 10000] [--openings 25]

The posts are those of `benchmarks.request`, written into WordPress as well; the service is warm. Each opening is a
draft of 1,500 words that was never seen, in a freshly loaded block editor. Beside it stands what no plugin that asks
WordPress can be quicker than: the round trip of a small REST request, measured in the same pages. Writes
benchmarks/results/editor.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page

from benchmarks.posts import Original, Writer, originals
from benchmarks.serving import Server, serving
from benchmarks.stores import WORDS, prepared
from suggester.entities import Post
from tests.real.harness.core import get_core
from tests.real.harness.database import Database
from tests.real.harness.folders import workplace
from tests.real.harness.service import Service
from tests.real.harness.website import WordPress
from tests.real.harness.written import Written
from tests.wp_plugin.front import Front
from tests.wp_plugin.making import PLUGIN, chromium
from tests.wp_plugin.world import PREFERENCES, RESET, EditorWorld

RESULT = Path(__file__).parent / "results" / "editor.json"
DRAFT_WORDS = 1500
WARM_UP = 3
AT_ONCE = 1000
REST_MS = 1500  # until the editor has done what it does at first
OPEN = """() => new Promise( ( done ) => {
    const began = performance.now();
    const look = () => document.querySelector( '.link-suggester-state' )
        ? requestAnimationFrame( () => done( performance.now() - began ) )
        : requestAnimationFrame( look );
    document.querySelector( 'button[aria-label="Link suggestions"]' ).click();
    look();
} )"""
ASKED = """() => performance.getEntriesByType( 'resource' )
    .filter( ( { name } ) => decodeURIComponent( name ).includes( 'link-suggester/v1' ) )
    .map( ( { duration } ) => duration )"""
LEAST = """async () => {
    const began = performance.now();
    await wp.apiFetch( { path: '/wp/v2/users/me?_fields=id' } );
    return performance.now() - began;
}"""
LOADED = """() => performance.getEntriesByType( 'resource' )
    .map( ( { name } ) => name ).filter( ( name ) => name.includes( '/plugins/link-suggester/' ) )"""


@dataclass(frozen=True)
class Opening:
    """What one opening of the sidebar took, in milliseconds."""

    whole: float
    request: float  # the browser's request to WordPress
    service: float  # WordPress's request to the service
    least: float  # the smallest request to WordPress


def main() -> None:
    """Measure, and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.editor", description="How long a writer waits.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--openings", type=int, default=25)
    parser.add_argument("--work", type=Path, default=Path("build/bench-request"), help="the prepared sites lie here")
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    made_of = originals(asked.bench)
    prepared(data := asked.work / str(asked.posts), made_of, asked.posts)
    with serving(data) as server, standing(server, data, Writer(made_of).posts(asked.posts, WORDS)) as world:
        figures = measure(world, made_of, asked.openings)
    told = {"posts": asked.posts, "cores": len(os.sched_getaffinity(0)), "wordpress": world.wordpress.version} | figures
    asked.out.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=2))


@contextmanager
def standing(server: Server, data: Path, posts: Iterator[Post]) -> Iterator[EditorWorld]:
    """A WordPress that holds the posts, connected to the service that has read them."""
    with workplace() as place, chromium() as browser:
        database, wordpress = Database(place / "mariadb"), None
        front = Front(server.address)
        try:
            database.start()
            wordpress = WordPress(get_core("trixie"), database, place / "wordpress", permalinks="/%postname%/")
            while some := list(islice(posts, AT_ONCE)):
                wordpress.write([written(post) for post in some])
            wordpress.start()
            wordpress.add_plugin(PLUGIN, "link-suggester")
            world = EditorWorld(wordpress, Service(place / "service"), front, server.key, browser)
            world.point_at()
            wordpress.php(RESET, preferences=PREFERENCES, delete=[], restore=[])
            yield world
        finally:
            front.close()
            if wordpress:
                wordpress.kill()
            database.stop()


def written(post: Post) -> Written:
    """A post as WordPress takes it."""
    return Written(id=post.id, title=post.title, slug=f"post-{post.id}", content=post.content)


def blocks(content: str) -> str:
    """Paragraphs as the block editor keeps them."""
    paragraphs = [part.strip() for part in content.split("</p>") if part.strip()]
    return "\n\n".join(f"<!-- wp:paragraph -->\n{part}</p>\n<!-- /wp:paragraph -->" for part in paragraphs)


def measure(world: EditorWorld, made_of: Sequence[Original], count: int) -> dict[str, Any]:
    """Open the sidebar on new drafts; the first few openings warm everything up."""
    drafts = Writer(made_of, seed=os.getpid())
    page = world.page()
    openings = [opening(world, page, *drafts.draft(DRAFT_WORDS)) for _ in range(WARM_UP + count)][WARM_UP:]
    return {
        "words_a_draft": DRAFT_WORDS,
        "openings": count,
        "requests_before_opening": 0,  # `opening` makes sure of that
        "ms": {
            "opening_to_screen": spread(one.whole for one in openings),
            "of_which_service": spread(one.service for one in openings),
            "of_which_wordpress": spread(one.request - one.service for one in openings),
            "of_which_browser": spread(one.whole - one.request for one in openings),
            "smallest_request_to_wordpress": spread(one.least for one in openings),
        },
        "weight": weight(world, page),
    }


def opening(world: EditorWorld, page: Page, title: str, content: str) -> Opening:
    """Load the editor on a new draft, let it come to rest, open the sidebar."""
    post_id = world.create_post(blocks(content), title)
    world.front.reset()
    world.editor(post_id, page)
    if page.locator(".link-suggester-panel").count():  # WordPress remembers what was open
        page.get_by_role("button", name="Link suggestions", exact=True).first.click()
        world.front.reset()
        world.editor(post_id, page)
    page.wait_for_timeout(REST_MS)
    assert not page.evaluate(ASKED), "something was asked before the sidebar was opened"
    assert not world.front.paths(), "the service was asked before the sidebar was opened"
    least = float(page.evaluate(LEAST))
    whole = float(page.evaluate(OPEN))
    (request,) = page.evaluate(ASKED)
    (told,) = world.front.asked
    return Opening(whole, float(request), 1000 * told.seconds, least)


def spread(times: Iterable[float]) -> dict[str, float]:
    """The middle and the slow end."""
    taken = list(times)
    return {"p50": round(median(taken), 1), "p95": round(quantiles(taken, n=20)[-1], 1)}


def weight(world: EditorWorld, page: Page) -> dict[str, dict[str, int]]:
    """The bytes that the plugin adds to the page of the block editor."""
    names = {name.split("?")[0].rsplit("/", 1)[1] for name in page.evaluate(LOADED)}
    found: dict[str, dict[str, int]] = {}
    for kind in ("js", "css"):
        texts = [(PLUGIN / "assets" / name).read_bytes() for name in sorted(names) if name.endswith(f".{kind}")]
        packed = sum(len(gzip.compress(text)) for text in texts)
        found[kind] = {"files": len(texts), "bytes": sum(map(len, texts)), "gzip_bytes": packed}
    return found


if __name__ == "__main__":
    main()
