"""Every write of ingest, redaction, jobs, erasure, rotation and the log's keeping fails once and was not stored, once but was.

Whatever fails, and however: nothing is lost, nothing is heard that should not be, the log is whole, and whoever asks
again gets what they would have got.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from governance import tenancy
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.errors import GovernanceError
from governance.recordings import erasure, intake, standing
from governance.recordings import queries as catalog
from governance.recordings.models import ERASED, MASTER, RELEASED, RENDITION, Recording
from governance.recordings.selection import Selection
from governance.redaction import jobs
from governance.redaction import service as redaction
from governance.redaction.models import DONE, FETCHED, WAITING, RedactionJob
from governance.runtime import Runtime
from governance.vault import service as vault
from governance.vault.models import Blob
from tests.faults.calls import called
from tests.faults.failpoints import Failpoints, InjectedError
from tests.faults.houses import DPO, HOUSE, OPERATOR, TENANT, Databases, House, recover
from tests.oracle import check_everything, check_nothing_is_heard
from tests.redaction import job_houses

Step = Callable[[Runtime], None]
EVERY = {"sqlite": 1, "postgresql": 3}
"""Every how many of the writes fail: all of them where a copy of the house is cheap, a sample where it is not."""


@dataclass(frozen=True)
class Act:
    """What is done: after `before`, which does not fail, `act`, which does; then `holds` when it was asked for again."""

    before: tuple[Step, ...]
    act: Step
    holds: Step
    every: int = 1
    """Every how many of the writes fail, where there are many of a kind."""


def only(runtime: Runtime) -> Recording:
    with runtime.work(HOUSE, write=False) as work:
        (row,) = catalog.all_recordings(work)
        return row


def begin(runtime: Runtime) -> None:
    with runtime.work(HOUSE) as work:
        tenancy.ensure(work, "The default tenant")


def ingest(runtime: Runtime) -> None:
    done = intake.ingest(runtime, OPERATOR, called("a"), idempotency_key="once")
    assert only(runtime).id == done.recording_id


def redact(runtime: Runtime) -> None:
    redaction.redact_pending(runtime, HOUSE)
    row = only(runtime)
    if row.state != RELEASED:  # a run that failed is not repeated by itself: somebody asks
        assert redaction.redact(runtime, HOUSE, row.id).state == "released"


def erase(runtime: Runtime) -> None:
    assert erasure.erase(runtime, DPO, only(runtime).id, "request").state == erasure.COMPLETE


def ingest_three(runtime: Runtime) -> None:
    for name in ("a", "b", "held"):
        intake.ingest(runtime, OPERATOR, called(name), idempotency_key=name)
    redaction.redact_pending(runtime, HOUSE)


def hold_one(runtime: Runtime) -> None:
    with runtime.work(HOUSE) as work:
        held = catalog.by_external_id(work, all_of(runtime)[0].source, "held")
        assert held is not None
        one = Selection(recording_ids=(held.id,))
        standing.place(work, kind="hold", selection=one, reference="mat_1", because="Evidence.")


def all_of(runtime: Runtime) -> Sequence[Recording]:
    with runtime.work(HOUSE, write=False) as work:
        return catalog.all_recordings(work)


def due(runtime: Runtime) -> list[erasure.Due]:
    return [erasure.Due(row.id, "period_over", "Its period is over.", "calls") for row in all_of(runtime)]


def erase_batch(runtime: Runtime) -> None:
    erasure.erase_batch(runtime, HOUSE, due(runtime))
    erasure.finish_all(runtime, HOUSE)


def erase_masters(runtime: Runtime) -> None:
    erasure.erase_masters(runtime, HOUSE, due(runtime))
    erasure.finish_all(runtime, HOUSE)


def vouch(runtime: Runtime) -> None:
    audit.sequence(runtime, TENANT)
    audit.publish(runtime, TENANT)


def rotate(runtime: Runtime) -> None:
    vault.rotate(runtime, OPERATOR, retire=True)


def sweep(runtime: Runtime) -> None:
    vault.sweep(runtime, HOUSE)


def take_in(runtime: Runtime) -> None:
    job_houses.take_in(runtime)


def work_off(runtime: Runtime) -> None:
    """As the house works when it is asked again: a rest is over by then, and a lease of somebody who is gone."""
    for job in jobs_of(runtime):
        wait_for(runtime, job)
    job_houses.work_off(runtime)


def fetch(runtime: Runtime) -> None:
    for job in jobs_of(runtime):
        if job.state == DONE:
            wait_for(runtime, job)
            assert len(job_houses.fetch_all(runtime, job.id)) == len(job_houses.SOUND)


def wait_for(runtime: Runtime, job: RedactionJob) -> None:
    """Let the time come from when on the job may be claimed."""
    assert isinstance(runtime.clock, FakeClock)
    runtime.clock.advance(max(job.next_at - runtime.clock.now(), timedelta(0)))


def jobs_of(runtime: Runtime) -> Sequence[RedactionJob]:
    with runtime.work(HOUSE, write=False) as work:
        return work.session.exec(select(RedactionJob)).all()


def at_least_one_waits(runtime: Runtime) -> None:
    # A client that was told of a failure sends again: what was stored all the same ends in its time.
    assert {job.state for job in jobs_of(runtime)} == {WAITING}
    assert len(list(runtime.blobs.names())) >= 2 * len(jobs_of(runtime))


def is_worked_off(runtime: Runtime) -> None:
    (job,) = jobs_of(runtime)
    assert job.state == DONE
    assert [one[0] for one in job_houses.logged(runtime)].count("done") <= 1


def is_fetched(runtime: Runtime) -> None:
    (job,) = jobs_of(runtime)
    assert job.state == FETCHED
    jobs.expire(runtime, HOUSE)
    assert job_houses.keys(runtime) == 0


def is_there(runtime: Runtime) -> None:
    assert only(runtime).state != ERASED


def is_released(runtime: Runtime) -> None:
    assert only(runtime).state == RELEASED


def is_erased(runtime: Runtime) -> None:
    assert only(runtime).state == ERASED
    assert not list(runtime.blobs.names())


def all_but_the_held_are_erased(runtime: Runtime) -> None:
    assert {row.external_id for row in all_of(runtime) if row.state == RELEASED} == {"held"}
    assert len(all_of(runtime)) == 3
    with runtime.work(HOUSE, write=False) as work:
        assert not catalog.unfinished_erasures(work)
        owners = {blob.owner for blob in work.session.exec(select(Blob)).all() if blob.swept_at is None}
    assert owners == {row.id for row in all_of(runtime) if row.state == RELEASED}


def all_masters_but_the_held_are_gone(runtime: Runtime) -> None:
    assert {row.state for row in all_of(runtime)} == {RELEASED}
    with runtime.work(HOUSE, write=False) as work:
        assert not catalog.unfinished_erasures(work)
        for row in all_of(runtime):
            levels = {one.level for one in catalog.renditions(work, row.id)}
            levels |= {one.level for one in catalog.transcripts(work, row.id)}
            assert levels == ({MASTER, RENDITION} if row.external_id == "held" else {RENDITION})


def is_vouched_for(runtime: Runtime) -> None:
    with runtime.engine.connect() as connection:
        sizes = (
            connection.scalar(sa.text("SELECT size FROM audit_log")),
            connection.scalar(sa.text("SELECT max(size) FROM audit_checkpoint")),
        )
    assert sizes[0] == sizes[1]


def is_under_one_key(runtime: Runtime) -> None:
    with runtime.engine.connect() as connection:
        used = set(
            connection.scalars(sa.text("SELECT kek_id FROM blob_key UNION SELECT kek_id FROM tenant_key"))
        )
    assert used == {runtime.keys.active(TENANT)} == set(runtime.keys.keks(TENANT))


ACTS = {
    "ingest": Act((begin,), ingest, is_there),
    "redaction": Act((begin, ingest), redact, is_released),
    "erasure": Act((begin, ingest, redact, sweep, vouch), erase, is_erased),
    "erasure in quarantine": Act((begin, ingest), erase, is_erased),
    "erasure of a batch": Act(
        (begin, ingest_three, hold_one, sweep, vouch), erase_batch, all_but_the_held_are_erased, every=3
    ),
    "erasure of masters": Act(
        (begin, ingest_three, hold_one, sweep), erase_masters, all_masters_but_the_held_are_gone, every=3
    ),
    "vouching": Act((begin, ingest, redact), vouch, is_vouched_for),
    "sound taken in for a job": Act((begin,), take_in, at_least_one_waits),
    "a job worked off": Act((begin, take_in), work_off, is_worked_off),
    "a result fetched": Act((begin, take_in, work_off), fetch, is_fetched),
    "rotation": Act((begin, ingest), rotate, is_under_one_key),
}


@contextmanager
def ready(act: Act, databases: Databases, folder: Path) -> Iterator[House]:
    """Give a house in which everything has been done that comes before the act."""
    with databases.empty(folder / "home") as url:
        house = House(folder, url)
        with house.opened() as runtime:
            for step in act.before:
                step(runtime)
        yield house


def fail(house: House, act: Act, points: Failpoints, *, ask_again: bool = False) -> None:
    """Act, and have it fail: what goes wrong is an error of the product's or the one injected, or nobody notices.

    `ask_again` is what an impatient client does: at once, of the same process.
    """
    with house.opened() as runtime:
        try:
            with points.installed(runtime):
                act.act(runtime)
        except (GovernanceError, InjectedError, sa.exc.OperationalError):
            assert points.failed, "it failed by itself"
        if ask_again:
            act.act(runtime)
            act.holds(runtime)


def come_back(house: House, act: Act) -> None:
    """Open the house again, recover, ask again, and have everything checked."""
    with house.opened() as runtime:
        check_nothing_is_heard(runtime, TENANT)
        recover(runtime)
        act.act(runtime)
        act.holds(runtime)
        recover(runtime)
        check_everything(runtime, TENANT)


@pytest.mark.parametrize("stored", [False, True], ids=["and was not stored", "but was stored"])
@pytest.mark.parametrize("name", ACTS)
def test_every_write_may_fail(name: str, stored: bool, databases: Databases, ground: Path) -> None:
    act = ACTS[name]
    with ready(act, databases, ground / "ready") as house:
        with house.copied(databases, ground / "whole") as copy:
            points = Failpoints()
            fail(copy, act, points)
            come_back(copy, act)
        assert len(points.seen) >= 3
        every = act.every * EVERY[sa.make_url(house.url).get_backend_name()]
        for number in range(1, len(points.seen) + 1, every):
            with house.copied(databases, ground / f"failing-{number}") as copy:
                points = Failpoints(number, stored=stored)
                try:
                    fail(copy, act, points, ask_again=number % 2 == 0)
                    come_back(copy, act)
                except Exception as error:
                    error.add_note(f"write {number} of {name} failed: {points.failed}, stored: {stored}")
                    raise


def test_a_redaction_whose_commit_was_stored_is_done_whatever_it_was_told(
    databases: Databases, ground: Path
) -> None:
    with ready(ACTS["redaction"], databases, ground / "ready") as house, house.opened() as runtime:
        points = Failpoints(len(SEEN_BY_A_REDACTION), stored=True)
        with points.installed(runtime):
            (done,) = redaction.redact_pending(runtime, HOUSE)
        assert points.seen[: len(SEEN_BY_A_REDACTION)] == SEEN_BY_A_REDACTION
        assert (done.state, only(runtime).state) == ("released", RELEASED)
        check_everything(runtime, TENANT)


SEEN_BY_A_REDACTION = ["a commit", "a commit", *["the closing of a blob"] * 4, "a commit"]
"""Two that read, a rendition and a master of the sound and of the words, and the one that counts."""
