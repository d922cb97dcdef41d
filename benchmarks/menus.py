"""What link equity with menus costs: gathering the links of all pages behind a visit, and the ranks over them.

    python -m benchmarks.menus 10000 200

A synthetic site of so many posts: each page has so many links in menu and footer, ten in its text and four to related
posts; every tenth page is an archive. Prints a row of the table in benchmarks/README.md: seconds of processor time of
one thread, and what memory grew by at most.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import numpy as np

from suggester.entities import PageLink, Post, Visit
from suggester.graph.rendered import page_ranks
from suggester.store import Store
from suggester.tasks.pages import RenderedPages

HOME = "https://blog.example"
IN_TEXT, RELATED, AT_ONCE = 10, 4, 500


def main() -> None:
    """Make a site, and measure."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("posts", type=int)
    args.add_argument("sitewide", type=int)
    given = args.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "suggester.db")
        site_id = store.add_site(HOME, HOME)
        pages = _fill(store, site_id, given.posts, given.sitewide)
        before, began = _megabytes(), process_time()
        walked = RenderedPages(store).gather(site_id)
        gathered, grown = process_time() - began, _megabytes() - before
        assert walked
        began = process_time()
        page_ranks(walked.pages)
        ranked = process_time() - began
        kept = walked.pages.own.nnz + walked.pages.blocks.nnz
        links = pages * (given.sitewide + IN_TEXT + RELATED)
        print(f"| {given.posts:,} | {pages:,} | {links:,} | {kept:,} | {gathered:.1f} | {ranked:.2f} | {grown:.0f} |")
        store.close()


def _fill(store: Store, site_id: int, posts: int, sitewide: int) -> int:
    dice, at = np.random.default_rng(1), datetime.now(UTC)
    store.put_posts(site_id, [Post(number, _url(number), f"Post {number}", "") for number in range(1, posts + 1)])
    menu = (dice.choice(posts, sitewide, replace=False) + 1).tolist()
    pages = [(_url(number), number) for number in range(1, posts + 1)]
    pages += [(f"{HOME}/page/{number}/", 0) for number in range(1, posts // 10 + 1)]
    for start in range(0, len(pages), AT_ONCE):
        some = pages[start : start + AT_ONCE]
        visits = [Visit(url, 200, url, 0, "", at, post_id=number or None, page=True) for url, number in some]
        store.put_visits(site_id, visits, {url: list(_links(url, menu, posts, dice)) for url, _ in some})
    return len(pages)


def _links(url: str, menu: list[int], posts: int, dice: np.random.Generator) -> Iterator[PageLink]:
    own = dice.integers(1, posts + 1, IN_TEXT + RELATED).tolist()
    places = ["menu"] * len(menu) + ["content"] * IN_TEXT + ["related"] * RELATED
    for number, place in zip([*menu, *own], places, strict=True):
        yield PageLink(url, _url(number), place, f"Some words on {number}", (), number)


def _url(number: int) -> str:
    return f"{HOME}/a-post-number-{number}/"


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
