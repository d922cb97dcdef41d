"""Building the index of a site in one pass over its posts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.encoding.protocol import Vectors
from suggester.engine.fragments import fragments
from suggester.engine.index import DAY, NO_DATE, Index, Posts
from suggester.engine.lexicon import Counts
from suggester.engine.nearness import usual
from suggester.engine.passages import PROSE
from suggester.engine.phrases import (
    ANCHOR,
    TITLE,
    TITLE_PART,
    Hashes,
    PhraseTable,
    hashes_of,
    phrase,
    roll,
    title_parts,
)
from suggester.engine.reading import Reading
from suggester.engine.style import Habits
from suggester.engine.words import sequence, terms
from suggester.entities import PUBLISHED, Site, Term

HEAD_TERMS = 200  # of the body, beside three times the title
TITLE_WEIGHT_IN_HEAD = 3
TITLE_WEIGHT_IN_BODY = 2
SAMPLED_POSTS = 2_000  # in how many posts phrases are counted where they stand without a link
HEADINGS_KEPT = 30  # of one post, the first ones
LONGEST_HEADING = 200  # characters; what follows is no heading
ANCHORS_KEPT = 20  # of one post, most used first
NAVIGATION = frozenset({"nav_menu", "post_format"})  # taxonomies that say nothing of the subject

Row = NDArray[np.float32] | None  # an embedding, or none
Columns = dict[str, list[int] | list[str] | list[bool]]


@dataclass(slots=True)
class _Pass:
    """What is gathered while the posts go by."""

    columns: Columns = field(default_factory=lambda: defaultdict(list))
    counts: Counts = field(default_factory=Counts)
    titles: list[list[str]] = field(default_factory=list)
    heads: list[list[str]] = field(default_factory=list)
    headings: list[tuple[int, str, str]] = field(default_factory=list)  # row, text, language
    terms: list[tuple[Term, ...]] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)  # row, id of the target, anchor
    habits: Habits = field(default_factory=Habits)  # of the same sample
    sequences: list[Hashes] = field(default_factory=list)  # hashed words, of a sample of the posts
    head_vectors: list[Row] = field(default_factory=list)
    mean_vectors: list[Row] = field(default_factory=list)


def build(site: Site, readings: Iterable[Reading], encoder_id: str) -> Index:
    """Build the index of a site; posts must come in the order of their ids.

    Posts without vectors (all of them, where `encoder_id` is "") are found by their words alone.
    """
    gathered = _Pass()
    for reading in readings:
        _gather(gathered, reading)
    lexicon, body = gathered.counts.finish()
    columns = gathered.columns
    ids = np.array(columns["ids"], np.int64)
    links, anchors = _links(gathered.links, ids)
    carried, tagged = _terms(gathered.terms)
    titles = lexicon.vectors(gathered.titles)
    titles.data = lexicon.idf[titles.indices]
    return Index(
        site=site,
        encoder_id=encoder_id,
        posts=Posts(
            ids=ids,
            urls=tuple(map(str, columns["urls"])),
            titles=tuple(map(str, columns["titles"])),
            types=tuple(map(str, columns["types"])),
            langs=np.array(columns["langs"], dtype=np.str_),
            days=np.array(columns["days"], np.int32),
            words=np.array(columns["words"], np.int32),
            targets=np.array(columns["targets"], bool),
        ),
        lexicon=lexicon,
        body=body.T.tocsr(),
        head=lexicon.vectors(gathered.heads),
        titles=titles,
        links=links,
        terms=tagged,
        term_names=tuple(f"{term.taxonomy}:{term.name}" for term in carried),
        term_keys=tuple(term.key for term in carried),
        phrases=_phrases(columns, anchors, gathered.sequences),
        fragments=fragments(_numbered(_titles(columns)), gathered.sequences, len(ids)),
        headings=fragments(gathered.headings, gathered.sequences, len(ids)),
        usual=usual(body),
        style=gathered.habits.finish(),
        anchors={row: tuple(used.most_common(ANCHORS_KEPT)) for row, used in anchors.items()},
        heads=_matrix(gathered.head_vectors),
        means=_matrix(gathered.mean_vectors),
    )


def _gather(gathered: _Pass, reading: Reading) -> None:
    post, lang, row = reading.post, reading.lang, len(gathered.heads)
    prose = [block.text for block in reading.body.blocks if block.kind in PROSE]
    title, body = terms(post.title, lang), [term for text in prose for term in terms(text, lang)]
    rest = [term for block in reading.body.blocks if block.kind not in PROSE for term in terms(block.text, lang)]
    gathered.counts.add(title * TITLE_WEIGHT_IN_BODY + body + rest, title)
    gathered.titles.append(title)
    gathered.heads.append(title * TITLE_WEIGHT_IN_HEAD + body[:HEAD_TERMS])
    gathered.headings += [(row, text, lang) for text in _headings(reading)]
    gathered.terms.append(tuple(term for term in post.terms if term.taxonomy not in NAVIGATION))
    if post.status == PUBLISHED:  # readers and search engines do not see the links of drafts
        gathered.links += [(row, link.target, link.anchor) for link in reading.body.links if link.target is not None]
    if _is_sampled(row):
        gathered.habits.add(reading.body, lang)
        gathered.sequences.append(hashes_of([term for text in prose for term in sequence(text, lang)]))
    vectors = reading.vectors if reading.vectors is not None and len(reading.vectors) else None
    gathered.head_vectors.append(None if vectors is None else vectors[0])
    gathered.mean_vectors.append(None if vectors is None else mean_of(vectors[1:] if len(vectors) > 1 else vectors))
    _describe(gathered, reading, sum(len(text.split()) for text in prose))


def _describe(gathered: _Pass, reading: Reading, length: int) -> None:
    post, columns = reading.post, gathered.columns
    published = NO_DATE if post.published is None else int(post.published.timestamp() // DAY)
    for name, value in (
        ("ids", post.id),
        ("urls", post.url),
        ("titles", post.title),
        ("types", post.type),
        ("langs", reading.lang),
        ("days", published),
        ("words", length),
        ("targets", post.may_be_target),
    ):
        columns[name].append(value)  # type: ignore[arg-type]


def _headings(reading: Reading) -> list[str]:
    found = [block.text for block in reading.body.blocks if block.kind == "heading"]
    return [text[:LONGEST_HEADING] for text in found if text][:HEADINGS_KEPT]


def _numbered(titles: Iterable[tuple[str, str]]) -> Iterator[tuple[int, str, str]]:
    return ((row, title, lang) for row, (title, lang) in enumerate(titles))


def _titles(columns: Columns) -> Iterator[tuple[str, str]]:
    """Give each post's title with its language."""
    return ((str(title), str(lang)) for title, lang in zip(columns["titles"], columns["langs"], strict=True))


