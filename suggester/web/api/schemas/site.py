"""The site as a whole: how things stand, its orphans, and what happened in WordPress."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from suggester.store.rows import KINDS_OF_CHANGE
from suggester.web.api.schemas.base import Lenient, MetaSchema, Text, post_id
from suggester.web.api.schemas.places import CardSchema


class ChangeSchema(Lenient):
    """What happened to a post in WordPress."""

    id = post_id()
    kind = Text(required=True, validate=validate.OneOf(KINDS_OF_CHANGE))
    old_url = Text(load_default="", metadata={"description": "The former permalink, where it changed."})


class ChangesSchema(Lenient):
    """What happened in WordPress since the plugin last told."""

    changes = fields.List(fields.Nested(ChangeSchema), required=True, validate=validate.Length(max=10_000))


class OrphansSchema(Schema):
    """The posts no other post's body links to."""

    orphans = fields.List(fields.Nested(CardSchema), required=True)
    meta = fields.Nested(MetaSchema, required=True)


class SiteSchema(Schema):
    """The site a key stands for."""

    url = fields.String(required=True)
    name = fields.String(required=True)


class StatusSchema(Schema):
    """How things stand with a site."""

    site = fields.Nested(SiteSchema, required=True)
    posts = fields.Integer(required=True)
    targets = fields.Integer(required=True, metadata={"description": "Posts that may be suggested."})
    orphans = fields.Integer(required=True)
    indexed = fields.Integer(required=True, metadata={"description": "Posts that suggestions know of."})
    to_embed = fields.Integer(required=True, metadata={"description": "Posts that have no vectors yet."})
    changes = fields.Integer(required=True, metadata={"description": "Changes told that wait for the next sync."})
    under_way = fields.Boolean(required=True, metadata={"description": "Whether a sync runs now."})
    interrupted = fields.Boolean(required=True, metadata={"description": "Whether one was stopped half-way."})
    read_by = fields.String(required=True, metadata={"description": "rest, xmlrpc or export."})
    error = fields.String(required=True, metadata={"description": "Why the last sync stopped; empty if it did not."})
    advice = fields.List(fields.String(), required=True, metadata={"description": "What to do, a sentence each."})
    meta = fields.Nested(MetaSchema, required=True)
