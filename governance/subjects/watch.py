"""What the house does with requests by itself: it warns before an end, closes what was answered, forgets what is over."""

from __future__ import annotations

from datetime import timedelta

from governance.audit import service as audit
from governance.messages import service as messages
from governance.runtime import Actor, Runtime, Work
from governance.subjects import acts, clocks, letters, objections, queries
from governance.subjects.acts import record, take
from governance.subjects.candidate_queries import candidates
from governance.subjects.models import SubjectRequest
from governance.subjects.words import OBJECTIONS

ROLE = "dpo"
"""Whoever answers requests is warned of their ends."""


def warn_near_end(runtime: Runtime, actor: Actor) -> int:
    """Warn by mail of every request whose end has come as near as the policy says; return how many. A job.

    Each warning is given once. A clock that stands still gives none; one that was moved begins anew.
    """
    with runtime.work(actor, write=False) as work:
        longest = max(
            days
            for regime in work.policies.subjects.regimes.values()
            for terms in regime.requests.values()
            for days in terms.warn_days
        )
        near = [request.id for request in queries.near_end(work, timedelta(days=longest + 2))]
    return sum(_warn(runtime, actor, request_id) for request_id in near)


def _warn(runtime: Runtime, actor: Actor, request_id: str) -> bool:
    with runtime.work(actor) as work:
        request = queries.for_update(work, request_id)
        if request is None or request.paused_at is not None:
            return False
        today = acts.calendar(work, request).day_of(work.now)
        warn_days = acts.terms(work, request).warn_days
        due = clocks.warning_due(request.due_on, today, warn_days, request.warned_days)
        if due is None:
            return False
        request.warned_days = due
        work.session.add(request)
        left = (request.due_on - today).days
        when = f"is over since {request.due_on}" if left < 0 else f"ends on {request.due_on}"
        subject = f"Request {request.number} {when}"
        body = (
            f"The time to answer request {request.number} ({request.kind}, {request.regime}) {when}.\n"
            f"{work.runtime.settings.public_url}/requests/{request.id}\n"
        )
        about = [("request", request.id)]
        reached = messages.mail_to_role(work, ROLE, subject=subject, body=body, about=about)
        record(work, "request.warned", request, det={"days_left": left, "reached": reached})
        if left < 0:
            messages.webhook(work, "request.overdue", {"request_id": request.id, "days_left": left}, about)
        return True


def close(work: Work, request_id: str) -> SubjectRequest:
    """Return the request, closed for good; erasure of what it covered goes on. What an objection stops stays stopped."""
    request = take(work, request_id, "close")
    request.ended_at = work.now
    record(work, "request.closed", request)
    if request.kind not in OBJECTIONS:
        objections.lift(work, request, "closed")
    return request


def close_answered(runtime: Runtime, actor: Actor) -> int:
    """Close what was answered so long ago that its package is gone; return how many. A job.

    An answered request that nobody closes would keep recordings from their erasure for ever.
    """
    with runtime.work(actor, write=False) as work:
        over = work.now - timedelta(days=work.policies.subjects.package_days)
        answered = queries.answered_before(work, over)
    for request_id in answered:
        with runtime.work(actor) as work:
            close(work, request_id)
    return len(answered)


def forget_old(runtime: Runtime, actor: Actor, limit: int = 100) -> int:
    """Forget whose the requests were that ended as long ago as the policy says; return how many. A job.

    Number, dates, law and outcome stay, and so does what an objection stops, which needs blind tokens only. Names,
    texts, identifiers and what the log holds of them become unreadable (GDPR Art. 5(1)(e); CCPA: 24 months).
    """
    forgotten = 0
    with runtime.work(actor) as work:
        for name, regime in work.policies.subjects.regimes.items():
            today = work.now.date()
            day = clocks.months_after(today, -regime.keep_records_months)
            before = work.now - (today - day)
            for request_id in queries.ended_before(work, name, before, limit):
                request = queries.for_update(work, request_id)
                if request is not None:
                    _forget(work, request)
                    forgotten += 1
    return forgotten


def _forget(work: Work, request: SubjectRequest) -> None:
    request.box, request.reasons_sealed, request.forgotten_at = b"", None, work.now
    work.session.add(request)
    for one in queries.identifiers(work, request.id):
        work.session.delete(one)
    for candidate in candidates(work, request.id):
        candidate.because_sealed = None
        work.session.add(candidate)
    for check in queries.identity_checks(work, request.id):
        check.note_sealed = check.code_hash = check.token = None
        work.session.add(check)
    for event in queries.history(work, request.id):
        event.note_sealed = None
        work.session.add(event)
    letters.forget(work, request.id)
    work.session.flush()
    audit.erase_person(work, request.id)
    record(work, "request.forgotten", request)
