"""Checks of what was promised: that nothing is kept too long, holds are looked at, and people are answered in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from governance.findings.checks import promise_queries as queries
from governance.findings.checks.contract import Check, Failing
from governance.findings.checks.recordings import told
from governance.retention import rules as retention
from governance.runtime import Work

PROOF = "proof"
_ACKNOWLEDGE_BEFORE = timedelta(days=2)


class ErasureOverdue(Check):
    """Recordings are kept past the end of their period. One finding for a rule: a sweep that stands still is one fault."""

    kind = "erasure_overdue"
    subject_kind = "retention_rule"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every rule under which something is overdue since before the grace, and neither held nor asked for."""
        for rule, count, oldest in queries.overdue(work, self.since(work), only):
            because = f"Due under it and still there: {count}, the first since {told(oldest)}."
            yield Failing(self.subject_kind, rule, because)


class RetentionReviewDue(Check):
    """People were asked whether recordings are still needed, and have not said so in time. One finding for a rule."""

    kind = "retention_review_due"
    subject_kind = "retention_rule"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every rule under which a review waits for longer than `review_within` allows."""
        within = work.policies.retention.review_within
        for rule, count, oldest in queries.in_review(work, only):
            if retention.later(oldest, within) <= work.now:
                because = f"Waiting for a review: {count}, the first since {told(oldest)}."
                yield Failing(self.subject_kind, rule, because)


class RetentionNotProved(Check):
    """That nothing overdue is kept is to be verified at least quarterly (PCI DSS 3.2.1)."""

    kind = "retention_not_proved"
    subject_kind = "retention"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield the tenant unless its last proof holds and is not too old; a house is given its first quarter."""
        if only is not None and PROOF not in only:
            return
        last = queries.last_proof(work)
        if last is not None and not last.holds:
            yield Failing(self.subject_kind, PROOF, f"The proof of {told(last.at)} found what is overdue.")
            return
        begun = last.at if last is not None else queries.first_recording(work)
        if begun is not None and work.now - begun > self.limits(work).proof_age:
            because = f"The last proof is of {told(begun)}." if last else "It was never proven."
            yield Failing(self.subject_kind, PROOF, because)


class HoldUnreviewed(Check):
    """A legal hold that nobody has confirmed by the day it was to be reviewed."""

    kind = "hold_unreviewed"
    subject_kind = "matter"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every matter whose review is overdue."""
        for matter_id, review_by in queries.unreviewed(work, work.now.date(), only):
            yield Failing(self.subject_kind, matter_id, f"It was to be reviewed by {review_by}.")


class RequestDue(Check):
    """A request of a data subject whose clock is near its end or past it (GDPR Art. 12(3))."""

    kind = "request_due"
    subject_kind = "request"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every open request that is to be answered or acknowledged soon, or should have been."""
        ends_before, acknowledge_before = (
            work.now + self.limits(work).request_before,
            work.now + _ACKNOWLEDGE_BEFORE,
        )
        for row in queries.requests_near(work, ends_before, acknowledge_before, only):
            ends = {}
            if row.acknowledge_by is not None and row.acknowledged_at is None:
                ends["acknowledged"] = row.acknowledge_by
            if row.paused_at is None:
                ends["answered"] = row.due_at
            what = min(ends, key=lambda one: ends[one])
            verb = "is" if ends[what] > work.now else "was"
            because = f"Request {row.number} {verb} to be {what} before {told(ends[what])}."
            yield Failing(self.subject_kind, row.id, because, ends[what])
