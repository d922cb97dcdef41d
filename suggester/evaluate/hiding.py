"""The links that a site's authors set themselves, and its posts as if some of them had never been set."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from suggester.engine.generic import is_generic
from suggester.engine.passages import texts_of
from suggester.engine.reading import Encode, Reading
from suggester.entities import PUBLISHED, Block, Body, Link

OFTEN = 2  # posts that have the same block; from here on it is furniture
LEAST_AROUND, SHARE_AROUND = 15, 0.3  # characters outside of links that make a block prose
HELD_OUT = 0.2  # of the posts with links: training never sees them

OwnLinks = Mapping[int, tuple[Link, ...]]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Deal:
    """The posts with links of their own, by what they are used for; the parts have no post in common."""

    held_out: frozenset[int]  # the same ones each time, so that no training ever sees them
    rest: frozenset[int]

    def some(self, share: float, seed: int) -> frozenset[int]:
        """Draw a share of all posts with links from the rest; the same ones for the same seed."""
        wanted = max(1, round(share * (len(self.held_out) + len(self.rest))))
        return frozenset(Random(seed).sample(sorted(self.rest), min(wanted, len(self.rest))))

    def folds(self, count: int, seed: int, most: int) -> list[frozenset[int]]:
        """Cut the rest, or `most` of it, into parts of about the same size."""
        dealt = Random(seed).sample(sorted(self.rest), min(most, len(self.rest)))
        return [frozenset(dealt[at::count]) for at in range(count) if dealt[at::count]]


def deal(sources: Iterable[int]) -> Deal:
    """Say which posts are held out from all training: a fifth, by a hash of their ids, whatever is added later."""
    every = frozenset(sources)
    held_out = frozenset(each for each in every if _draw(each) < HELD_OUT)
    return Deal(held_out, every - held_out)


def _draw(post_id: int) -> float:
    digest = hashlib.sha256(f"held out {post_id}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def own_links(readings: Iterable[Reading]) -> OwnLinks:
    """Find the links that authors set in prose, on words that say something, to another post that may be a target.

    What stands in the same block on several posts is furniture, and no link of an author's.
    """
    common: Counter[int] = Counter()
    found: dict[int, list[tuple[Link, int]]] = {}
    targets = set()
    for reading in readings:
        common.update({hash(block.text) for block in reading.body.blocks})
        if reading.post.may_be_target:
            targets.add(reading.post.id)
        if reading.post.status == PUBLISHED:
            found[reading.post.id] = list(_telling(reading))
    telling = {
        post_id: tuple(link for link, block in links if link.target in targets and common[block] <= OFTEN)
        for post_id, links in found.items()
    }
    return {post_id: links for post_id, links in telling.items() if links}


def _telling(reading: Reading) -> Iterator[tuple[Link, int]]:
    blocks = {block.index: block for block in reading.body.blocks}
    for link in reading.body.links:
        block = blocks.get(link.block)
        own = link.target not in (None, reading.post.id) and bool(link.anchor) and not is_generic(link.anchor)
        if block and own and is_prose(block):
            yield link, hash(block.text)


def is_prose(block: Block) -> bool:
    """Whether more than links stands in a block."""
    around = len(block.text) - sum(end - start for start, end in block.closed)
    return block.linkable and around >= max(LEAST_AROUND, SHARE_AROUND * len(block.text))


def robbed(
    readings: Iterable[Reading],
    links: OwnLinks,
    sources: Collection[int],
    *,
    removed: bool = False,
    encode: Encode | None = None,
    see: Callable[[Reading], None] = lambda _: None,
) -> Iterator[Reading]:
    """Give a site's posts, some of them without the links that their authors set there.

    With `removed` the words that carried the links are cut out, too; what is left of those posts is embedded anew by
    `encode`. `see` is shown each robbed post.
    """
    for reading in readings:
        if reading.post.id not in sources:
            yield reading
            continue
        without = hide(reading, links[reading.post.id])
        if removed:
            without = _embedded(cut(without, links[reading.post.id]), encode)
        see(without)
        yield without


def hide(reading: Reading, links: Collection[Link]) -> Reading:
    """Take the links off a post; their words stay, and may carry a link again."""
    gone = {(link.block, link.start, link.end) for link in links}
    blocks = tuple(
        replace(block, closed=tuple(span for span in block.closed if (block.index, *span) not in gone))
        for block in reading.body.blocks
    )
    kept = tuple(link for link in reading.body.links if (link.block, link.start, link.end) not in gone)
    return replace(reading, body=Body(blocks, kept))


def cut(reading: Reading, links: Iterable[Link]) -> Reading:
    """Take the words of links, which were hidden already, out of the text of a post; it has no vectors then."""
    spans: dict[int, list[Span]] = {}
    for link in links:
        spans.setdefault(link.block, []).append((link.start, link.end))
    blocks = tuple(
        _shortened(block, spans[block.index]) if block.index in spans else block for block in reading.body.blocks
    )
    moved = tuple(
        replace(link, start=_moved(link.start, spans[link.block]), end=_moved(link.end, spans[link.block]))
        if link.block in spans
        else link
        for link in reading.body.links
    )
    body = Body(blocks, moved)
    return replace(reading, body=body, texts=texts_of(reading.post.title, body), vectors=None)


def _pulled(link: Link, spans: Sequence[Span]) -> Link:
    return replace(link, start=_moved(link.start, spans), end=_moved(link.end, spans)) if spans else link


def _shortened(block: Block, spans: Sequence[Span]) -> Block:
    if not spans:
        return block
    gone = np.zeros(len(block.text), bool)
    for start, end in spans:
        gone[start:end] = True
    text = "".join(char for char, out in zip(block.text, gone.tolist(), strict=True) if not out)
    closed = tuple((_moved(start, spans), _moved(end, spans)) for start, end in block.closed)
    return replace(block, text=text, closed=tuple(span for span in closed if span[0] < span[1]))


def _moved(at: int, spans: Iterable[Span]) -> int:
    """Say where a place is once the spans are gone; they do not overlap."""
    return at - sum(min(end, at) - start for start, end in spans if start < at)


def _embedded(reading: Reading, encode: Encode | None) -> Reading:
    return replace(reading, vectors=encode(reading.texts)) if encode else reading
