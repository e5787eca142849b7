"""When a finding is due and when it is escalated. Pure: told what they decide on.

A working day is a Monday to Friday: a deadline inside the house, which no law reckons. Those of the law are reckoned by
`subjects.clocks`, and a finding about one carries its end.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from governance.policy.interventions import Escalation, Intervention, Severity, Span

URGENT: Final[tuple[Severity, ...]] = ("high", "critical")
"""What owners are told of at once; the rest is gathered."""
GATHERED: Final = timedelta(hours=1)
"""For how long."""
_SATURDAY = 5
_DAY = timedelta(days=1)


def after(moment: datetime, span: Span) -> datetime:
    """Return the moment that lies `span` after another: with working days, at the same time of the day.

    What begins on a weekend begins on its Monday morning: nobody loses a day that was none.
    """
    if span.hours is not None:
        return moment + timedelta(hours=span.hours)
    there = moment
    if _is_weekend(there):
        there = _next_working_day(there).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(span.working_days or 0):
        there = _next_working_day(there)
    return there


def before(moment: datetime, span: Span) -> datetime:
    """Return the latest moment for which `span` is over at `moment`: what began by then has had its time."""
    if span.hours is not None:
        return moment - timedelta(hours=span.hours)
    there, left = moment, span.working_days or 0
    if _is_weekend(there):
        # No working day ends on a weekend: the last one that did was Friday.
        while _is_weekend(there):
            there -= _DAY
        there = there.replace(hour=23, minute=59, second=59, microsecond=999_999)
    while left:
        there -= _DAY
        left -= not _is_weekend(there)
    return there


def due(path: Intervention, opened_at: datetime, ends_at: datetime | None = None) -> datetime:
    """Return until when a finding is to be mended: by policy, or by the end that its subject has of itself, if earlier."""
    by_policy = after(opened_at, path.deadline)
    return by_policy if ends_at is None else max(opened_at, min(by_policy, ends_at))


def is_to_be_told(now: datetime, since: datetime, urgent: int) -> bool:
    """Return whether the owners are told now of what opened `since`: a mail every few minutes would be read by nobody."""
    return urgent > 0 or now - since >= GATHERED


def first_escalation(escalation: Escalation, due_at: datetime) -> datetime:
    """Return when a finding that is due at `due_at` is escalated unless it is closed before."""
    return after(due_at, escalation.after)


def next_escalation(escalation: Escalation, now: datetime) -> datetime:
    """Return when a finding that was escalated `now` is escalated again: what a standstill missed is not made up for."""
    return after(now, escalation.every)


def _is_weekend(moment: datetime) -> bool:
    return moment.weekday() >= _SATURDAY


def _next_working_day(moment: datetime) -> datetime:
    there = moment + _DAY
    while _is_weekend(there):
        there += _DAY
    return there
