"""The life of a finding, one step each: opened, opened again, closed. Each step is written into the log and told by webhook.

Only what a check says moves a finding: there is no step that closes one by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from governance.access import queries as people
from governance.audit import service as audit
from governance.findings import queries, rules
from governance.findings.checks.contract import Failing
from governance.findings.models import CLOSED, OPEN, OPENED, REOPENED, Finding, FindingEvent
from governance.ids import new
from governance.messages import service as messages
from governance.policy.interventions import FindingKind, Intervention
from governance.runtime import Work

KNOWN = "known"


def hold_against(work: Work, kind: FindingKind, failing: Failing) -> str:
    """Open the finding about a subject that fails, or open it again; return `opened`, `reopened` or `known`.

    One that is open keeps its deadline, unless the end that its subject has of itself has moved.
    """
    path = work.policies.interventions.path(kind)
    row = queries.of_subject(work, kind, failing.subject)
    if row is None:
        return _open(work, kind, path, failing)
    if row.state == OPEN:
        _refresh(work, row, path, failing)
        return KNOWN
    _begin(work, row, path, failing)
    row.times_reopened += 1
    if row.assignee is not None and people.is_disabled(work, row.assignee):
        row.assignee = None
    work.session.add(row)
    audit.record(work, "finding.reopened", **_logged(row))
    told(work, row, REOPENED, because=failing.because)
    messages.webhook(work, "finding.reopened", shown(row), about=[("finding", row.id)])
    return REOPENED


def close(work: Work, row: Finding) -> None:
    """Close a finding whose check passes. The caller has just asked it, in this Work."""
    row.state, row.closed_at, row.checked_at = CLOSED, work.now, work.now
    row.escalate_at = None
    work.session.add(row)
    audit.record(work, "finding.closed", **_logged(row))
    told(work, row, CLOSED)
    messages.webhook(work, "finding.closed", shown(row), about=[("finding", row.id)])


def told(
    work: Work,
    row: Finding,
    act: str,
    *,
    because: str | None = None,
    det: Mapping[str, Any] | None = None,
) -> FindingEvent:
    """Return the new line of the finding's own history."""
    event = FindingEvent(
        id=new("fev"),
        tenant=work.tenant,
        finding_id=row.id,
        act=act,
        at=work.now,
        by=work.actor.id,
        because=because,
        det=dict(det or {}),
    )
    work.session.add(event)
    work.session.flush()
    return event


def resources(row: Finding) -> list[tuple[str, str]]:
    """Return what an act on the finding concerns: so it stands in the history of the recording it is about as well."""
    return [("finding", row.id), (row.subject_kind, row.subject_id)]


def shown(row: Finding) -> dict[str, Any]:
    """Return what a webhook says of a finding: codes, ids and moments."""
    return {
        "finding_id": row.id,
        "kind": row.kind,
        "state": row.state,
        "severity": row.severity,
        "owner": row.owner,
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
        "opened_at": row.opened_at.isoformat(),
        "due_at": row.due_at.isoformat(),
        "escalation_level": row.escalation_level,
        "times_reopened": row.times_reopened,
    }


def _open(work: Work, kind: FindingKind, path: Intervention, failing: Failing) -> str:
    row = Finding(
        id=new("fnd"),
        tenant=work.tenant,
        kind=kind,
        subject_kind=failing.subject_kind,
        subject_id=failing.subject_id,
        state=OPEN,
        severity=path.severity,
        owner=path.owner,
        because=failing.because,
        first_opened_at=work.now,
        opened_at=work.now,
        due_at=work.now,
        checked_at=work.now,
    )
    _begin(work, row, path, failing)
    try:
        with work.session.begin_nested():
            work.session.add(row)
            work.session.flush()
    except IntegrityError:
        return KNOWN  # another process has just opened it
    audit.record(work, "finding.opened", **_logged(row))
    told(work, row, OPENED, because=failing.because)
    messages.webhook(work, "finding.opened", shown(row), about=[("finding", row.id)])
    return OPENED


def _begin(work: Work, row: Finding, path: Intervention, failing: Failing) -> None:
    row.state, row.opened_at, row.checked_at, row.closed_at = OPEN, work.now, work.now, None
    row.severity, row.owner, row.because = path.severity, path.owner, failing.because
    row.due_at = rules.due(path, work.now, failing.ends_at)
    row.escalation_level, row.escalated_at, row.told_at = 0, None, None
    row.escalate_at = rules.first_escalation(path.escalation, row.due_at)


def _refresh(work: Work, row: Finding, path: Intervention, failing: Failing) -> None:
    row.because, row.checked_at = failing.because, work.now
    due_at = rules.due(path, row.opened_at, failing.ends_at)
    if due_at != row.due_at:
        row.due_at = due_at
        if row.escalation_level == 0:
            row.escalate_at = rules.first_escalation(path.escalation, due_at)
    work.session.add(row)


def _logged(row: Finding) -> dict[str, Any]:
    det = {"severity": row.severity, "owner": row.owner, "times_reopened": row.times_reopened}
    return {"res": resources(row), "det": det, "why": {"code": row.kind}}
