"""Pictures of figures: where bars and points stand. Along the picture in per cent, across it in pixels, as everywhere.

Draws nothing and says nothing: the words stand in the template, and every number also in the table beside the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

TOP, HEIGHT, FOOT = 20, 160, 24  # pixels: above the highest bar, the bars themselves, the names of the months
STEPS = (1, 2, 4, 6, 8)


@dataclass(frozen=True)
class Bar:
    """One bar: `x` and `width` in per cent, `y` and `height` in pixels."""

    look: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class Point:
    """One point of a line; `before` is the point it is tied to, None at a beginning or after a gap."""

    x: float
    y: float
    before: "Point | None"


@dataclass(frozen=True)
class Chart:
    """A picture: bars and points, the months under them, and the lines on which the eye measures with their values."""

    bars: tuple[Bar, ...]
    points: tuple[Point, ...]
    months: tuple[tuple[float, int], ...]
    lines: tuple[tuple[float, int], ...]
    top: int = TOP
    base: int = TOP + HEIGHT
    height: int = TOP + HEIGHT + FOOT


def pairs(months: Sequence[int], firsts: Sequence[int], seconds: Sequence[int]) -> Chart:
    """Two bars for each month, beside each other, both measured from zero."""
    most = rounded_up(max((*firsts, *seconds, 1)))
    slot = 100 / max(len(months), 1)
    bars = []
    for place, values in enumerate(zip(firsts, seconds, strict=True)):
        for number, (look, value) in enumerate(zip(("in", "out"), values, strict=True)):
            height = round(HEIGHT * value / most, 1)
            x = round(slot * (place + 0.14 + 0.37 * number), 2)
            bars.append(Bar(look, x, round(slot * 0.35, 2), TOP + HEIGHT - height, height))
    return Chart(tuple(bars), (), named(months), measured(most))


def line(months: Sequence[int], values: Sequence[int | None], *, least_most: int) -> Chart:
    """A point for each month that has a value, tied to the month before it if that has one; measured from zero."""
    most = rounded_up(max((*(value for value in values if value is not None), least_most)))
    slot = 100 / max(len(months), 1)
    points: list[Point] = []
    before: Point | None = None
    for place, value in enumerate(values):
        before = (
            None
            if value is None
            else Point(round(slot * (place + 0.5), 2), round(TOP + HEIGHT * (1 - value / most), 1), before)
        )
        if before is not None:
            points.append(before)
    return Chart((), tuple(points), named(months), measured(most))


def named(months: Sequence[int]) -> tuple[tuple[float, int], ...]:
    """Where the name of each month stands."""
    slot = 100 / max(len(months), 1)
    return tuple((round(slot * (place + 0.5), 2), month) for place, month in enumerate(months))


def measured(most: int) -> tuple[tuple[float, int], ...]:
    """The highest line, and the one in the middle where it has a whole number."""
    values = (most,) if most % 2 else (most, most // 2)
    return tuple((TOP + HEIGHT * (1 - value / most), value) for value in values)


def rounded_up(value: int) -> int:
    """The next round number: one, two, four, six or eight with noughts."""
    scale = 1
    while True:
        for step in STEPS:
            if step * scale >= value:
                return step * scale
        scale *= 10
