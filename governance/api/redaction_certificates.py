"""Certificates of redaction: what was released, what was cut out of it, who looked, and the log's proof, for whoever asks for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import RecordingId
from governance.api.small import SmallBody
from governance.redaction import certificates

router = APIRouter(prefix="/v1/recordings", tags=["recordings"], route_class=SmallBody)

_CERTIFICATE = {"content": {"application/json": {"schema": {"type": "object"}}}}


@router.get(
    "/{recording_id}/redaction-certificate",
    response_class=Response,
    responses={
        200: {"description": "The certificate and its proof, as RFC 8785 bytes.", **_CERTIFICATE},
        **documented(401, 403, 404),
    },
)
def read_certificate(
    caller: Annotated[Caller, needs("redaction:read")],
    recording_id: RecordingId,
    certificate: Annotated[str | None, Query(pattern=r"^cer_[0-9a-f]{32}$")] = None,
) -> Response:
    """Hand out the certificate of the recording's last release, or the one that is named. docs/certificates.md checks it."""
    with caller.work() as work:
        told = certificates.hand_out(work, recording_id, certificate)
    return Response(told, media_type="application/json", headers={"Cache-Control": "no-store"})
