"""How the page of the leak rate shows what was measured: over time, with the months nobody judged, and by what recordings are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from governance.console import charts, intervals
from governance.console.charts import Chart, Series
from governance.console.intervals import Bounds, Lying, Range
from governance.redaction.leak_rate import Rate, Report

_COUNTED = (Series("Judged"), Series("With something missed"))
_SHOWN = (Series("Between (95 %)", "soft"), Series("Something missed", "bad"))


@dataclass(frozen=True)
class Shown:
    """One rate, and where it lies on the line beside it; None where nothing was measured."""

    rate: Rate
    lying: Lying | None


@dataclass(frozen=True)
class Facts:
    """The rates of recordings by each fact about them, all on lines from 0 to `top` per cent, so that they compare."""

    top: int
    groups: tuple[tuple[str, tuple[Shown, ...]], ...]


def over_time(found: Report) -> Chart:
    """Return the rate month by month: the interval, and the rate in it. A month of which nothing is known stands empty."""
    known = {one.name: one for one in found.by_month}
    names = _months(min(known), max(known))[-charts.MOST_COLUMNS :] if known else []
    title = "Recordings with something missed, per cent of those judged"
    return intervals.intervals(
        "leak-rate", title, "Month", _COUNTED, _SHOWN, [_range(name, known.get(name)) for name in names]
    )


def by_fact(found: Report) -> Facts:
    """Return the rates by language, channels, codec and release."""
    groups = (
        ("Language", found.by_language),
        ("Channels", found.by_channels),
        ("Codec", found.by_codec),
        ("Release", found.by_product),
    )
    top = intervals.highest(_bounds(one) for _, rates in groups for one in rates)
    return Facts(top, tuple((name, _shown(rates, top)) for name, rates in groups))


def _shown(rates: Sequence[Rate], top: int) -> tuple[Shown, ...]:
    known = [(one, _bounds(one)) for one in rates]
    return tuple(
        Shown(one, None if bounds is None else intervals.lying(bounds, top)) for one, bounds in known
    )


def _range(name: str, rate: Rate | None) -> Range:
    first = date.fromisoformat(f"{name}-01")
    bounds = None if rate is None else _bounds(rate)
    counts = (0, 0) if rate is None or rate.leaks is None else (rate.judged, rate.leaks.right)
    return Range(f"{first:%b %Y}", counts, bounds, f"{first:%b %y}")


def _bounds(rate: Rate) -> Bounds | None:
    if rate.leaks is None or rate.share is None:
        return None
    return Bounds(rate.leaks.low, rate.share, rate.leaks.high)


def _months(first: str, last: str) -> list[str]:
    """Return every month from the first to the last, both included, as they are written: `2026-03`."""
    start, end = (int(name[:4]) * 12 + int(name[5:]) - 1 for name in (first, last))
    return [f"{at // 12}-{at % 12 + 1:02}" for at in range(start, end + 1)]
