"""Charts of shares with the bounds they lie between, worked out as places on a drawing like those of `charts`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from governance.console.charts import (
    GAP,
    HEIGHT,
    MOST_COLUMNS,
    THINNEST,
    WIDTH,
    Bar,
    Chart,
    Column,
    Series,
    nice,
)

ALL_LABELLED, FEW_LABELS = 12, 6
"""So many columns have a label each; of more, so many at most: those in between stay empty, so that each stands under its own."""
MARK = 12
"""How wide a share is drawn on a line beside its numbers."""


@dataclass(frozen=True)
class Bounds:
    """A share and what it lies between."""

    low: float
    share: float
    high: float

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.share:.1%}, between {self.low:.1%} and {self.high:.1%}"


@dataclass(frozen=True)
class Range:
    """What a column of a share is made of: the counts in the order of the series, and the share; None where nobody measured it."""

    name: str
    counts: tuple[int, ...]
    bounds: Bounds | None
    label: str = ""

    @property
    def told(self) -> str:
        """What is told of the column under the pointer."""
        return f"{self.name}: {'nothing measured' if self.bounds is None else self.bounds}"


@dataclass(frozen=True)
class Lying:
    """Where a share lies on a line `WIDTH` long: its bounds from `x` on, `width` wide, and the share, `MARK` wide, at `mark`."""

    x: float
    width: float
    mark: float


def intervals(
    key: str,
    title: str,
    axis: str,
    series: Sequence[Series],
    legend: tuple[Series, Series],
    ranges: Sequence[Range],
) -> Chart:
    """Return shares with their intervals, in per cent: a column from bound to bound, and a line where the share lies.

    `series` are what the table counts, `legend` what the drawing shows: bounds, and share, in their tones. A column of
    which nothing is known stands empty: it is no zero. Raises `ValueError` for more columns than can be told apart.
    """
    if len(ranges) > MOST_COLUMNS:
        raise ValueError(f"{len(ranges)} columns cannot be told apart")
    top = highest(one.bounds for one in ranges)
    step = WIDTH / max(1, len(ranges))
    columns = tuple(_interval(one, series, legend, at * step, step, top) for at, one in enumerate(ranges))
    known = [(one.bounds.share, one.told) for one in ranges if one.bounds is not None]
    described = f"The highest share is {max(known)[1]}." if known else "There is nothing to show."
    scale = (top, top // 2, 0) if top > 1 else (top, 0)
    every = 1 if len(ranges) <= ALL_LABELLED else -(-len(ranges) // FEW_LABELS)
    labels = tuple("" if at % every else one.label or one.name for at, one in enumerate(ranges))
    return Chart(key, title, axis, described, tuple(series), columns, labels, scale, legend=legend)


def highest(bounds: Iterable[Bounds | None]) -> int:
    """Return the end of a scale, in per cent, on which all of them have their place."""
    return nice(ceil(max((one.high for one in bounds if one is not None), default=0) * 100))


def lying(bounds: Bounds, top: int) -> Lying:
    """Return where a share lies on a line from 0 to `top` per cent."""
    low, share, high = (part * 100 / top * WIDTH for part in (bounds.low, bounds.share, bounds.high))
    width = max(high - low, MARK)
    left, mark = min(low, WIDTH - width), min(max(share - MARK / 2, 0), WIDTH - MARK)
    return Lying(round(left, 2), round(width, 2), round(mark, 2))


def _interval(
    one: Range, series: Sequence[Series], legend: tuple[Series, Series], x: float, step: float, top: int
) -> Column:
    if len(one.counts) != len(series):
        raise ValueError("one count for each series")
    bars = () if one.bounds is None else _bars(one.bounds, legend, x, step, top)
    return Column(one.name, one.counts, one.told, round(x, 2), round(step, 2), bars)


def _bars(bounds: Bounds, legend: tuple[Series, Series], x: float, step: float, top: int) -> tuple[Bar, Bar]:
    low, share, high = (part * 100 / top * HEIGHT for part in (bounds.low, bounds.share, bounds.high))
    place, width = round(x + step * GAP / 2, 2), round(step * (1 - GAP), 2)
    tall = max(high - low, THINNEST)
    line = min(max(HEIGHT - share - THINNEST / 2, 0.0), HEIGHT - THINNEST)
    return (
        Bar(legend[0].tone, place, round(HEIGHT - low - tall, 2), width, round(tall, 2)),
        Bar(legend[1].tone, place, round(line, 2), width, THINNEST),
    )
