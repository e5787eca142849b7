"""What the house does by itself: ONE table of jobs, run for every tenant in turn by the `scheduler`.

Every verb can be repeated, so a job that dies half-way is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

from governance import log
from governance.audit import service as audit
from governance.continuity import queries
from governance.findings import service as findings
from governance.messages import service as messages
from governance.recordings import erasure, standing
from governance.recordings.reasons import RESIDUE
from governance.redaction import certificates, job_working, reviews, sample_drawing
from governance.redaction import jobs as redaction_jobs
from governance.redaction import service as redaction
from governance.retention import service as retention
from governance.runtime import Actor, Runtime
from governance.siem import service as siem
from governance.subjects import package_fetching, packages
from governance.subjects import service as requests
from governance.vault import service as vault

_log = log.get("governance.jobs")


@dataclass(frozen=True)
class Job:
    """One job: every so often, or at a time of the day (UTC), `verb` is called for each tenant."""

    name: str
    when: timedelta | time
    verb: Callable[[Runtime, str], object]


def _vouch(runtime: Runtime, tenant: str) -> None:
    audit.sequence(runtime, tenant)
    audit.publish(runtime, tenant)


def _beat(runtime: Runtime, tenant: str) -> None:
    with runtime.work(Actor.system(tenant, "svc_sequencer")) as work:
        audit.heartbeat(work)


def _redact(runtime: Runtime, tenant: str) -> None:
    # A few at a time, so that the process can end soon after it is told to.
    done = redaction.redact_pending(runtime, Actor.system(tenant, "svc_redaction"), limit=4)
    if any(RESIDUE in one.reasons for one in done):
        findings.look_now(runtime, tenant, "second_look_failed")


def _work_off(runtime: Runtime, tenant: str) -> None:
    job_working.work_off(runtime, Actor.system(tenant, redaction_jobs.SERVICE))  # one: others get their turn


def _expire_jobs(runtime: Runtime, tenant: str) -> None:
    redaction_jobs.expire(runtime, Actor.system(tenant, redaction_jobs.SERVICE))


def _forget_jobs(runtime: Runtime, tenant: str) -> None:
    redaction_jobs.forget(runtime, Actor.system(tenant, redaction_jobs.SERVICE))


def _queue_failed(runtime: Runtime, tenant: str) -> None:
    redaction.queue_failed(runtime, Actor.system(tenant, "svc_redaction"))


def _forget_reviews(runtime: Runtime, tenant: str) -> None:
    reviews.forget_erased(runtime, Actor.system(tenant, reviews.SERVICE))
    certificates.forget_erased(runtime, Actor.system(tenant, redaction.SERVICE))
    sample_drawing.forget_erased(runtime, Actor.system(tenant, sample_drawing.SERVICE))


def _finish_erasures(runtime: Runtime, tenant: str) -> None:
    erasure.finish_all(runtime, Actor.system(tenant, "svc_erasure"))


def _sweep(runtime: Runtime, tenant: str) -> None:
    vault.sweep(runtime, Actor.system(tenant, "svc_vault"))


def _sweep_unclaimed(runtime: Runtime, tenant: str) -> None:
    vault.sweep_unclaimed(runtime, Actor.system(tenant, "svc_vault"))


def _carry_out_orders(runtime: Runtime, tenant: str) -> None:
    standing.carry_out_all(runtime, Actor.system(tenant, "svc_recordings"))


def _deliver(runtime: Runtime, tenant: str) -> None:
    messages.deliver_due(runtime, Actor.system(tenant, "svc_messages"))


def _forget_messages(runtime: Runtime, tenant: str) -> None:
    messages.forget(runtime, Actor.system(tenant, "svc_messages"))


def _reckon(runtime: Runtime, tenant: str) -> None:
    retention.schedule_next(runtime, Actor.system(tenant, retention.SERVICE))


def _erase_due(runtime: Runtime, tenant: str) -> None:
    # A thousand a minute keeps up with any archive, and leaves the database to others in between.
    retention.sweep_in_force(runtime, Actor.system(tenant, retention.SERVICE), limit=1000)


def _sweep_all_due(runtime: Runtime, tenant: str) -> None:
    house = Actor.system(tenant, retention.SERVICE)
    retention.schedule(runtime, house)
    retention.sweep_in_force(runtime, house)


def _prove(runtime: Runtime, tenant: str) -> None:
    proof = retention.prove_quarterly(runtime, Actor.system(tenant, retention.SERVICE))
    if proof is not None and not proof.holds:
        _log.error("something overdue is left", tenant=tenant, proof=proof.id)


def _check(runtime: Runtime, tenant: str) -> None:
    findings.check_all(runtime, Actor.system(tenant, findings.SERVICE))


def _escalate(runtime: Runtime, tenant: str) -> None:
    findings.escalate_late(runtime, Actor.system(tenant, findings.SERVICE))


def _self_audit(runtime: Runtime, tenant: str) -> None:
    result = audit.self_audit(runtime, Actor.system(tenant, "svc_sequencer"))
    if not result.holds:
        _log.error("the log does not hold together", tenant=tenant, flaws=len(result.flaws))


def _list_arrivals(runtime: Runtime, tenant: str) -> None:
    requests.add_arrivals(runtime, Actor.system(tenant, "svc_subjects"))


def _watch_requests(runtime: Runtime, tenant: str) -> None:
    house = Actor.system(tenant, "svc_subjects")
    requests.end_expired_codes(runtime, house)
    requests.warn_near_end(runtime, house)
    requests.close_answered(runtime, house)


def _forget_requests(runtime: Runtime, tenant: str) -> None:
    requests.forget_old(runtime, Actor.system(tenant, "svc_subjects"))


def _make_packages(runtime: Runtime, tenant: str) -> None:
    packages.make_pending(runtime, Actor.system(tenant, packages.SERVICE))


def _end_packages(runtime: Runtime, tenant: str) -> None:
    house = Actor.system(tenant, packages.SERVICE)
    packages.expire(runtime, house)
    package_fetching.forget_visits(runtime, house)


JOBS = (
    Job("vouch for the log", timedelta(seconds=1), _vouch),
    Job("ask the witnesses", timedelta(seconds=10), audit.cosign),
    Job("have the log time-stamped", timedelta(minutes=1), audit.stamp),
    Job("redact what waits", timedelta(seconds=1), _redact),
    Job("work off sound without a catalog", timedelta(seconds=1), _work_off),
    Job("end sound without a catalog", timedelta(seconds=30), _expire_jobs),
    Job("try failed redactions again", timedelta(hours=1), _queue_failed),
    Job("beat", timedelta(seconds=60), _beat),
    Job("carry out standing orders", timedelta(seconds=2), _carry_out_orders),
    Job("deliver messages", timedelta(seconds=1), _deliver),
    Job("tell sinks the log", timedelta(seconds=1), siem.tell),
    Job("reckon deadlines", timedelta(seconds=10), _reckon),
    Job("erase what is due", timedelta(minutes=1), _erase_due),
    Job("sweep shredded bytes", timedelta(minutes=1), _sweep),
    Job("finish erasures", timedelta(minutes=1), _finish_erasures),
    Job("forget reviews of what is erased", timedelta(minutes=1), _forget_reviews),
    Job("list what arrives for requests", timedelta(minutes=1), _list_arrivals),
    Job("watch the clocks of requests", timedelta(minutes=15), _watch_requests),
    Job("make packages", timedelta(seconds=2), _make_packages),
    Job("end packages", timedelta(minutes=1), _end_packages),
    Job("look for what is wrong", timedelta(minutes=5), _check),
    Job("escalate what is late", timedelta(minutes=5), _escalate),
    Job("sweep everything due", time(1, 30), _sweep_all_due),
    Job("audit the log", time(2, 30), _self_audit),
    Job("forget what messages said", time(3, 0), _forget_messages),
    Job("forget requests whose time is over", time(3, 15), _forget_requests),
    Job("forget sound without a catalog", time(3, 20), _forget_jobs),
    Job("sweep unclaimed bytes", time(3, 30), _sweep_unclaimed),
    Job("complete the sample of the month", time(3, 45), sample_drawing.top_up),
    Job("prove that nothing is overdue", time(4, 30), _prove),
)
"""All of it. What a break-glass or a session may no longer do ends by the clock wherever it is asked; no job ends it."""


def recover(runtime: Runtime) -> int:
    """Carry out what the ledger knows and the database does not, before anybody is let in; return how many that was.

    The orders first: what has come under a hold since is not erased by a decision that was never carried out.
    """
    with runtime.unscoped(Actor.system("", "svc_jobs")) as work:
        tenants = queries.tenants(work)
    orders = sum(standing.recover(runtime, tenant) for tenant in tenants)
    orders += sum(retention.recover_matters(runtime, tenant) for tenant in tenants)
    return orders + sum(erasure.recover(runtime, tenant) for tenant in tenants)
