"""What follows for a job of redaction: what becomes one, when it is over, and who may fetch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.policy.redaction import SoundJobs
from governance.redaction import job_rules
from governance.redaction.models import DONE, EXPIRED, FAILED, FETCHED, HELD, WAITING, WORKING

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOUNDS = SoundJobs(answer_at_once_s=60, answer_at_once_mib=1, fetches_begun_at_most=3)
ENDED = (FAILED, FETCHED, EXPIRED)


@pytest.mark.parametrize(
    ("size", "duration_ms", "is_one"),
    [(1 << 20, 60_000, False), ((1 << 20) + 1, 1, True), (1, 60_001, True), (0, 0, False)],
)
def test_what_is_larger_or_longer_than_policy_says_is_a_job(
    size: int, duration_ms: int, is_one: bool
) -> None:
    assert job_rules.is_for_a_job(size, duration_ms, BOUNDS) is is_one


@pytest.mark.parametrize("state", HELD)
def test_what_holds_bytes_is_over_at_the_moment_its_time_is_not_when_somebody_sweeps(state: str) -> None:
    assert job_rules.state_at(state, NOW, NOW - timedelta(microseconds=1)) == state
    assert job_rules.state_at(state, NOW, NOW) == EXPIRED


@pytest.mark.parametrize("state", ENDED)
def test_what_has_ended_stays_what_it_became(state: str) -> None:
    assert job_rules.state_at(state, NOW, NOW + timedelta(days=9)) == state


@given(
    state=st.sampled_from((WAITING, WORKING, DONE, *ENDED)),
    is_claimed=st.booleans(),
    begun=st.integers(0, 9),
)
def test_only_a_result_that_is_there_and_in_nobody_elses_hands_is_fetched(
    state: str, is_claimed: bool, begun: int
) -> None:
    refusal = job_rules.why_not_fetch(state, is_claimed=is_claimed, begun=begun, bounds=BOUNDS)
    may = state == DONE and not is_claimed and begun < BOUNDS.fetches_begun_at_most
    assert (refusal is None) is may
    if refusal is not None:
        assert refusal.is_gone is (state in ENDED or (state == DONE and not is_claimed))


def test_each_rest_is_longer_than_the_one_before() -> None:
    rests = [job_rules.rest_after(number) for number in range(1, job_rules.MOST_TRIES + 1)]
    assert rests == sorted(set(rests))
