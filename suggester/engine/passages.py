"""Which texts of a post are embedded: its head, and passages of a few sentences each."""

from __future__ import annotations

from collections.abc import Iterator

from suggester.entities import Block, Body

HEAD_WORDS = 200  # title + this many words stand for a post as a target
PASSAGE_WORDS = 40  # blocks are joined until a passage has this many words
LONGEST_CHARACTERS = 1200  # a longer block is cut: the encoder reads no more than 256 tokens
MOST_PASSAGES = 400  # of one post; a 2 MB post costs no more than this
PROSE = frozenset({"paragraph", "list_item", "quote", "table_cell", "heading", "caption"})


def texts_of(title: str, body: Body) -> tuple[str, ...]:
    """Give the texts of a post that are embedded: the head first, then its passages in order."""
    prose = [block for block in body.blocks if block.kind in PROSE and block.text]
    return (head_of(title, prose), *(text for text, _ in passages_of(prose)))


def head_of(title: str, prose: list[Block]) -> str:
    """Give the title and the first words of the body: what the post is about, as a target."""
    words: list[str] = []
    for block in prose:
        words += block.text.split()
        if len(words) >= HEAD_WORDS:
            break
    return f"{title}. {' '.join(words[:HEAD_WORDS])}"[: 2 * LONGEST_CHARACTERS].strip()


def passages_of(prose: list[Block]) -> list[tuple[str, tuple[int, ...]]]:
    """Join short blocks and cut long ones; each passage comes with the indices of its blocks."""
    passages: list[tuple[str, tuple[int, ...]]] = []
    texts: list[str] = []
    blocks: list[int] = []
    size = 0
    for block in prose:
        for piece in _pieces(block.text):
            texts.append(piece)
            blocks.append(block.index)
            size += weight(piece)
            if size >= PASSAGE_WORDS:
                passages.append((" ".join(texts), tuple(dict.fromkeys(blocks))))
                texts, blocks, size = [], [], 0
    if texts:
        passages.append((" ".join(texts), tuple(dict.fromkeys(blocks))))
    return passages[:MOST_PASSAGES]


def weight(text: str) -> int:
    """Count words, or what is as much text as a word where a script writes no spaces."""
    return max(text.count(" ") + 1, len(text) // 12)


def _pieces(text: str) -> Iterator[str]:
    """Cut a long text at spaces (or anywhere, where there are none) into pieces that an encoder can read."""
    if len(text) <= LONGEST_CHARACTERS:
        yield text
        return
    start = 0
    while start < len(text):
        end = min(start + LONGEST_CHARACTERS, len(text))
        space = text.rfind(" ", start + LONGEST_CHARACTERS // 2, end) if end < len(text) else -1
        end = space if space > 0 else end
        yield text[start:end].strip()
        start = end
