"""Links put into a post's raw content, and taken out again, for editors that hold it as one string."""

from __future__ import annotations

from typing import Any

from suggester.content.append import append
from suggester.content.insert import insert, remove
from suggester.entities import Anchor, NewText
from suggester.web.answers import Json
from suggester.web.api.endpoints import endpoint, room
from suggester.web.api.schemas.content import ContentSchema, InsertSchema, RemoveSchema

content = room("content", "Links put into a post's raw content, and taken out again; nothing is kept.")


@endpoint(content, "POST", "/insert", takes=InsertSchema, gives=ContentSchema)
def put_in(asked: dict[str, Any]) -> Json:
    """Put a link into a content, on words that stand there or with a sentence to add; all else stays byte for byte."""
    before = asked["content"]
    if "new_text" in asked:
        return _answer(before, append(before, _new_text(asked["new_text"]), asked["href"]))
    return _answer(before, insert(before, _anchor(asked), asked["href"]))


@endpoint(content, "POST", "/remove", takes=RemoveSchema, gives=ContentSchema)
def take_out(asked: dict[str, Any]) -> Json:
    """Take a link out of a content, where it stands exactly as it was put in; all else stays byte for byte."""
    return _answer(asked["content"], remove(asked["content"], _anchor(asked), asked["href"]))


def _answer(before: str, after: str) -> Json:
    return {"content": after, "changed": after != before}


def _anchor(asked: dict[str, Any]) -> Anchor:
    quote, block = asked["anchor"], asked["block"]
    return Anchor(quote["text"], quote["before"], quote["after"], block["index"], block["kind"])


def _new_text(sent: dict[str, Any]) -> NewText:
    return NewText(sent["sentence"], sent["anchor"], sent["block"]["index"], sent["block"]["kind"])
