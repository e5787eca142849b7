"""`retention.yaml`: what is shipped works, what would keep for ever by silence stops the start, and shadows are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.errors import PolicyError
from governance.policy import read
from governance.policy.retention import Disposal, Period, RetentionPolicy, Rule

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "policies" / "retention.yaml"
WORKING = sorted((HERE / "retention").glob("working_*.yaml"))
BUSTED = sorted((HERE / "retention").glob("busted_*.yaml"))
STAGES = ({"action": "erase", "period": {"days": 1}},)


def rule(name: str, **when: list[str]) -> Rule:
    return Rule.model_validate({"name": name, "because": "A rule of a test.", "when": when, "stages": STAGES})


def test_the_shipped_policy_is_obeyed_and_every_rule_of_it_can_win() -> None:
    policy = read(SHIPPED, RetentionPolicy)
    assert not list(policy.never_winning())
    found = policy.disposal("card_payments")
    assert found is not None
    assert [stage.action for stage in found.stages] == ["erase_master", "erase"]
    assert policy.disposal("nothing_of_the_kind") is None


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.stem)
def test_a_working_policy_is_read(path: Path) -> None:
    policy = read(path, RetentionPolicy)
    assert policy.version
    assert policy.disposal("default") is policy.default


@pytest.mark.parametrize("path", BUSTED, ids=lambda path: path.stem)
def test_a_busted_policy_stops_the_start_and_says_where(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(PolicyError, match=expected):
        read(path, RetentionPolicy)


def test_there_are_policies_of_both_kinds() -> None:
    assert len(WORKING) >= 2
    assert len(BUSTED) >= 12


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"lines": ["a"]}, {"lines": ["a"], "jurisdictions": ["DE"]}),
        ({"lines": ["a", "b"]}, {"lines": ["b"]}),
        ({"jurisdictions": ["US"]}, {"jurisdictions": ["US-CA", "us-ny"]}),
        ({"languages": ["en"]}, {"languages": ["en-GB"]}),
        ({"found": ["card_data"]}, {"found": ["PAN", "CVV"]}),
        ({"found": ["card_data"]}, {"found": ["authentication_data"]}),
    ],
)
def test_a_rule_in_the_shadow_of_an_earlier_one_is_seen(
    earlier: dict[str, list[str]], later: dict[str, list[str]]
) -> None:
    first, second = rule("first", **earlier), rule("second", **later)
    default = Disposal.model_validate({"because": "The rest of it.", "stages": STAGES})
    policy = RetentionPolicy(version="1", rules=(first, second), default=default)
    assert list(policy.never_winning()) == [(second, first)]
    assert not list(policy.model_copy(update={"rules": (second, first)}).never_winning())


def test_the_digest_is_of_the_content_and_of_this_file_alone(tmp_path: Path) -> None:
    copy = tmp_path / "retention.yaml"
    copy.write_text("# a comment\n" + SHIPPED.read_text(encoding="utf-8"))
    shipped = read(SHIPPED, RetentionPolicy)
    assert read(copy, RetentionPolicy).digest == shipped.digest
    copy.write_text(SHIPPED.read_text(encoding="utf-8").replace("months: 13", "months: 14"))
    assert read(copy, RetentionPolicy).digest != shipped.digest


def test_a_period_is_said_in_words() -> None:
    assert str(Period(years=1)) == "1 year"
    assert str(Period(years=2, days=1)) == "2 years and 1 day"
    assert str(Period(years=1, months=2, days=3)) == "1 year, 2 months and 3 days"
