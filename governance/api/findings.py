"""Findings: what is wrong, until proven right. They are assigned, noted and checked here; none is closed by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from governance.access import service as access
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked, Sentence
from governance.api.small import SmallBody
from governance.findings import queries
from governance.findings import service as findings
from governance.policy.interventions import FindingKind, Intervention, Severity
from governance.policy.vocabulary import Role

router = APIRouter(prefix="/v1/findings", tags=["findings"], route_class=SmallBody)

FindingId = Annotated[
    str, Path(pattern=r"^fnd_[0-9a-f]{32}$", examples=["fnd_0199d5f2c7a07b1e8c55c3d1f0a9b2e4"])
]
AccountId = Annotated[str, Field(pattern=r"^acc_[0-9a-f]{32}$")]
_MANY, _ONE = documented(401, 403), documented(401, 403, 404)
_DONE = documented(401, 403, 404, 409, 413)


class FindingShape(Answer):
    """One finding. `because` is what its check saw; `opened_at` the latest opening, from which the deadline runs."""

    id: str
    kind: str
    state: Literal["open", "closed"]
    severity: str
    owner: str
    assignee: str | None
    subject_kind: str
    subject_id: str
    because: str
    first_opened_at: datetime
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    escalation_level: int
    escalated_at: datetime | None
    times_reopened: int


class FindingPage(Answer):
    """One page, the earliest deadline first. `next` is the `after` of the next page; null on the last."""

    items: list[FindingShape]
    next: str | None


class PathShape(Answer):
    """The one path by which a kind of finding is mended (`policies/interventions.yaml`)."""

    title: str
    good: str
    steps: list[str]
    standard: list[str]
    deadline: str
    escalated_to: list[str]
    escalated_every: str

    @classmethod
    def of(cls, path: Intervention) -> PathShape:
        """Return the path as it is shown."""
        return cls(
            title=path.title,
            good=path.good,
            steps=list(path.steps),
            standard=list(path.standard),
            deadline=str(path.deadline),
            escalated_to=list(path.escalation.to),
            escalated_every=str(path.escalation.every),
        )


class EventShape(Answer):
    """One step in the history of a finding. `text` is what somebody wrote: null once it was forgotten."""

    id: str
    act: str
    at: datetime
    by: str
    because: str | None
    det: dict[str, Any]
    text: str | None = None


class FindingDetail(FindingShape):
    """One finding with the path by which it is mended, when its check was last made, and its history, oldest first."""

    checked_at: datetime
    path: PathShape
    history: list[EventShape]


class TallyShape(Answer):
    """The open findings of one kind: how many, how many late, since when the oldest, until when the next."""

    kind: str
    owner: str
    open: int
    late: int
    oldest: datetime
    next_due: datetime


class AssigneeAsked(Asked):
    """Who works on it: an account, or null to give it back to its owners."""

    account_id: AccountId | None


class NoteAsked(Asked):
    """What was found out or done. It is stored sealed."""

    text: Annotated[Sentence, Field(repr=False)]


@router.get("", responses=_MANY)
def list_findings(
    caller: Annotated[Caller, needs("finding:read")],
    kind: FindingKind | None = None,
    owner: Role | None = None,
    state: Literal["open", "closed"] | None = None,
    severity: Severity | None = None,
    assignee: Annotated[str | None, Query(pattern=r"^acc_[0-9a-f]{32}$")] = None,
    late: bool | None = None,
    subject_kind: Annotated[str | None, Query(pattern=r"^[a-z_]{1,20}$", examples=["recording"])] = None,
    subject_id: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")] = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FindingPage:
    """List findings, the earliest deadline first, by kind, owner, state, severity, assignee, lateness and subject."""
    filters = queries.Filters(
        kind=kind, owner=owner, state=state, severity=severity, assignee=assignee, late=late,
        subject_kind=subject_kind, subject_id=subject_id,
    )  # fmt: skip
    with caller.work(write=False) as work:
        access.require(work, "finding:read")
        rows, following = queries.findings(work, filters, after, limit)
        return FindingPage(items=[FindingShape.model_validate(row) for row in rows], next=following)


@router.get("/summary", responses=_MANY)
def summary(caller: Annotated[Caller, needs("finding:read")]) -> list[TallyShape]:
    """Count the open findings by kind and owner, with their age; the nearest deadline first."""
    with caller.work(write=False) as work:
        access.require(work, "finding:read")
        return [TallyShape.model_validate(one) for one in queries.summary(work)]


@router.get("/{finding_id}", responses=_ONE)
def read(caller: Annotated[Caller, needs("finding:read")], finding_id: FindingId) -> FindingDetail:
    """Read one finding with its path, its history and what people wrote; that notes were read is logged."""
    with caller.work() as work:
        found = findings.read(work, finding_id)
        history = [
            EventShape.model_validate(one).model_copy(update={"text": found.notes.get(one.id)})
            for one in found.history
        ]
        shape = FindingShape.model_validate(found.finding).model_dump()
        return FindingDetail(
            **shape, checked_at=found.checked_at, path=PathShape.of(found.path), history=history
        )


@router.post("/{finding_id}/assignee", responses=_DONE)
def assign(
    caller: Annotated[Caller, needs("finding:work")], finding_id: FindingId, asked: AssigneeAsked
) -> FindingShape:
    """Give the finding to somebody, who is told by mail, or back to its owners."""
    with caller.work() as work:
        return FindingShape.model_validate(findings.assign(work, finding_id, asked.account_id))


@router.post("/{finding_id}/notes", status_code=201, responses=_DONE)
def note(
    caller: Annotated[Caller, needs("finding:work")], finding_id: FindingId, asked: NoteAsked
) -> EventShape:
    """Write down what was found out or done."""
    with caller.work() as work:
        event = findings.note(work, finding_id, asked.text)
        return EventShape.model_validate(event).model_copy(update={"text": asked.text})


@router.post("/{finding_id}/check", responses=_DONE)
def check(caller: Annotated[Caller, needs("finding:work")], finding_id: FindingId) -> FindingShape:
    """Have the check that opened the finding made now: it closes where the check passes, and only then."""
    return FindingShape.model_validate(findings.check(caller.runtime, caller.actor, finding_id))
