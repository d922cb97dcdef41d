"""The dashboard: pages for a site's owner, rendered here, over the same verbs as every other door."""

from __future__ import annotations

from flask import Flask

from suggester.web.dashboard import (
    audit,
    changes,
    clicks,
    clusters,
    edits,
    equity,
    imports,
    link_map,
    looks,
    nights,
    orphans,
    overview,
    plans,
    quality,
    rules,
    runs,
    spread,
)
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.sessions import keep_sessions
from suggester.web.room import service

PAGES = (
    overview,
    audit,
    orphans,
    plans,
    runs,
    nights,
    edits,
    rules,
    changes,
    quality,
    clusters,
    looks,
    equity,
    imports,
    link_map,
    spread,
    clicks,
)  # each adds its addresses to the blueprint when it is imported


def serve_dashboard(app: Flask, address: str) -> None:
    """Put the pages into the app; `address` is where browsers find it, "" for wherever they ask."""
    with app.app_context():
        keep_sessions(app, service().signing_key(), address)
    app.register_blueprint(dashboard)
