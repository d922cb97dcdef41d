"""What a site owner decides: the settings, and the login with which WordPress is read."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from suggester.web.api.schemas.base import Lenient, Text, post_id

MOST_EXCLUDED = 10_000
LONGEST_NAME = 200
HOUR = r"\A([01]\d|2[0-3]):[0-5]\d\Z"
TERM = r"\A[^:\s]+:\S+\Z"


def _names(**metadata: str) -> fields.List[str]:
    name = Text(validate=validate.Length(min=1, max=LONGEST_NAME))
    return fields.List(name, validate=validate.Length(max=MOST_EXCLUDED), metadata=metadata)


class SettingsSchema(Lenient):
    """What a site owner decides; fields that are left out stay as they are."""

    post_types = _names(description="Types of posts to suggest for and to lead to; none stands for all.")
    excluded_posts = fields.List(
        post_id(required=False),
        validate=validate.Length(max=MOST_EXCLUDED),
        metadata={"description": "Posts that are never a target, nor get suggestions."},
    )
    excluded_terms = fields.List(
        Text(
            validate=[
                validate.Length(max=LONGEST_NAME),
                validate.Regexp(TERM, error="Write taxonomy:slug, as in category:news."),
            ]
        ),
        validate=validate.Length(max=MOST_EXCLUDED),
        metadata={"description": "The same for all posts of a term: taxonomy:slug, as in category:news."},
    )
    excluded_words = _names(description="Words that no anchor may contain.")
    links_per_1000 = fields.Float(
        validate=validate.Range(min=1, max=100), metadata={"description": "Links a thousand words may carry at most."}
    )
    least_score = fields.Float(
        validate=validate.Range(min=0, max=1), metadata={"description": "Below it nothing is shown unasked."}
    )
    refresh_nightly = fields.Boolean(metadata={"description": "Whether the service refreshes the site by itself."})
    refresh_at = Text(
        validate=validate.Regexp(HOUR, error="Write hour and minute, as in 03:30."),
        metadata={"description": "Hour and minute of the night, or up to an hour later."},
    )
    time_zone = Text(
        validate=validate.Length(max=LONGEST_NAME),
        metadata={"description": "Of that hour, as in Europe/Berlin; empty for UTC."},
    )
    audit_every = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=24),
        metadata={"description": "Months from one audit to the next that is made by itself; 0 for none."},
    )
    audit_visits = fields.Boolean(metadata={"description": "Whether such an audit visits the pages before."})


class StoredSettingsSchema(Schema):
    """The settings as they hold now."""

    post_types = fields.List(fields.String(), required=True)
    excluded_posts = fields.List(fields.Integer(), required=True)
    excluded_terms = fields.List(fields.String(), required=True)
    excluded_words = fields.List(fields.String(), required=True)
    links_per_1000 = fields.Float(required=True)
    least_score = fields.Float(required=True)
    refresh_nightly = fields.Boolean(required=True)
    refresh_at = fields.String(required=True)
    time_zone = fields.String(required=True)
    audit_every = fields.Integer(required=True)
    audit_visits = fields.Boolean(required=True)


class CredentialsSchema(Lenient):
    """A user of the WordPress site, with one of that user's application passwords."""

    user = Text(required=True, validate=validate.Length(min=1, max=LONGEST_NAME))
    password = Text(required=True, validate=validate.Length(min=1, max=LONGEST_NAME))


class SignedInSchema(Schema):
    """As whom WordPress is read from now on."""

    user = fields.String(required=True, metadata={"description": "Empty where there is no login."})
    accepted = fields.Boolean(required=True, metadata={"description": "Whether WordPress took the login."})
