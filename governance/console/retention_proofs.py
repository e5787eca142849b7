"""What shows that retention is kept: the quarterly proofs that nothing is overdue, and the certificate of each erasure."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Response

from governance.access import service as access
from governance.audit import service as audit
from governance.console.deps import Signed
from governance.console.rendering import page
from governance.recordings import certificate as certificates
from governance.recordings import queries as catalog
from governance.retention import queries

router = APIRouter(prefix="/retention")

PAGE = 25
_ERASURE = r"^era_[0-9a-f]{32}$"
ErasureId = Annotated[str, Path(pattern=_ERASURE)]


@router.get("/proofs")
def show(visitor: Signed, after: Annotated[str | None, Query(pattern=_ERASURE)] = None) -> Response:
    """List the proofs, newest first, and what was erased, newest first."""
    with visitor.work() as work:
        access.require(work, "retention:read")
        audit.record(work, "retention.read")
        proofs = queries.proofs(work, 12)
        rows = catalog.erasures(work, None, after, PAGE + 1)
        now = work.now
    erasures = rows[:PAGE]
    return page(
        "proofs",
        visitor,
        proofs=proofs,
        erasures=erasures,
        now=now,
        older=f"/retention/proofs?after={erasures[-1].id}#erasures" if len(rows) > PAGE else None,
        newest="/retention/proofs#erasures" if after else None,
    )


@router.get("/certificates/{erasure_id}")
def certificate(visitor: Signed, erasure_id: ErasureId) -> Response:
    """Show the certificate of an erasure: what went, why, by which rule, which copies answered, and the log's proof."""
    with visitor.work() as work:
        access.require(work, "retention:read")
        found = certificates.certificate(work, erasure_id)
        row = catalog.erasure(work, erasure_id)
        res = [("erasure", erasure_id), ("recording", found["recording_id"])]
        audit.record(work, "erasure.certificate.read", res=res)
        names = visitor.logins(work, [found["asked_by"]])
    whole = orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()
    return page("certificate", visitor, row=row, found=found, whole=whole, names=names)
