"""The list of recordings: exactly those the visitor may read, by the same definition that decides about each of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from governance.access import service as access
from governance.console import tape
from governance.console.deps import Signed
from governance.console.rendering import page
from governance.errors import InvalidError
from governance.recordings import overview_queries as overview
from governance.recordings import queries
from governance.recordings.models import QUARANTINED, RELEASED
from governance.recordings.queries import Columns, Filters
from governance.redaction import queries as redaction

router = APIRouter()

PAGE = 25
Label = Annotated[str, Query(max_length=80)]


@router.get("/")
def show(
    visitor: Signed,
    state: Label = "",
    team: Label = "",
    agent: Label = "",
    since: Label = "",
    until: Label = "",
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """List recordings, newest first, a page at a time; above them how many are in quarantine and why."""
    if state not in ("", QUARANTINED, RELEASED):
        raise InvalidError("There is no such state.", "state")
    last_day = _day(until, "until")
    filters = Filters(
        state=state or None,
        team=team or None,
        agent_id=agent or None,
        since=_day(since, "since"),
        until=last_day + timedelta(days=1) if last_day else None,
    )
    chosen = {"state": state, "team": team, "agent": agent, "since": since, "until": until}
    with visitor.work(write=False) as work:
        visible = access.visible(work, "recording:metadata:read", Columns)
        rows, following = queries.listing(work, visible, filters, after or None, PAGE)
        listed = [row.id for row in rows]
        runs = redaction.last_redactions(work, listed)
        facts: dict[str, Any] = {
            "rows": rows,
            "strips": {
                row.id: tape.strip(row.duration_ms, runs[row.id].spans) for row in rows if row.id in runs
            },
            "reasons_of": overview.open_quarantines(work, listed),
            "counts": overview.counts(work, visible),
            "reasons": overview.quarantine_reasons(work, visible),
            "teams": overview.teams(work, visible),
            "agents": overview.agents(work, visible),
            "scope": work.policies.access.scope(work.actor.role, "recording:metadata:read"),
        }
    asked = {name: value for name, value in chosen.items() if value}
    older = f"/?{urlencode({**asked, 'after': following})}" if following else None
    newest = f"/?{urlencode(asked)}" if after else None
    return page("recordings", visitor, chosen=chosen, older=older, newest=newest, **facts)


def _day(text: str, name: str) -> datetime | None:
    """Return the beginning of a day in UTC, None for no day. Raises `InvalidError`."""
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError:
        raise InvalidError("This is not a day: write it as 2026-03-31.", name) from None
