"""Who is told of findings: their owners once they open, and the roles further up when they are late.

One mail for a role and a run, never one for a finding. That somebody was told is written in the transaction that writes
the mail, so a crash neither repeats nor forgets it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from governance.audit import service as audit
from governance.findings import lifecycle, queries, rules
from governance.findings.models import ESCALATED, Finding
from governance.messages import service as messages
from governance.runtime import Actor, Runtime, Work

_TOLD_AT_ONCE, _ESCALATED_AT_ONCE = 5_000, 500
_NAMED = 20
"""How many findings a mail names; the console has the rest."""


def tell_owners(runtime: Runtime, house: Actor) -> int:
    """Write to each role of what has opened and belongs to it; return how many findings that were."""
    with runtime.work(house, write=False) as work:
        owners = [
            owner
            for owner, since, urgent in queries.owners_untold(work)
            if rules.is_to_be_told(work.now, since, urgent)
        ]
    return sum(_tell(runtime, house, owner) for owner in owners)


def _tell(runtime: Runtime, house: Actor, owner: str) -> int:
    with runtime.work(house) as work:
        rows = queries.untold(work, owner, _TOLD_AT_ONCE)
        if not rows or not _write(work, owner, rows, f"{_counted(len(rows))} to look at"):
            return 0  # nobody of the role has an address: they are told once somebody has
        for row in rows:
            row.told_at = work.now
            work.session.add(row)
        return len(rows)


def escalate(runtime: Runtime, house: Actor) -> int:
    """Report every finding that is late, and due to be reported, to the roles its path names; return how many."""
    count = 0
    while done := _escalate(runtime, house):
        count += done
    return count


def _escalate(runtime: Runtime, house: Actor) -> int:
    with runtime.work(house) as work:
        rows = queries.to_escalate(work, _ESCALATED_AT_ONCE)
        by_role: dict[str, list[Finding]] = defaultdict(list)
        for row in rows:
            path = work.policies.interventions.path(row.kind)
            row.escalation_level += 1
            row.escalated_at = work.now
            row.escalate_at = rules.next_escalation(path.escalation, work.now)
            work.session.add(row)
            for role in path.escalation.to:
                by_role[role].append(row)
        reached = {
            role: _write(work, role, late, f"{_counted(len(late))} late")
            for role, late in sorted(by_role.items())
        }
        for row in rows:
            _note(work, row, reached)
        return len(rows)


def _note(work: Work, row: Finding, reached: dict[str, int]) -> None:
    """Write down to whom the finding was reported, and whom of each role a mail reaches: nobody is an answer too."""
    roles = work.policies.interventions.path(row.kind).escalation.to
    det = {"level": row.escalation_level, "reached": {role: reached[role] for role in roles}}
    lifecycle.told(work, row, ESCALATED, det=det)
    audit.record(work, "finding.escalated", res=lifecycle.resources(row), det=det, why={"code": row.kind})
    messages.webhook(work, "finding.escalated", lifecycle.shown(row), about=[("finding", row.id)])


def _write(work: Work, role: str, rows: Sequence[Finding], subject: str) -> int:
    named = rows[:_NAMED]
    lines = [f"{subject}. They belong to, or are reported to, the role {role}.", ""]
    for row in named:
        path = work.policies.interventions.path(row.kind)
        lines += [
            f"{path.title} ({row.severity}), due {row.due_at:%Y-%m-%d %H:%M} UTC",
            f"  {row.subject_kind} {row.subject_id}",
            f"  {link(work, row)}",
            "",
        ]
    if len(rows) > len(named):
        lines += [f"And {len(rows) - len(named)} more.", ""]
    lines.append(f"All findings: {work.runtime.settings.public_url}/findings")
    return messages.mail_to_role(
        work,
        role,
        subject=f"Recordings: {subject}",
        body="\n".join(lines) + "\n",
        about=[("finding", row.id) for row in named],
    )


def link(work: Work, row: Finding) -> str:
    """Return where the console shows the finding."""
    return f"{work.runtime.settings.public_url}/findings/{row.id}"


def _counted(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"
