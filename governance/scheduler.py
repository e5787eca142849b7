"""Runs the table of `jobs` in whichever process leads.

Inside `serve` in the embedded default, or in `governance work`, a process of its own. Any number may stand ready: one
leads, by a lock that is gone the moment its process is.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import UTC, time, timedelta
from threading import Lock
from types import TracebackType
from typing import Any, Self

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from governance import log
from governance.continuity import occupancy, queries
from governance.findings import service as findings
from governance.jobs import JOBS, Job
from governance.runtime import Actor, Runtime

_log = log.get("governance.jobs")


class Scheduler:
    """Runs the jobs of `runtime` for as long as it is entered."""

    def __init__(self, runtime: Runtime, jobs: tuple[Job, ...] = JOBS) -> None:
        self._runtime = runtime
        self._jobs = jobs
        self._failing: dict[tuple[str, str], str] = {}
        self._written: dict[tuple[str, str], str] = {}
        self._lock = Lock()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Begin. No job runs beside itself: one that takes longer than its interval is run again when it is done."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a job was still running is no news
        house = self._runtime
        leadership = self._stack.enter_context(occupancy.leading(house.settings, house.engine))
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(self._jobs))},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        for job in self._jobs:
            scheduler.add_job(self.run, _trigger(job.when), [job, leadership], name=job.name)
        scheduler.start()
        self._stack.callback(scheduler.shutdown, wait=True)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End, once the jobs that run have ended."""
        self._stack.close()

    def run(self, job: Job, leadership: occupancy.Leadership) -> None:
        """Run `job` for every tenant if this process leads. A failure is logged by its type and stops no other."""
        try:
            if not leadership.is_held():
                return
            with self._runtime.unscoped(Actor.system("", "svc_jobs")) as work:
                tenants = queries.tenants(work)
        except Exception as error:  # noqa: BLE001 - whatever it is, the scheduler goes on
            self._note(job, "", error)
            return
        self._note(job, "", None)
        for tenant in tenants:
            try:
                job.verb(self._runtime, tenant)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other tenants and jobs go on
                self._note(job, tenant, error)
            else:
                self._note(job, tenant, None)

    def _note(self, job: Job, tenant: str, error: Exception | None) -> None:
        """Log what has changed: a job that fails every second in the same way is one line, and so is its recovery."""
        now = type(error).__name__ if error is not None else ""
        with self._lock:
            before = self._failing.get((job.name, tenant), "")
            self._failing[job.name, tenant] = now
        if now and now != before:
            _log.error("a job fails", job=job.name, tenant=tenant, exc_info=error)
        elif before and not now:
            _log.warning("a job works again", job=job.name, tenant=tenant)
        if tenant and self._written.get((job.name, tenant)) != now:
            self._write(job, tenant, now)

    def _write(self, job: Job, tenant: str, error: str) -> None:
        """Have the tenant's findings know how the job stands: written when it changes, and once after a start."""
        try:
            with self._runtime.work(Actor.system(tenant, findings.SERVICE)) as work:
                findings.note_job(work, job.name.replace(" ", "_"), error or None)
        except Exception:  # noqa: BLE001 - it is tried again once the job has run again; each would be a line of the log
            return
        self._written[job.name, tenant] = error


def _trigger(when: timedelta | time) -> Any:
    if isinstance(when, timedelta):
        return IntervalTrigger(seconds=when.total_seconds(), timezone=UTC)
    return CronTrigger(hour=when.hour, minute=when.minute, timezone=UTC)
