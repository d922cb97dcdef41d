"""Suggestions for a post: the draft that is sent, what is proposed for it, and what a person said of that."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from suggester.entities import PROBLEMS
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


class OtherTargetSchema(Schema):
    """Another post that the very same words could lead to."""

    target = fields.Nested(TargetSchema, required=True)
    score = fields.Float(required=True)


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
    other_targets = fields.List(
        fields.Nested(OtherTargetSchema),
        required=True,
        metadata={"description": "Other posts the same words could lead to, best first."},
    )


class ProblemSchema(Schema):
    """What is wrong with a link that stands in the text."""

    kind = fields.String(required=True, validate=validate.OneOf(PROBLEMS))
    href = fields.String(required=True)
    anchor = fields.Nested(QuoteSchema, required=True)
    block = fields.Nested(BlockSchema, required=True)
    target_id = fields.Integer(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True, metadata={"description": "What it should lead to instead."})
    text = fields.String(required=True, metadata={"description": "What is wrong, one sentence in English."})


class LinksSchema(Schema):
    """The links that stand in the text."""

    words = fields.Integer(required=True)
    internal = fields.Integer(required=True, metadata={"description": "Links to pages of the same site."})
    external = fields.Integer(required=True, metadata={"description": "Links to other sites."})
    per_1000 = fields.Float(required=True, metadata={"description": "Internal links for each thousand words."})
    recommended = fields.List(
        fields.Float(),
        required=True,
        validate=validate.Length(equal=2),
        metadata={"description": "The fewest and the most links for each thousand words."},
    )
    inbound = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Posts that link here from their body; null for a post not indexed yet."},
    )
    problems = fields.List(fields.Nested(ProblemSchema), required=True)


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
    links = fields.Nested(LinksSchema, required=True)
    meta = fields.Nested(MetaSchema, required=True)
