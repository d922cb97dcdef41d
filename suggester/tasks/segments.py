"""The text around an edit, cut into pieces that show what it changes."""

from __future__ import annotations

from suggester.entities import Anchor, Body, Edit, Preview, Segment
from suggester.errors import ContentError
from suggester.tasks.changing import place_of, tail_of

AROUND = 160  # characters shown on each side
CUT = "…"


def around(body: Body, edit: Edit, problem: str = "") -> Preview:
    """Show the text around an edit before and after it, as far as it can be found; else its own sentence."""
    if edit.kind == "append" and edit.new_text:
        return _appended(body, edit, problem)
    kind, before, words, after = _text(body, edit)
    then = Segment(words, edit.old_href, changed=True)
    now = Segment(words, edit.href, changed=True)
    left, right = _left(before), _right(after)
    return Preview(edit.id, kind, _whole(left, then, right), _whole(left, now, right), problem)


def _appended(body: Body, edit: Edit, problem: str) -> Preview:
    new = edit.new_text
    assert new
    text = body.blocks[new.block].text if new.block < len(body.blocks) else tail_of(body, new)
    sentence, words = " ".join(new.sentence.split()), " ".join(new.anchor.split())
    old = text.removesuffix(sentence).rstrip()  # where it stands there already
    at = max(sentence.rfind(words), 0)
    added = (
        Segment(f" {sentence[:at]}", changed=True),
        Segment(words, edit.href, changed=True),
        Segment(sentence[at + len(words) :], changed=True),
    )
    left = _left(old)
    return Preview(edit.id, new.kind, _whole(left), _whole(left, *added), problem)


def _text(body: Body, edit: Edit) -> tuple[str, str, str, str]:
    """Give the kind of the block, the text before the words, the words, and the text behind them."""
    try:
        block, start, end = place_of(body, edit.anchor)
        return block.kind, block.text[:start], block.text[start:end], block.text[end:]
    except ContentError:
        return edit.anchor.kind, *_as_kept(edit.anchor, edit.sentence)


def _as_kept(anchor: Anchor, sentence: str) -> tuple[str, str, str]:
    before, words, after = sentence.partition(anchor.text)
    return (before, words, after) if words else (anchor.before, anchor.text, anchor.after)


def _left(text: str) -> Segment:
    return Segment(text if len(text) <= AROUND else CUT + text[-AROUND:].partition(" ")[2])


def _right(text: str) -> Segment:
    return Segment(text if len(text) <= AROUND else text[:AROUND].rpartition(" ")[0] + CUT)


def _whole(*segments: Segment) -> tuple[Segment, ...]:
    return tuple(each for each in segments if each.text)
