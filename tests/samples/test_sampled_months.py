"""The months that the picture of the leak rate is taken of: real steps, every codec and language, and something left to judge."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.redaction import samples
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything
from tools import sampled_months

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_months_pass_and_what_is_drawn_is_judged(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampled_months, "MONTHS", 2)
    monkeypatch.setattr(sampled_months, "A_MONTH", 5)
    sampled_months.fill(runtime, "default", datetime(2027, 1, 20, tzinfo=UTC))
    with runtime.work(Actor(kind="user", id="acc_c", tenant="default", role="ciso"), write=False) as work:
        found = samples.leak_rate(work)
    assert [one.name for one in found.by_month] == ["2026-12", "2027-01"]
    assert all(one.drawn for one in found.by_month)
    assert 0 < found.overall.judged <= found.overall.drawn
    assert {one.name for one in found.by_language} == {"de", "en"}
    assert {one.name for one in found.by_channels} == {"1", "2"}
    assert {one.name for one in found.by_codec} == {"ALAW", "PCM_16", "ULAW"}
    check_everything(runtime, "default")
