"""What a site's owner lays down about links."""

from __future__ import annotations

from typing import Any

from suggester.entities import Rule
from suggester.web import answers
from suggester.web.answers import Json
from suggester.web.api.endpoints import endpoint, room
from suggester.web.api.schemas.rules import RulesSchema, StoredRulesSchema
from suggester.web.auth import site_id
from suggester.web.room import service

rules = room("rules", "What a site's owner lays down about links.")


@endpoint(rules, "GET", "/rules", gives=StoredRulesSchema)
def tell_rules() -> Json:
    """Tell the rules of the site, in their order."""
    return answers.rules(service().rules(site_id()))


@endpoint(rules, "PUT", "/rules", takes=RulesSchema, gives=StoredRulesSchema)
def keep_rules(wanted: dict[str, Any]) -> Json:
    """Keep these rules instead of those before; they hold from the next suggestion on. All are kept, or none."""
    laid_down = (Rule(**fields) for fields in wanted["rules"])
    return answers.rules(service().change_rules(site_id(), laid_down, whole=True))
