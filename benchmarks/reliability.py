"""A picture of how honest scores are: what was said against what was true, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import sqrt

from suggester.evaluate.measures import Band

SIDE, MARGIN = 420, 60
SURE = 1.96  # standard deviations: the bars hold the truth 19 times in 20
COLOURS = ("#999999", "#0b62a4", "#c4421a")
NOTE = "hidden links are a lower bound: many good links were never made"


def svg(series: Mapping[str, Sequence[Band]]) -> str:
    """Draw bands of scores, a colour for each way of scoring; the diagonal is honest."""
    width = SIDE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" width="{width}" height="{width}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{width}" fill="white"/>',
        *_axes(),
    ]
    for at, ((name, bands), colour) in enumerate(zip(series.items(), COLOURS, strict=False)):
        parts += _line(bands, colour)
        parts.append(f'<text x="{MARGIN + 12}" y="{MARGIN + 22 + 18 * at}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def interval(band: Band) -> tuple[float, float]:
    """Give Wilson's interval of the true share of a band."""
    count, share = band.candidates, band.true
    middle = (share + SURE**2 / (2 * count)) / (1 + SURE**2 / count)
    half = SURE * sqrt(share * (1 - share) / count + SURE**2 / (4 * count**2)) / (1 + SURE**2 / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def _axes() -> Iterator[str]:
    end = MARGIN + SIDE
    yield f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#cccccc"/>'
    yield f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#cccccc" stroke-dasharray="4 4"/>'
    for tenth in range(0, 11, 2):
        yield f'<text x="{_x(tenth / 10)}" y="{end + 18}" text-anchor="middle">{tenth / 10:g}</text>'
        yield f'<text x="{MARGIN - 8}" y="{_y(tenth / 10) + 4}" text-anchor="end">{tenth / 10:g}</text>'
    yield f'<text x="{_x(0.5)}" y="{end + 40}" text-anchor="middle">score</text>'
    yield (
        f'<text x="18" y="{_y(0.5)}" text-anchor="middle" transform="rotate(-90 18 {_y(0.5)})">'
        "share that the author had linked</text>"
    )
    yield f'<text x="{end}" y="{MARGIN - 10}" text-anchor="end" fill="#666666">{NOTE}</text>'


def _line(bands: Sequence[Band], colour: str) -> Iterator[str]:
    points = " ".join(f"{_x(band.said)},{_y(band.true)}" for band in bands)
    yield f'<polyline points="{points}" fill="none" stroke="{colour}"/>'
    for band in bands:
        low, high = interval(band)
        x = _x(band.said)
        yield f'<line x1="{x}" y1="{_y(low)}" x2="{x}" y2="{_y(high)}" stroke="{colour}" stroke-width="1"/>'
        yield f'<circle cx="{x}" cy="{_y(band.true)}" r="3.5" fill="{colour}"/>'


def _x(value: float) -> float:
    return round(MARGIN + SIDE * value, 1)


def _y(value: float) -> float:
    return round(MARGIN + SIDE * (1 - value), 1)
