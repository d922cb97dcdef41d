"""How long the first analysis of a site takes: 1,000 posts of 500 words, read from a WordPress export file.

    python -m benchmarks.first_analysis [../shared/bench] [--posts 1000]

From an empty data folder to suggestions for every post, parted into reading (sync), embedding, indexing (reading the
bodies, too) and suggesting. At least half of it should be embedding, which cannot be spared: the rest is what
we add. The posts are synthetic (see `benchmarks/posts.py`). Writes benchmarks/results/first_analysis.json.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.orphans import processor_time
from benchmarks.posts import Writer, originals, write_export
from suggester.tasks.service import Service

RESULT = Path(__file__).parent / "results" / "first_analysis.json"
WORDS = 500
WISH = 0.5  # share of the embedding
PARTS = ("reading_s", "embedding_s", "indexing_s", "suggesting_s")


def main() -> None:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_analysis", description="The first analysis.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "site.xml"
        write_export(Writer(originals(asked.bench)).posts(asked.posts, WORDS), export)
        figures = {"posts": asked.posts, "words_a_post": WORDS, "cores": len(os.sched_getaffinity(0))}
        figures |= measure(export, Path(folder) / "data")
    asked.out.parent.mkdir(exist_ok=True)
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(as_table(figures))


def measure(export: Path, data: Path) -> dict[str, float]:
    """Analyse an export file as `suggester connect`, `sync` and `suggest` would."""
    began, cpu = perf_counter(), processor_time()
    service = Service.open(data)
    try:
        site_id = service.connect(str(export)).site_id
        done = service.update(site_id)
        suggesting = perf_counter()
        items = [len(found.items) for found in service.all_suggestions(site_id)]
        ended = perf_counter()
    finally:
        service.close()
    return {
        "total_s": round(ended - began, 1),
        "reading_s": round(done.sync.seconds, 1),
        "embedding_s": round(done.embed.seconds, 1),
        "indexing_s": round(done.index_seconds, 1),
        "suggesting_s": round(ended - suggesting, 1),
        "embedding_share": round(done.embed.seconds / (ended - began), 3),
        "cpu_s": round(processor_time() - cpu, 1),
        "texts": done.embed.texts,
        "suggestions": sum(items),
    }


def as_table(figures: dict[str, float]) -> str:
    """Show the parts and their shares."""
    lines = ["| part | seconds | share |", "|---|---|---|"]
    total = figures["total_s"]
    lines += [f"| {name.removesuffix('_s')} | {figures[name]} | {figures[name] / total:.0%} |" for name in PARTS]
    lines.append(f"| **total** | {total} | embedding {figures['embedding_share']:.0%}, wish at least {WISH:.0%} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
