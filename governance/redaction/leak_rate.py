"""The residual leak rate: in how many released recordings somebody who examined them whole found something that was missed.

Pure. Per recording, with Wilson's interval. Where nobody has judged anything nothing is known, and that is another answer
than none: a rate over nothing is never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.redaction.thresholds import Interval, wilson

if TYPE_CHECKING:
    from governance.redaction.sample_queries import Counted

NOTHING = "Nothing measured yet."


@dataclass(frozen=True, slots=True)
class Rate:
    """What is known of the recordings called `name`. `leaks`: in how many of the judged something was missed; None: unknown.

    `lapsed` were erased before anybody judged them: holes of the sample.
    """

    name: str
    drawn: int
    judged: int
    lapsed: int
    leaks: Interval | None

    @property
    def share(self) -> float | None:
        """The part of the judged recordings in which something was missed; None where none was judged."""
        return self.leaks.right / self.leaks.count if self.leaks is not None else None

    @property
    def because(self) -> str:
        """Return it as a sentence: how many of how many, and between which bounds the rate lies 95 times in 100."""
        if self.leaks is None:
            return NOTHING
        one = self.leaks
        recordings = "recording" if one.count == 1 else "recordings"
        share = one.right / one.count
        return (
            f"Something was missed in {one.right} of {one.count} {recordings}: {percent(share)}, "
            f"between {percent(one.low)} and {percent(one.high)} (Wilson, 95 %)."
        )


@dataclass(frozen=True)
class Report:
    """The rate of everything, and by one fact at a time. Months are those of the release (UTC), oldest first."""

    overall: Rate
    by_language: tuple[Rate, ...]
    by_channels: tuple[Rate, ...]
    by_codec: tuple[Rate, ...]
    by_product: tuple[Rate, ...]
    by_month: tuple[Rate, ...]


def report(counted: Sequence[Counted]) -> Report:
    """Return the rates of the sample that was `counted`."""
    return Report(
        overall=_rate("all", counted),
        by_language=_by(counted, lambda one: one.language),
        by_channels=_by(counted, lambda one: f"{one.channels}"),
        by_codec=_by(counted, lambda one: one.codec),
        by_product=_by(counted, lambda one: one.product),
        by_month=_by(counted, lambda one: one.month),
    )


def percent(share: float) -> str:
    """Return a share in per cent, with as many places as tell a small one from none."""
    return f"{share * 100:.2f} %" if 0 < share < 0.01 else f"{share * 100:.1f} %"


def _by(counted: Iterable[Counted], fact: Callable[[Counted], str]) -> tuple[Rate, ...]:
    grouped: dict[str, list[Counted]] = {}
    for one in counted:
        grouped.setdefault(fact(one), []).append(one)
    return tuple(_rate(name, grouped[name]) for name in sorted(grouped))


def _rate(name: str, counted: Sequence[Counted]) -> Rate:
    judged = sum(one.judged for one in counted)
    leaks = wilson(sum(one.leaking for one in counted), judged) if judged else None
    return Rate(name, sum(one.drawn for one in counted), judged, sum(one.lapsed for one in counted), leaks)
