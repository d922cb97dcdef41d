"""How the links of a site are spread, as charts: over posts, clicks from the homepage, anchors and lengths."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from suggester.engine.index import Card, Index
from suggester.graph.spread import OFTEN, Bars, content_depths, depth_bars, homepage, of_visits, spread_of
from suggester.web.dashboard.door import dashboard
from suggester.web.room import service

NAMED = 20  # targets whose links all stand on one anchor


@dataclass(frozen=True, slots=True)
class Alike:
    """A target whose links all stand on one anchor."""

    card: Card
    anchor: str
    links: int


@dataclass(frozen=True, slots=True)
class Depths:
    """How far posts are from the homepage."""

    clicks: Bars  # over all links of the pages, menus and archives too; empty before a visit
    content: Bars  # over links in texts alone
    visited: bool


@dashboard.get("/<int:site_id>/spread")
def spread(site_id: int) -> str:
    """Show how the links are spread."""
    index = service().known(site_id).index
    found = spread_of(index)
    return render_template(
        "dashboard/spread.html",
        spread=found,
        often=OFTEN,
        alike=[Alike(index.card_at(each.row), each.anchor, each.links) for each in found.alike[:NAMED]],
        depths=depths_of(site_id, index),
        posts=int(index.posts.targets.sum()),
    )


def depths_of(site_id: int, index: Index) -> Depths:
    """Say how far posts are from the homepage: as visits found it, or else by the links in texts."""
    visits = [each for each in service().store.visits(site_id) if each.post_id is not None and not each.external]
    if any(each.depth is not None for each in visits):
        clicks = {each.post_id: each.depth for each in visits if each.post_id is not None}
        content = {each.post_id: each.content_depth for each in visits if each.post_id is not None}
        return Depths(depth_bars(of_visits(index, clicks)), depth_bars(of_visits(index, content)), visited=True)
    home = homepage(index)
    if home is None:
        return Depths([], [], visited=False)
    depths = content_depths(index.links, home)
    targets = index.posts.targets.tolist()
    return Depths([], depth_bars(depth for depth, kept in zip(depths, targets, strict=True) if kept), visited=False)
