"""Which source links to which target, over a whole site: every target helped before any is helped twice.

A problem of assignment with limits at both ends (links a source may bear, links a target needs), which a flow of least
cost would solve, were it not for what flows cannot say: two anchors in one post that share words, stand too close, or
read the same, and one target that is always called the same. So links are taken greedily, the most valuable first, in
turns of one link a target; in the first turn, a target that comes away empty takes the place of another that can be
helped elsewhere (an augmenting path, as in Kuhn's algorithm), so that as many targets as can be get a link. The result
depends on nothing but what is handed in. The time is that of sorting the offers, and of the paths.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

SOURCES_TRIED = 300  # on the paths from one target; more can only be needed where nearly every source is full

Spot = tuple[int, int]  # an offer's number, and one of its anchors

# why a target got no link though there are offers
NO_ROOM = "sources_full"
WORDS_TAKEN = "words_taken"
SAME_WORDS = "same_words"
RUN_FULL = "run_full"


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that could link to a target, on one of several anchors."""

    source: int
    target: int
    value: float  # the higher the better
    words: tuple[str, ...]  # of each anchor, best first, folded: what reads the same is the same
    clashes: tuple[tuple[int, int, int], ...] = ()
    """(own anchor, other target, its anchor) that cannot stand beside each other in this source."""
    likely: float = 1.0  # how likely a person takes it, 0 to 1


@dataclass(frozen=True, slots=True)
class Assigned:
    """The links to make, and why some targets get none."""

    chosen: dict[int, int]  # number of the offer -> number of its anchor
    unserved: dict[int, str]  # target with offers, but without a link -> reason


def assign(
    offers: Sequence[Offer],
    needs: Mapping[int, int],
    rooms: Mapping[int, int],
    used: Mapping[int, Collection[str]] | None = None,
    most: int | None = None,
) -> Assigned:
    """Choose among offers, so that no target gets more links than it needs and no source more than it has room for.

    `used` are words that lead to a target already. A target gets the same words twice only where others lead to it,
    too. `most` is the number of links altogether. An offer for the same source and target may come only once.
    """
    table = _Table(offers, rooms, used or {})
    room = len(offers) if most is None else most
    for turn in range(max(needs.values(), default=0)):
        wanting = {target for target, need in needs.items() if need > turn}
        room -= table.serve(wanting, room)
        if not turn:
            room -= table.mend(wanting, room)
    return Assigned(dict(sorted(table.chosen.items())), table.unserved(needs, room <= 0))


NextBest = Callable[[Sequence[int]], Iterable[int]]
"""From the numbers of the offers taken so far, in their order, to the others from the best to the worst."""


def one_by_one(
    offers: Sequence[Offer],
    needs: Mapping[int, int],
    rooms: Mapping[int, int],
    used: Mapping[int, Collection[str]] | None,
    most: int | None,
    next_best: NextBest,
) -> Assigned:
    """Choose within the same limits as `assign`, where what is best depends on what was taken before.

    The values of the offers do not count, and no target goes ahead of another because it has no link yet.
    """
    table = _Table(offers, rooms, used or {})
    taken: list[int] = []
    while len(taken) < (len(offers) if most is None else most):
        fitting = (at for at in next_best(taken) if table.wants(at, needs) and table.take(at))
        if (found := next(fitting, None)) is None:
            break
        taken.append(found)
    return Assigned({at: table.chosen[at] for at in taken}, table.unserved(needs, len(taken) == most))


