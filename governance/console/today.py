"""Today, the page one begins with: what needs the visitor, by deadline; what is in quarantine; how the log is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response

from governance.access import service as access
from governance.audit import queries as log
from governance.console import needs
from governance.console.deps import Signed
from governance.console.rendering import page
from governance.findings import queries as findings
from governance.findings.queries import Tally
from governance.recordings import overview_queries as overview
from governance.recordings.queries import Columns
from governance.runtime import Work
from governance.subjects import queries as requests

router = APIRouter()

_SIGNED_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True)
class LogState:
    """The log in a sentence: whether all is well, how many entries, and what is wrong if something is."""

    is_well: bool
    size: int
    told: str


@router.get("/")
def show(visitor: Signed) -> Response:
    """Show what waits for the visitor. Of each kind only what their role may see; everything is counted to a bound."""
    with visitor.work(write=False) as work:
        visible = access.visible(work, "recording:metadata:read", Columns(work))
        facts: dict[str, Any] = {
            "needs": needs.of(work, visitor),
            "now": work.now,
            "counts": overview.counts(work, visible),
            "reasons": overview.quarantine_reasons(work, visible),
            "scope": work.policies.access.scope(work.actor.role, "recording:metadata:read"),
            "open_findings": _findings(work) if visitor.may("finding:read") else None,
            "open_requests": _requests(work) if visitor.may("request:read") else None,
            "log": _log(work) if visitor.may("audit:read") else None,
        }
    return page("today", visitor, **facts)


def _findings(work: Work) -> dict[str, int]:
    tallies: list[Tally] = findings.summary(work)
    return {"open": sum(one.open for one in tallies), "late": sum(one.late for one in tallies)}


def _requests(work: Work) -> dict[str, int]:
    is_open = requests.Filters(is_open=True)
    late = requests.Filters(is_open=True, is_paused=False, due_before=work.now)
    return {"open": requests.count(work, is_open), "late": requests.count(work, late)}


def _log(work: Work) -> LogState:
    """Return how the log is: signed for within minutes, and nothing waits for its place any longer."""
    health = log.health(work)
    if health.signed_at is None:
        return LogState(health.size == 0, health.size, "Nothing has been signed yet.")
    if health.unsigned_for > _SIGNED_WITHIN:
        return LogState(False, health.size, f"{health.unsigned:,} entries are not signed for.")
    if health.lag > _SIGNED_WITHIN:
        return LogState(False, health.size, f"{health.waiting:,} entries wait for their place.")
    return LogState(True, health.size, "Signed, and nothing waits for its place.")
