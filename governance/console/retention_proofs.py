"""What shows that retention is kept: the quarterly proofs that nothing is overdue, and the certificate of each erasure."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from governance.access import service as access
from governance.audit import service as audit
from governance.console.deps import Signed
from governance.console.rendering import page
from governance.recordings import erasure_queries
from governance.retention import queries

router = APIRouter(prefix="/retention")

PAGE = 25


@router.get("/proofs")
def show(visitor: Signed, after: Annotated[str, Query(max_length=200)] = "") -> Response:
    """List the proofs, newest first, and what was erased, newest first."""
    with visitor.work() as work:
        access.require(work, "retention:read")
        audit.record(work, "retention.read")
        proofs = queries.proofs(work, 12)
        erasures, following = erasure_queries.newest(work, after or None, PAGE)
        now = work.now
    return page(
        "proofs",
        visitor,
        proofs=proofs,
        erasures=erasures,
        now=now,
        older=f"/retention/proofs?after={following}#erasures" if following else None,
        newest="/retention/proofs#erasures" if after else None,
    )
