"""What all shapes of /v1 are made of.

Fields of a question that are not named are ignored, so that a newer plugin may speak to an older service.
"""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from suggester.web.answers import MAX_LIMIT

LARGEST_ID = 2**63 - 1


def _whole(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValidationError("Holds half a character (a lone surrogate); send whole characters.") from error


class Text(fields.String):
    """Text that can be written as UTF-8; half a surrogate pair cannot."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # marshmallow's own
        super().__init__(**options)
        self.validators.insert(0, _whole)


def post_id(least: int = 1, *, required: bool = True, **metadata: str) -> fields.Integer:
    """Make a field for the id of a post."""
    return fields.Integer(
        required=required, strict=True, validate=validate.Range(min=least, max=LARGEST_ID), metadata=metadata
    )


def how_many(usual: int = 8) -> fields.Integer:
    """Make a field for how many suggestions are wanted."""
    return fields.Integer(
        load_default=usual,
        validate=validate.Range(min=1, max=MAX_LIMIT),
        metadata={"description": "How many suggestions at most."},
    )


class Lenient(Schema):
    """A question; fields it does not know are ignored."""

    class Meta:
        """Options of marshmallow."""

        unknown = EXCLUDE


class LimitSchema(Lenient):
    """How many suggestions are wanted."""

    limit = how_many()


class MetaSchema(Schema):
    """What made the answer, so that it can be traced."""

    format = fields.Integer(required=True)
    encoder = fields.String(required=True)
    ranker = fields.String(required=True)
    synced_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class ReceivedSchema(Schema):
    """How much of what was sent was kept."""

    received = fields.Integer(required=True)


class ErrorSchema(Schema):
    """What went wrong, in one sentence that says what to do."""

    error = fields.String(required=True, metadata={"description": "Name of the error; stays the same over versions."})
    message = fields.String(required=True)
    fields_ = fields.Dict(data_key="fields", metadata={"description": "What is wrong with which field sent."})
