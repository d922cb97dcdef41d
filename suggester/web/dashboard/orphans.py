"""The posts that nobody links to, or one post alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from flask import render_template, request, url_for
from numpy.typing import NDArray

from suggester.engine.index import Card, Index
from suggester.entities import Suggestion
from suggester.web import imports as told_as
from suggester.web import wording
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.plans import MOST_LINKS, USUAL_LINKS
from suggester.web.room import service

PAGE_SIZE = 25
BEST_SOURCES = 5
SEARCHED = "searched"  # an order that only an import makes possible
ORDERS = {
    SEARCHED: "Most searched",
    "newest": "Newest",
    "oldest": "Oldest",
    "easiest": "Easiest to link",  # those with posts near to them
    "words": "Most words",
    "title": "Title, A to Z",
}
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the visitor wants to see."""

    nearly: bool = False
    text: str = ""
    type: str = ""
    sort: str = "newest"
    page: int = 1
    usual: str = "newest"  # the order where none was chosen

    @classmethod
    def of_request(cls, searched: bool) -> Asked:
        """Read the address of the page; `searched` where an import says how often searchers are shown posts."""
        given, usual = request.args, SEARCHED if searched else "newest"
        sort = given.get("sort", "")
        return cls(
            nearly=given.get("show") == "nearly",
            text=given.get("text", "").strip(),
            type=given.get("type", ""),
            sort=sort if sort in ORDERS and (searched or sort != SEARCHED) else usual,
            page=max(1, given.get("page", 1, type=int)),
            usual=usual,
        )

    def address(self, site_id: int, page: int) -> str:
        """Give the address of another page of the same list."""
        return url_for(
            "dashboard.orphans",
            site_id=site_id,
            show="nearly" if self.nearly else None,
            text=self.text or None,
            type=self.type or None,
            sort=self.sort if self.sort != self.usual else None,
            page=page if page > 1 else None,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list, and how many there are of each kind."""

    orphans: int
    nearly: int
    types: tuple[str, ...]  # of the kind shown
    total: int  # that fit
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that could link to a post, as the page shows it."""

    item: Suggestion
    sentence: wording.Marked
    card: Card
    words: str  # the score in a word


@dashboard.get("/<int:site_id>/orphans")
def orphans(site_id: int) -> str:
    """Show the orphans, or the nearly-orphans."""
    shown = service().impressions(site_id)
    asked = Asked.of_request(bool(shown))
    listed = listed_of(service().known(site_id).index, asked, shown)
    return render_template(
        "dashboard/orphans.html",
        asked=asked,
        listed=listed,
        orders={name: words for name, words in ORDERS.items() if shown or name != SEARCHED},
        shown=shown,
        shown_by=told_as.named(service().store.imports_with(site_id, "impressions")) if shown else "",
        size=PAGE_SIZE,
        page_url=partial(asked.address, site_id),
        most_links=MOST_LINKS,
        usual_links=USUAL_LINKS,
    )


@dashboard.get("/<int:site_id>/orphans/<int:post_id>/sources")
def sources(site_id: int, post_id: int) -> str:
    """Show the best sources for one post."""
    found = service().inbound(site_id, post_id, BEST_SOURCES)
    offers = [
        Offer(item, wording.marked(item), service().card(site_id, item.source_id), wording.score(item))
        for item in found.items
    ]
    return render_template(
        "dashboard/parts/sources.html",
        post_id=post_id,
        sure=[offer for offer in offers if offer.item.shown],
        weak=[offer for offer in offers if not offer.item.shown],
        dropped=found.dropped,
    )


def listed_of(index: Index, asked: Asked, shown: Mapping[int, float] | None = None) -> Listed:
    """Find a page of the posts asked for; a page past the end is empty."""
    inbound, posts = index.inbound(), index.posts
    alone, nearly = posts.targets & (inbound == 0), posts.targets & (inbound == 1)
    rows = np.flatnonzero(nearly if asked.nearly else alone)
    types = tuple(sorted({posts.types[row] for row in rows}))
    rows = _ordered(index, _fitting(index, rows, asked), asked.sort, shown or {})
    begin = (asked.page - 1) * PAGE_SIZE
    shown = rows[begin : begin + PAGE_SIZE].tolist()
    cards = tuple(index.card_at(row, inbound=int(inbound[row])) for row in shown)
    return Listed(int(alone.sum()), int(nearly.sum()), types, len(rows), cards)


def _fitting(index: Index, rows: Rows, asked: Asked) -> Rows:
    """Keep the rows of the type, and with all the words in their titles."""
    titles, types, words = index.posts.titles, index.posts.types, asked.text.casefold().split()
    found = [row for row in rows.tolist() if asked.type in ("", types[row])]
    if words:
        found = [row for row in found if all(word in titles[row].casefold() for word in words)]
    return np.array(found, dtype=np.int64)


def _ordered(index: Index, rows: Rows, sort: str, shown: Mapping[int, float]) -> Rows:
    """Sort rows; ties stay in the order of post ids."""
    posts = index.posts
    if sort == "title":
        return np.array(sorted(rows.tolist(), key=lambda row: posts.titles[row].casefold()), dtype=np.int64)
    if sort == SEARCHED:
        seen = np.array([shown.get(post_id, 0.0) for post_id in posts.ids[rows].tolist()])
        return rows[np.argsort(-seen, kind="stable")]
    keys = {"newest": -posts.days, "oldest": posts.days, "easiest": -index.usual, "words": -posts.words}
    return rows[np.argsort(keys[sort][rows], kind="stable")]
