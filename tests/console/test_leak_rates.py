"""The page of the leak rate: months without an answer are seen as such, and the facts share one scale."""

from __future__ import annotations

from governance.console import leak_rates
from governance.redaction import leak_rate
from governance.redaction.sample_queries import Counted


def counted(month: str, judged: int, leaking: int, codec: str = "ULAW") -> Counted:
    return Counted(month, "en", 2, codec, "1.0", drawn=judged + 1, judged=judged, lapsed=0, leaking=leaking)


def test_a_month_nobody_judged_stands_empty_between_the_others() -> None:
    found = leak_rate.report([counted("2026-11", 40, 4), counted("2026-12", 0, 0), counted("2027-02", 30, 0)])
    chart = leak_rates.over_time(found)
    assert [column.name for column in chart.columns] == ["Nov 2026", "Dec 2026", "Jan 2027", "Feb 2027"]
    assert [column.counts for column in chart.columns] == [(40, 4), (0, 0), (0, 0), (30, 0)]
    assert [len(column.bars) for column in chart.columns] == [2, 0, 0, 2]
    assert chart.labels == ("Nov 26", "Dec 26", "Jan 27", "Feb 27")
    assert [one.name for one in chart.legend] == ["Between (95 %)", "Something missed"]


def test_facts_are_drawn_on_one_scale_and_what_is_unknown_is_not_drawn() -> None:
    found = leak_rate.report([counted("2026-11", 400, 4), counted("2026-11", 10, 5, "OPUS"), counted("2026-11", 0, 0, "G722")])  # fmt: skip
    facts = leak_rates.by_fact(found)
    groups = dict(facts.groups)
    assert list(groups) == ["Language", "Channels", "Codec", "Release"]
    by_codec = {one.rate.name: one.lying for one in groups["Codec"]}
    opus, ulaw = by_codec["OPUS"], by_codec["ULAW"]
    assert by_codec["G722"] is None
    assert opus is not None
    assert ulaw is not None
    assert facts.top == 80, "the widest of all reaches 76 %"
    assert ulaw.x + ulaw.width < opus.x
    assert ulaw.width < opus.width


def test_nothing_measured_is_no_chart() -> None:
    found = leak_rate.report([])
    assert leak_rates.over_time(found).is_empty
    assert leak_rates.over_time(leak_rate.report([counted("2026-11", 0, 0)])).is_empty
