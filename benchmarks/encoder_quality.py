"""What eight bits cost: hidden links found by the bundled encoder and by the same model in 32 bits.

    python -m benchmarks.encoder_quality FOLDER [site ...]                      # writes results/encoder_quality.json
    python -m benchmarks.encoder_quality FOLDER --encoder OTHER --out other.json   # another build of the encoder

FOLDER, or `sites` in it, holds NAME.posts.jsonl.gz and NAME.hidden.jsonl.gz. Targets are ranked by vectors
alone: mean of passages against mean of passages, and best passage against head. The figure is recall among
the first ten of all posts. Vectors are kept in the work folder, site by site and encoder by encoder: a run that was
stopped goes on where it was, and another build costs its own vectors alone. Sites that are not named keep their
figures as long as both encoders are the same.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from benchmarks.encoder import agreement
from models.build import weights
from models.build.__main__ import CACHE, build
from suggester import encoding
from suggester.content import blocks
from suggester.encoding.protocol import Encoder, Vectors
from suggester.encoding.quantise import from_int8, to_int8
from suggester.engine.passages import texts_of

RESULT = Path(__file__).parent / "results" / "encoder_quality.json"
WORK = Path("build/encoder-quality")
SAMPLE = 1500  # texts of a site whose neighbours are compared


@dataclass(frozen=True, slots=True)
class Corpus:
    """A site's posts as texts, and the links to find again."""

    texts: list[tuple[str, ...]]
    linked: list[set[int]]  # posts that are no candidates: those already linked, and the post itself
    hidden: dict[int, set[int]]

    def all_texts(self) -> list[str]:
        """The texts of all posts, one after the other."""
        return [text for texts in self.texts for text in texts]


def main() -> None:
    """Measure each site with both encoders; write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encoder_quality", description="What eight bits cost.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sites", nargs="*", help="by default all in the folder")
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--work", type=Path, default=WORK, help="folder that keeps the vectors")
    parser.add_argument("--encoder", type=Path, help="folder of the encoder in 8 bits; by default the bundled one")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    folder = asked.folder / "sites" if (asked.folder / "sites").is_dir() else asked.folder
    build(weights.fetch(CACHE), CACHE.parent / "fp32", "fp32")
    encoders = {"fp32": encoding.load(folder=CACHE.parent / "fp32"), "int8": encoding.load(folder=asked.encoder)}
    names = asked.sites or sorted(file.name.split(".")[0] for file in folder.glob("*.posts.jsonl.gz"))
    sites = kept(asked.out, encoders)
    for name in names:
        corpus = read(folder, name)
        texts = corpus.all_texts()
        vectors = {kind: embedded(encoder, texts, asked.work / name) for kind, encoder in encoders.items()}
        sites[name] = measure(corpus, vectors)
        print(name, json.dumps(sites[name]), flush=True)
        asked.out.write_text(json.dumps(summary(sites, encoders), indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary(sites, encoders)["mean"], indent=2))


def kept(file: Path, encoders: dict[str, Encoder]) -> dict[str, dict[str, float]]:
    """Give the sites that were measured before with the same two encoders."""
    told: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    same = told.get("encoders") == {name: encoder.id for name, encoder in encoders.items()}
    return told["sites"] if same else {}


def embedded(encoder: Encoder, texts: list[str], place: Path) -> Vectors:
    """Encode a site's texts, or read the vectors that an earlier run left at the place."""
    content = hashlib.sha256("\0".join([encoder.id, *texts]).encode("utf-8", "replace"))
    file = place.with_name(f"{place.name}.{content.hexdigest()[:16]}.npy")
    if not file.exists():
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.save(stream, encoder.encode(texts))
        part.replace(file)
    vectors: Vectors = np.load(file)
    return vectors


def measure(corpus: Corpus, vectors: dict[str, Vectors]) -> dict[str, float]:
    """Recall of each encoder, stored in eight bits as the service does, and how alike the two are."""
    a, b = vectors["fp32"], vectors["int8"]
    figures = {"cosine": float((a * b).sum(axis=1).mean()), "top10_agreement": agreement(a[:SAMPLE], b[:SAMPLE])}
    for name, found in vectors.items():
        for ranking, scores in rankings(corpus, from_int8(to_int8(found))).items():
            figures[f"{name}_{ranking}"] = recall(corpus, scores)
    return {"sources": len(corpus.hidden), **{name: round(figure, 4) for name, figure in figures.items()}}


def rankings(corpus: Corpus, vectors: Vectors) -> dict[str, dict[int, NDArray[np.float32]]]:
    """Score all posts as targets of each source, in two ways."""
    starts = np.cumsum([0, *(len(texts) for texts in corpus.texts)])
    heads = vectors[starts[:-1]]
    means = np.array([_mean(vectors[start:end]) for start, end in zip(starts, starts[1:], strict=False)])
    passages = {source: vectors[starts[source] : starts[source + 1]] for source in corpus.hidden}
    return {
        "mean_of_passages": {source: means @ means[source] for source in corpus.hidden},
        "best_passage": {source: (heads @ own.T).max(axis=1) for source, own in passages.items()},
    }


def recall(corpus: Corpus, scores: dict[int, NDArray[np.float32]], k: int = 10) -> float:
    """Share of the hidden targets among the first k, the mean over the sources."""
    shares = []
    for source, targets in corpus.hidden.items():
        row = scores[source].copy()
        row[list(corpus.linked[source])] = -2
        shares.append(len(targets & set(np.argsort(-row, kind="stable")[:k].tolist())) / len(targets))
    return float(np.mean(shares))


def summary(sites: dict[str, dict[str, float]], encoders: dict[str, Encoder]) -> dict[str, Any]:
    """All sites and their mean, with what eight bits add to or take from the recall."""
    mean = {
        name: round(float(np.mean([site[name] for site in sites.values()])), 4) for name in next(iter(sites.values()))
    }
    for ranking in ("mean_of_passages", "best_passage"):
        mean[f"difference_{ranking}"] = round(mean[f"int8_{ranking}"] - mean[f"fp32_{ranking}"], 4)
    return {"encoders": {name: encoder.id for name, encoder in encoders.items()}, "sites": sites, "mean": mean}


def read(folder: Path, name: str) -> Corpus:
    """Read a site's posts and hidden links."""
    posts = _lines(folder / f"{name}.posts.jsonl.gz")
    paths = [_path(post["url"]) for post in posts]
    number = {path: index for index, path in enumerate(paths)}
    bodies = [blocks.read(post["html"]) for post in posts]
    linked = [
        {number[path] for link in body.links if (path := _path(link.href)) in number} | {index}
        for index, body in enumerate(bodies)
    ]
    hidden: dict[int, set[int]] = defaultdict(set)
    for link in _lines(folder / f"{name}.hidden.jsonl.gz"):
        source, target = _path(link["source_url"]), _path(link["target_url"])
        if link["answer"] and source in number and target in number:
            hidden[number[source]].add(number[target])
    return Corpus([texts_of(p["title"], b) for p, b in zip(posts, bodies, strict=True)], linked, dict(hidden))


def _mean(vectors: Vectors) -> Vectors:
    mean = vectors.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)


def _lines(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rstrip("/") + "/"
    except ValueError:  # a link that is no address
        return ""


if __name__ == "__main__":
    main()
