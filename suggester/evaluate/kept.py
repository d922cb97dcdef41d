"""The last evaluations of each site, kept in the data folder so that every door can show them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suggester.evaluate.figures import Band
from suggester.evaluate.own_site import Evaluation, Part
from suggester.store.files import disk_errors, write_whole

FORMAT = 1
REGIMES = ("kept", "removed")


def keep(folder: Path, site_id: int, found: Evaluation) -> Evaluation:
    """Keep an evaluation in place of the last one of its regime, and give it back with the moment."""
    dated = replace(found, at=datetime.now(UTC).isoformat(timespec="seconds"))
    text = json.dumps({"format": FORMAT, **asdict(dated)}, indent=1)
    write_whole(_path(folder, site_id, REGIMES[found.removed]), text + "\n")
    return dated


def last(folder: Path, site_id: int) -> list[Evaluation]:
    """Give the last evaluation of each regime; what is missing, or of another version, is left out."""
    found = (_load(_path(folder, site_id, regime)) for regime in REGIMES)
    return [each for each in found if each]


def forget(folder: Path, site_id: int) -> None:
    """Delete the evaluations of a site."""
    for regime in REGIMES:
        path = _path(folder, site_id, regime)
        with disk_errors(path):
            path.unlink(missing_ok=True)


def _path(folder: Path, site_id: int, regime: str) -> Path:
    return folder / "evaluations" / f"{site_id}-{regime}.json"


def _load(path: Path) -> Evaluation | None:
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if told.pop("format") != FORMAT:
            return None
        parts = [Part(**{**part, "bands": [Band(**band) for band in part["bands"]]}) for part in told.pop("parts")]
        return Evaluation(parts=parts, **told)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None
