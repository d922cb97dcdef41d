"""What building an index needs of each post, without its text: read once, kept, and put together anew every time.

Reading a post (its blocks, its words and their stems) takes longer than all the rest. So an index is built from
pieces, one for each post; of those that are kept, only those of changed posts are made again, and what comes out is
the very index that would be built from all posts read anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suggester.encoding.protocol import Vectors
from suggester.engine.index import DAY, NO_DATE, pack, read_arrays, unpack, write_arrays
from suggester.engine.passages import PROSE
from suggester.engine.phrases import hashes_of
from suggester.engine.ragged import Ragged
from suggester.engine.reading import Reading
from suggester.engine.style import PLACES, Habits
from suggester.engine.words import sequence, terms
from suggester.entities import PUBLISHED
from suggester.errors import ModelOutdated

FORMAT = 1
HEAD_TERMS = 200  # of the body, beside three times the title
TITLE_WEIGHT_IN_HEAD = 3
TITLE_WEIGHT_IN_BODY = 2
SAMPLED_POSTS = 2_000  # in so many posts phrases are counted where they stand without a link, and in some more
HEADINGS_KEPT = 30  # of one post, the first ones
LONGEST_HEADING = 200  # characters; what follows is no heading
NAVIGATION = frozenset({"nav_menu", "post_format"})  # taxonomies that say nothing of the subject
HASH_BYTES = 16
_SPREAD = 0x9E3779B97F4A7C15  # 2 to the power of 64, divided by the golden ratio: its multiples are spread evenly

Row = NDArray[np.float32] | None  # an embedding, or none
NO_VALUES = np.zeros(0, np.int32)
NO_COUNTS = np.zeros((0, 2), np.int32)
NO_HABITS = np.zeros((0, PLACES + 2), np.int32)
NO_VECTORS = np.zeros((0, 0), np.float32)
NO_HASHES = np.zeros(0, np.uint64)

_RAGGED: dict[str, NDArray[Any]] = {
    "counted": NO_COUNTS,
    "titles": NO_VALUES,
    "heads": NO_VALUES,
    "sequences": NO_HASHES,
    "habits": NO_HABITS,
    "lengths": NO_VALUES,
}
VECTORS = ("head_vectors", "mean_vectors")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of some posts in columns, in the order of ids. Words are known by their place in `words`."""

    ids: NDArray[np.int64]
    hashes: NDArray[np.uint8]  # of each post as it was read; shape (posts, 16)
    facts: tuple[str, ...]  # of each post, as JSON: what people are shown of it, its terms, headings and links
    words: tuple[str, ...]
    counted: Ragged  # each word of a post, and how often it stands there
    titles: Ragged  # words of the title
    heads: Ragged  # words of three times the title and the beginning
    sampled: NDArray[np.bool_]  # whether the next three are known of a post
    sequences: Ragged  # hashes of all words of its prose
    habits: Ragged  # each word around its links, with its counts, see `style`
    lengths: Ragged  # of its anchors, in words
    head_vectors: Vectors  # shape (posts, dimension), or (0, 0) where no post has any
    mean_vectors: Vectors

    def __len__(self) -> int:
        return len(self.ids)

    def save(self, path: Path, key: str) -> None:
        """Write the pieces without the vectors, which the index has; `key` says what they are the pieces of."""
        arrays: dict[str, NDArray[Any]] = {"key": pack([f"{FORMAT} {key}"])}
        arrays |= {name: getattr(self, name) for name in ("ids", "hashes", "sampled")}
        arrays |= {"facts": pack(self.facts), "words": pack(self.words)}
        for name in _RAGGED:
            arrays |= {f"{name}.values": getattr(self, name).values, f"{name}.starts": getattr(self, name).starts}
        write_arrays(path, arrays)

    @classmethod
    def load(cls, path: Path, key: str, heads: Vectors, means: Vectors) -> Pieces:
        """Read pieces, given the vectors of the index; ModelOutdated where they are of something else."""
        arrays = read_arrays(path)
        if "key" not in arrays or unpack(arrays["key"]) != (f"{FORMAT} {key}",):
            raise ModelOutdated(f"{path} was made of something else; sync again to renew it")
        ragged = {name: Ragged(arrays[f"{name}.values"], arrays[f"{name}.starts"]) for name in _RAGGED}
        return cls(
            ids=arrays["ids"],
            hashes=arrays["hashes"],
            facts=unpack(arrays["facts"]),
            words=unpack(arrays["words"]),
            sampled=arrays["sampled"],
            head_vectors=heads,
            mean_vectors=means,
            **ragged,
        )

    def take(self, rows: NDArray[np.int64]) -> Pieces:
        """Give the pieces of some posts, in the order in which they are named."""
        taken: dict[str, Any] = {name: getattr(self, name).take(rows) for name in _RAGGED}
        taken |= {name: getattr(self, name)[rows] for name in ("ids", "hashes", "sampled")}
        for name in VECTORS:
            taken[name] = getattr(self, name)[rows] if len(rows) and len(getattr(self, name)) else NO_VECTORS
        return replace(self, facts=tuple(self.facts[row] for row in rows.tolist()), **taken)

    def sampled_only(self, sampled: NDArray[np.bool_]) -> Pieces:
        """Let only some posts be in the sample; what is known of others for its sake goes, words of links too."""
        gone = self.sampled & ~sampled
        if not gone.any():
            return self
        emptied: dict[str, Any] = {}
        for name in ("sequences", "habits", "lengths"):
            rows = getattr(self, name)
            kept = ~gone[rows.rows]
            lengths = np.where(gone, 0, rows.lengths)
            emptied[name] = Ragged(rows.values[kept], np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]))
        return replace(self, sampled=self.sampled & sampled, **emptied)

    def joined(self, fresh: Pieces) -> Pieces:
        """Give these pieces and some more, in the order of ids; no post may be in both."""
        known = {word: at for at, word in enumerate(self.words)}
        place = np.array([known.setdefault(word, len(known)) for word in fresh.words], np.int32)
        more = fresh._renumbered(place, tuple(known))
        joined: dict[str, Any] = {name: getattr(self, name).joined(getattr(more, name)) for name in _RAGGED}
        for name in ("ids", "hashes", "sampled"):
            joined[name] = np.concatenate([getattr(self, name), getattr(more, name)])
        for name in VECTORS:
            joined[name] = _stacked(getattr(self, name), len(self), getattr(more, name), len(more))
        both = replace(more, facts=self.facts + more.facts, **joined)
        return both.take(np.argsort(both.ids, kind="stable"))

    def _renumbered(self, place: NDArray[np.int32], words: tuple[str, ...]) -> Pieces:
        numbered = {"titles": place[self.titles.values], "heads": place[self.heads.values]}
        for name in ("counted", "habits"):
            numbered[name] = getattr(self, name).values.copy()
            numbered[name][:, 0] = place[numbered[name][:, 0]]
        columns = {name: getattr(self, name).with_values(values) for name, values in numbered.items()}
        return replace(self, words=words, **columns)


