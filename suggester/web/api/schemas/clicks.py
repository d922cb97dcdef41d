"""Clicks on links, as a site's plugin counted them."""

from __future__ import annotations

from marshmallow import fields, validate

from suggester.web.api.schemas.base import Lenient, Text, post_id

MOST_LINES = 2000
LONGEST_HREF, LONGEST_ANCHOR, LONGEST_NAME = 2000, 500, 100  # characters
MOST_CLICKS = 10_000_000  # of one link in one batch


class ClickLineSchema(Lenient):
    """How often readers followed one link in a month."""

    source = post_id(description="The post that the link stands in.")
    href = Text(
        required=True,
        validate=validate.Length(min=1, max=LONGEST_HREF),
        metadata={"description": "Where it leads, absolute."},
    )
    anchor = Text(load_default="", validate=validate.Length(max=LONGEST_ANCHOR))
    month = Text(
        required=True,
        validate=validate.Regexp(r"^[0-9]{4}-(0[1-9]|1[0-2])\Z"),
        metadata={"description": "As in 2026-11, by the clock of the site."},
    )
    clicks = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MOST_CLICKS))


class CountingSchema(Lenient):
    """Whether clicks are counted."""

    on = fields.Boolean(required=True)
    since = fields.AwareDateTime(
        load_default=None, allow_none=True, metadata={"description": "When it was switched on last."}
    )
    until = fields.AwareDateTime(
        load_default=None, allow_none=True, metadata={"description": "When it was switched off, where it is off."}
    )


class ClicksSchema(Lenient):
    """What was counted since the plugin last told; sent again under the same name, a batch counts once."""

    batch = Text(
        required=True,
        validate=validate.Length(min=8, max=LONGEST_NAME),
        metadata={"description": "A name for this batch that no other has; the same each time it is sent."},
    )
    counting = fields.Nested(CountingSchema, load_default=None)
    clicks = fields.List(fields.Nested(ClickLineSchema), required=True, validate=validate.Length(max=MOST_LINES))
