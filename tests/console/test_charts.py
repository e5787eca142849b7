"""Charts: every number has its place, its words and its row, and nothing is drawn where nothing is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.console import charts, intervals
from governance.console.charts import HEIGHT, WIDTH, Bucket, Series

TWO = (Series("Erased"), Series("Held", "warn"))
JAN = datetime(2026, 1, 31, 22, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), max_size=charts.MOST_COLUMNS))
def test_bars_stand_on_the_ground_within_the_drawing_and_in_proportion(
    counts: list[tuple[int, int]],
) -> None:
    chart = charts.bars("k", "T", "Month", TWO, [Bucket(str(at), pair) for at, pair in enumerate(counts)])
    assert [column.counts for column in chart.columns] == counts
    assert chart.is_empty == (not any(map(sum, counts)))
    top = chart.scale[0]
    for column in chart.columns:
        assert len(column.bars) == sum(count > 0 for count in column.counts)
        low = float(HEIGHT)
        for bar in column.bars:
            assert 0 <= column.x <= bar.x
            assert bar.x + bar.width <= column.x + column.width + 0.02 <= WIDTH + 0.04
            assert bar.y >= 0
            assert bar.height > 0
            assert bar.y + bar.height == pytest.approx(low, abs=0.03)
            low = bar.y
        # What is too small to see is drawn a little higher than it is, and nothing lower.
        drawn = HEIGHT - low
        thinnest = 1.5 * len(column.bars)
        exact = sum(column.counts) / top * HEIGHT
        assert exact - 0.05 <= drawn + thinnest
        assert drawn <= exact + thinnest + 0.05
    assert max(map(sum, counts), default=0) <= top


def test_months_without_anything_are_there_too_and_the_turn_of_the_year_is_one_step() -> None:
    chart = charts.by_month(
        "k", "Due", TWO, {(2025, 11): (3, 0), (2026, 2): (0, 1200)}, "/retention?m={month}"
    )
    assert [column.name for column in chart.columns] == ["Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"]
    assert [column.counts for column in chart.columns] == [(3, 0), (0, 0), (0, 0), (0, 1200)]
    assert chart.columns[3].told == "Feb 2026: 1,200 held"
    assert chart.columns[1].told == "Dec 2025: nothing"
    assert chart.columns[0].href == "/retention?m=2025-11"
    assert chart.scale == (2000, 1000, 0)
    assert chart.description == (
        "Nov 2025 to Feb 2026: 3 erased, 1,200 held. The highest column is Feb 2026: 1,200 held."
    )


def test_what_lies_too_far_off_is_counted_in_the_last_column() -> None:
    chart = charts.by_month("k", "Due", TWO, {(2026, 1): (1, 0), (2126, 1): (0, 7), (2200, 5): (2, 0)})
    assert len(chart.columns) == charts.MOST_COLUMNS
    assert chart.columns[-1].counts == (2, 7)
    assert chart.columns[-1].name == "Dec 2035 and later"


@pytest.mark.parametrize(
    ("every", "count", "label"), [(timedelta(hours=1), 5, "22:00"), (timedelta(days=1), 1, "31 Jan")]
)
def test_time_runs_without_gaps_over_the_end_of_a_month(every: timedelta, count: int, label: str) -> None:
    chart = charts.by_time(
        "k",
        "When",
        TWO,
        {JAN: (1, 2)},
        JAN,
        JAN + timedelta(hours=5),
        every,
        "/log?since={since}&until={until}",
    )
    assert len(chart.columns) == count
    assert chart.labels[0] == label
    assert chart.columns[0].counts == (1, 2)
    assert chart.columns[0].href.startswith("/log?since=2026-01-31T22:00Z&until=2026-0")


def test_an_age_belongs_to_the_column_it_has_not_outgrown() -> None:
    days = [timedelta(0), timedelta(days=6.99), timedelta(days=7), timedelta(days=29), timedelta(days=400)]
    chart = charts.by_age("k", "Age", (Series("Open"),), [(0, age) for age in days], [7, 30, 90])
    assert [(column.name, column.total) for column in chart.columns] == [
        ("0 to 7 days", 2),
        ("7 to 30 days", 2),
        ("30 to 90 days", 0),
        ("over 90 days", 1),
    ]
    assert chart.labels == ("0–7", "7–30", "30–90", "90+")


def test_a_chart_of_nothing_says_so() -> None:
    chart = charts.by_month("k", "Due", TWO, {})
    assert chart.is_empty
    assert chart.description == "There is nothing to show."


def test_what_cannot_be_told_apart_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be told apart"):
        charts.bars("k", "T", "X", TWO, [Bucket("x", (1, 1))] * (charts.MOST_COLUMNS + 1))
    with pytest.raises(ValueError, match="one count for each series"):
        charts.bars("k", "T", "X", TWO, [Bucket("x", (1,))])


def test_a_share_is_drawn_between_its_bounds_and_the_table_has_the_counts() -> None:
    series = (Series("Judged"), Series("Missed"))
    legend = (Series("Between", "soft"), Series("Missed", "bad"))
    shares = [
        intervals.Range("Feb 2026", (30, 0), intervals.Bounds(0.0, 0.0, 0.114)),
        intervals.Range("Mar 2026", (0, 0), None),
        intervals.Range("Apr 2026", (50, 4), intervals.Bounds(0.032, 0.08, 0.188), "Apr 26"),
    ]
    chart = intervals.intervals("leaks", "Leaks, per cent", "Month", series, legend, shares)
    assert chart.scale == (20, 10, 0)
    assert chart.labels == ("Feb 2026", "Mar 2026", "Apr 26")
    for column, one in zip(chart.columns, shares, strict=True):
        assert column.counts == one.counts
        if one.bounds is None:
            assert not column.bars, "what nobody measured is no zero"
            continue
        bounds, share = column.bars
        assert (bounds.tone, share.tone) == ("soft", "bad")
        # On a scale of 20 per cent over 100 units.
        assert bounds.y == pytest.approx(100 - one.bounds.high * 500, abs=0.01)
        assert bounds.y + bounds.height == pytest.approx(100 - one.bounds.low * 500, abs=0.01)
        assert bounds.y <= share.y + share.height / 2 <= bounds.y + bounds.height
    assert chart.columns[2].told == "Apr 2026: 8.0%, between 3.2% and 18.8%"
    assert chart.columns[1].told == "Mar 2026: nothing measured"
    assert "Apr 2026" in chart.description
    assert intervals.intervals("none", "None", "Month", series, legend, []).is_empty


def test_of_many_columns_few_have_a_label_each_under_its_own() -> None:
    many = [intervals.Range(f"{at}", (1, 0), intervals.Bounds(0, 0, 0.5)) for at in range(40)]
    series = (Series("Judged"), Series("Missed"))
    chart = intervals.intervals("leaks", "Leaks", "Month", series, series, many)
    assert len(chart.labels) == len(many)
    assert [label for label in chart.labels if label] == ["0", "7", "14", "21", "28", "35"]
    assert chart.labels[7] == "7"


@given(st.tuples(*[st.floats(0, 1)] * 3).map(sorted))
def test_a_share_beside_its_numbers_lies_within_its_bounds_and_the_line(parts: list[float]) -> None:
    bounds = intervals.Bounds(*parts)
    place = intervals.lying(bounds, intervals.highest([bounds]))
    assert 0 <= place.x < place.x + place.width <= WIDTH + 0.02
    assert 0 <= place.mark <= WIDTH - intervals.MARK
    assert place.x - intervals.MARK <= place.mark <= place.x + place.width
