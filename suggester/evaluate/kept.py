"""The last evaluations of each site, kept so that every door can show them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suggester.evaluate.figures import Band
from suggester.evaluate.own_site import Evaluation, Part
from suggester.store import Shelf, put_text

FORMAT = 1
REGIMES = ("kept", "removed")


def keep(shelf: Shelf, site_id: int, found: Evaluation) -> Evaluation:
    """Keep an evaluation in place of the last one of its regime, and give it back with the moment."""
    dated = replace(found, at=datetime.now(UTC).isoformat(timespec="seconds"))
    text = json.dumps({"format": FORMAT, **asdict(dated)}, indent=1)
    put_text(shelf, site_id, _kind(REGIMES[found.removed]), text + "\n")
    return dated


def last(shelf: Shelf, site_id: int) -> list[Evaluation]:
    """Give the last evaluation of each regime; what is missing, or of another version, is left out."""
    there = (shelf.find(site_id, _kind(regime)) for regime in REGIMES)
    found = (_load(each.path) for each in there if each)
    return [each for each in found if each]


def _kind(regime: str) -> str:
    return f"evaluation-{regime}"


def _load(path: Path) -> Evaluation | None:
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if told.pop("format") != FORMAT:
            return None
        parts = [Part(**{**part, "bands": [Band(**band) for band in part["bands"]]}) for part in told.pop("parts")]
        return Evaluation(parts=parts, **told)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None
