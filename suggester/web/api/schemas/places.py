"""A post as answers show it, and places in its text."""

from __future__ import annotations

from marshmallow import Schema, fields


class TargetSchema(Schema):
    """The post a suggestion leads to."""

    id = fields.Integer(required=True)
    url = fields.String(required=True)
    title = fields.String(required=True)
    type = fields.String(required=True)
    published = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class CardSchema(TargetSchema):
    """A post with its links counted."""

    inbound = fields.Integer(required=True, metadata={"description": "Links from other posts' bodies."})
    outbound = fields.Integer(required=True, metadata={"description": "Links to other posts."})
    lang = fields.String(required=True)
    words = fields.Integer(required=True)


class QuoteSchema(Schema):
    """Words in a block, quoted with what stands around them, so that they are found again after edits elsewhere."""

    text = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


class BlockSchema(Schema):
    """A block of the body that was sent."""

    index = fields.Integer(required=True)
    kind = fields.String(required=True)


class PlaceSchema(Schema):
    """Other words for the same target."""

    anchor = fields.Nested(QuoteSchema, required=True)
    block = fields.Nested(BlockSchema, required=True)


class NewTextSchema(Schema):
    """A sentence to add, with its link; it does not stand in the post today."""

    sentence = fields.String(required=True)
    anchor = fields.String(required=True)
    block = fields.Nested(BlockSchema, required=True)
