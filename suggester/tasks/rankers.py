"""The ranker of each site: its own where one was trained and kept, else the bundled one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from suggester.engine.ranker import Ranker
from suggester.engine.rankerfile import RankerFile, bundled
from suggester.errors import ModelMissing, ModelOutdated
from suggester.store import Shelf

KIND = "ranker"


@dataclass(frozen=True, slots=True)
class _Held:
    stamp: Hashable
    ranker: Ranker


class Rankers:
    """Gives the ranker of a site to any thread; each file is read once, and again when it has changed."""

    def __init__(self, shelf: Shelf) -> None:
        self.bundled = bundled()
        self._shelf = shelf
        self._held: Mapping[int, _Held] = {}

    def of(self, site_id: int) -> Ranker:
        """Give a site's own ranker, as long as the bundled one that it began from is still the one at hand."""
        kept = self._shelf.find(site_id, KIND)
        if kept is None:
            return self.bundled
        held = self._held.get(site_id)
        if held is None or held.stamp != kept.stamp:
            held = _Held(kept.stamp, self._load(kept.path))
            self._held = {**self._held, site_id: held}
        return held.ranker

    def card(self, site_id: int) -> RankerFile | None:
        """Give the name card of a site's own ranker; None where the bundled one serves."""
        kept = self._shelf.find(site_id, KIND)
        try:
            card = RankerFile.load(kept.path) if kept else None
        except (ModelMissing, ModelOutdated):
            return None
        return card if card and card.calibration.get("began_from") == fingerprint(self.bundled) else None

    def keep(self, site_id: int, card: RankerFile) -> None:
        """Let a site be ranked by its own ranker from now on; it holds with the bundled one that is at hand today."""
        began_from = {"began_from": fingerprint(self.bundled)}
        whole = RankerFile(**{**asdict(card), "calibration": card.calibration | began_from})
        with self._shelf.put(site_id, KIND) as path:
            whole.save(path)

    def forget(self, site_id: int) -> bool:
        """Go back to the bundled ranker; say whether there was another."""
        return self._shelf.remove(site_id, KIND)

    def _load(self, path: Path) -> Ranker:
        try:
            card = RankerFile.load(path)
        except (ModelMissing, ModelOutdated):
            return self.bundled
        return card.ranker if card.calibration.get("began_from") == fingerprint(self.bundled) else self.bundled


def fingerprint(ranker: Ranker) -> str:
    """Tell one ranker from any other by all that it weighs."""
    told: dict[str, Any] = {"bias": ranker.bias, "weights": dict(ranker.weights), "curve": asdict(ranker.curve)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
