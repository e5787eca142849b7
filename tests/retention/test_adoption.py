"""Nothing is erased by itself under a policy that nobody has looked at in this archive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from governance import jobs
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError
from governance.recordings import erasure
from governance.recordings import queries as catalog
from governance.recordings.models import ERASED
from governance.retention import queries, sweep
from governance.retention import service as retention
from governance.runtime import Actor, Runtime
from tests.retention.conftest import HOUSE, TENANT, Make, obey

JOB = next(job for job in jobs.JOBS if job.name == "sweep everything due")


def is_erased(house: Runtime, recording_id: str) -> bool:
    with house.work(HOUSE, write=False) as work:
        row = catalog.recording(work, recording_id)
        assert row is not None
        return row.state == ERASED


def test_the_jobs_erase_only_under_the_policy_that_a_person_has_put_into_force(
    house: Runtime, make: Make, clock: FakeClock, people: dict[str, Actor]
) -> None:
    old = make()
    clock.advance(timedelta(days=1000))
    JOB.verb(house, TENANT)
    assert not is_erased(house, old)

    with house.work(people["dpo"]) as work:
        first = retention.adopt(work, work.policies.retention.digest)
        assert retention.adopt(work, work.policies.retention.digest).id == first.id
        assert retention.is_in_force(work)
    JOB.verb(house, TENANT)
    assert is_erased(house, old)


def test_another_policy_waits_until_it_is_adopted_too(
    house: Runtime, make: Make, clock: FakeClock, people: dict[str, Actor]
) -> None:
    with house.work(people["dpo"]) as work:
        before = retention.adopt(work, work.policies.retention.digest)
    old = make()
    clock.advance(timedelta(days=1000))
    obey(house, version="another")
    JOB.verb(house, TENANT)
    assert not is_erased(house, old)
    with house.work(people["dpo"]) as work:
        assert not retention.is_in_force(work)
    with pytest.raises(ConflictError), house.work(people["dpo"]) as work:
        retention.adopt(work, before.policy_digest)


def test_a_sweep_that_is_under_way_ends_where_another_process_is_told_of_another_policy(
    house: Runtime, make: Make, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [make(days) for days in (400, 300)]
    mine = house.policies
    with house.work(people["dpo"]) as work:
        retention.adopt(work, work.policies.retention.digest)

    def erase_and_adopt(*asked: Any) -> erasure.BatchResult:
        done = erase_batch(*asked)
        obey(house, version="of another process")
        with house.work(people["dpo"]) as work:
            retention.adopt(work, work.policies.retention.digest)
        house.policies = mine
        return done

    erase_batch = erasure.erase_batch
    monkeypatch.setattr(sweep, "BATCH", 1)
    monkeypatch.setattr(erasure, "erase_batch", erase_and_adopt)
    JOB.verb(house, TENANT)
    assert [is_erased(house, one) for one in made] == [True, False]


def test_whoever_may_not_run_retention_puts_nothing_into_force(
    house: Runtime, people: dict[str, Actor]
) -> None:
    with pytest.raises(DeniedError), house.work(people["ciso"]) as work:
        retention.adopt(work, work.policies.retention.digest)
    with house.work(people["dpo"], write=False) as work:
        assert queries.adoption(work) is None
