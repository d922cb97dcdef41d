"""Adds a sentence with a link at the end of a block, byte for byte.

Nothing is touched but the one place where the sentence goes. The result is read again and compared with what was there
before; what cannot be proved safe is refused.
"""

from __future__ import annotations

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
    sentence, words = " ".join(new.sentence.split()), " ".join(new.anchor.split())
    at = sentence.rfind(words) if words else -1
    if at < 0:
        raise AnchorMissing(f"“{new.anchor}” does not stand in the sentence to add; ask for suggestions again.")
    before = outline(content)
    block = _block(before, new)
    gap = "" if east_asian_width(block.text[-1]) in "WF" else " "
    parts = sentence[:at], sentence[at : at + len(words)], sentence[at + len(words) :]
    written = f"{_escaped(parts[0])}{start_tag(href)}{_escaped(parts[1])}{END_TAG}{_escaped(parts[2])}"
    place = _end_of(content, before, block)
    result = content[:place] + gap + written + content[place:]
    start = len(block.text) + len(gap) + at
    link = Link(href, words, block.index, start, start + len(words))
    _prove(before, result, block, block.text + gap + sentence, link)
    return result


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
