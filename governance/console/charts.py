"""Charts worked out as places on a drawing: bars by month, by day or hour, by age. Pure; `charts.html` makes SVG of them.

Every chart carries the words of its numbers too: a title, a description, what is told of a column under the pointer, and
the table that the template folds away below it. So nothing is said by a colour or a shape alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

WIDTH, HEIGHT = 1000, 100
GAP = 0.22
MOST_COLUMNS = 120
MOST_LABELS = 8
THINNEST = 1.5
"""One among a million is still there to be seen."""

Tone = Literal["plain", "soft", "good", "warn", "bad"]


@dataclass(frozen=True)
class Series:
    """One kind of thing that is counted, and the tone that it is drawn in."""

    name: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Bar:
    """One rectangle."""

    tone: Tone
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Column:
    """One bucket: what it is called, how many of each series, where a table's row leads, and its rectangles, stacked."""

    name: str
    counts: tuple[int, ...]
    told: str
    x: float
    width: float
    bars: tuple[Bar, ...]
    href: str = ""

    @property
    def total(self) -> int:
        """How many of all series together."""
        return sum(self.counts)


@dataclass(frozen=True)
class Chart:
    """A drawing of `width` by `height` units, its scale from top to bottom, and the words for all of it.

    `legend` is what the tones of the drawing mean, where that is not the series themselves.
    """

    key: str
    title: str
    axis: str
    description: str
    series: tuple[Series, ...]
    columns: tuple[Column, ...]
    labels: tuple[str, ...]
    scale: tuple[int, ...]
    width: int = WIDTH
    height: int = HEIGHT
    legend: tuple[Series, ...] = ()

    @property
    def lines(self) -> tuple[float, ...]:
        """Where the lines of the scale lie."""
        return tuple(round(self.height * at / (len(self.scale) - 1), 2) for at in range(len(self.scale)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(column.total for column in self.columns)


@dataclass(frozen=True)
class Bucket:
    """What one column is made of: the counts in the order of the series."""

    name: str
    counts: tuple[int, ...]
    href: str = ""
    label: str = ""


def bars(key: str, title: str, axis: str, series: Sequence[Series], buckets: Sequence[Bucket]) -> Chart:
    """Return stacked bars, one column a bucket. `key` is unique on its page.

    Raises `ValueError` for more columns than can be told apart, and for counts that are not one for each series.
    """
    if len(buckets) > MOST_COLUMNS:
        raise ValueError(f"{len(buckets)} columns cannot be told apart")
    top = nice(max((sum(bucket.counts) for bucket in buckets), default=0))
    step = WIDTH / max(1, len(buckets))
    columns = tuple(_column(bucket, series, at * step, step, top) for at, bucket in enumerate(buckets))
    # A label stands in the middle of an equal part of the drawing: one label for each `every` columns.
    every = -(-len(buckets) // MOST_LABELS) or 1
    labels = tuple(bucket.label or bucket.name for bucket in buckets[::every])
    scale = (top, top // 2, 0) if top > 1 else (top, 0)
    return Chart(key, title, axis, _described(columns, series), tuple(series), columns, labels, scale)


def by_month(
    key: str,
    title: str,
    series: Sequence[Series],
    counts: Mapping[tuple[int, int], Sequence[int]],
    href: str = "",
) -> Chart:
    """Return one column for each month from the first counted to the last, the empty ones between them too.

    `counts` is by (year, month). In `href` `{month}` stands for `2026-03`. What lies beyond the most columns is in the last.
    """
    months = _months(min(counts), max(counts)) if counts else []
    kept, beyond = months[:MOST_COLUMNS], months[MOST_COLUMNS:]
    buckets = [
        Bucket(
            f"{date(year, month, 1):%b %Y}",
            _counts(counts.get((year, month)), series),
            href.replace("{month}", f"{year}-{month:02}"),
            f"{date(year, month, 1):%b %y}",
        )
        for year, month in kept
    ]
    if beyond:
        rest = [_counts(counts.get(month), series) for month in beyond]
        added = tuple(sum(column) for column in zip(buckets[-1].counts, *rest, strict=True))
        buckets[-1] = Bucket(f"{buckets[-1].name} and later", added)
    return bars(key, title, "Month", series, buckets)


def by_time(
    key: str,
    title: str,
    series: Sequence[Series],
    counts: Mapping[datetime, Sequence[int]],
    first: datetime,
    last: datetime,
    every: timedelta,
    href: str = "",
) -> Chart:
    """Return one column for each `every` (an hour, a day) from `first` up to but not including `last`.

    `counts` is by the beginning of the column. In `href` `{since}` and `{until}` stand for the column's ends (ISO 8601).
    """
    starts = []
    at = first
    while at < last:
        starts.append(at)
        at += every
    is_daily = every >= timedelta(days=1)
    buckets = [
        Bucket(
            f"{start:%-d %b %Y}" if is_daily else f"{start:%-d %b, %H:%M}",
            _counts(counts.get(start), series),
            href.replace("{since}", _stamp(start)).replace("{until}", _stamp(start + every)),
            f"{start:%-d %b}" if is_daily else f"{start:%H:%M}",
        )
        for start in starts
    ]
    return bars(key, title, "Day" if is_daily else "Time", series, buckets)


def by_age(
    key: str, title: str, series: Sequence[Series], ages: Sequence[tuple[int, timedelta]], days: Sequence[int]
) -> Chart:
    """Return a histogram: `ages` are (index of the series, age), `days` the ends of the columns, ascending; the last is open."""
    ends = [timedelta(days=end) for end in days]
    found = [[0] * len(series) for _ in range(len(ends) + 1)]
    for which, age in ages:
        found[sum(age >= end for end in ends)][which] += 1
    starts = [0, *days]
    names = [f"{a} to {b} days" for a, b in zip(starts, days, strict=False)] + [f"over {starts[-1]} days"]
    short = [f"{a}–{b}" for a, b in zip(starts, days, strict=False)] + [f"{starts[-1]}+"]
    buckets = [
        Bucket(name, tuple(row), label=label) for name, row, label in zip(names, found, short, strict=True)
    ]
    return bars(key, title, "Age", series, buckets)


def _column(bucket: Bucket, series: Sequence[Series], x: float, step: float, top: int) -> Column:
    if len(bucket.counts) != len(series):
        raise ValueError("one count for each series")
    stacked: list[Bar] = []
    y = float(HEIGHT)
    for one, count in zip(series, bucket.counts, strict=True):
        if count:
            height = min(y, max(count / top * HEIGHT, THINNEST))
            y -= height
            stacked.append(
                Bar(
                    one.tone,
                    round(x + step * GAP / 2, 2),
                    round(y, 2),
                    round(step * (1 - GAP), 2),
                    round(height, 2),
                )
            )
    told = ", ".join(
        f"{count:,} {one.name.lower()}"
        for one, count in zip(series, bucket.counts, strict=True)
        if count or len(series) == 1
    )
    return Column(
        bucket.name,
        bucket.counts,
        f"{bucket.name}: {told or 'nothing'}",
        round(x, 2),
        round(step, 2),
        tuple(stacked),
        bucket.href,
    )


def _described(columns: Sequence[Column], series: Sequence[Series]) -> str:
    """Return in a sentence or two what somebody would see at a glance."""
    filled = [column for column in columns if column.total]
    if not filled:
        return "There is nothing to show."
    most = max(filled, key=lambda column: column.total)
    sums = ", ".join(
        f"{sum(column.counts[at] for column in columns):,} {one.name.lower()}"
        for at, one in enumerate(series)
    )
    span = columns[0].name if len(columns) == 1 else f"{columns[0].name} to {columns[-1].name}"
    return f"{span}: {sums}. The highest column is {most.told}."


def nice(most: int) -> int:
    """Return a round number that is not below `most`: 1, 2, 4, 6, 8 or 10 times a power of ten."""
    if most <= 1:
        return 1
    power = 1
    while power * 10 < most:
        power *= 10
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= most)


def _months(first: tuple[int, int], last: tuple[int, int]) -> list[tuple[int, int]]:
    start, end = first[0] * 12 + first[1] - 1, last[0] * 12 + last[1] - 1
    return [(at // 12, at % 12 + 1) for at in range(start, end + 1)]


def _counts(found: Sequence[int] | None, series: Sequence[Series]) -> tuple[int, ...]:
    return tuple(found) if found is not None else (0,) * len(series)


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
