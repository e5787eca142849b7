"""What is decided about a recording: held, restricted, redacted, judged, erased."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from governance.access import service as access
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked, Label, RecordingId
from governance.api.small import SmallBody
from governance.errors import NotFoundError
from governance.recordings import erasure, queries
from governance.recordings import service as recordings
from governance.recordings.models import ERASED
from governance.redaction import service as redaction

router = APIRouter(prefix="/v1", tags=["decisions"], route_class=SmallBody)

HoldId = Annotated[str, Path(pattern=r"^hld_[0-9a-f]{32}$")]
RestrictionId = Annotated[str, Path(pattern=r"^rst_[0-9a-f]{32}$")]
_EVERYTHING = documented(401, 403, 404, 409, 413)


class HoldAsked(Asked):
    """A legal hold. `matter` is the name under which the legal department keeps the case."""

    matter: Annotated[Label, Field(examples=["2026-17 Doe v. Example"])]


class HoldShape(Answer):
    """A legal hold that stands, or stood."""

    id: str
    matter: str
    placed_by: str
    placed_at: datetime
    released_by: str | None
    released_at: datetime | None


class RestrictionAsked(Asked):
    """A purpose the recording may not be used for any more, and why (GDPR Art. 18(1), 21)."""

    purpose: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["training"])]
    reason: Literal["objection", "accuracy_contested", "unlawful", "needed_for_claims", "consent_withdrawn"]


class RestrictionShape(Answer):
    """A restriction that stands, or stood."""

    id: str
    purpose: str
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


class ErasureAsked(Asked):
    """Why the recording is erased: a code, because it stays in the log for ever."""

    reason: Literal[
        "subject_request", "objection", "consent_withdrawn", "no_longer_needed", "unlawful", "legal_obligation",
        "recorded_in_error",
    ]  # fmt: skip


class ErasureShape(Answer):
    """How far an erasure has come. Nobody can read the recording whatever `state` says; `copies` says what is left."""

    erasure_id: str
    recording_id: str
    state: Literal["complete", "incomplete"]
    copies: dict[str, Any]


class RedactionShape(Answer):
    """What a redaction came to: `released`, or `quarantined` for `reasons`."""

    recording_id: str
    state: str
    reasons: list[str]
    because: str
    counts: dict[str, int]


class VerdictAsked(Asked):
    """What a person heard where authentication data is suspected."""

    verdict: Literal["card_data", "not_card_data"]


@router.post("/recordings/{recording_id}/redaction", responses=_EVERYTHING)
def redact(caller: Annotated[Caller, needs("recording:redact")], recording_id: RecordingId) -> RedactionShape:
    """Redact the recording now, and release it if the second look finds nothing."""
    return RedactionShape.model_validate(redaction.redact(caller.runtime, caller.actor, recording_id))


@router.post("/recordings/{recording_id}/decision", responses=_EVERYTHING)
def decide(
    caller: Annotated[Caller, needs("recording:quarantine:decide")],
    recording_id: RecordingId,
    asked: VerdictAsked,
) -> RedactionShape:
    """Decide about suspected authentication data; the recording is then redacted and looked at again."""
    return RedactionShape.model_validate(
        redaction.decide(caller.runtime, caller.actor, recording_id, asked.verdict)
    )


@router.get("/recordings/{recording_id}/holds", responses=_EVERYTHING)
def list_holds(
    caller: Annotated[Caller, needs("recording:hold")], recording_id: RecordingId
) -> list[HoldShape]:
    """List the holds that stand on the recording."""
    with caller.work(write=False) as work:
        row = queries.recording(work, recording_id)
        if row is None or row.state == ERASED:
            raise NotFoundError("there is no such recording")
        access.require(work, "recording:hold", queries.facts(work, row))
        return [HoldShape.model_validate(one) for one in queries.holds(work, recording_id)]


@router.post("/recordings/{recording_id}/holds", status_code=201, responses=_EVERYTHING)
def hold(
    caller: Annotated[Caller, needs("recording:hold")], recording_id: RecordingId, asked: HoldAsked
) -> HoldShape:
    """Put a legal hold on the recording: nothing of it is erased while one stands."""
    with caller.work() as work:
        return HoldShape.model_validate(recordings.hold(work, recording_id, asked.matter))


@router.delete("/holds/{hold_id}", responses=_EVERYTHING)
def release_hold(caller: Annotated[Caller, needs("recording:hold")], hold_id: HoldId) -> HoldShape:
    """Release a legal hold."""
    with caller.work() as work:
        return HoldShape.model_validate(recordings.release_hold(work, hold_id))


@router.post("/recordings/{recording_id}/restrictions", status_code=201, responses=_EVERYTHING)
def restrict(
    caller: Annotated[Caller, needs("recording:restrict")], recording_id: RecordingId, asked: RestrictionAsked
) -> RestrictionShape:
    """Restrict the recording: it is not used for the purpose any more."""
    with caller.work() as work:
        placed = recordings.restrict(work, recording_id, asked.purpose, asked.reason)
        return RestrictionShape.model_validate(placed)


@router.delete("/restrictions/{restriction_id}", responses=_EVERYTHING)
def lift_restriction(
    caller: Annotated[Caller, needs("recording:restrict")], restriction_id: RestrictionId
) -> RestrictionShape:
    """Lift a restriction."""
    with caller.work() as work:
        return RestrictionShape.model_validate(recordings.lift_restriction(work, restriction_id))


@router.delete(
    "/recordings/{recording_id}",
    responses={
        202: {
            "model": ErasureShape,
            "description": "Nobody can read it any more; not every copy has gone yet.",
        },
        **_EVERYTHING,
    },
)
def erase(
    caller: Annotated[Caller, needs("recording:erase")],
    recording_id: RecordingId,
    asked: ErasureAsked,
    response: Response,
) -> ErasureShape:
    """Erase the recording and everything made from it. Asking again asks the copies that have not answered yet."""
    state = erasure.erase(caller.runtime, caller.actor, recording_id, asked.reason)
    if state.state != erasure.COMPLETE:
        response.status_code = 202
    return ErasureShape.model_validate(state)
