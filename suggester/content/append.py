"""Adds a sentence with a link at the end of a block, byte for byte.

Nothing is touched but the one place where the sentence goes. The result is read again and compared with what was there
before; what cannot be proved safe is refused.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from unicodedata import east_asian_width

from suggester.content.blocks import Outline, outline
from suggester.content.elements import CLOSED, CROSSABLE
from suggester.content.insert import END_TAG, start_tag, texts
from suggester.content.offsets import offsets
from suggester.content.tokens import END, TAG, TOKEN, clean
from suggester.entities import Block, Link, NewText
from suggester.errors import AnchorMissing, AnchorRefused

_INLINE = CROSSABLE | CLOSED


def append(content: str, new: NewText, href: str) -> str:
    """Add the sentence, its link on its words; AnchorMissing where the block is gone, AnchorRefused where it harms."""
    sentence, words, at = _parts(new)
    before = outline(content)
    block = _block(before, new)
    gap = _gap(block.text)
    written = _written(new, href)
    place = _end_of(content, before, block)
    result = content[:place] + gap + written + content[place:]
    start = len(block.text) + len(gap) + at
    link = Link(href, words, block.index, start, start + len(words))
    _prove(before, result, block, block.text + gap + sentence, link)
    return result


def take_back(content: str, new: NewText, href: str) -> str:
    """Take the sentence out again, where it stands exactly as `append` wrote it."""
    written = _written(new, href)
    at = content.find(written)
    if at < 0:
        raise AnchorMissing(f"The sentence around “{new.anchor}” was changed or taken out since; edit it by hand.")
    for gap in (" ", ""):
        place = at - len(gap)
        result = content[:place] + content[at + len(written) :]
        if content.startswith(gap, place) and _would_add(result, place, new, href) == content:
            return result
    raise AnchorRefused(f"Taking the sentence around “{new.anchor}” out would change the rest; edit the post by hand.")


def _would_add(content: str, place: int, new: NewText, href: str) -> str | None:
    """Add the sentence to the block that ends last before this place."""
    there = outline(content)
    ends = [(runs[-1][1], number) for number, runs in enumerate(there.runs) if runs and runs[-1][1] <= place]
    if not ends:
        return None
    block = there.body.blocks[max(ends)[1]]
    try:
        return append(content, replace(new, block=block.index, kind=block.kind), href)
    except (AnchorMissing, AnchorRefused):
        return None


def _parts(new: NewText) -> tuple[str, str, int]:
    """Give the sentence, its words, and where in it they stand."""
    sentence, words = " ".join(new.sentence.split()), " ".join(new.anchor.split())
    at = sentence.rfind(words) if words else -1
    if at < 0:
        raise AnchorMissing(f"“{new.anchor}” does not stand in the sentence to add; ask for suggestions again.")
    return sentence, words, at


def _written(new: NewText, href: str) -> str:
    """Write the sentence with its link."""
    sentence, words, at = _parts(new)
    before, after = sentence[:at], sentence[at + len(words) :]
    return f"{_escaped(before)}{start_tag(href)}{_escaped(words)}{END_TAG}{_escaped(after)}"


def _gap(text: str) -> str:
    return "" if east_asian_width(text[-1]) in "WF" else " "


def _block(before: Outline, new: NewText) -> Block:
    blocks = before.body.blocks
    if new.block >= len(blocks) or blocks[new.block].kind != new.kind:
        raise AnchorMissing("The paragraph to add to is not there any more; ask for suggestions again.")
    block = blocks[new.block]
    if not block.linkable or not block.text:
        raise AnchorRefused("No link may stand in this block, as in a heading or a caption; choose another place.")
    return block


def _end_of(content: str, before: Outline, block: Block) -> int:
    """Say where the block's text ends in the raw content, behind the inline elements that end with it."""
    text, spans = offsets(clean(content), before.runs[block.index])
    if text != block.text:
        raise AnchorRefused("The end of the paragraph cannot be found in the post's HTML; add the sentence by hand.")
    end = spans[-1][1]
    while (tag := TOKEN.match(content, _behind_space(content, end))) and tag[END] and tag[TAG].lower() in _INLINE:
        end = tag.end()
    return end


def _behind_space(content: str, at: int) -> int:
    while content[at : at + 1] in (" ", "\t") and at < len(content):
        at += 1
    return at


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("[", "&#91;").replace("]", "&#93;")  # no shortcode may arise


def _prove(before: Outline, result: str, block: Block, text: str, link: Link) -> None:
    """Read the result again: one sentence and one link more, and all else as before."""
    after = outline(result).body
    wanted = texts(before.body.blocks)
    wanted[block.index] = (block.kind, text)
    links = list(after.links)
    if link in links:
        links.remove(link)
    closed = after.blocks[block.index].closed if block.index < len(after.blocks) else ()
    as_before = links == list(before.body.links) and closed[: len(block.closed)] == block.closed
    if not as_before or len(links) == len(after.links) or texts(after.blocks) != wanted:
        raise AnchorRefused("The sentence would change how the rest of the post reads; add it by hand.")