@dataclass(slots=True)
class _Table:
    """What is assigned so far."""

    offers: Sequence[Offer]
    rooms: Mapping[int, int]
    used: Mapping[int, Collection[str]]
    chosen: dict[int, int] = field(default_factory=dict)
    at_source: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    at_target: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    of_target: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # best first
    order: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        offers = self.offers
        self.order = sorted(
            range(len(offers)), key=lambda at: (-offers[at].value, offers[at].target, offers[at].source)
        )
        for at in self.order:
            self.of_target[offers[at].target].append(at)

    def serve(self, wanting: Collection[int], room: int) -> int:
        """Give one more link to each target that wants one, the most valuable first; say how many were given."""
        served: set[int] = set()
        for at in self.order:
            target = self.offers[at].target
            if len(served) >= room:
                break
            if target in wanting and target not in served and self.take(at):
                served.add(target)
        return len(served)

    def mend(self, wanting: Collection[int], room: int) -> int:
        """Help targets that came away empty, where others can be helped elsewhere; say how many."""
        mended = 0
        empty = [target for target in self.of_target if target in wanting and not self.at_target[target]]
        for target in empty:
            if mended >= room:
                break
            mended += self._find_place(target, set())
        return mended

    def unserved(self, needs: Mapping[int, int], full: bool) -> dict[int, str]:
        """Say for each target that has offers, and no link, why."""
        empty = (target for target, need in needs.items() if need > 0 and self.of_target.get(target))
        return {target: RUN_FULL if full else self._why(target) for target in empty if not self.at_target[target]}

    def _find_place(self, target: int, tried: set[int]) -> bool:
        """Find a source for a target, moving others out of its way."""
        for at in self.of_target[target]:
            source = self.offers[at].source
            if source in tried or len(tried) >= SOURCES_TRIED:
                continue
            tried.add(source)
            if self.take(at):
                return True
            for other in list(self.at_source[source]):
                if self._takes_over(at, other, tried):
                    return True
        return False

    def _takes_over(self, at: int, other: int, tried: set[int]) -> bool:
        anchor = self._release(other)
        if self.take(at):
            if self._find_place(self.offers[other].target, tried):
                return True
            self._release(at)
        self._put(other, anchor)
        return False

    def wants(self, at: int, needs: Mapping[int, int]) -> bool:
        """Whether the target of an offer needs one more link."""
        target = self.offers[at].target
        return len(self.at_target[target]) < needs.get(target, 0)

    def take(self, at: int) -> bool:
        """Take an offer on its best anchor that fits, if there is one and the source has room."""
        offer = self.offers[at]
        if at in self.chosen or len(self.at_source[offer.source]) >= self.rooms.get(offer.source, 0):
            return False
        for anchor in self._fitting(at):
            self._put(at, anchor)
            return True
        return False

    def _put(self, at: int, anchor: int) -> None:
        self.chosen[at] = anchor
        self.at_source[self.offers[at].source].append(at)
        self.at_target[self.offers[at].target].append(at)

    def _release(self, at: int) -> int:
        self.at_source[self.offers[at].source].remove(at)
        self.at_target[self.offers[at].target].remove(at)
        return self.chosen.pop(at)

    def _fitting(self, at: int) -> Iterator[int]:
        """Give the anchors on which an offer could be taken now: those with words new to the target first."""
        offer = self.offers[at]
        beside = {(self.offers[other].target, self.chosen[other]) for other in self.at_source[offer.source]}
        shut = {own for own, target, anchor in offer.clashes if (target, anchor) in beside}
        said = Counter(self.offers[other].words[self.chosen[other]] for other in self.at_target[offer.target])
        said.update(self.used.get(offer.target, ()))
        free = [anchor for anchor in range(len(offer.words)) if anchor not in shut]
        yield from (anchor for anchor in free if offer.words[anchor] not in said)
        yield from (anchor for anchor in free if offer.words[anchor] in said and len(said) > 1)

    def _why(self, target: int) -> str:
        """Say what kept the offers for a target from being taken."""
        found = self.of_target[target]
        with_room = [
            at
            for at in found
            if len(self.at_source[self.offers[at].source]) < self.rooms.get(self.offers[at].source, 0)
        ]
        if not with_room:
            return NO_ROOM
        said = set(self.used.get(target, ()))
        new = any(word not in said for at in with_room for word in self.offers[at].words)
        return WORDS_TAKEN if new else SAME_WORDS
