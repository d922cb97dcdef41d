"""The way from WordPress into the dashboard."""

from __future__ import annotations

from marshmallow import Schema, fields


class DashboardLinkSchema(Schema):
    """A link that opens the dashboard, once."""

    url = fields.String(
        required=True, metadata={"format": "uri", "description": "Whoever opens it is signed in; show it to nobody."}
    )
