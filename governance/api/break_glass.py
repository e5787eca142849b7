"""Break-glass: asked for, approved or refused by another person, reviewed afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from governance.access import queries
from governance.access import service as access
from governance.access.models import BreakGlass
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked, Sentence
from governance.api.small import SmallBody
from governance.errors import NotFoundError
from governance.recordings import queries as recordings
from governance.runtime import Work

router = APIRouter(prefix="/v1/break-glass", tags=["break-glass"], route_class=SmallBody)

BreakGlassId = Annotated[str, Path(pattern=r"^brk_[0-9a-f]{32}$")]
_EVERYTHING = documented(401, 403, 404, 409, 413)


class BreakGlassAsked(Asked):
    """One recording, one level, one purpose, for some minutes, and why."""

    recording_id: Annotated[str, Field(pattern=r"^rec_[0-9a-f]{32}$")]
    level: Literal["rendition", "master"] = "rendition"
    purpose: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["complaint"])]
    reason: Annotated[Sentence, Field(min_length=10, repr=False)]
    minutes: Annotated[int, Field(ge=1, le=1440)] = 60


class Approval(Asked):
    """What another person decided."""

    approve: bool


class Review(Asked):
    """What somebody who looked afterwards found."""

    finding: Annotated[Sentence, Field(repr=False)]


class BreakGlassShape(Answer):
    """A break-glass, and how far it has come."""

    id: str
    recording_id: str
    level: str
    purpose: str
    minutes: int
    state: str
    requester_account: str
    requested_at: datetime
    approver_account: str | None
    approved_at: datetime | None
    expires_at: datetime | None
    used_count: int
    last_used_at: datetime | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    reason: str | None = None


@router.post("", status_code=201, responses=_EVERYTHING)
def request(
    caller: Annotated[Caller, needs("break_glass:request")], asked: BreakGlassAsked
) -> BreakGlassShape:
    """Ask for one recording beyond one's role. Nothing opens before another person approves."""
    with caller.work() as work:
        row = recordings.recording(work, asked.recording_id)
        if row is None:
            raise NotFoundError("there is no such recording")
        made = access.request_break_glass(
            work,
            recordings.facts(work, row),
            level=asked.level,
            purpose=asked.purpose,
            reason=asked.reason,
            minutes=asked.minutes,
        )
        return BreakGlassShape.model_validate(made)


@router.get("", responses=documented(401, 403))
def list_break_glass(
    caller: Annotated[Caller, needs("break_glass:request", "break_glass:approve", "break_glass:review")],
    state: Literal["requested", "approved", "refused", "reviewed"] | None = None,
    mine: bool = False,
) -> list[BreakGlassShape]:
    """List break-glass, newest first: all of it for whoever approves or reviews, with `mine=true` one's own."""
    with caller.work(write=False) as work:
        access.require(work, "break_glass:request" if mine else "break_glass:approve")
        rows = queries.break_glasses(work, state=state)
        return [
            BreakGlassShape.model_validate(row)
            for row in rows
            if not mine or row.requester_account == caller.actor.account_id
        ]


@router.get("/{break_glass_id}", responses=_EVERYTHING)
def read(
    caller: Annotated[Caller, needs("break_glass:request", "break_glass:approve", "break_glass:review")],
    break_glass_id: BreakGlassId,
) -> BreakGlassShape:
    """Read one break-glass with its reason: for whoever asked, approves or reviews."""
    with caller.work() as work:
        row = queries.break_glass(work, break_glass_id)
        return _with_reason(work, row)


@router.post("/{break_glass_id}/approval", responses=_EVERYTHING)
def approve(
    caller: Annotated[Caller, needs("break_glass:approve")], break_glass_id: BreakGlassId, asked: Approval
) -> BreakGlassShape:
    """Approve or refuse what another person asked for."""
    with caller.work() as work:
        decide = access.approve_break_glass if asked.approve else access.refuse_break_glass
        return BreakGlassShape.model_validate(decide(work, break_glass_id))


@router.post("/{break_glass_id}/review", responses=_EVERYTHING)
def review(
    caller: Annotated[Caller, needs("break_glass:review")], break_glass_id: BreakGlassId, asked: Review
) -> BreakGlassShape:
    """Write down what was found when looking at what was done with it. One that is still open closes."""
    with caller.work() as work:
        return BreakGlassShape.model_validate(access.review_break_glass(work, break_glass_id, asked.finding))


def _with_reason(work: Work, row: BreakGlass) -> BreakGlassShape:
    shape = BreakGlassShape.model_validate(row)
    shape.reason = access.reason_of(work, row)
    return shape
