"""A worker is killed in the middle of a job: the next one takes it over, and there is one result."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from governance import tenancy
from governance.redaction import jobs, standalone
from governance.redaction.job_rules import LEASE
from governance.redaction.models import DONE, WORKING
from tests.faults.houses import HOUSE, TENANT, Databases, House, recover
from tests.oracle import check_everything
from tests.redaction import job_houses

WITHIN_S = 120.0


def _work_until_killed(house: House, moment: str, tell: Connection) -> None:
    """Work on what is due, and stand still at the moment asked for."""

    def stand_still(*_: Any, **__: Any) -> Any:
        tell.send("here")
        time.sleep(WITHIN_S)

    redact = standalone.redact

    def then_stand_still(*words: Any, **named: Any) -> Any:
        redact(*words, **named)
        return stand_still()

    with house.opened() as runtime:
        standalone.redact = stand_still if moment == "before" else then_stand_still
        job_houses.work_off(runtime)


@pytest.mark.parametrize("moment", ["before", "behind"])
def test_a_job_whose_worker_is_killed_is_taken_over_when_its_lease_has_run_out(
    moment: str, databases: Databases, ground: Path
) -> None:
    with databases.empty(ground / "home") as url:
        house = House(ground, url)
        with house.opened() as runtime:
            with runtime.work(HOUSE) as work:
                tenancy.ensure(work, "The default tenant")
            job_id = job_houses.take_in(runtime)
        _kill_one(house, moment)
        with house.opened() as runtime:
            assert job_houses.row(runtime, job_id).state == WORKING
            assert job_houses.work_off(runtime) == 0, "nobody knows yet that it is dead"
            runtime.clock.advance(LEASE)  # type: ignore[attr-defined] # the clock of the tests
            assert job_houses.work_off(runtime) == 1
            assert job_houses.row(runtime, job_id).state == DONE
            report = jobs.look(runtime, job_houses.ASKER, job_id).report
            assert report is not None
            assert job_houses.is_silenced(job_houses.fetch_all(runtime, job_id), report)
            assert [one[0] for one in job_houses.logged(runtime)].count("done") == 1
            recover(runtime)
            check_everything(runtime, TENANT)


def _kill_one(house: House, moment: str) -> None:
    """Have a process claim the job, and kill it there."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.warm"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work_until_killed, args=(house, moment, theirs))
    process.start()
    theirs.close()
    assert ours.poll(WITHIN_S), "it did not get as far"
    assert ours.recv() == "here"
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
