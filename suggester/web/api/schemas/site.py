"""The site as a whole: how things stand, its orphans, and what happened in WordPress."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from suggester.store.rows import KINDS_OF_CHANGE
from suggester.web.api.schemas.base import Lenient, MetaSchema, Text, post_id
from suggester.web.api.schemas.places import CardSchema

MOST_COUNTED = 500


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

    version = fields.String(required=True, metadata={"description": "Of the service."})
    api = fields.Integer(required=True, metadata={"description": "Of the contract; a plugin speaks one of them."})
    site = fields.Nested(SiteSchema, required=True)
    posts = fields.Integer(required=True)
    targets = fields.Integer(required=True, metadata={"description": "Posts that may be suggested."})
    orphans = fields.Integer(required=True)
    indexed = fields.Integer(required=True, metadata={"description": "Posts that suggestions know of."})
    to_embed = fields.Integer(required=True, metadata={"description": "Posts that have no vectors yet."})
    changes = fields.Integer(required=True, metadata={"description": "Changes told that wait for the next sync."})
    under_way = fields.Boolean(required=True, metadata={"description": "Whether a sync runs now."})
    interrupted = fields.Boolean(required=True, metadata={"description": "Whether one was stopped half-way."})
    signed_in_as = fields.String(
        required=True, metadata={"description": "WordPress user the site is read as; empty where there is no login."}
    )
    read_by = fields.String(required=True, metadata={"description": "rest, xmlrpc or export."})
    error = fields.String(required=True, metadata={"description": "Why the last sync stopped; empty if it did not."})
    advice = fields.List(fields.String(), required=True, metadata={"description": "What to do, a sentence each."})
    meta = fields.Nested(MetaSchema, required=True)


class CountsAskedSchema(Lenient):
    """The posts whose links are to be counted."""

    ids = fields.List(post_id(), required=True, validate=validate.Length(max=MOST_COUNTED))


class CountSchema(Schema):
    """The links of a post."""

    inbound = fields.Integer(required=True, metadata={"description": "Posts that link here from their body."})
    outbound = fields.Integer(required=True, metadata={"description": "Posts that this one links to."})
    orphan = fields.Boolean(required=True, metadata={"description": "Whether it could be linked to and is not."})


class CountsSchema(Schema):
    """The links of some posts; those the index does not know are left out."""

    posts = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(CountSchema),
        required=True,
        metadata={"description": "Id, and the links of that post."},
    )
    meta = fields.Nested(MetaSchema, required=True)
