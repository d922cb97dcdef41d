"""The score of a site's links, 0 to 100.

Each part of the score is 100 times the product, over its kinds of findings, of

    1 - most * (1 - (1 - share) ** weight)

`share` is the share of the posts, or links, that have the fault. `weight` says how much it counts: (1 - share) ** 20 is
the chance that a reader who follows twenty links meets no broken one. `most` is the largest share of its part that a
kind can take, however frequent it is. The score is the mean of the parts by their shares in it (`kinds.PARTS`); a part
none of whose findings could be looked for is left out.

That faults count by the share of pages that have them is how the health scores of Ahrefs (share of URLs without an
error) and Semrush (errors weigh more than warnings) are made; the product and the weights are our own choice. What a
finding costs is how much higher the score would be without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod

from suggester.entities import Finding
from suggester.graph.audit.kinds import HOME_SHARE, KINDS, PARTS


@dataclass(frozen=True, slots=True)
class Score:
    """The score with its parts, 0 to 100 each."""

    score: float
    parts: Mapping[str, float]


def scored(findings: Collection[Finding]) -> Score:
    """Weigh what was found."""
    parts = {part: _part(some) for part in PARTS if (some := [each for each in findings if _of(each) == part])}
    whole = sum(PARTS[part][0] for part in parts)
    score = sum(PARTS[part][0] * value for part, value in parts.items()) / whole if whole else 100.0
    return Score(score, parts)


def with_costs(findings: Iterable[Finding]) -> list[Finding]:
    """Say what each finding costs, and sort them: the one that costs most first, then the one with most faults."""
    listed = list(findings)
    now = scored(listed).score
    told = []
    for finding in listed:
        without = [replace(each, faults=()) if each is finding else each for each in listed]
        told.append(replace(finding, cost=scored(without).score - now))
    order = list(KINDS)
    return sorted(told, key=lambda each: (-round(each.cost, 6), -len(each.faults), order.index(each.kind)))


def share(finding: Finding) -> float:
    """Give the share of posts or links that have a fault; of links to the homepage, of those that are too many."""
    if not finding.of:
        return 0.0
    found = min(1.0, len(finding.faults) / finding.of)
    return max(0.0, found - HOME_SHARE) if finding.kind == "homepage_heavy" else found


def _of(finding: Finding) -> str:
    return KINDS[finding.kind].part


def _part(findings: Iterable[Finding]) -> float:
    return 100 * prod(map(_left, findings))


def _left(finding: Finding) -> float:
    kind = KINDS[finding.kind]
    return float(1 - kind.most * (1 - (1 - share(finding)) ** kind.weight))
