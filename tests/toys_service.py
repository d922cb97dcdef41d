"""The real services over a toy of a WordPress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource


@contextmanager
def toy_service(folder: Path, source: ToySource, *, database: str = "", suggesting: bool = True) -> Iterator[Service]:
    """Open services that have read the toy, with an encoder a reader can check.

    `suggesting` makes the suggestions, too.
    """
    opened = Service.open(folder, database=database, load_encoder=LetterEncoder, open_source=lambda *_: source)
    try:
        site_id = opened.connect(HOME).site_id
        opened.refresh(site_id) if suggesting else opened.update(site_id)
        yield opened
    finally:
        opened.close()
