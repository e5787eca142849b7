"""Putting a policy into force: nothing is erased by itself under a policy that nobody has looked at in this archive.

A policy file that loads is not yet a decision about what lies here: an archive that is years old, or a misspelt line of
business, would be gone within minutes. So the jobs erase only under the policy that a person adopted by its digest;
every other one waits, and what is overdue meanwhile is a finding. Whoever sweeps by hand has decided for that once.
"""

from __future__ import annotations

from governance import ids
from governance.access import service as access
from governance.access.reasons import SENTENCES
from governance.audit import service as audit
from governance.errors import ConflictError, DeniedError
from governance.retention import queries
from governance.retention.models import RetentionAdoption
from governance.retention.sweep import SweepReport, sweep
from governance.runtime import Actor, Runtime, Work


def adopt(work: Work, digest: str) -> RetentionAdoption:
    """Return the adoption of the policy that is loaded: what it lets fall due is erased by the jobs from now on.

    `digest` is the one that a dry run or preview named, so that what was looked at is what is put into force. Adopting
    what is in force already changes nothing.

    Raises `DeniedError`, for a key too: it has looked at nothing; and `ConflictError` where another policy is loaded
    by now.
    """
    access.require(work, "retention:run")
    if work.actor.key_scopes is not None:
        audit.record_denied(work, "retention.adopted", why={"code": "not_a_person"})
        raise DeniedError("not_a_person", SENTENCES["not_a_person"])
    policy = work.policies.retention
    if digest != policy.digest:
        raise ConflictError("Another retention policy is loaded by now: look at what it would erase first.")
    last = queries.adoption(work)
    if last is not None and last.policy_digest == digest:
        return last
    adoption_id = ids.new("ado")
    entry_id = audit.record(
        work, "retention.adopted", res=[("retention_adoption", adoption_id)],
        det={"retention_policy": digest, "version": policy.version},
    )  # fmt: skip
    row = RetentionAdoption(
        id=adoption_id,
        tenant=work.tenant,
        policy_digest=digest,
        policy_version=policy.version,
        adopted_by=work.actor.id,
        adopted_at=work.now,
        entry_id=entry_id,
    )
    work.session.add(row)
    work.session.flush()
    return row


def is_in_force(work: Work) -> bool:
    """Whether a person has adopted the retention policy that is loaded."""
    last = queries.adoption(work)
    return last is not None and last.policy_digest == work.policies.retention.digest


def sweep_in_force(runtime: Runtime, house: Actor, limit: int | None = None) -> SweepReport | None:
    """Sweep as `sweep` does while the policy is in force; None where it is not, and nothing is touched. For the jobs.

    It is asked again before each batch: a sweep takes hours, and meanwhile another process can be told of another policy.
    """
    with runtime.work(house, write=False) as work:
        if not is_in_force(work):
            return None
    return sweep(runtime, house, limit=limit, goes_on=is_in_force)
