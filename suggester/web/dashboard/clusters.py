"""Topic clusters: their pillars and missing links, the posts that belong nowhere, and those that compete."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from flask import make_response, redirect, render_template, request, url_for
from numpy.typing import NDArray
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from suggester.engine.index import Card
from suggester.graph.topics import Pairs, Topic, purity
from suggester.tasks.clusters import Clustered
from suggester.tasks.pictures import Seen
from suggester.tasks.progress import Progress
from suggester.web.clusters import LACKS
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.jobs import Outcome
from suggester.web.dashboard.link_map import seen_of
from suggester.web.dashboard.looks import look
from suggester.web.dashboard.plans import jobs
from suggester.web.room import service

if TYPE_CHECKING:
    from suggester.tasks.service import Service

PAGE_SIZE = 50
SHOWS = ("clusters", "nowhere", "competing")
LINKS = (20, 50, 100)  # to choose from
EXAMPLES = 5  # missing links of each kind
BESIDE = 4  # posts shown side by side
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster as the pages show it; posts are cards."""

    topic: Topic
    pillar: Card  # or the post that comes nearest to one
    lacks: tuple[str, ...]  # what keeps it from being one, in words

    @property
    def number(self) -> int:
        """Its number as people count: from 1."""
        return self.topic.number + 1

    @property
    def missing(self) -> int:
        """How many links it lacks."""
        return len(self.topic.to_pillar) + len(self.topic.from_pillar) + len(self.topic.within)


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Posts that compete, side by side: the one to keep goes first."""

    cards: tuple[Card, ...]
    more: int  # that there is no room for
    same: bool
    words: float


@dataclass(frozen=True, slots=True)
class Lacking:
    """Missing links of one kind, with a few of them."""

    heading: str
    count: int
    some: tuple[tuple[Card, Card], ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """Gives the cards of rows, with their inbound counts."""

    seen: Seen
    inbound: Rows

    @classmethod
    def of(cls, seen: Seen) -> Cards:
        """Count inbound links once."""
        return cls(seen, seen.index.inbound())

    def __call__(self, row: int) -> Card:
        """Give a card."""
        return self.seen.index.card_at(row, int(self.inbound[row]))


@dashboard.get("/<int:site_id>/clusters")
def clusters(site_id: int) -> AnyResponse:
    """Show the clusters, the posts that belong nowhere, or those that compete."""
    seen = seen_of(site_id)
    if seen is None:
        return look(site_id, "clusters")
    show = show if (show := request.args.get("show", "")) in SHOWS else "clusters"
    page, picture, card = max(1, request.args.get("page", 1, type=int)), seen.picture, Cards.of(seen)
    begin = (page - 1) * PAGE_SIZE
    shown = slice(begin, begin + PAGE_SIZE)
    apart = picture.clusters.apart.tolist()
    kept, by_chance = purity(list(picture.topics))
    html = render_template(
        "dashboard/clusters.html",
        show=show,
        page=page,
        size=PAGE_SIZE,
        page_url=partial(_page_url, site_id, show),
        counts={"clusters": len(picture.topics), "nowhere": len(apart), "competing": len(picture.rivals)},
        clusters=[cluster_of(topic, card) for topic in picture.topics[shown]] if show == "clusters" else [],
        nowhere=[card(row) for row in apart[shown]] if show == "nowhere" else [],
        rivalries=_rivalries(seen, card, shown) if show == "competing" else [],
        without_pillar=sum(topic.pillar is None for topic in picture.topics),
        missing=sum(cluster_of(topic, card).missing for topic in picture.topics),
        purity=kept,
        by_chance=by_chance,
        by_meaning=bool(len(seen.index.heads)),
        choices=LINKS,
    )
    return make_response(html)


@dashboard.get("/<int:site_id>/clusters/<int:number>")
def cluster(site_id: int, number: int) -> AnyResponse:
    """Show one cluster with all its posts."""
    seen = seen_of(site_id)
    if seen is None:
        return look(site_id, "clusters")
    if not 1 <= number <= len(seen.picture.topics):
        raise NotFound
    card, topic = Cards.of(seen), seen.picture.topics[number - 1]
    page = max(1, request.args.get("page", 1, type=int))
    html = render_template(
        "dashboard/cluster.html",
        cluster=cluster_of(topic, card),
        lacking=_lacking(topic, card),
        posts=[card(row) for row in topic.members[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]],
        total=len(topic.members),
        page=page,
        size=PAGE_SIZE,
        page_url=partial(_cluster_url, site_id, number),
        choices=LINKS,
    )
    return make_response(html)


@dashboard.post("/<int:site_id>/clusters/links")
def link_clusters(site_id: int) -> AnyResponse:
    """Plan the links that one cluster lacks, or all, as a run for review."""
    number = request.form.get("number", type=int)
    links = min(max(request.form.get("links", LINKS[1], type=int), 1), LINKS[-1])
    work = partial(_plan, service(), site_id, number, links)
    jobs().begin(site_id, "Links that clusters lack", work, "clusters")
    return redirect(url_for("dashboard.plan", site_id=site_id))


def cluster_of(topic: Topic, card: Cards) -> Cluster:
    """Put a cluster into the shape that the pages show."""
    return Cluster(topic, card(topic.nearest), tuple(LACKS[code] for code in topic.lacks))


def _lacking(topic: Topic, card: Cards) -> list[Lacking]:
    kinds = (
        ("Links to the pillar", topic.to_pillar),
        ("Links from the pillar", topic.from_pillar),
        ("Links between posts that are nearest to each other", topic.within),
    )
    return [Lacking(heading, len(pairs), _some(pairs, card)) for heading, pairs in kinds]


def _some(pairs: Pairs, card: Cards) -> tuple[tuple[Card, Card], ...]:
    return tuple((card(source), card(target)) for source, target in pairs[:EXAMPLES])


def _rivalries(seen: Seen, card: Cards, shown: slice) -> list[Rivalry]:
    return [
        Rivalry(
            tuple(card(row) for row in (each.keep, *each.others)[:BESIDE]),
            max(0, len(each.others) + 1 - BESIDE),
            each.same,
            each.words,
        )
        for each in seen.picture.rivals[shown]
    ]


def _plan(service: Service, site_id: int, number: int | None, links: int, job: Progress) -> Outcome:
    seen = service.make_picture(site_id, job)
    clustered = Clustered(seen.index, seen.picture.clusters, seen.picture.topics)
    wanted = None if number is None else [number - 1]
    made = service.missing_links(site_id, clustered, wanted, most=links, progress=job)
    if not made.items:
        return Outcome(None, "No post has words for the links that are missing; write a sentence for them.", "clusters")
    return Outcome(service.make_clusters_run(site_id, made).id)


def _page_url(site_id: int, show: str, page: int) -> str:
    shown = show if show != "clusters" else None
    return url_for("dashboard.clusters", site_id=site_id, show=shown, page=page if page > 1 else None)


def _cluster_url(site_id: int, number: int, page: int) -> str:
    return url_for("dashboard.cluster", site_id=site_id, number=number, page=page if page > 1 else None)
