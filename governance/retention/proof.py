"""The quarterly proof that nothing overdue is left (PCI DSS 3.2.1), decided anew for every recording.

It does not believe the schedule: what every recording is due for is asked of the rules again, and what should have
gone more than a day ago and is neither held nor asked for is overdue. A proof that fails is kept as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from governance import ids
from governance.access import service as access
from governance.audit import service as audit
from governance.recordings import queries as catalog
from governance.retention import fact_queries, queries, rules
from governance.retention.models import RetentionProof, RetentionSchedule
from governance.retention.rules import Facts
from governance.runtime import Actor, Runtime, Work

GRACE = timedelta(days=1)
"""Sweeps go on all day, and once a night over everything: what is a day late was missed."""
SAMPLES = 20
_WRONG = ("overdue", "unscheduled", "reviews_late", "erasures_incomplete")


class _Findings:
    """What the walk over the archive has seen: counts, and the ids behind those that must not be."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.samples: dict[str, list[str]] = {}

    def add(self, what: str, recording_id: str) -> None:
        self.counts[what] += 1
        kept = self.samples.setdefault(what, []) if what in _WRONG else []
        if len(kept) < SAMPLES:
            kept.append(recording_id)


def prove(runtime: Runtime, actor: Actor) -> RetentionProof:
    """Return what the check of the whole archive came to, stored and in the log.

    It holds where nothing is overdue, every recording has a deadline, no review has waited longer than policy allows, and
    every erasure has reached all copies. Held and requested recordings are counted beside, they are not overdue.

    Raises `DeniedError` for whoever may not run retention.
    """
    if actor.kind != "system":
        with runtime.work(actor, write=False) as work:
            access.require(work, "retention:run")
    seen = _Findings()
    for work, facts in fact_queries.everything(lambda: runtime.work(actor, write=False)):
        _look(work, facts, seen)
    with runtime.work(actor, write=False) as work:
        for erasure in catalog.unfinished_erasures(work):
            if erasure.asked_at < work.now - GRACE:
                seen.add("erasures_incomplete", erasure.recording_id)
    with runtime.work(actor) as work:
        return _keep(work, seen)


def _look(work: Work, facts: list[Facts], seen: _Findings) -> None:
    policy = work.policies.retention
    planned = queries.schedules_of(work, [one.recording_id for one in facts])
    decided = [(one, rules.deadline(policy, one, work.now)) for one in facts]
    late = [one.recording_id for one, found in decided if found.due_at <= work.now - GRACE]
    kept = catalog.kept_from_erasure(work, late) if late else {}
    for one, found in decided:
        seen.add("recordings", one.recording_id)
        row = planned.get(one.recording_id)
        if row is None and one.taken_in_at <= work.now - GRACE:
            seen.add("unscheduled", one.recording_id)
        if found.due_at <= work.now - GRACE:
            seen.add(_why_late(work, one, found.action, row, kept), one.recording_id)


def _why_late(
    work: Work, facts: Facts, action: str, row: RetentionSchedule | None, kept: Mapping[str, str]
) -> str:
    """Return what it is called that a recording is still here more than a day after it was due."""
    code = kept.get(facts.recording_id)
    if code is not None:
        return code
    if action != "review" or row is None or row.review_asked_at is None:
        return "overdue"
    last_day = rules.later(row.review_asked_at, work.policies.retention.review_within)
    return "reviews_late" if last_day < work.now else "in_review"


def _keep(work: Work, seen: _Findings) -> RetentionProof:
    holds = not any(seen.counts[what] for what in _WRONG)
    counts = {what: seen.counts[what] for what in sorted({"recordings", *_WRONG, *seen.counts})}
    proof_id, digest = ids.new("prf"), work.policies.retention.digest
    entry_id = audit.record(
        work, "retention.proved", res=[("retention_proof", proof_id)], det={**counts, "retention_policy": digest},
        out="success" if holds else "failure",
    )  # fmt: skip
    row = RetentionProof(
        id=proof_id, tenant=work.tenant, at=work.now, holds=holds, counts=counts, samples=dict(seen.samples),
        policy_digest=digest, by=work.actor.id, entry_id=entry_id,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def prove_quarterly(runtime: Runtime, actor: Actor) -> RetentionProof | None:
    """Prove it once a quarter, and every day for as long as the last proof does not hold; None where it is not time.

    Asked daily, so that a service that was down on the first of the quarter proves it the day it is back.
    """
    with runtime.work(actor, write=False) as work:
        last = next(iter(queries.proofs(work, 1)), None)
        if last is not None and last.holds and last.at >= rules.quarter(work.now):
            return None
    return prove(runtime, actor)
