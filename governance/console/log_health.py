"""The log's health: how far it is signed, how far behind, what the last self-audit said; and one begun by hand."""

from __future__ import annotations

import threading
from typing import Annotated

from fastapi import APIRouter, Query, Response

from governance.access import service as access
from governance.audit import queries
from governance.audit import service as audit
from governance.console.deps import Sent, Signed
from governance.console.rendering import page, see_other
from governance.errors import ConflictError

router = APIRouter(prefix="/log/health")

_AUDITS = ("audit.integrity.verified", "audit.integrity.failed")
_RUNNING = threading.Lock()  # recomputing a whole log takes a processor: once at a time


@router.get("")
def show(visitor: Signed, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Show it."""
    with visitor.work(write=False) as work:
        access.require(work, "audit:read")
        audits = [entry for act in _AUDITS for entry in queries.search(work, act=act, limit=10).entries]
        audits = sorted(audits, key=lambda entry: (entry.log_id, entry.idx), reverse=True)[:10]
        known = visitor.logins(work, {entry.actor for entry in audits})
        health, checkpoint, now = queries.health(work), queries.latest_checkpoint(work), work.now
    told = {
        "holds": "Every entry is what was logged.",
        "broken": "The log does not hold: see the newest self-audit.",
    }
    return page(
        "log_health",
        visitor,
        health=health,
        checkpoint=checkpoint,
        audits=audits,
        names=known,
        now=now,
        may_audit=visitor.may("audit:export"),
        done=told.get(done) if done == "holds" else None,
        problem=told.get(done) if done == "broken" else None,
    )


@router.post("/audit")
def run(visitor: Signed, _form: Sent) -> Response:
    """Recompute the whole log now, for whoever may take it out. Raises `ConflictError` while that is being done."""
    with visitor.work(write=False) as work:
        access.require(work, "audit:export")
    if not _RUNNING.acquire(blocking=False):
        raise ConflictError("The log is being recomputed already: its result will stand in the log.")
    try:
        result = audit.self_audit(visitor.runtime, visitor.actor)
    finally:
        _RUNNING.release()
    return see_other(f"/log/health?done={'holds' if result.holds else 'broken'}")