@dataclass(slots=True)
class Gatherer:
    """Takes posts in, one after the other, in the order of their ids."""

    words: dict[str, int] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    sampled: list[bool] = field(default_factory=list)
    rows: dict[str, list[NDArray[Any]]] = field(default_factory=lambda: {name: [] for name in _RAGGED})
    head_vectors: list[Row] = field(default_factory=list)
    mean_vectors: list[Row] = field(default_factory=list)

    def add(self, reading: Reading, hashed: bytes = b"", sampled: bool | None = None) -> None:
        """Take in one post; `hashed` tells it from what it may become, `sampled` is for those who take in only some."""
        post, lang = reading.post, reading.lang
        prose = [block.text for block in reading.body.blocks if block.kind in PROSE]
        title, body = terms(post.title, lang), [term for text in prose for term in terms(text, lang)]
        rest = [term for block in reading.body.blocks if block.kind not in PROSE for term in terms(block.text, lang)]
        counts = Counter(title * TITLE_WEIGHT_IN_BODY + body + rest)
        columns = np.stack([self._places(counts), np.fromiter(counts.values(), np.int32, len(counts))], axis=1)
        self.rows["counted"].append(columns)
        self.rows["titles"].append(self._places(title))
        self.rows["heads"].append(self._places(title * TITLE_WEIGHT_IN_HEAD + body[:HEAD_TERMS]))
        self._sample(reading, prose, is_sampled(len(self.ids), post.id) if sampled is None else sampled)
        vectors = reading.vectors if reading.vectors is not None and len(reading.vectors) else None
        self.head_vectors.append(None if vectors is None else vectors[0])
        self.mean_vectors.append(None if vectors is None else mean_of(vectors[1:] if len(vectors) > 1 else vectors))
        self.facts.append(json.dumps(_facts(reading, sum(len(text.split()) for text in prose)), ensure_ascii=True))
        self.hashes.append(hashed.ljust(HASH_BYTES, b"\0"))
        self.ids.append(post.id)

    def pieces(self) -> Pieces:
        """Give what was taken in."""
        return Pieces(
            ids=np.array(self.ids, np.int64),
            hashes=np.frombuffer(b"".join(self.hashes), np.uint8).reshape(-1, HASH_BYTES),
            facts=tuple(self.facts),
            words=tuple(self.words),
            sampled=np.array(self.sampled, bool),
            head_vectors=_matrix(self.head_vectors),
            mean_vectors=_matrix(self.mean_vectors),
            **{name: Ragged.of(self.rows[name], none) for name, none in _RAGGED.items()},
        )

    def _places(self, found: Iterable[str]) -> NDArray[np.int32]:
        words = self.words
        return np.array([words.setdefault(word, len(words)) for word in found], np.int32)

    def _sample(self, reading: Reading, prose: list[str], sampled: bool) -> None:
        habits, said = Habits(), NO_HASHES
        if sampled:
            habits.add(reading.body, reading.lang)
            said = hashes_of([term for text in prose for term in sequence(text, reading.lang)])
        counts = np.array(list(habits.counts.values()), np.int32).reshape(-1, PLACES + 1)
        self.sampled.append(sampled)
        self.rows["sequences"].append(said)
        self.rows["habits"].append(np.concatenate([self._places(habits.counts)[:, None], counts], axis=1))
        self.rows["lengths"].append(np.array(habits.lengths, np.int32))


