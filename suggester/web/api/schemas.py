"""The shapes of /v1: what is asked, what is answered. They validate, and they write the OpenAPI document.

Fields that are not named here are ignored, so that a newer plugin may speak to an older service.
"""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from suggester.store.rows import KINDS_OF_CHANGE
from suggester.web.answers import CONFIDENCES, MAX_LIMIT

LARGEST_ID = 2**63 - 1
VERDICTS = ("accepted", "dismissed")


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


def _id(least: int = 1, **metadata: str) -> fields.Integer:
    return fields.Integer(
        required=True, strict=True, validate=validate.Range(min=least, max=LARGEST_ID), metadata=metadata
    )


def _limit() -> fields.Integer:
    return fields.Integer(
        load_default=8,
        validate=validate.Range(min=1, max=MAX_LIMIT),
        metadata={"description": "How many suggestions at most."},
    )


class Lenient(Schema):
    """A question; fields it does not know are ignored."""

    class Meta:
        """Options of marshmallow."""

        unknown = EXCLUDE


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
    limit = _limit()


class LimitSchema(Lenient):
    """How many suggestions are wanted."""

    limit = _limit()


class VerdictSchema(Lenient):
    """What a person said of a suggestion."""

    target_id = _id(description="Id of the post the suggestion leads to.")
    verdict = Text(required=True, validate=validate.OneOf(VERDICTS))
    anchor = Text(load_default="", metadata={"description": "The words that carry the link, as they were accepted."})


class ChangeSchema(Lenient):
    """What happened to a post in WordPress."""

    id = _id()
    kind = Text(required=True, validate=validate.OneOf(KINDS_OF_CHANGE))
    old_url = Text(load_default="", metadata={"description": "The former permalink, where it changed."})


class ChangesSchema(Lenient):
    """What happened in WordPress since the plugin last told."""

    changes = fields.List(fields.Nested(ChangeSchema), required=True, validate=validate.Length(max=10_000))


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


class MetaSchema(Schema):
    """What made the answer, so that it can be traced."""

    format = fields.Integer(required=True)
    encoder = fields.String(required=True)
    ranker = fields.String(required=True)
    synced_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


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


class OrphansSchema(Schema):
    """The posts no other post's body links to."""

    orphans = fields.List(fields.Nested(CardSchema), required=True)
    meta = fields.Nested(MetaSchema, required=True)


class ReceivedSchema(Schema):
    """How much of what was sent was kept."""

    received = fields.Integer(required=True)


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


class ErrorSchema(Schema):
    """What went wrong, in one sentence that says what to do."""

    error = fields.String(required=True, metadata={"description": "Name of the error; stays the same over versions."})
    message = fields.String(required=True)
    fields_ = fields.Dict(data_key="fields", metadata={"description": "What is wrong with which field sent."})
