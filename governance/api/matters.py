"""Legal holds by matter: opened over a selection, reviewed in time, released by two persons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from governance.access import service as access
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.selections import SelectionAsked
from governance.api.shapes import Answer, Asked, Sentence
from governance.api.small import SmallBody
from governance.audit import service as audit
from governance.retention import matters, queries
from governance.retention.models import Matter
from governance.runtime import Work

router = APIRouter(prefix="/v1/matters", tags=["matters"], route_class=SmallBody)

MatterId = Annotated[str, Path(pattern=r"^mat_[0-9a-f]{32}$")]
Reason = Annotated[Sentence, Field(min_length=10, repr=False)]
_EVERYTHING = documented(401, 403, 404, 409, 413)


class MatterAsked(Asked):
    """A matter: what it is about, why its recordings are held, which they are, and by when that is looked at again."""

    title: Annotated[Sentence, Field(max_length=200, repr=False, examples=["2026-17 Doe v. Example"])]
    because: Reason
    recordings: SelectionAsked
    review_by: date


class CoverageAsked(Asked):
    """Which recordings a hold would cover."""

    recordings: SelectionAsked


class Coverage(Answer):
    """How many recordings a hold would cover now; those to come are not counted."""

    recordings: int


class ConfirmationAsked(Asked):
    """Why the hold is still needed, and by when that is asked again."""

    because: Reason
    review_by: date


class ReleaseAsked(Asked):
    """Why the hold is no longer needed."""

    because: Reason


class ApprovalAsked(Asked):
    """What another person decided about the release. Whoever asked may withdraw it."""

    approve: bool


class MatterShape(Answer):
    """A matter. `selection` names people by blind tokens only."""

    id: str
    title: str = ""
    state: Literal["open", "release_requested", "released"]
    selection: dict[str, Any]
    opened_by: str
    opened_at: datetime
    review_by: date
    reviewed_by: str | None
    reviewed_at: datetime | None
    requested_by: str | None
    requested_at: datetime | None
    released_by: str | None
    released_at: datetime | None


class MatterDetail(MatterShape):
    """A matter with what people wrote: `because`, `review`, `request`."""

    reasons: dict[str, str] = Field(default_factory=dict)


@router.post("", status_code=201, responses=_EVERYTHING)
def open_matter(caller: Annotated[Caller, needs("recording:hold")], asked: MatterAsked) -> MatterDetail:
    """Open a matter: from the answer on nothing of its recordings is erased, of those here and those to come."""
    with caller.work() as work:
        made = matters.open_matter(
            work,
            title=asked.title,
            because=asked.because,
            selection=asked.recordings.selection(work),
            review_by=asked.review_by,
        )
        return _detail(work, made)


@router.post("/coverage", responses=documented(401, 403, 413))
def coverage(caller: Annotated[Caller, needs("recording:hold")], asked: CoverageAsked) -> Coverage:
    """Say how many recordings a hold over the selection would cover, before it is placed."""
    with caller.work() as work:
        return Coverage(recordings=matters.coverage(work, asked.recordings.selection(work)))


@router.get("", responses=documented(401, 403))
def list_matters(
    caller: Annotated[Caller, needs("recording:hold")], released: bool = False
) -> list[MatterShape]:
    """List the matters, those to be reviewed soonest first; with `released=true` the released ones too."""
    with caller.work() as work:
        access.require(work, "recording:hold")
        audit.record(work, "retention.read")
        return [_shape(work, row) for row in queries.matters(work, with_released=released)]


@router.get("/{matter_id}", responses=_EVERYTHING)
def read(caller: Annotated[Caller, needs("recording:hold")], matter_id: MatterId) -> MatterDetail:
    """Read a matter with the reasons people gave."""
    with caller.work() as work:
        access.require(work, "recording:hold")
        row = queries.matter(work, matter_id)
        audit.record(work, "retention.read", res=[("matter", row.id)])
        return _detail(work, row)


@router.post("/{matter_id}/review", responses=_EVERYTHING)
def review(
    caller: Annotated[Caller, needs("recording:hold")], matter_id: MatterId, asked: ConfirmationAsked
) -> MatterDetail:
    """Confirm that the hold is still needed."""
    with caller.work() as work:
        row = matters.review_matter(work, matter_id, because=asked.because, review_by=asked.review_by)
        return _detail(work, row)


@router.post("/{matter_id}/release", responses=_EVERYTHING)
def request_release(
    caller: Annotated[Caller, needs("recording:hold")], matter_id: MatterId, asked: ReleaseAsked
) -> MatterDetail:
    """Ask for the release. It holds until another person approves."""
    with caller.work() as work:
        return _detail(work, matters.request_release(work, matter_id, asked.because))


@router.post("/{matter_id}/release/approval", responses=_EVERYTHING)
def approve_release(
    caller: Annotated[Caller, needs("recording:hold")], matter_id: MatterId, asked: ApprovalAsked
) -> MatterDetail:
    """Approve the release another person asked for, or refuse it: then the matter goes on holding."""
    with caller.work() as work:
        return _detail(work, matters.approve_release(work, matter_id, approve=asked.approve))


def _shape(work: Work, row: Matter) -> MatterShape:
    shape = MatterShape.model_validate(row)
    shape.title = matters.title_of(work, row)
    return shape


def _detail(work: Work, row: Matter) -> MatterDetail:
    shape = MatterDetail.model_validate(row)
    shape.title, shape.reasons = matters.title_of(work, row), matters.because_of(work, row)
    return shape
