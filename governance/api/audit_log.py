"""The log: searched, read, proven. Reading it is itself written into it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, Field

from governance.access import service as access
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked
from governance.api.small import SmallBody
from governance.audit import export, queries
from governance.audit import service as audit
from governance.errors import NotFoundError
from governance.recordings import identity_queries
from governance.runtime import Work

router = APIRouter(prefix="/v1/audit", tags=["log"], route_class=SmallBody)

EntryId = Annotated[str, Path(pattern=r"^[0-9a-zA-Z_-]{8,64}$")]
Act = Annotated[str, Query(max_length=32, examples=["recording.playback"])]
Purpose = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["quality"])]
Outcome = Literal["success", "failure", "denied"]


class EntryShape(Answer):
    """One entry at its place. What is personal is in `members` as commitments only."""

    id: str
    origin: str
    idx: int
    at: datetime
    act: str
    actor: str
    outcome: str
    members: dict[str, Any]


class EntryPage(Answer):
    """One page, newest first. `next` is the `before` of the next page; null on the last."""

    items: list[EntryShape]
    next: str | None


class EntryDetail(EntryShape):
    """One entry with what is personal in it and can still be read, and whether a signed checkpoint covers it."""

    personal: dict[str, str]
    is_proven: bool


class LogFilter(Asked):
    """What to look for. `person` and `source` stand in the body, never in an address.

    `person` is a telephone number, e-mail address or customer number of somebody recorded, or the login of an account;
    `source` is the IP address that somebody acted from.
    """

    person: Annotated[str | None, Field(min_length=1, max_length=200, repr=False)] = None
    actor: Annotated[str, Field(max_length=80)] | None = None
    act: Annotated[str, Field(max_length=32, examples=["recording.playback"])] | None = None
    recording_id: Annotated[str, Field(pattern=r"^rec_[0-9a-f]{32}$")] | None = None
    purpose: Purpose | None = None
    source: Annotated[str | None, Field(min_length=2, max_length=64, repr=False)] = None
    outcome: Outcome | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class LogSearch(LogFilter):
    """What to look for, and which page of it."""

    before: Annotated[str, Field(max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class LogExport(LogFilter):
    """What to take out, and as what."""

    format: Literal["csv", "jsonl"] = "csv"


@router.get("/entries", responses=documented(401, 403))
def list_entries(
    caller: Annotated[Caller, needs("audit:read")],
    actor: Annotated[str | None, Query(max_length=80)] = None,
    act: Annotated[str | None, Query(max_length=32, examples=["recording.playback"])] = None,
    recording_id: Annotated[str | None, Query(pattern=r"^rec_[0-9a-f]{32}$")] = None,
    purpose: Purpose | None = None,
    outcome: Outcome | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    before: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EntryPage:
    """List entries, newest first, by actor, action, recording, purpose, outcome and time."""
    asked = LogSearch(
        actor=actor, act=act, recording_id=recording_id, purpose=purpose, outcome=outcome, since=since, until=until,
        before=before, limit=limit,
    )  # fmt: skip
    return _search(caller, asked)


@router.post("/entries/search", responses=documented(401, 403, 413))
def search_entries(caller: Annotated[Caller, needs("audit:read")], asked: LogSearch) -> EntryPage:
    """Find entries by person and by source address too."""
    return _search(caller, asked)


@router.post(
    "/entries/export",
    response_class=StreamingResponse,
    responses={
        200: {"description": "CSV or JSON lines.", "content": {"text/csv": {}, "application/jsonl": {}}},
        **documented(401, 403, 413),
    },
)
def export_entries(caller: Annotated[Caller, needs("audit:export")], asked: LogExport) -> StreamingResponse:
    """Take out every entry that meets the search as CSV or JSON lines, each with its place and leaf hash."""
    with caller.work(write=False) as work:
        access.require(work, "audit:export")
        wanted = _wanted(work, asked)
    portions = audit.export(caller.runtime, caller.actor, asked.format, wanted)
    headers = {"Content-Disposition": f'attachment; filename="log.{asked.format}"'}
    return StreamingResponse(portions, media_type=export.FORMS[asked.format][0], headers=headers)


@router.get("/entries/{entry_id}", responses=documented(401, 403, 404))
def read_entry(caller: Annotated[Caller, needs("audit:read")], entry_id: EntryId) -> EntryDetail:
    """Read one entry with what is personal in it."""
    with caller.work() as work:
        access.require(work, "audit:read")
        detail = audit.read(work, entry_id)
        shape = EntryShape.model_validate(detail.entry).model_dump()
        return EntryDetail(**shape, personal=detail.personal, is_proven=detail.proof is not None)


@router.get(
    "/entries/{entry_id}/proof",
    response_class=Response,
    responses={
        200: {"description": "A C2SP tlog-proof.", "content": {"text/plain": {}}},
        **documented(401, 403, 404),
    },
)
def prove_entry(caller: Annotated[Caller, needs("audit:export")], entry_id: EntryId) -> Response:
    """Return the proof that the entry is in the log, to be checked without trusting this service."""
    with caller.work() as work:
        access.require(work, "audit:export")
        return Response(audit.prove(work, entry_id), media_type="text/plain")


@router.get(
    "/checkpoint",
    response_class=Response,
    responses={
        200: {"description": "A C2SP checkpoint.", "content": {"text/plain": {}}},
        **documented(401, 403, 404),
    },
)
def checkpoint(caller: Annotated[Caller, needs("audit:read")]) -> Response:
    """Return the newest signed checkpoint of the log."""
    with caller.work(write=False) as work:
        access.require(work, "audit:read")
        latest = queries.latest_checkpoint(work)
        if latest is None:
            raise NotFoundError("nothing has been signed yet")
        return Response(latest.note, media_type="text/plain")


def _search(caller: Caller, asked: LogSearch) -> EntryPage:
    with caller.work() as work:
        access.require(work, "audit:read")
        page = audit.search(work, **_wanted(work, asked), before=asked.before, limit=asked.limit)
        return EntryPage(items=[EntryShape.model_validate(one) for one in page.entries], next=page.next)


def _wanted(work: Work, asked: LogFilter) -> dict[str, Any]:
    return {
        "actor": asked.actor,
        "act": asked.act,
        "res": ("recording", asked.recording_id) if asked.recording_id else None,
        "purpose": asked.purpose,
        "person": asked.person,
        "known": identity_queries.known_as(work, asked.person) if asked.person else None,
        "source": asked.source,
        "outcome": asked.outcome,
        "since": asked.since,
        "until": asked.until,
    }
