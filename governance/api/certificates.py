"""Erasures and their certificates: what went, why, and the log's proof of it, for whoever must account for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer
from governance.api.small import SmallBody
from governance.audit import service as audit
from governance.recordings import certificate, queries

router = APIRouter(prefix="/v1/erasures", tags=["retention"], route_class=SmallBody)

ErasureId = Annotated[
    str, Path(pattern=r"^era_[0-9a-f]{32}$", examples=["era_0199d5f2c7a07b1e8c55c3d1f0a9b2e4"])
]


class ErasureLine(Answer):
    """One erasure. `scope` is `recording`, or `master` where the rendition stayed."""

    id: str
    recording_id: str
    scope: str
    reason: str
    rule: str | None
    state: str
    asked_at: datetime
    completed_at: datetime | None


class ErasurePage(Answer):
    """One page, newest first. `next` is the `after` of the next page; null on the last."""

    items: list[ErasureLine]
    next: str | None


class CopyShape(Answer):
    """One kind of copy: how many there were where they are counted, and when the last of them answered."""

    kind: str
    count: int | None
    state: str
    answered_at: datetime | None


class EntryShape(Answer):
    """One entry of the log: the bytes of its leaf in base64, and its `tlog-proof` once a signed checkpoint covers it."""

    id: str
    act: str | None
    log: str | None
    index: int | None
    leaf: str | None
    proof: str | None


class CertificateShape(Answer):
    """The certificate of an erasure. Keep it with the trust file: it is checked without this service."""

    format: str
    tenant: str
    erasure_id: str
    recording_id: str
    scope: str
    reason: str
    because: str
    rule: str | None
    policy_digest: str | None
    asked_by: str
    asked_at: datetime
    state: str
    completed_at: datetime | None
    copies: list[CopyShape]
    entries: list[EntryShape]
    issued_at: datetime


@router.get("", responses=documented(401, 403))
def list_erasures(
    caller: Annotated[Caller, needs("retention:read")],
    recording_id: Annotated[str | None, Query(pattern=r"^rec_[0-9a-f]{32}$")] = None,
    after: Annotated[str | None, Query(pattern=r"^era_[0-9a-f]{32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ErasurePage:
    """List erasures, the newest first; those of one recording, if it is named."""
    with caller.work() as work:
        audit.record(work, "retention.read", res=[("recording", recording_id)] if recording_id else [])
        rows = queries.erasures(work, recording_id, after, limit + 1)
    items = [ErasureLine.model_validate(row) for row in rows[:limit]]
    return ErasurePage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.get("/{erasure_id}/certificate", responses=documented(401, 403, 404))
def read_certificate(
    caller: Annotated[Caller, needs("retention:read")], erasure_id: ErasureId
) -> CertificateShape:
    """Hand out the certificate of an erasure."""
    with caller.work() as work:
        found: dict[str, Any] = certificate.certificate(work, erasure_id)
        res = [("erasure", erasure_id), ("recording", found["recording_id"])]
        audit.record(work, "erasure.certificate.read", res=res)
    return CertificateShape.model_validate(found)
