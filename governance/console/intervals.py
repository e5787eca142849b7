"""Charts of shares with the bounds they lie between, worked out as places on a drawing like those of `charts`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from governance.console.charts import (
    GAP,
    HEIGHT,
    MOST_COLUMNS,
    MOST_LABELS,
    THINNEST,
    WIDTH,
    Bar,
    Chart,
    Column,
    Series,
    nice,
)


@dataclass(frozen=True)
class Range:
    """What a column of a share is made of: the counts in the order of the series, the share, and the bounds it lies between."""

    name: str
    counts: tuple[int, ...]
    low: float
    share: float
    high: float

    @property
    def told(self) -> str:
        """What is told of the column under the pointer."""
        return f"{self.name}: {self.share:.1%}, between {self.low:.1%} and {self.high:.1%}"


def intervals(key: str, title: str, axis: str, series: Sequence[Series], ranges: Sequence[Range]) -> Chart:
    """Return shares with their intervals, in per cent: a column from bound to bound, and a line where the share lies.

    The tones are those of the series: the first that of the interval, the last that of the share. Raises `ValueError`
    for more columns than can be told apart.
    """
    if len(ranges) > MOST_COLUMNS:
        raise ValueError(f"{len(ranges)} columns cannot be told apart")
    top = nice(ceil(max((one.high for one in ranges), default=0) * 100))
    step = WIDTH / max(1, len(ranges))
    columns = tuple(_interval(one, series, at * step, step, top) for at, one in enumerate(ranges))
    every = -(-len(ranges) // MOST_LABELS) or 1
    highest = max(ranges, key=lambda one: one.share, default=None)
    described = (
        f"The highest share is {highest.told}." if highest is not None else "There is nothing to show."
    )
    scale = (top, top // 2, 0) if top > 1 else (top, 0)
    labels = tuple(one.name for one in ranges[::every])
    return Chart(key, title, axis, described, tuple(series), columns, labels, scale)


def _interval(one: Range, series: Sequence[Series], x: float, step: float, top: int) -> Column:
    if len(one.counts) != len(series):
        raise ValueError("one count for each series")

    def height(share: float) -> float:
        return share * 100 / top * HEIGHT

    place, width = round(x + step * GAP / 2, 2), round(step * (1 - GAP), 2)
    tall = max(height(one.high) - height(one.low), THINNEST)
    line = min(max(HEIGHT - height(one.share) - THINNEST / 2, 0.0), HEIGHT - THINNEST)
    bounds = Bar(series[0].tone, place, round(HEIGHT - height(one.low) - tall, 2), width, round(tall, 2))
    share = Bar(series[-1].tone, place, round(line, 2), width, THINNEST)
    return Column(one.name, one.counts, one.told, round(x, 2), round(step, 2), (bounds, share))
