"""The links of a site's rendered pages, menus and all, and the PageRank over them.

Nodes are posts and the pages that are none, as the homepage and archives, so that rank flows through them. What stands
on every page alike (menus, widgets, footers) is kept once, as a block: 10,000 pages with 200 such links each are the
200 of the block and a number for each page, not two million links. However often one page links to another, it counts
once, and a link of a page to itself never.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.index import Index
from suggester.graph.equity import teleport_of
from suggester.graph.flow import Floats, iterated

SITEWIDE = frozenset({"menu", "widget", "footer"})  # places whose links are the same on page after page
CLOSE = 1e-8  # of all rank; told are three digits of a multiple of the average
FORMAT = 1  # of the arrays that are kept

Node = int | str  # id of a post, or address of another page
Link = tuple[Node, str]  # where it leads, and its place on the page
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Who links to whom on the rendered pages of a site; one entry for each node."""

    posts: Rows  # id of the post, 0 where it is none
    read: Flags  # whether its page was read; else it is known from links to it alone
    told: Flags  # whether the content of a page links to it
    own: sparse.csr_matrix  # links that stand on this page beside its block, shape (nodes, nodes)
    block: Rows  # which block stands on it
    blocks: sparse.csr_matrix  # shape (blocks, nodes); the first is empty

    def __len__(self) -> int:
        return len(self.posts)


@dataclass(frozen=True, slots=True)
class WithMenus:
    """The PageRank of a site over all links of its pages; one entry for each row of the index."""

    ranks: Floats  # as multiples of the average post's, as `Equity.ranks`
    read: Flags  # whether the page of the post was read
    menus_alone: Flags  # no text links there; a menu, a list or the like does
    above_menus: Flags  # in the upper quarter by texts alone, but not where all links count
    pages: int  # that were read, posts and others


class Pages:
    """Takes up the links of one page after the other; memory grows with links that are not the same on each."""

    def __init__(self, read: Iterable[Node]) -> None:
        """`read` are the pages that links are known of; links to others count where they lead to a post."""
        self._nodes: dict[Node, int] = {}
        for page in read:
            self._nodes.setdefault(page, len(self._nodes))
        self._read = len(self._nodes)
        self._sets = [b""]  # of each block, the nodes it leads to
        self._numbers = {b"": 0}
        self._block: dict[int, int] = {}
        self._rows, self._columns = array("i"), array("i")
        self._told: set[int] = set()

    def add(self, page: Node, links: Iterable[Link]) -> None:
        """Take up the links of a page, or of another part of the same post."""
        here = self._nodes[page]
        own, block = set[int](), set[int]()
        for to, place in links:
            at = self._node(to)
            if at is None or at == here:
                continue
            (block if place in SITEWIDE else own).add(at)
            if place == "content":
                self._told.add(at)
        if here in self._block:
            own |= block
            block = set(np.frombuffer(self._sets[self._block[here]], np.int32).tolist())
        else:
            self._block[here] = self._number(array("i", sorted(block)).tobytes())
        columns = sorted(own - block)
        self._rows.extend([here] * len(columns))
        self._columns.extend(columns)

    def rendered(self) -> Rendered:
        """Give what was taken up."""
        count = len(self._nodes)
        told, block = np.zeros(count, bool), np.zeros(count, np.int64)
        told[list(self._told)] = True
        block[list(self._block)] = list(self._block.values())
        blocks = [np.frombuffer(each, np.int32) for each in self._sets]
        leads = np.concatenate(blocks)
        starts = np.cumsum([0, *map(len, blocks)])
        return Rendered(
            posts=np.array([node if isinstance(node, int) else 0 for node in self._nodes], np.int64),
            read=np.arange(count) < self._read,
            told=told,
            own=_matrix(np.array(self._rows), np.array(self._columns), (count, count)),
            block=block,
            blocks=sparse.csr_matrix((np.ones(len(leads)), leads, starts), shape=(len(blocks), count)),
        )

    def _node(self, to: Node) -> int | None:
        if isinstance(to, int):
            return self._nodes.setdefault(to, len(self._nodes))
        return self._nodes.get(to)

    def _number(self, block: bytes) -> int:
        if block not in self._numbers:
            self._numbers[block] = len(self._sets)
            self._sets.append(block)
        return self._numbers[block]


