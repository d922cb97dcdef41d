"""Walking through a list that the site cuts by offset, while posts come and go in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """What stands in the list from an offset on, by post id."""

    items: Sequence[tuple[int, Item]]
    total: int | None = None  # length of the whole list; None where the site does not say it, and more may follow


@dataclass(frozen=True, slots=True)
class Step(Generic[Item]):
    """Items not given before, and where to go on behind them."""

    items: tuple[Item, ...]
    last: int  # highest id given so far
    offset: int


Fetch = Callable[[int, int], Slice[Item]]
"""(offset, size) to the items that stand there, by ascending id."""


def walk(fetch: Fetch[Item], size: int, last: int = 0, offset: int = 0) -> Iterator[Step[Item]]:
    """Give every item once, in order of ids, and lose none.

    A post that goes away moves all behind it one place to the left, past a plain offset. So each slice begins with
    the last item of the one before; where that is not found, the walk looks back until it stands on known ground.
    """
    seen: set[int] = set()
    ordered = True
    while True:
        start = max(offset - 1, 0)
        piece = fetch(start, size)
        ordered = ordered and _in_order(piece)
        items = dict(piece.items)
        back = start
        while ordered and back and min(items, default=last + 1) > last:
            begin = max(back - size, 0)
            items.update(fetch(begin, back - begin).items)
            back = begin
        fresh = {key: items[key] for key in sorted(items) if key not in seen and (key > last or not ordered)}
        seen.update(fresh)
        last = max((last, *fresh)) if ordered else 0
        offset = start + size
        if fresh:
            yield Step(tuple(fresh.values()), last, offset)
        if _at_end(piece, start, size):
            return


def _in_order(piece: Slice[Item]) -> bool:
    """Some plugins force an order of their own on every list; it is then given whole, and whole again after a stop."""
    keys = [key for key, _ in piece.items]
    return keys == sorted(keys)


def _at_end(piece: Slice[Item], start: int, size: int) -> bool:
    return piece.total is not None and start + size >= piece.total
