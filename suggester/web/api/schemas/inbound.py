"""Suggestions for a target: which other posts should link to it."""

from __future__ import annotations

from marshmallow import Schema, fields

from suggester.web.api.schemas.base import MetaSchema
from suggester.web.api.schemas.places import TargetSchema
from suggester.web.api.schemas.suggestions import SuggestionSchema


class FromSourceSchema(SuggestionSchema):
    """A link that could be, with the post that would hold it."""

    source = fields.Nested(TargetSchema, required=True)


class InboundSchema(Schema):
    """The posts that should link to one, best first, and why others fell away."""

    target_id = fields.Integer(required=True)
    inbound = fields.Integer(required=True, metadata={"description": "Posts that link to it today."})
    orphan = fields.Boolean(required=True, metadata={"description": "Whether it could be linked to and is not."})
    suggestions = fields.List(fields.Nested(FromSourceSchema), required=True)
    dropped = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Reason, and how many sources fell away for it, or why the target has none."},
    )
    meta = fields.Nested(MetaSchema, required=True)
