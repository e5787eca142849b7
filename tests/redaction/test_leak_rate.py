"""The leak rate is counted per recording with its interval, and says that it knows nothing where nothing was judged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.redaction.leak_rate import NOTHING, report
from governance.redaction.sample_queries import Counted


def counted(judged: int, leaking: int, drawn: int | None = None, lapsed: int = 0, **facts: str) -> Counted:
    told = {"month": "2026-03", "language": "en", "codec": "ULAW", "product": "0.1.0", **facts}
    return Counted(
        **told,
        channels=2,
        drawn=judged if drawn is None else drawn,
        judged=judged,
        lapsed=lapsed,
        leaking=leaking,
    )


def test_nothing_judged_is_nothing_measured_and_never_zero() -> None:
    for found in (report([]), report([counted(0, 0, drawn=7, lapsed=2)])):
        assert found.overall.leaks is None
        assert found.overall.share is None
        assert found.overall.because == NOTHING
    [of_english] = report([counted(0, 0, drawn=7)]).by_language
    assert (of_english.name, of_english.share, of_english.drawn) == ("en", None, 7)


def test_none_missed_in_thirty_may_still_be_one_in_nine() -> None:
    overall = report([counted(30, 0)]).overall
    assert overall.share == 0
    assert overall.leaks is not None
    assert overall.leaks.low == 0
    assert overall.leaks.high == pytest.approx(0.1135, abs=0.0005)  # 1.96² / (30 + 1.96²)
    assert "0 of 30 recordings: 0.0 %, between 0.0 % and 11.4 %" in overall.because


def test_each_fact_is_counted_apart_and_all_together() -> None:
    found = report(
        [
            counted(100, 1, language="en", month="2026-02"),
            counted(50, 4, language="es", month="2026-03", codec="opus"),
            counted(0, 0, drawn=3, language="fr", month="2026-03"),
        ]
    )
    assert found.overall.leaks is not None
    assert (found.overall.leaks.right, found.overall.leaks.count) == (5, 150)
    shares = {one.name: one.share for one in found.by_language}
    assert shares == {"en": 0.01, "es": 0.08, "fr": None}
    assert [one.name for one in found.by_month] == ["2026-02", "2026-03"]
    assert {one.name for one in found.by_codec} == {"ULAW", "opus"}
    assert [one.name for one in found.by_channels] == ["2"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.sampled_from(["en", "es", "de"]))))
def test_the_parts_add_up_and_every_share_lies_in_its_interval(rows: list[tuple[int, int, str]]) -> None:
    found = report([counted(max(a, b), min(a, b), language=language) for a, b, language in rows])
    assert sum(one.judged for one in found.by_language) == found.overall.judged
    for one in (found.overall, *found.by_language):
        assert (one.leaks is None) == (one.judged == 0)
        if one.leaks is not None:
            assert one.share is not None
            assert one.leaks.low <= one.share <= one.leaks.high