def _is_sampled(row: int) -> bool:
    """Take all of the first posts, then ever fewer, evenly: a sample that needs no second pass."""
    return row < SAMPLED_POSTS or row % (2 * row // SAMPLED_POSTS) == 0


def mean_of(vectors: Vectors) -> NDArray[np.float32]:
    """Give the mean direction of some vectors, of length one (zeros where they cancel out)."""
    mean: NDArray[np.float32] = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return (mean / length if length else mean).astype(np.float32)


def _matrix(rows: list[Row]) -> Vectors:
    """Put embeddings together, zeros where a post has none; shape (0, 0) where no post has one."""
    dimension = next((len(row) for row in rows if row is not None), 0)
    if not dimension:
        return np.zeros((0, 0), np.float32)
    return np.vstack([np.zeros(dimension) if row is None else row for row in rows]).astype(np.float32)


def _links(
    found: list[tuple[int, int, str]], ids: NDArray[np.int64]
) -> tuple[sparse.csr_matrix, dict[int, Counter[str]]]:
    """Turn links into a matrix of rows, and list the anchors in use for each target."""
    row_of = {post_id: row for row, post_id in enumerate(ids.tolist())}
    sources, targets = [], []
    anchors: dict[int, Counter[str]] = defaultdict(Counter)
    for source, target_id, anchor in found:
        target = row_of.get(target_id)
        if target is None or target == source:
            continue
        sources.append(source)
        targets.append(target)
        if anchor:
            anchors[target][anchor] += 1
    shape = (len(ids), len(ids))
    matrix = sparse.csr_matrix((np.ones(len(sources), np.float32), (sources, targets)), shape=shape)
    matrix.sum_duplicates()
    return matrix, anchors


def _terms(tagged: list[tuple[Term, ...]]) -> tuple[tuple[Term, ...], sparse.csr_matrix]:
    """Weigh categories and tags by their rarity, rows of length one."""
    carried = Counter(term for own in tagged for term in dict.fromkeys(own))
    column = {term: at for at, term in enumerate(carried)}
    rarity = np.array([math.log(len(tagged) / times) for times in carried.values()], np.float32)
    indptr = np.cumsum([0, *(len(set(own)) for own in tagged)])
    indices = np.array([column[term] for own in tagged for term in dict.fromkeys(own)], np.int32)
    matrix = sparse.csr_matrix((rarity[indices], indices, indptr), shape=(len(tagged), len(column)))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1), np.float32)).ravel()
    matrix.data /= np.repeat(np.maximum(norms, 1e-9), np.diff(indptr))  # terms that all posts carry stay, as zeros
    return tuple(column), matrix


