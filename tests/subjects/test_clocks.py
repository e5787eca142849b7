"""The clocks of requests, date by date: each expected day was reckoned by hand from a printed calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.policy import read
from governance.policy.subjects import Period, Place, SubjectsPolicy
from governance.subjects import clocks

POLICY = read(Path(__file__).parents[2] / "policies" / "subjects.yaml", SubjectsPolicy)
MONTH, THREE_MONTHS = Period(months=1), Period(months=3)
BERLIN, DUBLIN, LONDON, CALIFORNIA = (
    clocks.calendar_of(POLICY.places[name]) for name in ("DE-BE", "IE", "GB-ENG", "US-CA")
)


def day(text: str) -> date:
    return date.fromisoformat(text)


# (what is special about it, received, last day). One month, Berlin, working-day rule.
ONE_MONTH_IN_BERLIN = [
    ("a plain Monday", "2026-01-05", "2026-02-05"),
    ("a Tuesday to a Friday", "2026-01-27", "2026-02-27"),
    ("28 January ends on Saturday 28 February", "2026-01-28", "2026-03-02"),
    ("there is no 29 February in 2026; the 28th is a Saturday", "2026-01-29", "2026-03-02"),
    ("nor a 30th", "2026-01-30", "2026-03-02"),
    ("nor a 31st", "2026-01-31", "2026-03-02"),
    ("a Thursday whose end is a Sunday", "2026-01-15", "2026-02-16"),
    ("a Sunday that is Women's Day in Berlin too", "2026-02-08", "2026-03-09"),
    ("February to March, a Friday", "2026-02-27", "2026-03-27"),
    ("the last of February ends on the 28th, not the 31st; a Saturday", "2026-02-28", "2026-03-30"),
    ("Good Friday, and with it all of Easter", "2026-03-03", "2026-04-07"),
    ("a Sunday: Easter Sunday", "2026-03-05", "2026-04-07"),
    ("Easter Monday", "2026-03-06", "2026-04-07"),
    ("the day after Easter Monday", "2026-03-07", "2026-04-07"),
    ("31 March to 30 April", "2026-03-31", "2026-04-30"),
    ("1 May is a Friday", "2026-04-01", "2026-05-04"),
    ("Ascension Day, a Thursday; Friday is worked", "2026-04-14", "2026-05-15"),
    ("Whit Monday", "2026-04-25", "2026-05-26"),
    ("Whit Sunday", "2026-04-24", "2026-05-26"),
    ("30 April to Saturday 30 May", "2026-04-30", "2026-06-01"),
    ("31 May to 30 June", "2026-05-31", "2026-06-30"),
    ("30 June to 30 July", "2026-06-30", "2026-07-30"),
    ("31 July to 31 August, both have one", "2026-07-31", "2026-08-31"),
    ("31 August to 30 September", "2026-08-31", "2026-09-30"),
    ("3 October is a Saturday and a holiday", "2026-09-03", "2026-10-05"),
    ("30 September to 30 October", "2026-09-30", "2026-10-30"),
    ("31 October to 30 November", "2026-10-31", "2026-11-30"),
    ("24 December is worked", "2026-11-24", "2026-12-24"),
    ("Christmas Day is a Friday; the 26th and 27th are a weekend", "2026-11-25", "2026-12-28"),
    ("30 November to 30 December", "2026-11-30", "2026-12-30"),
    ("New Year's Day is a Friday", "2026-12-01", "2027-01-04"),
    ("31 December to 31 January, a Sunday", "2026-12-31", "2027-02-01"),
    ("Women's Day on a Monday", "2027-02-08", "2027-03-09"),
    ("Good Friday 2027", "2027-02-26", "2027-03-30"),
    ("1 May on a Saturday", "2027-04-01", "2027-05-03"),
    ("3 October on a Sunday", "2027-09-03", "2027-10-04"),
    ("Christmas on a weekend gives Germany no day in its place", "2027-11-25", "2027-12-27"),
    ("28 January of a leap year", "2028-01-28", "2028-02-28"),
    ("29 January of a leap year", "2028-01-29", "2028-02-29"),
    ("30 January of a leap year", "2028-01-30", "2028-02-29"),
    ("31 January of a leap year", "2028-01-31", "2028-02-29"),
    ("29 February to 29 March", "2028-02-29", "2028-03-29"),
    ("another leap year", "2024-01-31", "2024-02-29"),
    ("2100 is none; its 28 February is a Sunday", "2100-01-31", "2100-03-01"),
]

# (what is special, place, period, working-day rule, days the clock stood still, received, last day)
ELSEWHERE_AND_OTHERWISE = [
    ("Ireland: St Brigid's Day", DUBLIN, MONTH, True, 0, "2026-01-02", "2026-02-03"),
    ("Ireland: St Patrick's Day", DUBLIN, MONTH, True, 0, "2026-02-17", "2026-03-18"),
    ("Ireland: Good Friday is no public holiday", DUBLIN, MONTH, True, 0, "2026-03-03", "2026-04-03"),
    ("Ireland: the first Monday of June", DUBLIN, MONTH, True, 0, "2026-05-01", "2026-06-02"),
    ("Ireland: the last Monday of October", DUBLIN, MONTH, True, 0, "2026-09-26", "2026-10-27"),
    ("Ireland: Women's Day is worked", DUBLIN, MONTH, True, 0, "2027-02-08", "2027-03-08"),
    ("England: the first Monday of May", LONDON, MONTH, True, 0, "2026-04-04", "2026-05-05"),
    ("England: Ascension Day is worked", LONDON, MONTH, True, 0, "2026-04-14", "2026-05-14"),
    ("England: the last Monday of May", LONDON, MONTH, True, 0, "2026-04-25", "2026-05-26"),
    ("England: the summer bank holiday", LONDON, MONTH, True, 0, "2026-07-31", "2026-09-01"),
    ("England: Monday 28 December stands in for Boxing Day", LONDON, MONTH, True, 0, "2026-11-25", "2026-12-29"),
    ("three months: what a weekend gave the first end is not inherited", BERLIN, THREE_MONTHS, True, 0, "2026-01-15", "2026-04-15"),
    ("three months from 31 January: 30 April, not 28", BERLIN, THREE_MONTHS, True, 0, "2026-01-31", "2026-04-30"),
    ("three months to Good Friday", BERLIN, THREE_MONTHS, True, 0, "2026-01-03", "2026-04-07"),
    ("three months to Whit Monday", BERLIN, THREE_MONTHS, True, 0, "2026-02-25", "2026-05-26"),
    ("three months to Christmas", BERLIN, THREE_MONTHS, True, 0, "2026-09-25", "2026-12-28"),
    ("three months over New Year to the end of February, a Sunday", BERLIN, THREE_MONTHS, True, 0, "2026-11-30", "2027-03-01"),
    ("three months to 29 February", BERLIN, THREE_MONTHS, True, 0, "2027-11-30", "2028-02-29"),
    ("stood still for a day", BERLIN, MONTH, True, 1, "2026-01-05", "2026-02-06"),
    ("stood still into a weekend", BERLIN, MONTH, True, 2, "2026-01-05", "2026-02-09"),
    ("stood still three days, into a Sunday", BERLIN, MONTH, True, 3, "2026-02-05", "2026-03-09"),
    ("the days count from 28 February, not from the Monday after", BERLIN, MONTH, True, 10, "2026-01-31", "2026-03-10"),
    ("stood still over Easter", BERLIN, MONTH, True, 14, "2026-03-03", "2026-04-17"),
    ("stood still into 1 May", BERLIN, MONTH, True, 4, "2026-03-27", "2026-05-04"),
    ("stood still into New Year", BERLIN, MONTH, True, 8, "2026-11-24", "2027-01-04"),
    ("England: three days for a clarification, into Easter Monday", LONDON, MONTH, True, 3, "2026-03-03", "2026-04-07"),
    ("extended and stood still, into 1 May", BERLIN, THREE_MONTHS, True, 16, "2026-01-15", "2026-05-04"),
    ("extended and stood still, over February", BERLIN, THREE_MONTHS, True, 30, "2026-11-30", "2027-03-30"),
    ("California: 45 days to a Sunday stay there", CALIFORNIA, Period(days=45), False, 0, "2026-01-01", "2026-02-15"),
    ("California: 45 days over March", CALIFORNIA, Period(days=45), False, 0, "2026-03-02", "2026-04-16"),
    ("California: 45 days to 29 February", CALIFORNIA, Period(days=45), False, 0, "2028-01-15", "2028-02-29"),
    ("California: the same a year before", CALIFORNIA, Period(days=45), False, 0, "2027-01-15", "2027-03-01"),
    ("California: 45 days over New Year", CALIFORNIA, Period(days=45), False, 0, "2026-11-20", "2027-01-04"),
    ("California: 90 days", CALIFORNIA, Period(days=90), False, 0, "2026-03-02", "2026-05-31"),
    ("days with the working-day rule", BERLIN, Period(days=15), True, 0, "2026-03-19", "2026-04-07"),
    ("ten business days", CALIFORNIA, Period(working_days=10), False, 0, "2026-03-02", "2026-03-16"),
    ("ten business days over Martin Luther King Day", CALIFORNIA, Period(working_days=10), False, 0, "2026-01-12", "2026-01-27"),
    ("ten business days over Thanksgiving and the day after", CALIFORNIA, Period(working_days=10), False, 0, "2026-11-20", "2026-12-08"),
    ("ten business days from a Saturday", CALIFORNIA, Period(working_days=10), False, 0, "2026-04-04", "2026-04-17"),
    ("fifteen business days", CALIFORNIA, Period(working_days=15), False, 0, "2026-03-02", "2026-03-23"),
    ("fifteen business days over César Chávez Day", CALIFORNIA, Period(working_days=15), False, 0, "2026-03-25", "2026-04-16"),
    ("three working days over Easter", BERLIN, Period(working_days=3), True, 0, "2026-04-02", "2026-04-09"),
    ("three working days over Christmas in England", LONDON, Period(working_days=3), True, 0, "2026-12-23", "2026-12-30"),
]  # fmt: skip


def test_the_table_is_long_enough() -> None:
    assert len(ONE_MONTH_IN_BERLIN) + len(ELSEWHERE_AND_OTHERWISE) >= 80
    lengths = {(day(row[1]).year, day(row[1]).month) for row in ONE_MONTH_IN_BERLIN}
    assert {month for _, month in lengths} == set(range(1, 13)), "a month of some length is not in the table"


@pytest.mark.parametrize(("special", "received", "expected"), ONE_MONTH_IN_BERLIN, ids=str)
def test_a_month_in_berlin_ends_on(special: str, received: str, expected: str) -> None:
    assert clocks.last_day(day(received), MONTH, BERLIN, working_day_rule=True) == day(expected)


@pytest.mark.parametrize(
    ("special", "at", "period", "rule", "stood", "received", "expected"),
    ELSEWHERE_AND_OTHERWISE,
    ids=[row[0] for row in ELSEWHERE_AND_OTHERWISE],
)
def test_another_period_ends_on(
    special: str, at: clocks.Calendar, period: Period, rule: bool, stood: int, received: str, expected: str
) -> None:
    found = clocks.last_day(day(received), period, at, working_day_rule=rule, paused_days=stood)
    assert found == day(expected)


def test_a_holiday_that_the_library_does_not_know_moves_an_end_too() -> None:
    at = clocks.calendar_of(
        Place(
            time_zone="Europe/Berlin", country="DE", subdivision="BE", further_holidays=(day("2026-02-05"),)
        )
    )
    assert clocks.last_day(day("2026-01-05"), MONTH, at, working_day_rule=True) == day("2026-02-06")


@pytest.mark.parametrize(
    ("at", "moment", "expected"),
    [
        (BERLIN, datetime(2026, 3, 28, 22, 59, tzinfo=UTC), "2026-03-28"),
        (BERLIN, datetime(2026, 3, 28, 23, 0, tzinfo=UTC), "2026-03-29"),
        (BERLIN, datetime(2026, 7, 1, 22, 0, tzinfo=UTC), "2026-07-02"),
        (CALIFORNIA, datetime(2026, 3, 3, 7, 59, tzinfo=UTC), "2026-03-02"),
        (LONDON, datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2026-07-02"),
    ],
)
def test_the_day_of_receipt_is_the_one_at_the_place(
    at: clocks.Calendar, moment: datetime, expected: str
) -> None:
    assert at.day_of(moment) == day(expected)


@pytest.mark.parametrize(
    ("at", "last", "over"),
    [
        (BERLIN, "2026-02-05", datetime(2026, 2, 5, 23, 0, tzinfo=UTC)),
        (BERLIN, "2026-03-29", datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        (BERLIN, "2026-10-25", datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        (LONDON, "2026-07-01", datetime(2026, 7, 1, 23, 0, tzinfo=UTC)),
        (CALIFORNIA, "2026-02-15", datetime(2026, 2, 16, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_day_is_over_at_midnight_of_its_place(at: clocks.Calendar, last: str, over: datetime) -> None:
    assert at.end_of(day(last)) == over


@pytest.mark.parametrize(
    ("asked", "came", "stood"),
    [
        (datetime(2026, 3, 6, 9, 0, tzinfo=UTC), datetime(2026, 3, 6, 22, 59, tzinfo=UTC), 0),
        (datetime(2026, 3, 6, 22, 59, tzinfo=UTC), datetime(2026, 3, 6, 23, 1, tzinfo=UTC), 1),
        (datetime(2026, 3, 6, 9, 0, tzinfo=UTC), datetime(2026, 3, 9, 8, 0, tzinfo=UTC), 3),
        (datetime(2026, 3, 27, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, 30, tzinfo=UTC), 2),
        (datetime(2026, 12, 31, 9, 0, tzinfo=UTC), datetime(2027, 1, 2, 9, 0, tzinfo=UTC), 2),
    ],
)
def test_a_pause_is_as_long_as_the_days_between(asked: datetime, came: datetime, stood: int) -> None:
    assert clocks.days_stood(asked, came, BERLIN) == stood


@pytest.mark.parametrize(
    ("left", "last", "expected"),
    [
        (11, None, None), (10, None, 10), (9, 10, None), (6, 10, None), (5, 10, 5), (4, 5, None), (2, 5, 2),
        (1, 2, None), (0, 2, None), (-1, 2, -1), (-3, 2, -1), (-3, -1, None), (3, None, 5), (-3, None, -1), (1, 10, 2),
    ],
)  # fmt: skip
def test_a_warning_is_given_once_and_the_most_urgent_of_those_that_were_missed(
    left: int, last: int | None, expected: int | None
) -> None:
    due = day("2026-04-20")
    assert clocks.warning_due(due, due - timedelta(days=left), (10, 5, 2), last) == expected


DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
PLACES = st.sampled_from([BERLIN, DUBLIN, LONDON, CALIFORNIA])


@given(received=DAYS, months=st.integers(1, 24))
def test_a_period_in_months_ends_on_the_same_date_or_on_the_last_of_the_month(
    received: date, months: int
) -> None:
    end = clocks.months_after(received, months)
    assert (end.year * 12 + end.month) - (received.year * 12 + received.month) == months
    assert end.day == received.day or (end.day < received.day and (end + timedelta(days=1)).day == 1)


@given(received=DAYS, at=PLACES, months=st.integers(1, 3), stood=st.integers(0, 60))
def test_an_end_is_a_working_day_and_none_was_passed_over(
    received: date, at: clocks.Calendar, months: int, stood: int
) -> None:
    nominal = clocks.months_after(received, months) + timedelta(days=stood)
    end = clocks.last_day(received, Period(months=months), at, working_day_rule=True, paused_days=stood)
    assert at.is_working(end)
    assert nominal <= end
    between = [nominal + timedelta(days=more) for more in range((end - nominal).days)]
    assert not any(at.is_working(one) for one in between)


@given(received=DAYS, at=PLACES, stood=st.integers(0, 60), more=st.integers(1, 30))
def test_neither_a_longer_pause_nor_an_extension_ever_brings_an_end_nearer(
    received: date, at: clocks.Calendar, stood: int, more: int
) -> None:
    def end(period: Period, paused: int) -> date:
        return clocks.last_day(received, period, at, working_day_rule=True, paused_days=paused)

    assert end(MONTH, stood) <= end(MONTH, stood + more)
    assert end(MONTH, stood) < end(THREE_MONTHS, stood)


@given(received=DAYS, at=PLACES, count=st.integers(1, 30))
def test_working_days_are_counted_one_by_one(received: date, at: clocks.Calendar, count: int) -> None:
    end = at.working_days_after(received, count)
    passed = [received + timedelta(days=more) for more in range(1, (end - received).days + 1)]
    assert sum(at.is_working(one) for one in passed) == count
    assert at.is_working(end)


@given(
    due=DAYS,
    warn=st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True).map(
        lambda days: tuple(sorted(days, reverse=True))
    ),
    before=st.integers(0, 90),
)
def test_who_looks_every_day_gives_every_warning_once_on_its_day(
    due: date, warn: tuple[int, ...], before: int
) -> None:
    given_on: list[int] = []
    last: int | None = None
    for left in range(before, -10, -1):
        found = clocks.warning_due(due, due - timedelta(days=left), warn, last)
        if found is not None:
            given_on.append(found)
            last = found
    missed = [days for days in warn if days >= before]
    assert given_on == [*missed[-1:], *(days for days in warn if days < before), clocks.OVER]
