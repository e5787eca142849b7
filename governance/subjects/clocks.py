"""The clocks of requests: pure arithmetic on days. Who asks for the time of day is told it.

A period runs from the day after receipt (Regulation 1182/71, Art. 3(1)). One in months ends on the same date of its last
month, or on that month's last day (Art. 3(2)(c)); one in days is counted. A pause moves the end by the days the clock
stood still, and only then does the working-day rule move it off a weekend or public holiday (Art. 3(4)). An extension
is a longer period from the same receipt: its end does not inherit what a weekend once gave to the first.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from governance.policy.subjects import Period, Place

_DAY = timedelta(days=1)
_SATURDAY = 5

OVER = -1
"""The last warning: the end has passed."""


@dataclass(frozen=True)
class Calendar:
    """The days of a place: where midnight is, and which days are worked."""

    zone: ZoneInfo
    is_holiday: Callable[[date], bool]

    def is_working(self, day: date) -> bool:
        """Return whether `day` is neither Saturday, nor Sunday, nor a public holiday."""
        return day.weekday() < _SATURDAY and not self.is_holiday(day)

    def working_day_from(self, day: date) -> date:
        """Return `day` if it is worked, or the next one that is."""
        while not self.is_working(day):
            day += _DAY
        return day

    def working_days_after(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`, which itself is not counted."""
        for _ in range(count):
            day = self.working_day_from(day + _DAY)
        return day

    def day_of(self, moment: datetime) -> date:
        """Return the day that `moment` falls on at this place."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """Return the first moment after `day` at this place, in UTC: until then what is done is done in time."""
        return datetime.combine(day + _DAY, time(), self.zone).astimezone(UTC)


def calendar_of(place: Place) -> Calendar:
    """Return the calendar of a place: the public holidays of the library, and those that the policy adds."""
    further = frozenset(place.further_holidays)
    country, subdivision = place.country, place.subdivision

    def is_holiday(day: date) -> bool:
        return day in further or day in _holidays(country, subdivision, day.year)

    return Calendar(ZoneInfo(place.time_zone), is_holiday)


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    import holidays  # a sixth of a second, spent when the first clock is read

    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def months_after(day: date, months: int) -> date:
    """Return the same date `months` later, or the last day of that month where it has no such date."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def last_day(
    received_on: date, period: Period, at: Calendar, *, working_day_rule: bool, paused_days: int = 0
) -> date:
    """Return the last day of `period`, for something received on `received_on`, whose clock stood still `paused_days`."""
    if period.months is not None:
        end = months_after(received_on, period.months)
    elif period.days is not None:
        end = received_on + timedelta(days=period.days)
    else:
        end = at.working_days_after(received_on, period.working_days or 0)
    end += timedelta(days=paused_days)
    return at.working_day_from(end) if working_day_rule else end


def days_stood(paused_at: datetime, resumed_at: datetime, at: Calendar) -> int:
    """Return by how many days a pause moves the end: none where the answer came on the day of the question."""
    return (at.day_of(resumed_at) - at.day_of(paused_at)).days


def warning_due(due_on: date, today: date, warn_days: tuple[int, ...], last: int | None) -> int | None:
    """Return the warning that is due today, as its number of days before the end, or None; `OVER` the day after it.

    Of several that were missed only the most urgent is given; `last` is the one that was given before.
    """
    left = (due_on - today).days
    due = [days for days in (*warn_days, OVER) if left <= days and (last is None or days < last)]
    return min(due) if due else None
