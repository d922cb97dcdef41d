"""A draft as the engine sees it: its words, the phrases in it that stand for posts, its vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from suggester.encoding.protocol import Vectors
from suggester.engine.index import Index
from suggester.engine.passages import PROSE, passages_of
from suggester.engine.phrases import Hits, Rolled, hashes_of
from suggester.engine.pieces import mean_of
from suggester.engine.ragged import Ragged
from suggester.engine.reading import Draft, Encode
from suggester.engine.rules import NO_RULES, Rules, Said, heard
from suggester.engine.words import Word, terms, words
from suggester.entities import Block

FEWEST_TERMS = 5  # a shorter block is compared only as part of the whole text


@dataclass(frozen=True, slots=True)
class Analysis:
    """A draft, analysed against the index of its site."""

    draft: Draft
    blocks: tuple[Block, ...]  # those with prose
    words: tuple[tuple[Word, ...], ...]  # of each block
    written: dict[str, tuple[int, Word]]  # where each term that is no stop word stands first, by the place of the block
    rolled: Rolled  # hashes of all words, and of their runs
    hits: Hits  # phrases known to stand for a post, with places in `blocks`
    whole: sparse.csr_matrix  # TF-IDF of the whole text, shape (1, terms)
    each: sparse.csr_matrix  # TF-IDF of each block (empty rows for very short ones), shape (blocks, terms)
    passages: tuple[tuple[int, ...], ...]  # of each row of `vectors`: the indices of its blocks in the body
    vectors: Vectors  # embeddings of the passages; shape (0, 0) where there is no encoder
    mean: Vectors  # shape (dimension,)
    said: tuple[Said, ...] = ()  # phrases of the owner's rules; keywords stand among `hits` too

    @property
    def length(self) -> int:
        """Words of prose in the draft."""
        return sum(len(own) for own in self.words)


def analyse(draft: Draft, index: Index, encode: Encode | None, rules: Rules = NO_RULES) -> Analysis:
    """Read a draft's words and look up what its site knows of them."""
    return next(analyse_each([draft], index, encode, rules))


def analyse_each(
    drafts: Sequence[Draft], index: Index, encode: Encode | None, rules: Rules = NO_RULES
) -> Iterator[Analysis]:
    """Read several drafts; their passages are encoded in one go."""
    told = [[block for block in draft.body.blocks if block.kind in PROSE and block.text] for draft in drafts]
    cut = [passages_of(blocks) if encode and index.encoder_id and len(index.heads) else [] for blocks in told]
    texts = [text for passages in cut for text, _ in passages]
    vectors = encode(texts) if encode and texts else np.zeros((0, 0), np.float32)
    ends = np.cumsum([len(passages) for passages in cut]).tolist()
    for draft, blocks, passages, end in zip(drafts, told, cut, ends, strict=True):
        own = vectors[end - len(passages) : end] if passages else np.zeros((0, 0), np.float32)
        yield _analysis(draft, tuple(blocks), tuple(indices for _, indices in passages), own, index, rules)


def _analysis(
    draft: Draft,
    blocks: tuple[Block, ...],
    passages: tuple[tuple[int, ...], ...],
    vectors: Vectors,
    index: Index,
    rules: Rules,
) -> Analysis:
    in_blocks = tuple(tuple(words(block.text, draft.lang)) for block in blocks)
    counted = [_terms(block.text, own, draft.lang) for block, own in zip(blocks, in_blocks, strict=True)]
    rest = [terms(block.text, draft.lang) for block in draft.body.blocks if block.kind not in PROSE]
    told = index.lexicon.columns(counted + rest)
    rolled = Rolled(hashes_of([word.term for own in in_blocks for word in own]))
    starts = np.cumsum([0, *(len(own) for own in in_blocks)])
    hits, said = index.phrases.hits(rolled, starts), rules.said_in(blocks, in_blocks, rolled, draft.lang, index.row)
    return Analysis(
        draft=draft,
        blocks=blocks,
        words=in_blocks,
        written=_first_places(in_blocks),
        rolled=rolled,
        hits=hits.joined(heard(said)) if said else hits,
        whole=index.lexicon.weighed(Ragged(told.values, told.starts[[0, -1]])),
        each=index.lexicon.weighed(_long_enough(told, len(counted))),
        passages=passages,
        vectors=vectors,
        mean=mean_of(vectors) if len(vectors) else np.zeros(0, np.float32),
        said=said,
    )


def _first_places(in_blocks: Sequence[Sequence[Word]]) -> dict[str, tuple[int, Word]]:
    found: dict[str, tuple[int, Word]] = {}
    for at, own in enumerate(in_blocks):
        for word in own:
            if word.term not in found and not word.stop:
                found[word.term] = at, word
    return found


def _terms(text: str, found: Sequence[Word], lang: str) -> list[str]:
    """Give the terms of a text whose words are at hand; only where folding changes no letter are they the same."""
    return [word.term for word in found] if text.isascii() else terms(text, lang)


def _long_enough(told: Ragged, blocks: int) -> Ragged:
    """Give the terms of the first texts, which are the blocks; none of those that are too short."""
    own = Ragged(told.values[: told.starts[blocks]], told.starts[: blocks + 1])
    return own.with_values(np.where(np.repeat(own.lengths >= FEWEST_TERMS, own.lengths), own.values, -1))
