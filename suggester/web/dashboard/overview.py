"""The first page: how the site stands, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flask import render_template

from suggester.engine.index import Index
from suggester.errors import SiteUnread
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.words import UNDER_WAY
from suggester.web.room import service

LATEST = 3  # runs shown, those under way first


@dataclass(frozen=True, slots=True)
class Figures:
    """A site in numbers."""

    posts: int
    orphans: int
    nearly: int  # posts with one inbound link
    links_per_1000: float  # words


@dashboard.get("/<int:site_id>/")
def overview(site_id: int) -> str:
    """Show how the site stands."""
    status = service().status(site_id)
    found = figures(site_id)
    advice = dict.fromkeys([*([status.error] if status.error else []), *status.advice])
    runs = sorted(service().runs(site_id), key=lambda run: run.state not in UNDER_WAY)
    planned = next((run for run in runs if run.kind == "orphans" and run.state == "planned"), None)
    return render_template(
        "dashboard/overview.html",
        status=status,
        nights=service().nights(site_id),
        figures=found,
        advice=list(advice),
        latest=runs[:LATEST],
        planned=planned,
    )


def figures(site_id: int) -> Figures | None:
    """Count a site; None where none of it was read yet."""
    try:
        index = service().known(site_id).index
    except SiteUnread:
        return None
    return figures_of(index)


def figures_of(index: Index) -> Figures:
    """Count a site by its index."""
    inbound, targets = index.inbound(), index.posts.targets
    words = int(index.posts.words.sum())
    return Figures(
        posts=len(index),
        orphans=int(np.count_nonzero(targets & (inbound == 0))),
        nearly=int(np.count_nonzero(targets & (inbound == 1))),
        links_per_1000=1000 * index.links.nnz / words if words else 0.0,
    )
