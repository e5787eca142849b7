"""`sinks.yaml`: what is shipped tells nobody; what would leak a secret, or a person, stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.errors import PolicyError
from governance.policy import load, read
from governance.policy.sinks import SinksPolicy

HERE = Path(__file__).parent / "sinks"
WORKING = sorted(HERE.glob("working_*.yaml"))
BUSTED = sorted(HERE.glob("busted_*.yaml"))


def test_the_shipped_policy_tells_the_log_to_nobody() -> None:
    assert load().default.sinks.enabled() == {}


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.stem)
def test_a_working_policy_is_read(path: Path) -> None:
    assert len(read(path, SinksPolicy).sinks) in (0, 3)


@pytest.mark.parametrize("path", BUSTED, ids=lambda path: path.stem)
def test_a_busted_policy_stops_the_start_and_says_where(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(PolicyError, match=expected):
        read(path, SinksPolicy)


def test_what_is_not_said_discloses_nothing_and_verifies_everything() -> None:
    soc = read(HERE / "working_every_kind.yaml", SinksPolicy).sinks["soc"]
    assert soc.disclose == ()
    assert soc.start == "beginning"


def test_a_sink_that_is_switched_off_is_told_nothing() -> None:
    assert set(read(HERE / "working_every_kind.yaml", SinksPolicy).enabled()) == {"soc", "lake"}
