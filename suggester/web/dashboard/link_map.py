"""The map: every post of a site as a dot, with the links between them; and the same posts as a list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from zlib import crc32

import numpy as np
from flask import Response, abort, make_response, render_template, request, url_for
from numpy.typing import NDArray
from werkzeug.wrappers import Response as AnyResponse

from suggester.engine.index import Card
from suggester.errors import UnknownPost
from suggester.tasks.pictures import Seen
from suggester.web import imports as told_as
from suggester.web import link_map as packing
from suggester.web import wording
from suggester.web.answers import VERSION
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.looks import AT_ONCE, look
from suggester.web.room import service

PAGE_SIZE = 25
ORDERS = {"rank": "Strongest", "weakest": "Weakest", "inbound": "Most links in", "title": "Title, A to Z"}
BEST_TARGETS = 5
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which posts the visitor wants to see."""

    text: str = ""
    cluster: int = 0  # counted from 1; 0 for all, -1 for those that belong nowhere
    orphans: bool = False
    sort: str = "rank"
    page: int = 1

    @classmethod
    def of_request(cls) -> Asked:
        """Read the address of the page."""
        given = request.args
        return cls(
            text=given.get("text", "").strip(),
            cluster=given.get("cluster", 0, type=int),
            orphans=given.get("orphans") == "yes",
            sort=sort if (sort := given.get("sort", "")) in ORDERS else "rank",
            page=max(1, given.get("page", 1, type=int)),
        )

    def address(self, site_id: int, page: int) -> str:
        """Give the address of another page of the same list."""
        return url_for(
            "dashboard.map",
            site_id=site_id,
            text=self.text or None,
            cluster=self.cluster or None,
            orphans="yes" if self.orphans else None,
            sort=self.sort if self.sort != "rank" else None,
            page=page if page > 1 else None,
        )


@dataclass(frozen=True, slots=True)
class Dot:
    """A post as the list and the panel show it."""

    card: Card
    rank: float
    cluster: int  # counted from 1, 0 for none
    name: str  # of the cluster
    pillar: bool


@dashboard.get("/<int:site_id>/map", endpoint="map")
def link_map(site_id: int) -> AnyResponse:
    """Show the map, and the list beside it."""
    seen = seen_of(site_id)
    if seen is None:
        return look(site_id, "map")
    asked, weighed = Asked.of_request(), service().equity(site_id)
    ranks = weighed.equity.ranks
    rows = _ordered(seen, ranks, _fitting(seen, asked), asked.sort)
    begin = (asked.page - 1) * PAGE_SIZE
    inbound = seen.index.inbound()
    page = render_template(
        "dashboard/map.html",
        asked=asked,
        orders=ORDERS,
        size=PAGE_SIZE,
        total=len(rows),
        page_url=partial(asked.address, site_id),
        dots=[dot_at(seen, ranks, row, int(inbound[row])) for row in rows[begin : begin + PAGE_SIZE].tolist()],
        clusters=[(topic.named.name, len(topic.members)) for topic in seen.picture.topics],
        nowhere=len(seen.picture.clusters.apart),
        posts=len(seen.index),
        most=packing.MOST,
        links=int(seen.index.links.nnz),
        imported=told_as.named(weighed.authority_by),
        orphans=int((seen.index.posts.targets & (inbound == 0)).sum()),
    )
    return make_response(page)


@dashboard.get("/<int:site_id>/map/data")
def map_data(site_id: int) -> AnyResponse:
    """Give what the browser draws, as bytes; it is asked for again only where it has changed."""
    seen, weighed = service().picture(site_id), service().equity(site_id)
    if seen is None or weighed.index is not seen.index:
        abort(409)
    answer = Response(mimetype="application/octet-stream")
    answer.set_etag(f"{seen.made_of}-{crc32(weighed.equity.ranks.tobytes()):x}-{VERSION}")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    if answer.status_code == 200:
        answer.set_data(packing.packed(seen, weighed.equity.ranks))
    return answer


@dashboard.get("/<int:site_id>/map/<int:post_id>")
def map_post(site_id: int, post_id: int) -> str:
    """Show one post beside the map."""
    seen, weighed = service().picture(site_id), service().equity(site_id)
    row = None if seen is None else seen.index.row(post_id)
    if seen is None or row is None or weighed.index is not seen.index:
        raise UnknownPost("This post is not on the map any more; load the page again.")
    found, ranks = weighed.equity, weighed.equity.ranks
    return render_template(
        "dashboard/parts/map_post.html",
        dot=dot_at(seen, ranks, row),
        place=int((ranks > ranks[row]).sum()) + 1,
        posts=len(ranks),
        hoards=bool(found.hoards[row]),
        starves=bool(found.starves[row]),
        per_link=float(found.per_link[row]),
        anchors=[text for text, _ in seen.index.anchors.get(row, ())][:5],
    )


@dashboard.get("/<int:site_id>/map/<int:post_id>/targets")
def map_targets(site_id: int, post_id: int) -> str:
    """Show what one post could link to."""
    found = service().suggestions(site_id, post_id, BEST_TARGETS, written_today=False)
    offers = [(item, wording.marked(item), service().card(site_id, item.target_id)) for item in found.items]
    return render_template(
        "dashboard/parts/targets.html",
        offers=[offer for offer in offers if offer[0].shown],
        nothing=wording.nothing(found.dropped),
    )


def seen_of(site_id: int) -> Seen | None:
    """Give what was seen of a site; a small one is looked at right now."""
    seen = service().picture(site_id)
    if seen is None and len(service().known(site_id).index) <= AT_ONCE:
        return service().make_picture(site_id)
    return seen


def dot_at(seen: Seen, ranks: NDArray[np.float64], row: int, inbound: int | None = None) -> Dot:
    """Give what is shown of a row."""
    number = int(seen.picture.clusters.of[row])
    topic = seen.picture.topics[number] if number >= 0 else None
    return Dot(
        seen.index.card_at(row, inbound),
        float(ranks[row]),
        number + 1,
        topic.named.name if topic else "",
        bool(topic and topic.pillar == row),
    )


def _fitting(seen: Seen, asked: Asked) -> Rows:
    index, of = seen.index, seen.picture.clusters.of
    kept = np.ones(len(index), bool)
    if asked.cluster:
        kept &= (of == asked.cluster - 1) if asked.cluster > 0 else (seen.picture.clusters.taken & (of < 0))
    if asked.orphans:
        kept &= index.posts.targets & (index.inbound() == 0)
    words = asked.text.casefold().split()
    titles = index.posts.titles
    rows = np.flatnonzero(kept)
    if words:
        rows = np.array(
            [row for row in rows.tolist() if all(word in titles[row].casefold() for word in words)], np.int64
        )
    return rows


def _ordered(seen: Seen, ranks: NDArray[np.float64], rows: Rows, sort: str) -> Rows:
    if sort == "title":
        titles = seen.index.posts.titles
        return np.array(sorted(rows.tolist(), key=lambda row: titles[row].casefold()), dtype=np.int64)
    keys = {"rank": -ranks, "weakest": ranks, "inbound": -seen.index.inbound()}
    return rows[np.argsort(keys[sort][rows], kind="stable")]
