"""One edit in a post's raw content: put in where its place is as it was, and taken out again."""

from __future__ import annotations

from dataclasses import replace

from suggester.content.append import append, take_back
from suggester.content.blocks import read
from suggester.content.insert import insert, remove
from suggester.content.rewrite import put_back, relink, rewrite, unlink, written
from suggester.entities import Anchor, Block, Body, Edit, NewText
from suggester.errors import AnchorMissing, AnchorRefused, ContentError

TAIL = 32  # characters that tell the end of a block, as many as an anchor keeps on each side


def changed(content: str, edit: Edit) -> tuple[str, Edit]:
    """Make an edit; gives the content, and the edit with all that taking it out will need.

    AnchorMissing where its place has changed, AnchorRefused where a link there cannot be proved safe.
    """
    if edit.kind == "insert":
        place_of(read(content), edit.anchor)
        return insert(content, edit.anchor, edit.href), edit
    if edit.kind == "append":
        new = placed(read(content), edit)
        return append(content, new, edit.href), replace(edit, new_text=new)
    if edit.kind == "rewrite":
        old = written(content, edit.anchor, edit.old_href)
        return rewrite(content, edit.anchor, edit.old_href, edit.href), replace(edit, old_tag=old)
    without, old = unlink(content, edit.anchor, edit.old_href)
    return without, replace(edit, old_tag=old)


def taken_out(content: str, edit: Edit) -> str:
    """Take an edit out; AnchorMissing or AnchorRefused where it does not stand there as it was made."""
    if edit.kind == "insert":
        return remove(content, edit.anchor, edit.href)
    if edit.kind == "append":
        return take_back(content, _sentence_of(edit), edit.href)
    if edit.kind == "rewrite":
        return put_back(content, edit.anchor, edit.href, edit.old_tag)
    return relink(content, edit.anchor, edit.old_tag)


def stands(content: str, edit: Edit) -> bool:
    """Whether an edit is in this content, exactly as it was made."""
    try:
        taken_out(content, edit)
    except ContentError:
        return False
    return True


def place_of(body: Body, anchor: Anchor) -> tuple[Block, int, int]:
    """Find the anchor's words with the text that stood around them, wherever the block is now.

    AnchorMissing where that text has changed: then nobody has judged whether a link fits there.
    """
    quote = anchor.before + anchor.text + anchor.after
    found = [block for block in body.blocks if block.linkable and quote in block.text]
    if not found:
        raise AnchorMissing(f"The text around “{anchor.text}” is not as it was; ask for suggestions again.")
    block = min(found, key=lambda each: abs(each.index - anchor.block))
    start = block.text.find(quote) + len(anchor.before)
    return block, start, start + len(anchor.text)


def placed(body: Body, edit: Edit) -> NewText:
    """Find the block that a sentence is to be added to by how its text ends, wherever the block is now."""
    new = _sentence_of(edit)
    if not edit.anchor.before:
        return new
    ends = [each for each in body.blocks if each.kind == new.kind and each.text.endswith(edit.anchor.before)]
    if not ends:
        raise AnchorMissing("The paragraph to add to does not end as it did; ask for suggestions again.")
    if len(ends) > 1 and all(each.index != new.block for each in ends):
        raise AnchorRefused("Several paragraphs end like the one to add to; add the sentence by hand.")
    block = min(ends, key=lambda each: abs(each.index - new.block))
    return replace(new, block=block.index)


def tail_of(body: Body, new: NewText) -> str:
    """Say how the block ends that a sentence is to be added to; "" where there is no such block."""
    return body.blocks[new.block].text[-TAIL:] if new.block < len(body.blocks) else ""


def _sentence_of(edit: Edit) -> NewText:
    return edit.new_text or NewText(edit.sentence, edit.anchor.text, edit.anchor.block, edit.anchor.kind)
