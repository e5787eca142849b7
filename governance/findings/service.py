"""The verbs of findings: check, assign, note, escalate. There is none that closes: a finding closes when its check passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from governance.access import queries as people
from governance.access import sealing
from governance.access import service as access
from governance.audit import service as audit
from governance.audit.service import Personal
from governance.errors import ConflictError, GovernanceError, InvalidError
from governance.findings import lifecycle, queries, rounds, telling
from governance.findings.checks import CHECKS
from governance.findings.checks.contract import Check
from governance.findings.models import ASSIGNED, CHECKED, CLOSED, NOTED, OPEN, Finding, FindingEvent, JobRun
from governance.messages import service as messages
from governance.policy.interventions import FindingKind, Intervention
from governance.redaction import cleartext
from governance.runtime import Actor, Runtime, Work

SERVICE = "svc_findings"
_CHECK_OF_CHECKS = "check_failing"


@dataclass(frozen=True)
class Report:
    """What a round of all checks came to. `failing` is by kind; `broken` are the checks that could not be made."""

    failing: Mapping[str, int]
    opened: int
    reopened: int
    closed: int
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Detail:
    """One finding with the path by which it is mended, its history, and what people wrote, by the id of the event.

    `checked_at` is when its check was last made and came to its end, for everything or for this finding alone.
    """

    finding: Finding
    path: Intervention
    checked_at: datetime
    history: Sequence[FindingEvent]
    notes: Mapping[str, str] = field(repr=False)


def check_all(runtime: Runtime, actor: Actor, checks: Sequence[Check] = CHECKS) -> Report:
    """Make every check, open what fails, close what passes, tell the owners; return what came of it.

    Raises `DeniedError` for somebody who may not work on findings.
    """
    _admit(runtime, actor)
    house = Actor.system(actor.tenant, SERVICE)
    done = {check.kind: rounds.make(runtime, house, check) for check in checks}
    telling.tell_owners(runtime, house)
    with runtime.work(house) as work:
        _forget_erased(work)
    whole: Counter[str] = sum(done.values(), Counter())
    return Report(
        failing={kind: count["failing"] for kind, count in done.items()},
        opened=whole["opened"],
        reopened=whole["reopened"],
        closed=whole[CLOSED],
        broken=tuple(kind for kind, count in done.items() if count["broken"]),
    )


def look_now(runtime: Runtime, tenant: str, kind: FindingKind) -> None:
    """Make one check at once, for a door that has just let in what it is about: its owners need not wait for the round."""
    house = Actor.system(tenant, SERVICE)
    for one in CHECKS:
        if one.kind == kind:
            rounds.make(runtime, house, one)
    telling.tell_owners(runtime, house)


def check(runtime: Runtime, actor: Actor, finding_id: str, checks: Sequence[Check] = CHECKS) -> Finding:
    """Make the check of one finding now and return it: closed where it passes, open, or open again, where it fails.

    Raises `NotFoundError`, `DeniedError`, and `ConflictError` where the check itself cannot be made.
    """
    with runtime.work(actor) as work:
        _require(work)
        row = queries.finding(work, finding_id)
    asked = _check_of(row, checks)
    if row.kind == _CHECK_OF_CHECKS:
        watched = next((one for one in checks if one.kind == row.subject_id), None)
        if watched is not None:
            rounds.make(runtime, Actor.system(actor.tenant, SERVICE), watched)
    try:
        with runtime.work(actor) as work:
            return _check(work, asked, finding_id)
    except GovernanceError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding of its own
        with runtime.work(Actor.system(actor.tenant, SERVICE)) as work:
            rounds.note(work, asked.kind, error=type(error).__name__)
        raise ConflictError("the check itself cannot be made; the finding stays as it is") from None


def _check(work: Work, asked: Check, finding_id: str) -> Finding:
    row = queries.finding(work, finding_id, lock=True)
    failing = next(iter(asked.failing(work, [row.subject_id])), None)
    row.checked_at = work.now
    work.session.add(row)
    det = {"passed": failing is None}
    lifecycle.told(work, row, CHECKED, because=failing.because if failing else None, det=det)
    audit.record(
        work, "finding.checked", res=lifecycle.resources(row), det=det, why={"code": row.kind},
        out="success" if failing is None else "failure",
    )  # fmt: skip
    if failing is not None:
        lifecycle.hold_against(work, asked.kind, failing)
    elif row.state == OPEN:
        lifecycle.close(work, row)
    return row


def assign(work: Work, finding_id: str, account_id: str | None) -> Finding:
    """Return the finding, given to an account, or with None to its owners as a whole; whoever gets it is told by mail.

    Raises `NotFoundError`, `DeniedError`, `ConflictError` for one that is closed, `InvalidError` for an account that
    is disabled or could not work on it.
    """
    _require(work)
    row = queries.finding(work, finding_id, lock=True)
    if row.state == CLOSED:
        raise ConflictError("the finding is closed: there is nothing left to do about it")
    if row.assignee == account_id:
        return row
    mailbox = None
    if account_id is not None:
        account = people.account(work, account_id)
        may = work.policies.access.scope(account.role, "finding:work") is not None
        if account.disabled_at is not None or not may:
            raise InvalidError("the account is disabled, or its role does not work on findings", "assignee")
        mailbox = messages.mailbox(work, account) if account_id != work.actor.account_id else None
    row.assignee = account_id
    work.session.add(row)
    lifecycle.told(work, row, ASSIGNED, det={"assignee": account_id} if account_id else {})
    res = [*lifecycle.resources(row), *([("account", account_id)] if account_id else [])]
    audit.record(work, "finding.assigned", res=res, why={"code": row.kind})
    if mailbox is not None:
        title = work.policies.interventions.path(row.kind).title
        body = f"{title}, due {row.due_at:%Y-%m-%d %H:%M} UTC.\n\n{telling.link(work, row)}\n"
        messages.mail(
            work, to=mailbox, subject="Recordings: a finding is yours", body=body, about=[("finding", row.id)]
        )
    return row


def note(work: Work, finding_id: str, text: str) -> FindingEvent:
    """Return the new note, sealed: what was found out and done. A closed finding can be noted too.

    Raises `NotFoundError`, `DeniedError`, `InvalidError` for a text that is too short, too long or holds card data.
    """
    _require(work)
    text = text.strip()
    if not 3 <= len(text) <= 4000:
        raise InvalidError("a note has 3 to 4000 characters", "text")
    if cleartext.holds_card_data(text):
        raise InvalidError("looks like card data, which has no place in a note", "text")
    row = queries.finding(work, finding_id, lock=True)
    event = lifecycle.told(work, row, NOTED)
    event.text_sealed = sealing.seal(work, event.id, "text", text)
    work.session.add(event)
    audit.record(
        work, "finding.noted", res=lifecycle.resources(row), why={"code": row.kind},
        personal={"why.text": Personal(text)},
    )  # fmt: skip
    return event


def read(work: Work, finding_id: str) -> Detail:
    """Return one finding with its path, its history and its notes in clear; that notes were read is recorded.

    Raises `NotFoundError`, `DeniedError`.
    """
    access.require(work, "finding:read")
    row = queries.finding(work, finding_id)
    history = queries.history(work, finding_id)
    notes = {
        one.id: sealing.unseal(work, one.id, "text", one.text_sealed)
        for one in history
        if one.text_sealed is not None
    }
    if notes:
        audit.record(work, "finding.read", res=lifecycle.resources(row), det={"notes": len(notes)})
    run = queries.check_run(work, row.kind)
    ran_at = run.ended_at if run is not None and run.error is None else row.checked_at
    path = work.policies.interventions.path(row.kind)
    return Detail(row, path, max(row.checked_at, ran_at), history, notes)


def escalate_late(runtime: Runtime, actor: Actor) -> int:
    """Report what is late to the roles its path names, by mail and webhook; return how many findings that were."""
    _admit(runtime, actor)
    return telling.escalate(runtime, Actor.system(actor.tenant, SERVICE))


def note_job(work: Work, name: str, error: str | None) -> None:
    """Remember that a job of the house fails with an error of this type, or (None) that it works."""
    row = queries.job_run(work, name)
    if row is None and error is None:
        return
    row = row or JobRun(tenant=work.tenant, name=name)
    if error is None:
        row.failing_since = None
    elif row.failing_since is None:
        row.failing_since = work.now
    row.error = error
    work.session.add(row)


def _forget_erased(work: Work, limit: int = 500) -> None:
    """Forget what people wrote about recordings that are gone: free text can name anybody (GDPR Art. 17)."""
    for event in queries.notes_about_erased(work, limit):
        event.text_sealed = None
        work.session.add(event)


def _check_of(row: Finding, checks: Sequence[Check]) -> Check:
    found = next((one for one in checks if one.kind == row.kind), None)
    if found is None:
        raise ConflictError("there is no check of this kind any more")
    return found


def _admit(runtime: Runtime, actor: Actor) -> None:
    if actor.kind != "system":
        with runtime.work(actor) as work:
            _require(work)


def _require(work: Work) -> None:
    if work.actor.kind != "system":
        access.require(work, "finding:work")
