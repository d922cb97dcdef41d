"""A trained ranker as a file, with its name card: JSON, so that reading it cannot run code."""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from suggester.engine.ranker import HAND_SET, Curve, Ranker
from suggester.errors import ModelMissing, ModelOutdated

FILE_NAME = "ranker.json"
FORMAT = 2


@dataclass(frozen=True, slots=True)
class RankerFile:
    """What the file says, field by field, besides its format number.

    1  first release
    2  a curve that makes the scores honest, apart from the weights
    """

    id: str
    bias: float
    weights: dict[str, float]  # by the names of the features
    curve: dict[str, float]  # `Curve`, field by field
    trained_on: str  # "11 sites, 1,510 posts with links"
    made: str  # how the weights were found
    measured: dict[str, dict[str, float]]  # figure -> site, and "mean" -> value, each on a site left out
    calibration: dict[str, Any]  # how the scores were made honest, and the bands that show it

    @property
    def ranker(self) -> Ranker:
        """Give the ranker itself."""
        return Ranker(self.id, self.bias, self.weights, Curve(**self.curve))

    def save(self, path: Path) -> None:
        """Write the file beside `path`, then rename, so that a reader never sees half of one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n", encoding="utf-8")
        os.replace(part, path)

    @classmethod
    def load(cls, path: Path) -> RankerFile:
        """Read a file; ModelMissing where there is none, ModelOutdated where this version cannot read it."""
        try:
            text = path.read_text("utf-8")
        except OSError as error:
            raise ModelMissing(
                f"{path} could not be read ({error.strerror}); install the package again or train it anew."
            ) from error
        try:
            fields = json.loads(text)
            if fields.pop("format") != FORMAT:
                raise ValueError
            found = cls(**fields)
            numbers = [found.bias, *found.weights.values(), *asdict(found.ranker.curve).values()]
            if not all(isinstance(each, int | float) and math.isfinite(each) for each in numbers):
                raise ValueError
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise ModelOutdated(f"{path} is of another version; install the package again or train it anew.") from error
        return found


def home() -> Path:
    """Where the ranker lies: inside the installed package, or beside it in a checkout."""
    package = Path(str(files("suggester")))
    packaged, checkout = package / "models" / "ranker", package.parent / "models" / "ranker"
    return checkout if not packaged.is_dir() and checkout.is_dir() else packaged


def bundled(folder: Path | None = None) -> Ranker:
    """Give the ranker that came with the program; the one set by hand where the file is missing or of another time."""
    try:
        return RankerFile.load((folder or home()) / FILE_NAME).ranker
    except (ModelMissing, ModelOutdated):
        return HAND_SET
