"""Tables in the README beside this file, each between two marks that say which command makes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

README = Path(__file__).parent / "README.md"


def put(mark: str, table: str, readme: Path = README) -> None:
    """Put a table between its marks; ValueError where the marks are gone."""
    parts = readme.read_text("utf-8").split(mark)
    if len(parts) != 3:
        raise ValueError(f"{readme} holds {mark} {len(parts) - 1} times; write it twice, with nothing in between")
    readme.write_text(f"{parts[0]}{mark}\n{table}\n{mark}{parts[2]}", "utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table in Markdown."""
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])
