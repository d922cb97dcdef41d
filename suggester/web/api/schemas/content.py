"""Links that go into a post's raw content, and come out again."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from suggester.web.api.schemas.base import Lenient, Text


class WrittenQuoteSchema(Lenient):
    """The words a link stands on, or is to stand on, quoted with what stands around them."""

    text = Text(required=True, validate=validate.Length(min=1))
    before = Text(load_default="")
    after = Text(load_default="")


class WrittenBlockSchema(Lenient):
    """The block the words were seen in; where the post changed meanwhile they are looked for elsewhere, too."""

    index = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    kind = Text(load_default="paragraph")


class WrittenSentenceSchema(Lenient):
    """A sentence to add at the end of a block, and its words that carry the link."""

    sentence = Text(required=True, validate=validate.Length(min=1))
    anchor = Text(required=True, validate=validate.Length(min=1))
    block = fields.Nested(WrittenBlockSchema, required=True)


class _LinkSchema(Lenient):
    content = Text(required=True, metadata={"description": "What WordPress stores, block comments and all."})
    block = fields.Nested(WrittenBlockSchema)
    href = Text(required=True, metadata={"description": "The permalink of the target."})


class InsertSchema(_LinkSchema):
    """A link to put into a content: on words that stand there (`anchor` and `block`), or with `new_text`."""

    anchor = fields.Nested(WrittenQuoteSchema)
    new_text = fields.Nested(WrittenSentenceSchema)

    @validates_schema(skip_on_field_errors=True)
    def _one_of_two(self, data: dict[str, Any], **_: object) -> None:
        if ("anchor" in data) == ("new_text" in data):
            raise ValidationError("Send either anchor, for words that stand there, or new_text.", "anchor")
        if "anchor" in data and "block" not in data:
            raise ValidationError("Missing data for required field.", "block")


class RemoveSchema(_LinkSchema):
    """A link to take out of a content, exactly as it was put in."""

    anchor = fields.Nested(WrittenQuoteSchema, required=True)
    block = fields.Nested(WrittenBlockSchema, required=True)


class ContentSchema(Schema):
    """The content as it is to be stored."""

    content = fields.String(required=True)
    changed = fields.Boolean(required=True, metadata={"description": "Whether it differs from what was sent."})
