"""Deadlines of findings, reckoned one by one and against their own inverse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.findings import rules
from governance.policy import load
from governance.policy.interventions import Span

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
REQUEST = load().default.interventions.path("request_due")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.one_of(
    st.integers(0, 500).map(lambda n: Span(hours=n)), st.integers(0, 30).map(lambda n: Span(working_days=n))
)


@pytest.mark.parametrize(
    ("begins", "days", "ends"),
    [
        (MONDAY, 1, MONDAY + DAY),
        (MONDAY, 5, MONDAY + 7 * DAY),
        (MONDAY + 4 * DAY, 1, MONDAY + 7 * DAY),  # Friday: the next working day is Monday
        (MONDAY + 5 * DAY, 1, datetime(2026, 3, 10, tzinfo=UTC)),  # Saturday: Monday is the day, all of it
        (MONDAY + 6 * DAY, 2, datetime(2026, 3, 11, tzinfo=UTC)),
        (MONDAY, 0, MONDAY),
    ],
)
def test_working_days_are_monday_to_friday(begins: datetime, days: int, ends: datetime) -> None:
    assert rules.after(begins, Span(working_days=days)) == ends


@given(MOMENTS, MOMENTS, SPANS)
def test_what_began_before_the_grace_is_what_has_had_its_time(
    began: datetime, now: datetime, span: Span
) -> None:
    assert (began <= rules.before(now, span)) == (rules.after(began, span) <= now)


@given(MOMENTS, SPANS)
def test_a_deadline_never_lies_before_its_beginning(moment: datetime, span: Span) -> None:
    assert rules.after(moment, span) >= moment


@given(MOMENTS, st.timedeltas(timedelta(days=-40), timedelta(days=40)))
def test_the_end_a_subject_has_of_itself_can_only_bring_the_deadline_nearer(
    moment: datetime, by: timedelta
) -> None:
    due = rules.due(REQUEST, moment, moment + by)
    assert moment <= due <= rules.due(REQUEST, moment)
    assert due == moment + by or by < timedelta(0) or due == rules.due(REQUEST, moment)


def test_what_is_urgent_is_told_at_once_and_the_rest_is_gathered() -> None:
    assert rules.is_to_be_told(MONDAY, MONDAY, urgent=1)
    assert not rules.is_to_be_told(MONDAY, MONDAY, urgent=0)
    assert rules.is_to_be_told(MONDAY + rules.GATHERED, MONDAY, urgent=0)
