"""What a site's owner lays down about links."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from suggester.entities import RULE_KINDS
from suggester.tasks.rules import LARGEST_NUMBER, LONGEST_PHRASE, MOST_RULES
from suggester.web.api.schemas.base import LARGEST_ID, Lenient, Text

KIND = (
    "always links a phrase to a post; keyword: the post wants to be found by the phrase; never_target, never_source: "
    "no suggestion leads to the post, or from it; never_pair: none from the post to other_post; most_per_run, "
    "most_per_source, most_per_target: how many links a run may add."
)


def _post(says: str) -> fields.Integer:
    inside = validate.Range(min=1, max=LARGEST_ID)
    return fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=inside, metadata={"description": says}
    )


class RuleSchema(Lenient):
    """One rule; which fields it needs goes by its kind."""

    kind = Text(required=True, validate=validate.OneOf(RULE_KINDS), metadata={"description": KIND})
    phrase = Text(load_default="", validate=validate.Length(max=LONGEST_PHRASE))
    post = _post("The target; with never_source and never_pair the source.")
    other_post = _post("With never_pair, the target.")
    number = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=LARGEST_NUMBER)
    )
    any_case = fields.Boolean(load_default=False, metadata={"description": "Whether capitals do not count."})
    inflected = fields.Boolean(load_default=False, metadata={"description": "Whether other forms of words count too."})


class RulesSchema(Lenient):
    """All rules of a site; they take the place of those before."""

    rules = fields.List(fields.Nested(RuleSchema), required=True, validate=validate.Length(max=MOST_RULES))


class StoredRuleSchema(Schema):
    """One rule as it holds now."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    phrase = fields.String(required=True)
    post = fields.Integer(required=True, allow_none=True)
    other_post = fields.Integer(required=True, allow_none=True)
    number = fields.Integer(required=True, allow_none=True)
    any_case = fields.Boolean(required=True)
    inflected = fields.Boolean(required=True)


class StoredRulesSchema(Schema):
    """The rules as they hold now."""

    rules = fields.List(fields.Nested(StoredRuleSchema), required=True)
