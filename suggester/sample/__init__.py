"""The sample site: a small kitchen-garden blog, written for this project, as a WordPress export file."""

from __future__ import annotations

from pathlib import Path

SAMPLE = Path(__file__).with_name("sample.xml")
EXPECTED = Path(__file__).with_name("expected.json")
