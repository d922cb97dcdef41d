"""How often readers follow links, where the site's owner lets that be counted."""

from __future__ import annotations

from typing import Any

from suggester.entities import Clicked, Counting
from suggester.web.answers import Json
from suggester.web.api.endpoints import endpoint, room
from suggester.web.api.schemas.base import ReceivedSchema
from suggester.web.api.schemas.clicks import ClicksSchema
from suggester.web.auth import site_id
from suggester.web.room import service

clicks = room("clicks", "How often readers follow links, where the site's owner lets that be counted.")


@endpoint(clicks, "POST", "/clicks", takes=ClicksSchema, gives=ReceivedSchema, status=202)
def receive_clicks(told: dict[str, Any]) -> Json:
    """Keep what was counted in WordPress; 0 is received of a batch that came before, as it counts once."""
    state = told["counting"]
    counting = Counting(state["on"], state["since"], state["until"]) if state else None
    lines = [
        Clicked(each["source"], each["href"], each["month"], each["clicks"], each["anchor"]) for each in told["clicks"]
    ]
    return {"received": service().take_clicks(site_id(), told["batch"], lines, counting)}
