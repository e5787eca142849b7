"""The decision of a person where sensitive authentication data is suspected: nobody plays it before, and nothing is certain."""

from __future__ import annotations

from fastapi import APIRouter, Response

from governance.console.deps import RecordingId, Sent, Signed
from governance.console.rendering import see_other
from governance.errors import InvalidError
from governance.redaction import service as redaction

router = APIRouter()


@router.post("/recordings/{recording_id}/decision")
def decide(visitor: Signed, form: Sent, recording_id: RecordingId) -> Response:
    """Carry the verdict out: the recording is redacted and looked at again, and the page says what came of it."""
    if form.get("confirmed") != "yes":
        raise InvalidError("Confirm that the decision is yours: it cannot be taken back.", "confirmed")
    done = redaction.decide(visitor.runtime, visitor.actor, recording_id, form.get("verdict"))
    return see_other(f"/recordings/{recording_id}?done={done.state}")
