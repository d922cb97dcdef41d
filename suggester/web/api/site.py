"""The site as a whole: how things stand, its orphans, and what happened in WordPress."""

from __future__ import annotations

from typing import Any

from suggester.web import answers, audits
from suggester.web.answers import Json
from suggester.web.api.endpoints import endpoint, room
from suggester.web.api.schemas.audit import AuditSchema
from suggester.web.api.schemas.base import ReceivedSchema
from suggester.web.api.schemas.site import ChangesSchema, CountsAskedSchema, CountsSchema, OrphansSchema, StatusSchema
from suggester.web.auth import site_id
from suggester.web.room import service

site = room("site", "How things stand with the site, its orphans, and what happened in WordPress.")


@endpoint(site, "POST", "/changes", takes=ChangesSchema, gives=ReceivedSchema, status=202)
def receive_changes(told: dict[str, Any]) -> Json:
    """Keep what happened in WordPress until the next sync takes it up."""
    return {"received": service().add_changes(site_id(), told["changes"])}


@endpoint(site, "GET", "/status", gives=StatusSchema)
def tell_status() -> Json:
    """Tell how things stand with the site."""
    return answers.status(service(), site_id())


@endpoint(site, "GET", "/orphans", gives=OrphansSchema)
def tell_orphans() -> Json:
    """Tell which posts no other post's body links to."""
    return answers.orphans(service(), site_id())


@endpoint(site, "GET", "/audit", gives=AuditSchema)
def tell_audit() -> Json:
    """Tell the last audit in short: the score, and what matters most."""
    return audits.summary(service(), site_id()) | {"meta": answers.meta(service().meta(site_id()))}


@endpoint(site, "POST", "/counts", takes=CountsAskedSchema, gives=CountsSchema)
def tell_counts(asked: dict[str, list[int]]) -> Json:
    """Tell how many links some posts have, for a list of posts; unknown ones are left out."""
    return answers.counts(service(), site_id(), asked["ids"])
