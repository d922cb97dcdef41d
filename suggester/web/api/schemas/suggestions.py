"""Suggestions for a post: the draft that is sent, what is proposed for it, and what a person said of that."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from suggester.web.answers import CONFIDENCES
from suggester.web.api.schemas.base import Lenient, MetaSchema, Text, how_many, post_id
from suggester.web.api.schemas.places import BlockSchema, NewTextSchema, PlaceSchema, QuoteSchema, TargetSchema

VERDICTS = ("accepted", "dismissed")


class TermSchema(Lenient):
    """A category, a tag, or a term of any other taxonomy."""

    taxonomy = Text(required=True, metadata={"description": "WordPress's slug of the taxonomy, as in category."})
    slug = Text(required=True)
    name = Text(load_default="")


class DraftSchema(Lenient):
    """A post as it stands on screen, saved or not."""

    title = Text(required=True)
    content = Text(required=True, metadata={"description": "The content, with block comments where there are any."})
    raw = fields.Boolean(
        load_default=True, metadata={"description": "Whether `content` is what WordPress stores, not rendered HTML."}
    )
    type = Text(load_default="post")
    lang = Text(load_default="", metadata={"description": "Language subtag; empty where it is to be detected."})
    terms = fields.List(fields.Nested(TermSchema), load_default=list)
    limit = how_many()


class VerdictSchema(Lenient):
    """What a person said of a suggestion."""

    target_id = post_id(description="Id of the post the suggestion leads to.")
    verdict = Text(required=True, validate=validate.OneOf(VERDICTS))
    anchor = Text(load_default="", metadata={"description": "The words that carry the link, as they were accepted."})


class ReasonSchema(Schema):
    """Why a suggestion is made."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True)


class SuggestionSchema(Schema):
    """A link that could be."""

    source_id = fields.Integer(required=True)
    target = fields.Nested(TargetSchema, required=True)
    anchor = fields.Nested(QuoteSchema, required=True, allow_none=True)
    block = fields.Nested(BlockSchema, required=True, allow_none=True)
    sentence = fields.String(required=True)
    score = fields.Float(required=True, metadata={"description": "0 to 1: how likely an editor would accept it."})
    confidence = fields.String(required=True, validate=validate.OneOf(CONFIDENCES))
    shown = fields.Boolean(required=True, metadata={"description": "Whether it is good enough to be shown unasked."})
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    alternatives = fields.List(fields.Nested(PlaceSchema), required=True)
    new_text = fields.Nested(NewTextSchema, required=True, allow_none=True)


class SuggestionsSchema(Schema):
    """What we propose for one post, best first, and why the rest fell away."""

    source_id = fields.Integer(required=True)
    suggestions = fields.List(fields.Nested(SuggestionSchema), required=True)
    dropped = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Reason, and how many candidates fell away for it."},
    )
    meta = fields.Nested(MetaSchema, required=True)
