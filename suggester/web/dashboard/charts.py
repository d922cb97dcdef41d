"""Where the pieces of a chart stand, in percent of its width and height; the macros of the pages draw them.

Shares instead of pixels let a chart be as wide as the page, on a phone too, while its words keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from flask import Blueprint

Point = tuple[str, float]  # what it is called, how much it is
STEPS = (1, 2, 2.5, 5, 10)  # between gridlines, times a power of ten
GRIDLINES = 4  # at most, the lowest left out
MOST_LABELS = 6  # below a line
BAR, WIDEST = 0.76, 18.0  # of the room that each bar has, and in percent of the chart


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a line, or a bar."""

    name: str
    value: float
    x: float  # of its middle
    y: float  # of its top
    labelled: bool  # whether there is room for its name below
    anchor: str  # where its name stands: "start", "middle" or "end"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart."""

    marks: tuple[Mark, ...]
    grid: tuple[tuple[float, float], ...]  # how much a line across stands for, and where it is
    least: float
    most: float
    width: float  # of a bar


def register(blueprint: Blueprint) -> None:
    """Make the charts known to the pages."""
    blueprint.add_app_template_global(drawn_line)
    blueprint.add_app_template_global(drawn_bars)


def drawn_line(points: Sequence[Point], least: float = 0, most: float | None = None) -> Drawn:
    """Place points along a line, evenly; from `least` to `most`, or to what fits the highest one."""
    grid, top = _grid(least, max((value for _, value in points), default=least) if most is None else most)
    last = max(1, len(points) - 1)
    every = -(-len(points) // MOST_LABELS)
    marks = []
    for at, (name, value) in enumerate(points):
        x = 100 * at / last if len(points) > 1 else 50
        labelled = at == last or (at % every == 0 and last - at >= every / 2) or len(points) == 1
        anchor = "middle" if len(points) == 1 else "start" if at == 0 else "end" if at == last else "middle"
        marks.append(Mark(name, value, _rounded(x), _height(value, least, top), labelled, anchor))
    return Drawn(tuple(marks), grid, least, top, 0)


def drawn_bars(bars: Sequence[Point]) -> Drawn:
    """Place bars side by side, from 0 up."""
    grid, top = _grid(0, max((value for _, value in bars), default=0))
    room = 100 / max(1, len(bars))
    marks = tuple(
        Mark(name, value, _rounded(room * (at + 0.5)), _height(value, 0, top), labelled=True, anchor="middle")
        for at, (name, value) in enumerate(bars)
    )
    return Drawn(marks, grid, 0, top, _rounded(min(room * BAR, WIDEST)))


def _grid(least: float, most: float) -> tuple[tuple[tuple[float, float], ...], float]:
    """Give lines across at round values, and the value at the top of the chart."""
    reach = most - least
    if reach <= 0:
        return (), least + 1
    rough = reach / GRIDLINES
    power = 10 ** floor(log10(rough))
    step = next(power * each for each in STEPS if power * each >= rough - 1e-12)
    values = [least + step * number for number in range(1, GRIDLINES + 1) if least + step * number <= most + 1e-9]
    return tuple((round(value, 10), _height(value, least, most)) for value in values), most


def _height(value: float, least: float, most: float) -> float:
    return _rounded(100 - 100 * (min(max(value, least), most) - least) / (most - least))


def _rounded(value: float) -> float:
    return round(value, 2)
