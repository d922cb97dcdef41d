"""What every encoder does to texts before it reads them."""

from __future__ import annotations

from collections.abc import Sequence


def rows_with_text(texts: Sequence[str]) -> list[int]:
    """The rows that hold more than white space, the longest text first."""
    rows = [row for row, text in enumerate(texts) if text.strip()]
    return sorted(rows, key=lambda row: len(texts[row]), reverse=True)


def well_formed(text: str) -> str:
    """Replace lone surrogates, which no tokenizer takes for text."""
    return text.encode("utf-8", "replace").decode("utf-8")