def with_menus(index: Index, of: Rendered, ranks: Floats, authority: Mapping[int, float]) -> WithMenus:
    """Weigh a site's posts over all links of its pages; `ranks` are theirs by texts alone, as multiples of the average.

    A post whose page was not read counts with the links of its text. `authority` says where readers come in, as
    `teleport_of` has it; those who begin anew anywhere may begin at any page.
    """
    count, whole = len(index), placed(index, of)
    ids = [*index.posts.ids.tolist(), *[0] * (len(whole) - count)]
    found = page_ranks(whole, teleport_of(ids, authority))[:count]
    found = found * count / max(float(found.sum()), 1e-300)
    led = np.asarray(whole.own.sum(axis=0)).ravel() > 0
    led[whole.blocks.indices] = True
    unwritten = (index.inbound() == 0) & ~whole.told[:count]
    return WithMenus(
        ranks=found,
        read=whole.read[:count],
        menus_alone=index.posts.targets & unwritten & led[:count],
        above_menus=_upper(ranks) & (ranks > 1 + 1e-9) & ~_upper(found) & whole.read[:count],
        pages=int(of.read.sum()),
    )


def page_ranks(of: Rendered, teleport: Floats | None = None) -> Floats:
    """Give the PageRank of each node, together 1; `teleport` are weights of where readers begin, all alike without.

    As `Flow.ranks` does it, with the links of blocks never written out: in each round a block gathers what the pages
    pass on that it stands on, and hands it to those it leads to.
    """
    sizes = np.diff(of.blocks.indptr)[of.block] + np.diff(of.own.indptr)
    each = 1 / np.maximum(sizes, 1)
    own, blocks = of.own.T.tocsr(), of.blocks.T.tocsr()

    def passed_on(found: Floats) -> Floats:
        gathered = np.bincount(of.block, weights=found * each, minlength=blocks.shape[1])
        return np.asarray(own @ (found * each) + blocks @ gathered)

    begin = np.full(len(of), 1 / max(1, len(of))) if teleport is None else teleport / teleport.sum()
    return iterated(passed_on, (sizes == 0).astype(np.float64), begin, CLOSE)


def placed(index: Index, of: Rendered) -> Rendered:
    """Put the rows of the index before all other nodes; what is no post there any more counts as a page.

    Rows whose page was not read get the links of their text.
    """
    count = len(index)
    to = np.searchsorted(index.posts.ids, of.posts)
    other = np.concatenate([index.posts.ids, [-1]])[to] != of.posts  # 0 is the id of no post
    whole = count + int(other.sum())
    to[other] = np.arange(count, whole)
    posts, block = np.zeros(whole, np.int64), np.zeros(whole, np.int64)
    read, told = np.zeros(whole, bool), np.zeros(whole, bool)
    posts[:count] = index.posts.ids
    read[to], told[to], block[to] = of.read, of.told, of.block
    own, texts = of.own.tocoo(), index.links.tocoo()
    unread = ~read[texts.row]
    sources = np.concatenate([to[own.row], texts.row[unread]])
    targets = np.concatenate([to[own.col], texts.col[unread]])
    parts = (of.blocks.data, to[of.blocks.indices], of.blocks.indptr)
    blocks = sparse.csr_matrix(parts, shape=(of.blocks.shape[0], whole))
    return Rendered(posts, read, told, _matrix(sources, targets, (whole, whole)), block, blocks)


def to_arrays(of: Rendered) -> Arrays:
    """Write it as arrays."""
    own = of.own.tocoo()
    return {
        "format": np.array([FORMAT]),
        "posts": of.posts,
        "read": of.read,
        "told": of.told,
        "block": of.block.astype(np.int32),
        "own": np.stack([own.row, own.col]).astype(np.int32),
        "blocks.leads": of.blocks.indices.astype(np.int32),
        "blocks.starts": of.blocks.indptr.astype(np.int64),
    }


def of_arrays(arrays: Mapping[str, NDArray[Any]]) -> Rendered | None:
    """Read what was written so; None where it is of another format."""
    if arrays["format"].tolist() != [FORMAT]:
        return None
    count, leads, starts = len(arrays["posts"]), arrays["blocks.leads"], arrays["blocks.starts"]
    return Rendered(
        posts=arrays["posts"],
        read=arrays["read"],
        told=arrays["told"],
        own=_matrix(arrays["own"][0], arrays["own"][1], (count, count)),
        block=arrays["block"].astype(np.int64),
        blocks=sparse.csr_matrix((np.ones(len(leads)), leads, starts), shape=(len(starts) - 1, count)),
    )


def _upper(ranks: Floats) -> Flags:
    return np.asarray(ranks >= np.quantile(ranks, 0.75)) if len(ranks) else np.zeros(0, bool)


def _matrix(rows: NDArray[Any], columns: NDArray[Any], shape: tuple[int, int]) -> sparse.csr_matrix:
    """Put links into a matrix, once for each pair."""
    found = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    found.data[:] = 1
    return found
