"""Break-glass: one recording, one level, one purpose, beyond the role of one person, until it expires.

Another person approves it and another person reviews it. It opens nothing that is in quarantine or under suspicion
of sensitive authentication data, and it is asked again at every use: an approval is no key.
"""

from collections.abc import Collection
from datetime import timedelta

from governance.access import gate, queries, sealing
from governance.access.models import BreakGlass
from governance.access.permissions import Permission
from governance.access.rules import RecordingFacts
from governance.audit import service as audit
from governance.audit.service import Personal
from governance.errors import ConflictError, InvalidError, NotFoundError
from governance.ids import new
from governance.runtime import Work


def request_break_glass(
    work: Work, facts: RecordingFacts, *, level: str, purpose: str, reason: str, minutes: int
) -> BreakGlass:
    """Return the request: nothing opens before another person approves it. The reason is sealed.

    Raises `DeniedError` for a recording nobody may play, `NotFoundError` for one of another tenant, `InvalidError` for
    a purpose, level, reason or time that could never be used.
    """
    gate.check(work, "break_glass:request")
    if facts.tenant != work.tenant or facts.state == "erased":
        raise NotFoundError("there is no such recording")
    if facts.suspected_sad:
        gate.refuse(work, "break_glass:request", "suspected_sad", facts)
    if facts.state != "released":
        gate.refuse(work, "break_glass:request", "quarantined", facts)
    account_id, person = _person(work, "break_glass:request")
    decided = work.policies.purposes.get(purpose)
    if decided is None or work.actor.role not in decided.roles:
        raise InvalidError("your role may not use recordings for this purpose", "purpose")
    if level not in decided.levels:
        raise InvalidError("this purpose may not use this level", "level")
    if purpose in facts.restricted_purposes:
        gate.refuse(work, "break_glass:request", "purpose_restricted", facts)
    if not 10 <= len(reason.strip()) <= 2000:
        raise InvalidError("a reason has 10 to 2000 characters", "reason")
    longest = work.policies.access.break_glass.max_minutes
    if not 1 <= minutes <= longest:
        raise InvalidError(f"a break-glass opens for 1 to {longest} minutes", "minutes")
    row_id = new("brk")
    row = BreakGlass(
        tenant=work.tenant,
        id=row_id,
        recording_id=facts.id,
        level=level,
        purpose=purpose,
        reason_sealed=sealing.seal(work, row_id, "reason", reason.strip()),
        minutes=minutes,
        state="requested",
        requester_account=account_id,
        requester_person=person,
        requested_at=work.now,
    )
    work.session.add(row)
    _record(work, "break_glass.requested", row, reason.strip())
    return row


def approve_break_glass(work: Work, break_glass_id: str) -> BreakGlass:
    """Return it, open from now on for the minutes it asked for.

    Raises `DeniedError` if the person who asked is the person who approves, by whichever account; `ConflictError` if it
    was decided before or has waited too long.
    """
    row = _undecided(work, break_glass_id)
    row.state = "approved"
    row.approved_at = work.now
    row.expires_at = work.now + timedelta(minutes=row.minutes)
    work.session.add(row)
    _record(work, "break_glass.approved", row)
    return row


def refuse_break_glass(work: Work, break_glass_id: str) -> BreakGlass:
    """Return it, refused for good. Raises as `approve_break_glass`."""
    row = _undecided(work, break_glass_id)
    row.state = "refused"
    work.session.add(row)
    _record(work, "break_glass.refused", row)
    return row


def review_break_glass(work: Work, break_glass_id: str, finding: str) -> BreakGlass:
    """Return it, reviewed: whoever looked writes down what they found. A break-glass that is still open closes.

    Raises `DeniedError` for a review of one's own, `ConflictError` if there is nothing to review.
    """
    gate.check(work, "break_glass:review")
    row = queries.break_glass(work, break_glass_id, lock=True)
    account_id = _other_person(work, "break_glass:review", row)
    if row.state != "approved":
        raise ConflictError("there is nothing to review")
    if not 3 <= len(finding.strip()) <= 2000:
        raise InvalidError("a finding has 3 to 2000 characters", "finding")
    row.state = "reviewed"
    row.reviewed_at, row.reviewed_by = work.now, account_id
    row.finding_sealed = sealing.seal(work, row.id, "finding", finding.strip())
    work.session.add(row)
    _record(work, "break_glass.reviewed", row, finding.strip())
    return row


def reason_of(work: Work, row: BreakGlass) -> str:
    """Return the reason in clear: for whoever asked, approves or reviews. Raises `DeniedError` for others."""
    if row.requester_account != work.actor.account_id:
        gate.check(work, "break_glass:approve")
    if not row.reason_sealed:
        return "It was erased with the recording."
    return sealing.unseal(work, row.id, "reason", row.reason_sealed)


def forget_recordings(work: Work, recording_ids: Collection[str]) -> None:
    """Erase what was written about recordings in their break-glasses: free text can name anybody.

    Who opened it, when, for what, and who approved stays: it is what the log proves too.
    """
    for row in queries.break_glasses_of(work, recording_ids):
        row.reason_sealed, row.finding_sealed = b"", None
        if row.state == "requested":
            row.state = "refused"
        work.session.add(row)
    work.session.flush()


def _undecided(work: Work, break_glass_id: str) -> BreakGlass:
    gate.check(work, "break_glass:approve")
    row = queries.break_glass(work, break_glass_id, lock=True)
    account_id = _other_person(work, "break_glass:approve", row)
    if row.state != "requested":
        raise ConflictError("it has been decided before")
    if work.now >= row.requested_at + timedelta(hours=work.policies.access.break_glass.wait_hours):
        raise ConflictError("the request has waited too long: ask again")
    row.approver_account, row.approver_person = account_id, work.actor.person
    return row


def _other_person(work: Work, permission: Permission, row: BreakGlass) -> str:
    account_id, person = _person(work, permission)
    if person == row.requester_person:
        gate.refuse(work, permission, "break_glass_same_person")
    return account_id


def _person(work: Work, permission: Permission) -> tuple[str, str]:
    """Return the acting account and its person: four eyes are those of people, not of a key or a machine."""
    actor = work.actor
    if actor.account_id is None or actor.person is None or actor.key_scopes is not None:
        gate.refuse(work, permission, "not_a_person")
    return actor.account_id, actor.person


def _record(work: Work, act: str, row: BreakGlass, text: str | None = None) -> None:
    work.session.flush()
    audit.record(
        work,
        act,
        res=[("break_glass", row.id), ("recording", row.recording_id)],
        det={"level": row.level, "minutes": row.minutes},
        why={"code": row.purpose},
        personal={"why.text": Personal(text)} if text else {},
    )
