"""`redaction.yaml`: what is shipped works, and what may not be allowed stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.errors import PolicyError
from governance.policy import read
from governance.policy.redaction import RedactionPolicy

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "policies" / "redaction.yaml"
WORKING = sorted((HERE / "redaction").glob("working_*.yaml"))
BUSTED = sorted((HERE / "redaction").glob("busted_*.yaml"))


def test_the_shipped_policy_is_obeyed() -> None:
    policy = read(SHIPPED, RedactionPolicy)
    treatment = policy.treatment("PAN")
    assert treatment is not None
    assert treatment.audio == "silence"
    assert policy.treatment("NOTHING") is None


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.stem)
def test_a_working_policy_is_read(path: Path) -> None:
    assert read(path, RedactionPolicy).version


@pytest.mark.parametrize("path", BUSTED, ids=lambda path: path.stem)
def test_a_busted_policy_stops_the_start_and_says_where(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(PolicyError, match=expected):
        read(path, RedactionPolicy)


def test_there_are_policies_of_both_kinds() -> None:
    assert len(WORKING) >= 2
    assert len(BUSTED) >= 6
