"""Which other posts should link to a post."""

from __future__ import annotations

from suggester.web import answers
from suggester.web.answers import Json
from suggester.web.api.endpoints import endpoint, room
from suggester.web.api.posts import POST
from suggester.web.api.schemas.base import LimitSchema
from suggester.web.api.schemas.inbound import InboundSchema
from suggester.web.auth import site_id
from suggester.web.room import service

inbound = room("inbound", "Which other posts should link to a post.")


@endpoint(inbound, "GET", f"{POST}/inbound", takes=LimitSchema, place="query", gives=InboundSchema)
def suggest_sources(query: dict[str, int], post_id: int) -> Json:
    """Suggest links to a post from the texts of others as they stood at the last sync, each in its own sentence."""
    return answers.inbound(service(), site_id(), service().inbound(site_id(), post_id, limit=query["limit"]))
