"""What the rules of retention promise, whatever the recording: without a database, a clock or a fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.policy.retention import DEFAULT, Disposal, Period, RetentionPolicy, Rule
from governance.retention import rules
from governance.retention.rules import Facts

CALL = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)
HALF_A_YEAR = {"because": "Half a year is enough.", "stages": [{"action": "erase", "period": {"months": 6}}]}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T16:30:00+00:00")


def policy(*made: dict[str, Any], default: dict[str, Any] | None = None) -> RetentionPolicy:
    found = [
        Rule.model_validate({"name": f"rule_{i}", "because": "A rule of a test.", **one})
        for i, one in enumerate(made)
    ]
    return RetentionPolicy(
        version="1", rules=tuple(found), default=Disposal.model_validate(default or HALF_A_YEAR)
    )


def facts(**told: Any) -> Facts:
    made: dict[str, Any] = {
        "recording_id": "rec_1",
        "revision": 1,
        "ended_at": CALL,
        "taken_in_at": CALL,
        "source": "r",
    }
    return Facts(**(made | told))


def stage(action: str = "erase", starts: str = "end_of_call", **period: int) -> dict[str, Any]:
    told: dict[str, Any] = {"action": action, "starts": starts, "period": period}
    return told | ({"wait_at_most": {"years": 2}} if starts in ("case_closed", "contract_ended") else {})


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2026-01-31", {"months": 1}, "2026-02-28"),
        ("2028-01-31", {"months": 1}, "2028-02-29"),
        ("2026-03-31", {"months": 1}, "2026-04-30"),
        ("2026-08-31", {"months": 6}, "2027-02-28"),
        ("2027-08-31", {"months": 6}, "2028-02-29"),
        ("2024-02-29", {"years": 1}, "2025-02-28"),
        ("2024-02-29", {"years": 4}, "2028-02-29"),
        ("2024-02-29", {"years": 1, "days": 1}, "2025-03-01"),
        ("2026-12-31", {"months": 2}, "2027-02-28"),
        ("2026-12-15", {"months": 1}, "2027-01-15"),
        ("2026-11-30", {"months": 13}, "2027-12-30"),
        ("2026-02-28", {"days": 90}, "2026-05-29"),
        ("2099-12-31", {"years": 1, "months": 2}, "2101-02-28"),
        ("2100-01-31", {"months": 1}, "2100-02-28"),
    ],
)
def test_a_period_is_one_of_the_calendar(start: str, period: dict[str, int], end: str) -> None:
    assert rules.later(at(start), Period(**period)) == at(end)


def test_a_period_that_leaves_the_calendar_ends_with_it() -> None:
    late = datetime(9950, 6, 1, tzinfo=UTC)
    assert rules.later(late, Period(years=100)) == datetime.max.replace(tzinfo=UTC)
    assert rules.later(late, Period(days=36_500)) == datetime.max.replace(tzinfo=UTC)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 aware below
    st.integers(0, 100),
    st.integers(0, 200),
    st.integers(1, 900),
)
def test_a_longer_period_never_ends_earlier(start: datetime, years: int, months: int, days: int) -> None:
    begun = start.replace(tzinfo=UTC)
    end = rules.later(begun, Period(years=years, months=months, days=days))
    assert end > begun
    assert rules.later(begun, Period(years=years, months=months + 1, days=days)) >= end
    assert rules.later(begun, Period(years=years, months=months, days=days + 1)) == end + timedelta(days=1)


WORDS = st.sampled_from(["a", "b", "c"])
NAMED = st.fixed_dictionaries(
    {},
    optional={
        "lines": st.lists(WORDS, min_size=1, max_size=2),
        "jurisdictions": st.lists(st.sampled_from(["DE", "US", "US-CA"]), min_size=1, max_size=2),
        "languages": st.lists(st.sampled_from(["en", "en-GB", "de"]), min_size=1, max_size=2),
        "media": st.lists(st.sampled_from(["voice", "screen"]), min_size=1, max_size=2),
        "found": st.lists(
            st.sampled_from(["card_data", "CVV", "nothing", "not_examined"]), min_size=1, max_size=2
        ),
    },
).filter(bool)
RULES = st.lists(
    st.builds(
        lambda when, days, master: {
            "when": when,
            "stages": [*([stage("erase_master", days=days)] if master else []), stage(days=days + 30)],
        },
        NAMED, st.integers(1, 500), st.booleans(),
    ),
    max_size=6,
)  # fmt: skip
RECORDINGS = st.builds(
    facts,
    line=st.none() | WORDS,
    jurisdiction=st.none() | st.sampled_from(["DE", "us-ca", "US-NY"]),
    language=st.none() | st.sampled_from(["en", "en-gb", "de-AT"]),
    media=st.frozensets(st.sampled_from(["voice", "screen", "chat"])),
    found=st.sampled_from([("nothing",), ("not_examined",), ("PAN",), ("CVV", "PAN", "not_examined")]).map(
        frozenset
    ),
    has_master=st.booleans(),
    keep_until=st.none() | st.integers(1, 3000).map(lambda days: CALL + timedelta(days=days)),
)


@given(RULES, RECORDINGS)
def test_the_first_rule_of_the_file_that_matches_wins_and_the_default_takes_the_rest(
    made: list[dict[str, Any]], recording: Facts
) -> None:
    whole = policy(*made)
    matching = [rule.name for rule in whole.rules if rules.matches(rule, recording)]
    assert rules.deadline(whole, recording).rule == [*matching, DEFAULT][0]
    assert [name for name, _ in rules.matching(whole, recording)] == [*matching, DEFAULT]


@given(RULES, RECORDINGS)
def test_a_rule_that_is_said_never_to_win_never_wins(made: list[dict[str, Any]], recording: Facts) -> None:
    whole = policy(*made)
    shadowed = {rule.name for rule, _ in whole.never_winning()}
    assert rules.deadline(whole, recording).rule not in shadowed


@given(RULES, RECORDINGS, st.integers(0, 2), st.integers(0, 2), st.integers(-10, 4000))
def test_a_hold_outranks_every_deadline_and_a_request_all_but_a_hold(
    made: list[dict[str, Any]], recording: Facts, holds: int, requests: int, days: int
) -> None:
    found = rules.deadline(policy(*made), recording)
    decided = rules.decide(found, holds=holds, requests=requests, now=CALL + timedelta(days=days))
    if holds:
        assert (decided.action, decided.code, decided.until) == ("keep", "legal_hold", None)
    elif requests:
        assert (decided.action, decided.code, decided.until) == ("keep", "open_request", None)
    else:
        assert (decided.action == "keep") == (CALL + timedelta(days=days) < found.due_at)
        assert decided.until == (found.due_at if decided.action == "keep" else None)


@given(RULES, RECORDINGS, st.integers(0, 3), st.integers(0, 3), st.integers(0, 4000))
def test_a_hold_more_never_has_anything_erased_sooner(
    made: list[dict[str, Any]], recording: Facts, holds: int, requests: int, days: int
) -> None:
    found, now = rules.deadline(policy(*made), recording), CALL + timedelta(days=days)
    before = rules.decide(found, holds=holds, requests=requests, now=now)
    after = rules.decide(found, holds=holds + 1, requests=requests, now=now)
    assert after.action == "keep"
    assert before.until is None or after.until is None or after.until >= before.until


@given(RULES, RECORDINGS)
def test_a_person_who_keeps_it_until_a_day_never_has_it_erased_sooner(
    made: list[dict[str, Any]], recording: Facts
) -> None:
    whole = policy(*made)
    plain = rules.deadline(whole, replace(recording, keep_until=None))
    kept = rules.deadline(whole, recording)
    assert kept.due_at == max(plain.due_at, recording.keep_until or plain.due_at)
    assert (kept.rule, kept.action) == (plain.rule, plain.action)


@given(RULES, RECORDINGS, st.integers(-10, 4000))
def test_a_course_begins_with_what_is_next_and_ends_with_what_the_rule_ends_with(
    made: list[dict[str, Any]], recording: Facts, days: int
) -> None:
    whole, now = policy(*made), CALL + timedelta(days=days)
    found = rules.course(whole, recording, now)
    following, (_, disposal) = rules.deadline(whole, recording, now), rules.winner(whole, recording)
    assert (found[0].rule, found[0].due_at) == (following.rule, following.due_at)
    assert found[-1].action == disposal.stages[-1].action
    assert [one.due_at for one in found] == sorted({one.due_at for one in found}), "one after the other"
    assert len(found) == 1 or (recording.has_master and found[0].action == "erase_master")


CASES = policy({"when": {"lines": ["cases"]}, "stages": [stage(starts="case_closed", years=3)]})


@pytest.mark.parametrize(
    ("closed", "starts", "due"),
    [
        (None, None, "2031-01-31"),  # waited for two years, then three more
        ("2026-05-15", "2026-05-15", "2029-05-15"),
        ("2025-12-01", "2026-01-31", "2029-01-31"),  # before the call: the period begins when the call ends
        ("2027-06-30", "2027-06-30", "2030-06-30"),
        ("2031-06-30", "2028-01-31", "2031-01-31"),  # after the longest wait: it has begun already
    ],
)
def test_an_event_starts_the_period_and_one_that_never_comes_does_not_keep_it_for_ever(
    closed: str | None, starts: str | None, due: str
) -> None:
    events = {"case_closed": at(closed)} if closed else {}
    found = rules.deadline(CASES, facts(line="cases", events=events | {"contract_ended": at("2020-01-01")}))
    assert found.due_at == at(due)
    assert found.starts_at == (at(starts) if starts else None)
    assert found.waits_for == (None if starts else "case_closed")


def test_the_master_goes_first_and_then_the_rest() -> None:
    whole = policy(
        default={"because": "In two steps.", "stages": [stage("erase_master", days=90), stage(years=2)]}
    )
    first = rules.deadline(whole, facts(has_master=True))
    assert (first.action, first.due_at) == ("erase_master", CALL + timedelta(days=90))
    second = rules.deadline(whole, facts(has_master=False))
    assert (second.action, second.due_at, second.month) == ("erase", at("2028-01-31"), "2028-01")


def test_of_two_stages_that_fall_due_together_the_last_counts() -> None:
    stages = [stage("erase_master", "case_closed", days=10), stage(years=2, days=10)]
    found = rules.deadline(
        policy(default={"because": "At one time.", "stages": stages}), facts(has_master=True)
    )
    assert found.action == "erase"


def test_what_is_due_as_a_whole_does_not_lose_its_master_first() -> None:
    stages = [stage("erase_master", days=90), stage(years=2)]
    whole, recording = policy(default={"because": "In two steps.", "stages": stages}), facts(has_master=True)
    assert rules.deadline(whole, recording, at("2028-01-30")).action == "erase_master"
    assert rules.deadline(whole, recording, at("2028-01-31")).action == "erase"
    stages[1] = stage("review", years=2)
    asked = policy(default={"because": "A person decides.", "stages": stages})
    assert rules.deadline(asked, recording, at("2028-01-31")).action == "erase_master"


def test_what_a_person_decided_to_erase_is_due_from_then_on() -> None:
    decided = at("2026-02-03")
    found = rules.deadline(CASES, facts(line="cases", erase_from=decided))
    assert (found.action, found.due_at, found.waits_for) == ("erase", decided, None)


def test_a_stage_is_said_in_words() -> None:
    (rule,) = CASES.rules
    assert rules.in_words(rule.stages[0]) == (
        "3 years after the closing of the case it is erased (waited for at most 2 years after the end of the call)"
    )


@pytest.mark.parametrize(
    ("moment", "began"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-03-31", "2026-01-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026-12-31", "2026-10-01"),
    ],
)
def test_a_quarter_begins_with_its_first_month(moment: str, began: str) -> None:
    assert rules.quarter(at(moment)) == datetime.fromisoformat(f"{began}T00:00:00+00:00")