@dataclass(frozen=True, slots=True)
class _Named:
    """A phrase that stands for a post, before it is weighed."""

    row: int
    kind: int
    times: int
    length: int


def _phrases(columns: Columns, anchors: dict[int, Counter[str]], sequences: list[Hashes]) -> PhraseTable:
    """Weigh every title, part of a title and anchor in use by how surely it means its post.

    For anchors this is Wikimedia's link probability, n_linked / (n_linked + n_plain), times the target's share of the
    links on these words; a title counts as if it had been linked once.
    """
    named: dict[int, list[_Named]] = defaultdict(list)
    for row, (title, lang) in enumerate(_titles(columns)):
        for at, part in enumerate(title_parts(title)):
            _name(named, row, TITLE_PART if at else TITLE, part, 1, lang)
        for anchor, times in anchors.get(row, {}).items():
            _name(named, row, ANCHOR, anchor, times, lang)
    known = np.array(sorted(named), np.uint64)
    lengths = np.array(sorted({entry.length for entries in named.values() for entry in entries}), np.int32)
    plain = _occurrences(known, lengths, sequences)
    posts = len(columns["titles"])
    scale = posts / max(1, len(sequences))
    entries = []
    for key, seen in zip(known.tolist(), plain.tolist(), strict=True):
        linked = sum(entry.times for entry in named[key])
        for entry in named[key]:
            entries.append((key, entry.row, entry.kind, entry.times / max(linked, seen * scale)))
    return PhraseTable(
        hashes=np.array([entry[0] for entry in entries], np.uint64),
        rows=np.array([entry[1] for entry in entries], np.int32),
        kinds=np.array([entry[2] for entry in entries], np.int8),
        strengths=np.array([entry[3] for entry in entries], np.float32),
        lengths=lengths,
    )


def _name(named: dict[int, list[_Named]], row: int, kind: int, text: str, times: int, lang: str) -> None:
    found = phrase(text, lang)
    if found and any(not word.stop for word in found):
        key = int(roll(hashes_of([word.term for word in found]), len(found))[0])
        named[key].append(_Named(row, kind, times, len(found)))


def _occurrences(known: Hashes, lengths: NDArray[np.int32], sequences: list[Hashes]) -> NDArray[np.int64]:
    """Count in how many of the sampled posts each known phrase stands."""
    seen = np.zeros(len(known), np.int64)
    for hashed in sequences if len(known) else ():
        for length in lengths.tolist():
            rolled = np.unique(roll(hashed, length))
            at = np.minimum(np.searchsorted(known, rolled), len(known) - 1)
            seen[at[known[at] == rolled]] += 1
    return seen