def gathered(readings: Iterable[Reading]) -> Pieces:
    """Take in posts, in the order of their ids."""
    gatherer = Gatherer()
    for reading in readings:
        gatherer.add(reading)
    return gatherer.pieces()


def is_sampled(row: int, post_id: int) -> bool:
    """Say whether a post is in the sample: all of the first ones, then ever fewer, by their ids.

    It needs no second pass, and posts that come or go before it change it for hardly any other post.
    """
    return row < SAMPLED_POSTS or (post_id * _SPREAD % 2**64) / 2**64 < SAMPLED_POSTS / (2 * row)


def mean_of(vectors: Vectors) -> NDArray[np.float32]:
    """Give the mean direction of some vectors, of length one (zeros where they cancel out)."""
    mean: NDArray[np.float32] = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return (mean / length if length else mean).astype(np.float32)


def _facts(reading: Reading, length: int) -> dict[str, Any]:
    post, body = reading.post, reading.body
    headings = [block.text for block in body.blocks if block.kind == "heading"]
    return {
        "url": post.url,
        "title": post.title,
        "type": post.type,
        "lang": reading.lang,
        "day": NO_DATE if post.published is None else int(post.published.timestamp() // DAY),
        "words": length,
        "target": post.may_be_target,
        "published": post.status == PUBLISHED,
        "terms": [[term.taxonomy, term.slug, term.name] for term in post.terms if term.taxonomy not in NAVIGATION],
        "headings": [text[:LONGEST_HEADING] for text in headings if text][:HEADINGS_KEPT],
        "links": [[link.href, link.anchor, link.target] for link in body.links],
    }


def _matrix(rows: list[Row]) -> Vectors:
    """Put embeddings together, zeros where a post has none; shape (0, 0) where no post has one."""
    dimension = next((len(row) for row in rows if row is not None), 0)
    if not dimension:
        return np.zeros((0, 0), np.float32)
    return np.vstack([np.zeros(dimension) if row is None else row for row in rows]).astype(np.float32)


def _stacked(one: Vectors, posts: int, other: Vectors, more: int) -> Vectors:
    dimension = max(one.shape[1], other.shape[1])
    if not dimension:
        return one
    nothing = np.zeros((posts, dimension), np.float32), np.zeros((more, dimension), np.float32)
    return np.concatenate([one if len(one) else nothing[0], other if len(other) else nothing[1]])
