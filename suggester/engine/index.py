"""What suggesting needs to know of a whole site, in arrays: words, vectors, phrases, links.

Built in one pass over the posts, kept as one `.npz` file that loads in milliseconds and cannot run code.
A post is known inside by its row; rows are in the order of post ids.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.encoding.protocol import Vectors
from suggester.engine.fragments import Fragments
from suggester.engine.lexicon import Lexicon
from suggester.engine.phrases import PhraseTable
from suggester.engine.style import Style
from suggester.entities import Site
from suggester.errors import DiskFull, ModelOutdated

FORMAT = 5
DAY = 86_400
TABLES: dict[str, type[PhraseTable] | type[Fragments]] = {
    "phrases": PhraseTable,
    "fragments": Fragments,
    "headings": Fragments,
}
NO_DATE = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class Card:
    """What people are shown of a post."""

    id: int
    url: str
    title: str
    type: str
    published: datetime | None
    inbound: int  # posts that link here from their body
    outbound: int  # links to other posts in its body
    lang: str
    words: int
    may_be_target: bool

    @property
    def orphan(self) -> bool:
        """Whether other posts could link here, and none does."""
        return self.may_be_target and not self.inbound


@dataclass(frozen=True, slots=True)
class Posts:
    """The columns of what is known of each post; all of one length."""

    ids: NDArray[np.int64]  # ascending
    urls: tuple[str, ...]
    titles: tuple[str, ...]
    types: tuple[str, ...]
    langs: NDArray[np.str_]
    days: NDArray[np.int32]  # of publishing, since 1970-01-01; NO_DATE where unknown
    words: NDArray[np.int32]
    targets: NDArray[np.bool_]  # may be a target


@dataclass(frozen=True, slots=True)
class Index:
    """One site, ready for suggesting. Matrices have a row for each post unless said otherwise."""

    site: Site
    encoder_id: str  # "" where there are no vectors
    posts: Posts
    lexicon: Lexicon
    body: sparse.csr_matrix  # TF-IDF of title, title and body: terms x posts, so that a text touches only its own terms
    head: sparse.csr_matrix  # TF-IDF of three times the title and the first words: posts x terms
    titles: sparse.csr_matrix  # terms of the titles with their rarity: posts x terms
    links: sparse.csr_matrix  # how often each post links to each other one
    terms: sparse.csr_matrix  # categories and tags by rarity, rows of length one
    term_names: tuple[str, ...]  # "category:Soil", one for each column of `terms`
    term_keys: tuple[str, ...]  # the same by slug, "category:soil", as settings name them
    phrases: PhraseTable
    fragments: Fragments  # of the titles
    headings: Fragments  # of the headings within the posts
    usual: NDArray[np.float32]  # how near each post is to its neighbours by words
    style: Style  # of the links that stand on the site
    anchors: dict[int, tuple[tuple[str, int], ...]]  # row -> the anchors in use for it, most used first
    heads: Vectors  # embedding of each post's head; shape (posts, dimension) or (0, 0)
    means: Vectors  # mean of the embeddings of its passages, of length one
    linking: sparse.csr_matrix = field(init=False, repr=False)  # `links` turned around: who links to each post
    titled: sparse.csr_matrix = field(init=False, repr=False)  # `titles` turned around: terms x posts
    title_weights: NDArray[np.float32] = field(init=False, repr=False)  # summed rarity of each title's words
    known_days: NDArray[np.int32] = field(init=False, repr=False)  # those of publishing, ascending

    def __post_init__(self) -> None:
        """Derive what is asked for again and again."""
        whole = np.asarray(self.titles.sum(axis=1), np.float32).ravel()
        object.__setattr__(self, "linking", self.links.T.tocsr())
        object.__setattr__(self, "titled", self.titles.T.tocsr())
        object.__setattr__(self, "title_weights", np.maximum(whole, 1e-9))
        object.__setattr__(self, "known_days", np.sort(self.posts.days[self.posts.days != NO_DATE]))

    def __len__(self) -> int:
        return len(self.posts.ids)

    @property
    def post_ids(self) -> tuple[int, ...]:
        """The ids of all posts, ascending."""
        return tuple(self.posts.ids.tolist())

    def row(self, post_id: int) -> int | None:
        """Give the row of a post, None where the index does not know it."""
        at = int(np.searchsorted(self.posts.ids, post_id))
        return at if at < len(self) and int(self.posts.ids[at]) == post_id else None

    def inbound(self) -> NDArray[np.int64]:
        """Count, for each row, the posts that link to it."""
        return np.asarray(np.diff(self.linking.indptr), np.int64)

    def linking_to(self, row: int) -> NDArray[np.int64]:
        """Give the rows of the posts that link to a post, ascending."""
        linking = self.linking
        return np.asarray(linking.indices[linking.indptr[row] : linking.indptr[row + 1]], np.int64)

    def card(self, post_id: int) -> Card | None:
        """Give what people are shown of a post."""
        row = self.row(post_id)
        return None if row is None else self.card_at(row)

    def card_at(self, row: int, inbound: int | None = None) -> Card:
        """Give the card of a row; hand in its inbound count where it is at hand."""
        posts = self.posts
        days = int(posts.days[row])
        return Card(
            id=int(posts.ids[row]),
            url=posts.urls[row],
            title=posts.titles[row],
            type=posts.types[row],
            published=None if days == NO_DATE else datetime.fromtimestamp(days * DAY, UTC),
            inbound=len(self.linking_to(row)) if inbound is None else inbound,
            outbound=int(self.links.indptr[row + 1] - self.links.indptr[row]),
            lang=str(posts.langs[row]),
            words=int(posts.words[row]),
            may_be_target=bool(posts.targets[row]),
        )

    def save(self, path: Path) -> None:
        """Write the index beside `path`, then rename, so that a reader never sees half of one."""
        write_arrays(path, _arrays(self))

    @classmethod
    def load(cls, path: Path) -> Index:
        """Read an index; ModelOutdated where it was written by another version or is damaged."""
        try:
            return _index(read_arrays(path))
        except (ValueError, TypeError, LookupError) as error:
            raise ModelOutdated(f"{path} is not an index of this version; sync again to renew it") from error


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays beside `path`, then rename, so that a reader never sees half of them."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        what = "make room" if error.errno in (ENOSPC, EDQUOT) else "let this user write there"
        raise DiskFull(f"{path} could not be written ({error.strerror}); {what} and sync again.") from error


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read arrays that were written so; ModelOutdated where they are damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, TypeError, LookupError, EOFError, BadZipFile) as error:
        raise ModelOutdated(f"{path} is not an index of this version; sync again to renew it") from error


def _arrays(index: Index) -> dict[str, NDArray[Any]]:
    posts, card = index.posts, {"format": FORMAT, "encoder": index.encoder_id, "site": asdict(index.site)}
    arrays: dict[str, NDArray[Any]] = {
        "card": pack([json.dumps(card)]),
        "post.ids": posts.ids,
        "post.urls": pack(posts.urls),
        "post.titles": pack(posts.titles),
        "post.types": pack(posts.types),
        "post.langs": posts.langs,
        "post.days": posts.days,
        "post.words": posts.words,
        "post.targets": posts.targets,
        "lexicon.terms": pack(index.lexicon.terms),
        "lexicon.idf": index.lexicon.idf,
        "term_names": pack(index.term_names),
        "term_keys": pack(index.term_keys),
        "anchors": pack([json.dumps(sorted(index.anchors.items()))]),
        "usual": index.usual,
        "style.terms": pack(index.style.terms),
        "style.odds": index.style.odds,
        "style.lengths": index.style.lengths,
        "heads": index.heads,
        "means": index.means,
    }
    for name in ("body", "head", "titles", "links", "terms"):
        arrays |= _pack_matrix(name, getattr(index, name))
    for name, kind in TABLES.items():
        arrays |= {f"{name}.{column}": getattr(getattr(index, name), column) for column in _columns(kind)}
    return arrays


def _index(arrays: dict[str, NDArray[Any]]) -> Index:
    card = json.loads(unpack(arrays["card"])[0])
    if card["format"] != FORMAT:
        raise ValueError(card["format"])
    site = card["site"]
    return Index(
        site=Site(site["url"], site["name"], site["lang"], tuple(site["aliases"])),
        encoder_id=card["encoder"],
        posts=Posts(
            ids=arrays["post.ids"],
            urls=unpack(arrays["post.urls"]),
            titles=unpack(arrays["post.titles"]),
            types=unpack(arrays["post.types"]),
            langs=arrays["post.langs"],
            days=arrays["post.days"],
            words=arrays["post.words"],
            targets=arrays["post.targets"],
        ),
        lexicon=Lexicon.of(unpack(arrays["lexicon.terms"]), arrays["lexicon.idf"]),
        body=_unpack_matrix("body", arrays),
        head=_unpack_matrix("head", arrays),
        titles=_unpack_matrix("titles", arrays),
        links=_unpack_matrix("links", arrays),
        terms=_unpack_matrix("terms", arrays),
        term_names=unpack(arrays["term_names"]),
        term_keys=unpack(arrays["term_keys"]),
        phrases=PhraseTable(**_unpack_table("phrases", arrays)),
        fragments=Fragments(**_unpack_table("fragments", arrays)),
        headings=Fragments(**_unpack_table("headings", arrays)),
        usual=arrays["usual"],
        style=Style.made(unpack(arrays["style.terms"]), arrays["style.odds"], arrays["style.lengths"]),
        anchors={
            row: tuple((text, times) for text, times in used) for row, used in json.loads(unpack(arrays["anchors"])[0])
        },
        heads=arrays["heads"],
        means=arrays["means"],
    )


def pack(texts: Iterable[str]) -> NDArray[np.uint8]:
    """Put texts into one array."""
    return np.frombuffer("".join("\0" + text.replace("\0", " ") for text in texts).encode(errors="replace"), np.uint8)


def unpack(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    """Take them out again."""
    return tuple(packed.tobytes().decode().split("\0")[1:])


def _unpack_table(name: str, arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {column: arrays[f"{name}.{column}"] for column in _columns(TABLES[name])}


def _columns(kind: type[PhraseTable] | type[Fragments]) -> list[str]:
    """Name what is kept of a table; the rest is derived."""
    return [each.name for each in fields(kind) if each.init]


def _pack_matrix(name: str, matrix: sparse.csr_matrix) -> dict[str, NDArray[Any]]:
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
        f"{name}.shape": np.array(matrix.shape, np.int64),
    }


def _unpack_matrix(name: str, arrays: dict[str, NDArray[Any]]) -> sparse.csr_matrix:
    parts = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
    return sparse.csr_matrix(parts, shape=tuple(arrays[f"{name}.shape"].tolist()))
