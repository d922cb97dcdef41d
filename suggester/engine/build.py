"""Building the index of a site from the pieces of its posts."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.fragments import fragments
from suggester.engine.index import Index, Posts
from suggester.engine.lexicon import lexicon_of
from suggester.engine.nearness import usual
from suggester.engine.phrases import (
    ANCHOR,
    TITLE,
    TITLE_PART,
    Hashes,
    PhraseTable,
    occurrences,
    phrase,
    title_parts,
    whole_hashes,
)
from suggester.engine.pieces import Pieces, gathered
from suggester.engine.reading import Reading
from suggester.engine.style import style_of
from suggester.entities import Site, Term

ANCHORS_KEPT = 20  # of one post, most used first

Resolve = Callable[[str, str], int | None]
"""Says to which post a link leads, given as it is written and the address of the post that it stands in."""


def build(site: Site, readings: Iterable[Reading], encoder_id: str) -> Index:
    """Build the index of a site; posts must come in the order of their ids.

    Posts without vectors (all of them, where `encoder_id` is "") are found by their words alone.
    """
    return assemble(site, gathered(readings), encoder_id)


def assemble(site: Site, pieces: Pieces, encoder_id: str, resolve: Resolve | None = None) -> Index:
    """Put an index together; `resolve` follows links anew, else they lead where they led when the posts were read."""
    facts = [json.loads(each) for each in pieces.facts]
    lexicon, body, column = lexicon_of(pieces.counted, pieces.words, np.unique(pieces.titles.values))
    links, anchors = _links(_followed(facts, resolve), pieces.ids)
    carried, tagged = _terms([tuple(Term(*term) for term in each["terms"]) for each in facts])
    titles = lexicon.weighed(pieces.titles.with_values(column[pieces.titles.values]))
    titles.data = lexicon.idf[titles.indices]
    sequences = [pieces.sequences[row] for row in np.flatnonzero(pieces.sampled).tolist()]
    named = [(row, str(each["title"]), str(each["lang"])) for row, each in enumerate(facts)]
    headings = [(row, text, str(each["lang"])) for row, each in enumerate(facts) for text in each["headings"]]
    return Index(
        site=site,
        encoder_id=encoder_id,
        posts=_posts(pieces.ids, facts),
        lexicon=lexicon,
        body=body.T.tocsr(),
        head=lexicon.weighed(pieces.heads.with_values(column[pieces.heads.values])),
        titles=titles,
        links=links,
        terms=tagged,
        term_names=tuple(f"{term.taxonomy}:{term.name}" for term in carried),
        term_keys=tuple(term.key for term in carried),
        phrases=_phrases(named, anchors, sequences),
        fragments=fragments(named, sequences, len(facts)),
        headings=fragments(headings, sequences, len(facts)),
        usual=usual(body, pieces.ids),
        style=style_of(pieces.words, pieces.habits.values, pieces.lengths.values),
        anchors={row: tuple(used.most_common(ANCHORS_KEPT)) for row, used in anchors.items()},
        heads=pieces.head_vectors,
        means=pieces.mean_vectors,
    )


def _posts(ids: NDArray[np.int64], facts: Sequence[Mapping[str, Any]]) -> Posts:
    return Posts(
        ids=ids,
        urls=tuple(each["url"] for each in facts),
        titles=tuple(each["title"] for each in facts),
        types=tuple(each["type"] for each in facts),
        langs=np.array([each["lang"] for each in facts], dtype=np.str_),
        days=np.array([each["day"] for each in facts], np.int32),
        words=np.array([each["words"] for each in facts], np.int32),
        targets=np.array([each["target"] for each in facts], bool),
    )


def _followed(facts: Sequence[Mapping[str, Any]], resolve: Resolve | None) -> list[tuple[int, int, str]]:
    """Give row, id of the target and anchor of each link; readers and search engines do not see those of drafts."""
    told = ((row, each["url"], link) for row, each in enumerate(facts) if each["published"] for link in each["links"])
    followed = (
        (row, target if resolve is None else resolve(href, base), anchor) for row, base, (href, anchor, target) in told
    )
    return [(row, target, anchor) for row, target, anchor in followed if target is not None]


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


class _Named(NamedTuple):
    """A phrase that stands for a post, before it is weighed."""

    row: int
    kind: int
    times: int
    terms: tuple[str, ...]


def _phrases(
    titles: Sequence[tuple[int, str, str]], anchors: dict[int, Counter[str]], sequences: Sequence[Hashes]
) -> PhraseTable:
    """Weigh every title, part of a title and anchor in use by how surely it means its post.

    For anchors this is Wikimedia's link probability, n_linked / (n_linked + n_plain), times the target's share of the
    links on these words; a title counts as if it had been linked once.
    """
    named = list(_named(titles, anchors))
    hashes = whole_hashes([each.terms for each in named])
    order = np.argsort(hashes, kind="stable")
    known, which = np.unique(hashes[order], return_inverse=True)
    lengths = np.unique(np.array([len(each.terms) for each in named], np.int32))
    plain = occurrences(known, lengths.tolist(), sequences) * (len(titles) / max(1, len(sequences)))
    times = np.array([each.times for each in named], np.int64)[order]
    linked = np.bincount(which, times, minlength=len(known))
    return PhraseTable(
        hashes=hashes[order],
        rows=np.array([each.row for each in named], np.int32)[order],
        kinds=np.array([each.kind for each in named], np.int8)[order],
        strengths=(times / np.maximum(linked, plain)[which]).astype(np.float32),
        lengths=lengths,
    )


def _named(titles: Sequence[tuple[int, str, str]], anchors: dict[int, Counter[str]]) -> Iterator[_Named]:
    """Give every phrase that stands for a post and does not only consist of stop words."""
    for row, title, lang in titles:
        said = [(TITLE_PART if at else TITLE, part, 1) for at, part in enumerate(title_parts(title))]
        said += [(ANCHOR, anchor, times) for anchor, times in anchors.get(row, {}).items()]
        for kind, text, times in said:
            found = phrase(text, lang)
            if any(not word.stop for word in found):
                yield _Named(row, kind, times, tuple(word.term for word in found))
