"""The jobs: every verb of the table runs, one process leads, a failure stops nothing and is told once, by its type."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from governance import jobs, tenancy
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.continuity import occupancy
from governance.continuity.occupancy import Leadership
from governance.findings import queries as finding_queries
from governance.findings import service as findings
from governance.jobs import JOBS, Job
from governance.runtime import Actor, Runtime
from governance.scheduler import Scheduler


def leadership(runtime: Runtime) -> Leadership:
    return Leadership(runtime.settings.home / ".jobs", runtime.engine)


@pytest.fixture
def leader(runtime: Runtime) -> Leadership:
    leading = leadership(runtime)
    assert leading.is_held()
    return leading


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_runs_on_a_house_with_a_log(runtime: Runtime, actor: Actor, job: Job) -> None:
    with runtime.work(actor) as work:
        audit.heartbeat(work)
    job.verb(runtime, "default")
    job.verb(runtime, "default")


def test_the_names_of_the_jobs_differ() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)


def test_a_job_is_run_for_every_tenant(runtime: Runtime, leader: Leadership) -> None:
    with runtime.work(Actor.system("acme", "svc_test")) as work:
        tenancy.ensure(work, "Acme")
    ran: list[str] = []
    job = Job("note", timedelta(seconds=1), lambda _runtime, tenant: ran.append(tenant))
    Scheduler(runtime, (job,)).run(job, leader)
    leader.resign()
    assert ran == ["acme", "default"]


def test_a_failure_at_one_tenant_is_told_once_by_its_type_and_stops_no_other(
    runtime: Runtime, leader: Leadership
) -> None:
    with runtime.work(Actor.system("acme", "svc_test")) as work:
        tenancy.ensure(work, "Acme")
    ran: list[str] = []
    broken = True

    def verb(_runtime: Runtime, tenant: str) -> None:
        if tenant == "acme" and broken:
            raise ValueError("4111 1111 1111 1111")
        ran.append(tenant)

    job = Job("note", timedelta(seconds=1), verb)
    scheduler = Scheduler(runtime, (job,))
    with capture_logs() as lines:
        scheduler.run(job, leader)
        scheduler.run(job, leader)
        broken = False
        scheduler.run(job, leader)
    leader.resign()
    assert ran == ["default", "default", "acme", "default"]
    assert [(line["event"], line["tenant"]) for line in lines] == [
        ("a job fails", "acme"),
        ("a job works again", "acme"),
    ]


def soon(leader: Leadership) -> bool:
    """Return whether it leads within half a minute: a server lets a lock go a moment after its connection has gone."""
    end = time.monotonic() + 30
    while not leader.is_held() and time.monotonic() < end:
        time.sleep(0.05)
    return leader.is_held()


def test_one_process_leads_and_another_takes_over_when_it_ends(runtime: Runtime, leader: Leadership) -> None:
    second = leadership(runtime)
    ran: list[str] = []
    job = Job("note", timedelta(seconds=1), lambda _runtime, tenant: ran.append(tenant))
    Scheduler(runtime, (job,)).run(job, second)
    assert ran == []
    leader.resign()
    assert soon(second)
    Scheduler(runtime, (job,)).run(job, second)
    assert ran == ["default"]
    assert not leader.is_held()
    second.resign()


def test_a_leader_whose_connection_is_cut_leads_no_more_until_it_is_elected_again(
    runtime: Runtime, leader: Leadership
) -> None:
    if runtime.engine.dialect.name == "sqlite":
        leader.resign()
        pytest.skip("a lock of a file has no connection that could be cut")
    with runtime.engine.begin() as connection:
        asked = sa.text(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind"
        )
        assert connection.execute(asked, {"kind": occupancy.LEADER}).scalar_one()
    second = leadership(runtime)
    assert second.is_held()
    assert not leader.is_held()
    second.resign()
    assert soon(leader)
    leader.resign()


def test_the_scheduler_vouches_for_the_log_by_itself_and_ends_when_it_is_left(
    runtime: Runtime, actor: Actor
) -> None:
    with runtime.work(actor) as work:
        audit.heartbeat(work)
    vouch = next(job for job in JOBS if job.name == "vouch for the log")
    done: list[str] = []

    def verb(runtime: Runtime, tenant: str) -> None:
        vouch.verb(runtime, tenant)
        done.append(tenant)

    with Scheduler(runtime, (Job("vouch", timedelta(seconds=0.05), verb),)):
        end = time.monotonic() + 30
        while not done and time.monotonic() < end:
            time.sleep(0.02)
    count = len(done)
    assert count
    assert list(runtime.settings.anchor.glob("[!.]*")), "the anchor was written"
    time.sleep(0.2)
    assert len(done) == count
    another = leadership(runtime)
    assert soon(another)
    another.resign()


def test_what_was_decided_and_not_done_is_done_before_anybody_is_let_in(runtime: Runtime) -> None:
    assert jobs.recover(runtime) == 0


def test_a_job_that_fails_for_an_hour_is_a_finding_until_it_has_run_again(
    runtime: Runtime, actor: Actor, clock: FakeClock, leader: Leadership
) -> None:
    broken = True

    def verb(_runtime: Runtime, _tenant: str) -> None:
        if broken:
            raise ValueError("4111 1111 1111 1111")

    def found() -> list[tuple[str, str]]:
        findings.check_all(runtime, actor)
        with runtime.work(actor, write=False) as work:
            rows, _ = finding_queries.findings(work, finding_queries.Filters(kind="job_failing"), None, 10)
        return [(row.subject_id, row.state) for row in rows]

    job = Job("note this", timedelta(seconds=1), verb)
    Scheduler(runtime, (job,)).run(job, leader)
    assert found() == []
    clock.advance(timedelta(hours=1))
    Scheduler(runtime, (job,)).run(job, leader)
    assert found() == [("note_this", "open")]
    broken = False
    Scheduler(runtime, (job,)).run(
        job, leader
    )  # another process: it does not know that the job failed before
    leader.resign()
    assert found() == [("note_this", "closed")]
