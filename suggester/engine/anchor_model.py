"""Which of many runs of words an editor would link: weights of named features, learned from links that people set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import numpy as np

from suggester.engine.anchor_features import NAMES
from suggester.engine.features import Floats
from suggester.errors import ModelOutdated

FILE = "anchors/weights.json"


@dataclass(frozen=True, slots=True)
class AnchorModel:
    """Trained weights with their name card; the JSON under models/anchors/ is this, field by field.

    The scores of a draft's runs for one target are the logarithms of their odds against each other. Whether the best
    of them is right at all is told by its share of these odds and by its score: `sure`. Whether a reader would take
    it is told by its score and by how much of the target's name it says: `accepted`, learned from verdicts on
    suggestions that were read in their context.
    """

    FORMAT: ClassVar[int] = 1

    weights: Mapping[str, float] = field(repr=False)  # by name of feature; one that is not given counts as 0
    sure: Mapping[str, float]  # bias, share (logarithm) and score: a logistic function
    trained_on: str
    accepted: Mapping[str, float] = field(default_factory=dict)  # bias, score, named: a logistic function; {}: all
    figures: Mapping[str, float] = field(default_factory=dict)  # leaving whole sites out

    def vector(self) -> Floats:
        """Give the weights in the order of the features."""
        return np.array([self.weights.get(name, 0.0) for name in NAMES], np.float32)

    def certainty(self, share: float, score: float) -> float:
        """Say how likely it is that a run stands where an editor would link."""
        total = self.sure["bias"] + self.sure["share"] * float(np.log(share)) + self.sure["score"] * score
        return float(1 / (1 + np.exp(-total)))

    def acceptance(self, score: float, named: float) -> float:
        """Say how likely it is that a careful editor takes a link on a run; see benchmarks/README.md.

        `named` is the share of the target's title, or of its address, that the run says: 0 to 1.
        """
        if not self.accepted:
            return 1.0
        total = self.accepted["bias"] + self.accepted["score"] * score + self.accepted["named"] * named
        return float(1 / (1 + np.exp(-total)))

    @classmethod
    def load(cls, path: Path) -> AnchorModel:
        """Read a trained file; ModelOutdated where it is of another format or damaged."""
        try:
            fields = json.loads(path.read_text("utf-8"))
            if fields.pop("format") != cls.FORMAT:
                raise ValueError(path)
            return cls(**fields)
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise ModelOutdated(f"{path} is of another format; train it again or put it back") from error

    def save(self, path: Path) -> None:
        """Write the file beside `path`, then rename it."""
        part = path.with_name(path.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({"format": self.FORMAT, **asdict(self)}, indent=1) + "\n", "utf-8")
        part.replace(path)


HAND_SET = AnchorModel(
    weights={
        "title_share": 3.0, "title_purity": 1.0, "mention": 3.0, "anchor_purity": 1.5, "body_share": 1.0,
        "idle": -1.0, "one": -1.0, "content_before": -0.5, "content_behind": -0.5, "starts_with_stop": -0.5,
        "whole_phrase": 0.5, "near": 2.0, "rarest": 2.0,
    },
    sure={"bias": 0.0, "share": 1.0, "score": 0.2},
    trained_on="nothing: set by hand, for where there is no trained file",
)  # fmt: skip


@cache
def bundled() -> AnchorModel:
    """Give the model that comes with the program."""
    package = Path(str(files("suggester")))
    places = (package / "models" / FILE, package.parent / "models" / FILE)  # installed, or a checkout
    return next((AnchorModel.load(place) for place in places if place.is_file()), HAND_SET)
