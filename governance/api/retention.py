"""How long recordings are kept: why one is still here, what falls due when, events, reviews, proofs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from governance.access import service as access
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.selections import SelectionAsked
from governance.api.shapes import Answer, Asked, RecordingId, Sentence
from governance.api.small import SmallBody
from governance.audit import service as audit
from governance.retention import queries
from governance.retention import service as retention
from governance.runtime import Work

router = APIRouter(prefix="/v1", tags=["retention"], route_class=SmallBody)

EventName = Literal["case_closed", "contract_ended"]
ActionName = Literal["erase", "erase_master", "review"]
_ONE = documented(401, 403, 404)
_MANY = documented(401, 403)
_DECIDED = documented(401, 403, 404, 409, 413)


class EffectShape(Answer):
    """One rule, hold, request, decision or restriction that applies. `name` says nothing the caller may not know."""

    kind: Literal["hold", "request", "decision", "rule", "restriction"]
    name: str
    because: str
    until: datetime | None
    wins: bool
    outranked_by: str | None
    reference: str | None


class ExplanationShape(Answer):
    """Why a recording is still here. `until` is None where that depends on somebody's decision."""

    recording_id: str
    verdict: str
    code: Literal["legal_hold", "open_request", "in_review", "not_due", "due"]
    action: ActionName
    until: datetime | None
    due_at: datetime
    waits_for: EventName | None
    review_asked_at: datetime | None
    policy_version: str
    policy_digest: str
    effects: list[EffectShape]


class LineShape(Answer):
    """How many recordings fall due in a month (UTC) under a rule, for an action. Held ones are among them."""

    month: str
    rule: str
    action: str
    count: int


class SampleShape(Answer):
    """One of them."""

    recording_id: str
    external_id: str
    due_at: datetime


class PreviewShape(Answer):
    """What falls due when, as the schedule knows it. `samples` are by rule and action: `card_payments erase`."""

    policy_version: str
    policy_digest: str
    recordings: int
    lines: list[LineShape]
    samples: dict[str, list[SampleShape]]


class PolicyShape(Answer):
    """The retention policy that is loaded, and whether a person has put it into force: until then nothing is erased by itself."""

    version: str
    digest: str
    in_force: bool
    adopted_by: str | None
    adopted_at: datetime | None


class AdoptionAsked(Asked):
    """The policy to put into force, by the digest that the preview of it named."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class FallsShape(SampleShape):
    """One recording of the schedule."""

    source: str
    started_at: datetime
    rule: str
    action: str
    waits_for: str | None
    review_asked_at: datetime | None


class SchedulePage(Answer):
    """One page of what falls due, the earliest first."""

    items: list[FallsShape]
    next: str | None


class EventAsked(Asked):
    """An event that starts a period, and the recordings it is about."""

    event: EventName
    at: AwareDatetime
    recordings: SelectionAsked


class EventNoted(Answer):
    """For how many recordings it was noted. Their deadlines are reckoned again within a minute."""

    recordings: int


class ReviewAsked(Asked):
    """What a person decides about a recording whose period ended in a review."""

    decision: Literal["keep_until", "erase"]
    until: AwareDatetime | None = None
    because: Annotated[Sentence, Field(min_length=10, repr=False)]


class ReviewShape(Answer):
    """A decision about a recording whose period ended in a review."""

    id: str
    recording_id: str
    decision: str
    until: datetime | None
    decided_by: str
    decided_at: datetime


class ProofShape(Answer):
    """A check of the whole archive that nothing overdue is left (PCI DSS 3.2.1). `samples` are ids behind what must not be."""

    id: str
    at: datetime
    holds: bool
    counts: dict[str, int]
    samples: dict[str, list[str]]
    policy_digest: str
    by: str
    entry_id: str


@router.get("/recordings/{recording_id}/explain", responses=_ONE)
def explain(
    caller: Annotated[Caller, needs("recording:metadata:read")], recording_id: RecordingId
) -> ExplanationShape:
    """Say why the recording is still here: everything that applies, what wins, why, and until when."""
    with caller.work() as work:
        return ExplanationShape.model_validate(retention.explain(work, recording_id))


@router.post("/recordings/{recording_id}/review", status_code=201, responses=_DECIDED)
def review(
    caller: Annotated[Caller, needs("recording:erase")], recording_id: RecordingId, asked: ReviewAsked
) -> ReviewShape:
    """Decide a review: the recording is kept until a day, or the next sweep erases it."""
    with caller.work() as work:
        made = retention.decide_review(work, recording_id, asked.decision, asked.because, asked.until)
        return ReviewShape.model_validate(made)


@router.get("/retention/preview", responses=_MANY)
def preview(caller: Annotated[Caller, needs("retention:read")]) -> PreviewShape:
    """Say what falls due when, by month, rule and action, with samples."""
    with caller.work() as work:
        _read(work)
        return PreviewShape.model_validate(retention.preview(work))


@router.get("/retention/policy", responses=_MANY)
def policy(caller: Annotated[Caller, needs("retention:read")]) -> PolicyShape:
    """Say which retention policy is loaded, and whether it is in force."""
    with caller.work() as work:
        _read(work)
        return _policy(work)


@router.post("/retention/policy/adoption", responses=documented(401, 403, 409, 413))
def adopt(caller: Annotated[Caller, needs("retention:run")], asked: AdoptionAsked) -> PolicyShape:
    """Put the loaded policy into force: what it lets fall due is erased by the jobs from now on. Look at the preview first."""
    with caller.work() as work:
        retention.adopt(work, asked.digest)
        return _policy(work)


@router.get("/retention/schedule", responses=_MANY)
def schedule(
    caller: Annotated[Caller, needs("retention:read")],
    rule: Annotated[str | None, Query(max_length=60)] = None,
    action: ActionName | None = None,
    waits_for: EventName | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    in_review: bool = False,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SchedulePage:
    """List what falls due, the earliest first; with `in_review` what waits for a person's decision."""
    filters = queries.Filters(rule, action, waits_for, since, until, in_review)
    with caller.work() as work:
        _read(work)
        rows, following = queries.falling_due(work, filters, after, limit)
        return SchedulePage(items=[FallsShape.model_validate(row) for row in rows], next=following)


@router.post("/retention/events", status_code=201, responses=documented(401, 403, 404, 413))
def note_event(caller: Annotated[Caller, needs("retention:run")], asked: EventAsked) -> EventNoted:
    """Note an event that starts a period, for every recording of a selection. A later note replaces an earlier one."""
    with caller.work() as work:
        count = retention.note_event(work, asked.recordings.selection(work), asked.event, asked.at)
        return EventNoted(recordings=count)


@router.get("/retention/proofs", responses=_MANY)
def proofs(
    caller: Annotated[Caller, needs("retention:read")],
    limit: Annotated[int, Query(ge=1, le=200)] = 40,
) -> list[ProofShape]:
    """List the quarterly proofs that nothing overdue is left, newest first."""
    with caller.work() as work:
        _read(work)
        return [ProofShape.model_validate(row) for row in queries.proofs(work, limit)]


def _policy(work: Work) -> PolicyShape:
    loaded, last = work.policies.retention, queries.adoption(work)
    in_force = last is not None and last.policy_digest == loaded.digest
    return PolicyShape(
        version=loaded.version,
        digest=loaded.digest,
        in_force=in_force,
        adopted_by=last.adopted_by if last is not None and in_force else None,
        adopted_at=last.adopted_at if last is not None and in_force else None,
    )


def _read(work: Work) -> Any:
    access.require(work, "retention:read")
    return audit.record(work, "retention.read")
