"""The last audit of a site, in short."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from suggester.entities import FINDING_KINDS
from suggester.web.api.schemas.base import MetaSchema


class FindingSchema(Schema):
    """What an audit found of one kind."""

    kind = fields.String(required=True, validate=validate.OneOf(FINDING_KINDS))
    count = fields.Integer(required=True)
    heading = fields.String(required=True, metadata={"description": "How many of what, in English."})
    why = fields.String(required=True, metadata={"description": "Why it matters, one sentence in English."})
    cost = fields.Float(required=True, metadata={"description": "So many points higher would the score be without it."})
    fresh = fields.Integer(required=True, metadata={"description": "Those that the audit before had not found."})


class AuditSchema(Schema):
    """The last audit of a site, and what matters most of what it found."""

    score = fields.Float(required=True, allow_none=True, metadata={"description": "0 to 100; null before the first."})
    grade = fields.String(required=True, metadata={"description": "good, fair or poor; empty before the first."})
    before = fields.Float(required=True, allow_none=True, metadata={"description": "Score of the audit before."})
    at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    findings = fields.List(
        fields.Nested(FindingSchema), required=True, metadata={"description": "Three at most, what costs most first."}
    )
    meta = fields.Nested(MetaSchema, required=True)
