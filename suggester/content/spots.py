"""Finds the words of an anchor again, by what stands around them, in a post that may have changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from suggester.entities import Anchor, Block
from suggester.errors import AnchorMissing, AnchorRefused


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where the anchor's words stand."""

    block: Block
    start: int
    end: int

    @property
    def words(self) -> str:
        """What stands there, as plain text."""
        return self.block.text[self.start : self.end]

    def familiarity(self, anchor: Anchor) -> tuple[int, bool, bool, bool]:
        """Say how well this place looks like the one the anchor was taken from."""
        text = self.block.text
        before = _common(reversed(text[max(0, self.start - 64) : self.start]), reversed(anchor.before))
        after = _common(text[self.end : self.end + 64], anchor.after)
        begins_alike = (self.start == 0) == (not anchor.before)
        ends_alike = (self.end == len(text)) == (not anchor.after)
        return before + after, begins_alike, ends_alike, self.block.index == anchor.block


def most_familiar(spots: Sequence[Spot], anchor: Anchor) -> int:
    """Say which spot is meant; AnchorMissing where there is none, AnchorRefused where two look the same."""
    if not spots:
        raise AnchorMissing(f"“{anchor.text}” does not stand in the post any more; ask for suggestions again.")
    if len(spots) == 1:
        return 0
    ranked = sorted(((spot.familiarity(anchor), number) for number, spot in enumerate(spots)), reverse=True)
    (best, number), (second, _) = ranked[:2]
    if best == second or (best[0] == 0 and (anchor.before or anchor.after)):
        raise AnchorRefused(f"“{anchor.text}” stands in the post more than once; give more of the text around it.")
    return number


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    length = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        length += 1
    return length
