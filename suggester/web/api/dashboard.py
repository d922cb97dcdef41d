"""The way from WordPress into the dashboard."""

from __future__ import annotations

from suggester.web.answers import Json
from suggester.web.api.endpoints import endpoint, room
from suggester.web.api.schemas.dashboard import DashboardLinkSchema
from suggester.web.auth import site_id
from suggester.web.dashboard.sessions import sign_in_address
from suggester.web.room import service

dashboard_links = room("dashboard-links", "The way from WordPress into the dashboard.")


@endpoint(dashboard_links, "POST", "/dashboard-links", gives=DashboardLinkSchema, status=201)
def make_dashboard_link() -> Json:
    """Make a link that opens the dashboard of the site in a browser, once, within ten minutes."""
    return {"url": sign_in_address(service().sign_in_link([site_id()]))}
