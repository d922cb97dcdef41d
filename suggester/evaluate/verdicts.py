"""What people said of a random sample of suggestions: how many they accept, and whether scores keep their word."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from suggester.errors import ConfigError

FORMAT = 1  # of verdict files
ACCEPTED, DISMISSED = "accepted", "dismissed"
SAID = {ACCEPTED: True, "accept": True, "a": True, DISMISSED: False, "dismiss": False, "reject": False, "r": False}
HEAD = ("format", "site", "meta", "least_score", "seed", "posts", "asked", "shown", "judged_at")  # says what was judged
BANDS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)  # where the bands of scores begin
SURE = 1.96  # standard deviations on each side: 95 in 100


@dataclass(frozen=True, slots=True)
class Judged:
    """A suggestion that a person judged."""

    source_id: int
    target_id: int
    score: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A verdict file: the page's own, or a sample as JSON with a verdict written to each suggestion."""

    name: str  # of the file
    site: str
    ranker: str
    drawn: int
    judged: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Precision:
    """The share of suggestions that a person accepts, with its 95 % interval."""

    judged: int
    accepted: int
    share: float  # 0 where none was judged
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether the scores of one band keep their word."""

    least: float
    most: float
    said: float  # mean score
    found: Precision


def read(path: Path) -> Verdicts:
    """Read a verdict file; ConfigError where it is none."""
    told = _load(path)
    try:
        rows = _rows(told)
        judged = tuple(_judged(row) for row in rows if row["verdict"])
        return Verdicts(path.name, str(told["site"]["url"]), str(told["meta"]["ranker"]), len(rows), judged)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise _strange(path) from error


def bare(path: Path) -> dict[str, Any]:
    """Give a verdict file without any of the site's text: ids, scores and verdicts, to be kept or shared."""
    told = _load(path)
    try:
        kept = [_bare(row) for row in _rows(told)]
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise _strange(path) from error
    return {name: value for name, value in told.items() if name in HEAD} | {"verdicts": kept}


def _load(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise ValueError
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); name a file that the page has saved.") from error
    except (ValueError, TypeError, LookupError) as error:
        raise _strange(path) from error
    return dict(told)


def _strange(path: Path) -> ConfigError:
    return ConfigError(
        f"{path} is no verdict file of this version; save one on the page of `suggester evaluate --sample 100`."
    )


def _rows(told: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = told["verdicts"] if "verdicts" in told else told["suggestions"]
    return rows


def _target(row: dict[str, Any]) -> int:
    return int(row["target"]["id"] if "target" in row else row["target_id"])


def _judged(row: dict[str, Any]) -> Judged:
    return Judged(int(row["source_id"]), _target(row), float(row["score"]), SAID[str(row["verdict"]).lower()])


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    said = row["verdict"] and (ACCEPTED if SAID[str(row["verdict"]).lower()] else DISMISSED)
    own = {"source_id": int(row["source_id"]), "target_id": _target(row), "block": int(row["block"])}
    return own | {"score": float(row["score"]), "verdict": said}


def precision(judged: Sequence[Judged]) -> Precision:
    """Say how many were accepted, with Wilson's interval."""
    accepted = sum(each.accepted for each in judged)
    low, high = wilson(accepted, len(judged))
    return Precision(len(judged), accepted, accepted / max(1, len(judged)), low, high)


def wilson(times: int, count: int, sure: float = SURE) -> tuple[float, float]:
    """Give Wilson's score interval for a share: honest where there are few, or nearly all (Wilson 1927, JASA 22)."""
    if not count:
        return 0.0, 1.0
    share, weight = times / count, sure * sure / count
    middle = (share + weight / 2) / (1 + weight)
    spread = sure / (1 + weight) * sqrt(share * (1 - share) / count + weight / (4 * count))
    return max(0.0, middle - spread), min(1.0, middle + spread)


def reliability(judged: Iterable[Judged]) -> list[Kept]:
    """Say, for bands of scores, what was said and what people accepted; empty bands are left out."""
    every = list(judged)
    kept = []
    for least, most in zip(BANDS, (*BANDS[1:], 1.0), strict=True):
        own = [each for each in every if least <= each.score and (each.score < most or most == 1.0)]
        if own:
            kept.append(Kept(least, most, sum(each.score for each in own) / len(own), precision(own)))
    return kept
