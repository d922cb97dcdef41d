"""Suggestions for a post, and what a person said of them."""

from __future__ import annotations

from typing import Any

from suggester.entities import Term, Verdict
from suggester.web import answers
from suggester.web.answers import Json
from suggester.web.api.endpoints import endpoint, room
from suggester.web.api.schemas.base import LARGEST_ID, LimitSchema, ReceivedSchema
from suggester.web.api.schemas.suggestions import DraftSchema, SuggestionsSchema, VerdictSchema
from suggester.web.auth import site_id
from suggester.web.room import service

posts = room("posts", "Suggestions for a post, and what a person said of them.")
POST = f"/posts/<int(min=0, max={LARGEST_ID}):post_id>"


@endpoint(posts, "POST", f"{POST}/suggestions", takes=DraftSchema, gives=SuggestionsSchema)
def suggest_for_draft(draft: dict[str, Any], post_id: int) -> Json:
    """Suggest links for the text on screen, saved or not; id 0 stands for a post WordPress does not know yet."""
    terms = tuple(Term(each["taxonomy"], each["slug"], each["name"]) for each in draft.pop("terms"))
    found = service().draft_suggestions(site_id(), post_id, terms=terms, **draft)
    return answers.suggestions(service(), site_id(), found)


@endpoint(posts, "GET", f"{POST}/suggestions", takes=LimitSchema, place="query", gives=SuggestionsSchema)
def suggest_for_stored(query: dict[str, int], post_id: int) -> Json:
    """Suggest links for the text as it stood at the last sync."""
    return answers.suggestions(service(), site_id(), service().suggestions(site_id(), post_id, limit=query["limit"]))


@endpoint(posts, "POST", f"{POST}/verdicts", takes=VerdictSchema, gives=ReceivedSchema, status=201)
def receive_verdict(said: dict[str, Any], post_id: int) -> Json:
    """Keep what a person said of a suggestion; a dismissed target is not suggested for this post again."""
    service().add_verdict(site_id(), Verdict(post_id, said["target_id"], said["verdict"], said["anchor"]))
    return {"received": 1}
