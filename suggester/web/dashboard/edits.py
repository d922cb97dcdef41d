"""One edit of a run: choose it, put it on other words, look at it closely, take it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from os.path import commonprefix

from flask import Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.blocks import read
from suggester.content.text import anchor_at
from suggester.entities import Block, Edit
from suggester.errors import AnchorMissing, ContentError
from suggester.tasks.changing import changed, place_of
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.review import card_of, standing_of
from suggester.web.room import service

WORD = re.compile(r"\S+")
CORE = re.compile(r"\w(?:.*\w)?", re.DOTALL)  # a word without the marks around it
RAW_AROUND = 120  # characters of raw content shown on each side


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a block that can be picked, and the text between it and the next."""

    start: int
    end: int
    before: str  # marks that belong to no word
    text: str
    after: str
    picked: bool
    closed: bool  # no link may stand there


@dataclass(frozen=True, slots=True)
class Raw:
    """The raw content around an edit."""

    left: str
    taken: str
    put: str
    right: str


@dashboard.post("/<int:site_id>/edits/<int:edit_id>/choose")
def choose_edit(site_id: int, edit_id: int) -> str:
    """Choose one edit, or leave it out; answers with the numbers of the run as they are then."""
    edit = service().edit(site_id, edit_id)
    service().choose(site_id, edit.run_id, [edit_id], request.form.get("chosen") == "yes")
    run = service().run(site_id, edit.run_id)
    return render_template("dashboard/parts/summary.html", run=run, standing=standing_of(site_id, run), oob=True)


@dashboard.get("/<int:site_id>/edits/<int:edit_id>")
def show_edit(site_id: int, edit_id: int) -> str:
    """Show an edit as it is in the list."""
    return _card(site_id, service().edit(site_id, edit_id))


@dashboard.get("/<int:site_id>/edits/<int:edit_id>/words")
def pick_words(site_id: int, edit_id: int) -> str:
    """Show the text around an edit, so that other words can be picked."""
    edit = service().edit(site_id, edit_id)
    block, start, end = _place(site_id, edit)
    tokens = list(tokens_of(block, start, end))
    return render_template(
        "dashboard/parts/words.html", card=card_of(site_id, edit), block=block, tokens=tokens, start=start, end=end
    )


@dashboard.post("/<int:site_id>/edits/<int:edit_id>/words")
def change_words(site_id: int, edit_id: int) -> str:
    """Put an edit on other words: an alternative, or those picked in the text."""
    edit, form = service().edit(site_id, edit_id), request.form
    number = form.get("alternative", type=int)
    if number is not None and 0 <= number < len(edit.alternatives):
        anchor = edit.alternatives[number]
    else:
        block, start, end = _place(site_id, edit)
        start, end = form.get("start", start, type=int), form.get("end", end, type=int)
        if not 0 <= start < end <= len(block.text) or block.index != form.get("block", type=int):
            raise AnchorMissing("The text has changed since it was shown; close it and pick the words again.")
        anchor = anchor_at(block, start, end)
    return _card(site_id, service().change_anchor(site_id, edit_id, anchor))


@dashboard.get("/<int:site_id>/edits/<int:edit_id>/closely")
def look_closely(site_id: int, edit_id: int) -> str:
    """Show more of the text around an edit, and the raw content that would be written."""
    edit = service().edit(site_id, edit_id)
    preview = service().preview(site_id, edit_id)
    raw = raw_of(service().store.post(site_id, edit.source_id).content, edit)
    return render_template("dashboard/parts/closely.html", edit=edit, preview=preview, raw=raw)


@dashboard.post("/<int:site_id>/edits/<int:edit_id>/undo")
def undo_edit(site_id: int, edit_id: int) -> AnyResponse:
    """Take one link out again."""
    edit = service().edit(site_id, edit_id)
    service().start_undo(site_id, edit.run_id, [edit_id])
    return Response(headers={"HX-Refresh": "true"})


def tokens_of(block: Block, start: int, end: int) -> Iterator[Token]:
    """Cut a block's text into words that can be picked; those in text[start:end] are."""
    words = [(found.start(), found.end()) for found in WORD.finditer(block.text)]
    for at, (begin, finish) in enumerate(words):
        next_begin = words[at + 1][0] if at + 1 < len(words) else len(block.text)
        core = CORE.search(block.text, begin, finish)
        first, last = (core.start(), core.end()) if core else (begin, finish)
        closed = any(first < close and opened < last for opened, close in block.closed)
        text = block.text
        yield Token(
            first,
            last,
            text[begin:first],
            text[first:last],
            text[last:next_begin],
            first < end and start < last,
            closed or not core,
        )


def raw_of(content: str, edit: Edit) -> Raw | None:
    """Show what an edit changes in the raw content; None where its place is not there."""
    try:
        after, _ = changed(content, edit)
    except ContentError:
        return None
    left = len(commonprefix([content, after]))
    right = min(len(commonprefix([content[::-1], after[::-1]])), len(content) - left, len(after) - left)
    stop_before, stop_after = len(content) - right, len(after) - right
    return Raw(
        content[max(0, left - RAW_AROUND) : left],
        content[left:stop_before],
        after[left:stop_after],
        content[stop_before : stop_before + RAW_AROUND],
    )


def _card(site_id: int, edit: Edit) -> str:
    run = service().run(site_id, edit.run_id)
    card = card_of(site_id, edit)
    return render_template("dashboard/parts/edit.html", card=card, run=run)


def _place(site_id: int, edit: Edit) -> tuple[Block, int, int]:
    """Find the block an edit stands in, and the words there; a sentence to add has none."""
    body = read(service().store.post(site_id, edit.source_id).content)
    if edit.new_text is None:
        return place_of(body, edit.anchor)
    if edit.new_text.block >= len(body.blocks):
        raise AnchorMissing("The paragraph to add to is not there any more; leave this link out.")
    return body.blocks[edit.new_text.block], 0, 0
