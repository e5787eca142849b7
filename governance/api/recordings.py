"""Finding recordings and reading their entries: lists, search by identifiers, one entry whole."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from governance.access import service as access
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked, RecordingId
from governance.api.small import SmallBody
from governance.audit import service as audit
from governance.errors import InvalidError, NotFoundError
from governance.recordings import identifiers, people, queries
from governance.recordings.models import ERASED, MASTER, RENDITION, Party, Recording
from governance.recordings.queries import Filters
from governance.runtime import Work

router = APIRouter(prefix="/v1/recordings", tags=["recordings"], route_class=SmallBody)

State = Literal["quarantined", "released"]
_PLAYABLE = (RENDITION, MASTER)
PurposeName = Annotated[str, Query(max_length=40)]


class RecordingSummary(Answer):
    """One recording in a list. Nobody who was recorded is named in it."""

    id: str
    source: str
    external_id: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    duration_ms: int | None
    agent_id: str | None
    team: str | None
    site: str | None
    language: str | None
    jurisdiction: str | None
    line_of_business: str | None
    direction: str | None
    notice_given: bool | None
    created_at: datetime


class RecordingPage(Answer):
    """One page, newest first. `next` is the `after` of the next page; null on the last."""

    items: list[RecordingSummary]
    next: str | None


class MediumShape(Answer):
    """One stream, and the levels at which it is stored and could be heard."""

    id: str
    kind: str
    content_type: str | None
    container: str | None
    codec: str | None
    rate: int | None
    channel_count: int | None
    duration_ms: int | None
    why_absent: str | None
    levels: Annotated[list[str], Field(default_factory=list)]


class TranscriptShape(Answer):
    """One transcript, and the levels at which it is stored and could be read."""

    position: int
    media_id: str | None
    language: str | None
    levels: list[str]


class QuarantineShape(Answer):
    """Why nobody may play the recording."""

    reason: str
    because: str
    since: datetime


class RestrictionShape(Answer):
    """A purpose the recording is not used for."""

    id: str
    purpose: str
    reason: str
    placed_at: datetime


class PartyShape(Answer):
    """Who took part. Name and identifiers are there only if they were asked for by somebody who may read them."""

    id: str
    role: str
    channel: int | None
    name: str | None = None
    tel: str | None = None
    email: str | None = None
    customer_number: str | None = None


class RecordingDetail(RecordingSummary):
    """One recording with all that is known of it."""

    media: list[MediumShape]
    transcripts: list[TranscriptShape]
    quarantines: list[QuarantineShape]
    restrictions: list[RestrictionShape]
    is_held: bool
    parties: list[PartyShape]
    channels: list[Any]
    notice: dict[str, Any]
    warnings: list[Any]


class Search(Asked):
    """What to look for. Identifiers stand in the body, because addresses of requests end up in logs."""

    tel: Annotated[str | None, Field(max_length=200, repr=False)] = None
    email: Annotated[str, Query(max_length=200)] | None = None
    customer_number: Annotated[str, Query(max_length=200)] | None = None
    source: str | None = None
    external_id: str | None = None
    state: State | None = None
    agent_id: str | None = None
    team: str | None = None
    site: str | None = None
    purpose: PurposeName | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    after: str | None = None
    limit: Annotated[int, Query(ge=1, le=200)] = 50

    model_config = Asked.model_config | {
        "json_schema_extra": {
            "examples": [{"tel": "+447700900123", "since": "2026-01-01T00:00:00Z", "limit": 20}]
        }
    }


@router.get("", responses=documented(401, 403))
def list_recordings(
    caller: Annotated[Caller, needs("recording:metadata:read")],
    state: State | None = None,
    agent_id: str | None = None,
    team: str | None = None,
    site: str | None = None,
    source: str | None = None,
    purpose: PurposeName | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RecordingPage:
    """List the recordings that the caller could read, newest first; with `purpose` those that may be used for it."""
    filters = Filters(
        state=state, agent_id=agent_id, team=team, site=site, source=source, since=since, until=until
    )
    with caller.work(write=False) as work:
        return _page(work, filters, purpose, after, limit)


@router.post("/search", responses=documented(401, 403, 413))
def search_recordings(
    caller: Annotated[Caller, needs("recording:metadata:read")], asked: Search
) -> RecordingPage:
    """Find the recordings of a person, by identifiers in any spelling, among those the caller could read."""
    with caller.work() as work:  # the first search of a tenant makes its blind index key
        filters = Filters(
            state=asked.state,
            agent_id=asked.agent_id,
            team=asked.team,
            site=asked.site,
            source=asked.source,
            external_id=asked.external_id,
            since=asked.since,
            until=asked.until,
            tokens=tuple(_tokens(work, asked)),
        )
        return _page(work, filters, asked.purpose, asked.after, asked.limit)


@router.get("/{recording_id}", responses=documented(401, 403, 404))
def read_recording(
    caller: Annotated[Caller, needs("recording:metadata:read", "recording:identifiers:read")],
    recording_id: RecordingId,
    identifiers_in_clear: Annotated[bool, Query(alias="identifiers")] = False,
) -> RecordingDetail:
    """Read one recording's entry. `identifiers=true` asks for the parties in clear, which is written to the log."""
    with caller.work() as work:
        row = queries.while_reading(work, recording_id)
        if row is None or row.state == ERASED:
            raise NotFoundError("there is no such recording")
        facts = queries.facts(work, row)
        access.require(work, "recording:metadata:read", facts)
        if identifiers_in_clear:
            access.require(work, "recording:identifiers:read", facts)
        act = "recording.identifiers.read" if identifiers_in_clear else "recording.read"
        audit.record(work, act, res=[("recording", row.id)])
        parties = [_party(work, party, identifiers_in_clear) for party in queries.parties(work, row.id)]
        return _detail(work, row, parties)


def _page(work: Work, filters: Filters, purpose: str | None, after: str | None, limit: int) -> RecordingPage:
    if purpose is not None and purpose not in work.policies.purposes.of_role(work.actor.role):
        raise InvalidError("your role may not use recordings for this purpose", "purpose")
    visible = access.visible(work, "recording:metadata:read", queries.Columns(work), purpose=purpose)
    rows, following = queries.listing(work, visible, filters, after, limit)
    return RecordingPage(items=[RecordingSummary.model_validate(row) for row in rows], next=following)


def _tokens(work: Work, asked: Search) -> list[bytes]:
    try:
        given = {
            "tel": identifiers.telephone(asked.tel) if asked.tel else None,
            "email": identifiers.email(asked.email) if asked.email else None,
            "customer_number": identifiers.customer_number(asked.customer_number)
            if asked.customer_number
            else None,
        }
    except InvalidError as error:
        raise InvalidError(str(error), f"body.{error.field}") from None
    return [people.token(work, kind, value) for kind, value in given.items() if value]


def _party(work: Work, party: Party, in_clear: bool) -> PartyShape:
    known = people.unseal(work, party) if in_clear else {}
    return PartyShape(id=party.id, role=party.role, channel=party.channel, **known)


def _detail(work: Work, row: Recording, parties: list[PartyShape]) -> RecordingDetail:
    stored = queries.renditions(work, row.id)
    media = []
    for one in queries.media(work, row.id):
        shape = MediumShape.model_validate(one)
        shape.levels = [
            level for level in _PLAYABLE if any(r.media_id == one.id and r.level == level for r in stored)
        ]
        media.append(shape)
    written: dict[int, TranscriptShape] = {}
    for script in queries.transcripts(work, row.id):
        levels = written.setdefault(
            script.position,
            TranscriptShape(
                position=script.position, media_id=script.media_id, language=script.language, levels=[]
            ),
        ).levels
        if script.level in _PLAYABLE:
            levels.append(script.level)
    return RecordingDetail(
        **RecordingSummary.model_validate(row).model_dump(),
        media=media,
        transcripts=list(written.values()),
        quarantines=[QuarantineShape.model_validate(one) for one in queries.quarantines(work, row.id)],
        restrictions=[RestrictionShape.model_validate(one) for one in queries.restrictions(work, row.id)],
        is_held=bool(queries.holds(work, row.id)),
        parties=parties,
        channels=row.channels,
        notice=row.notice,
        warnings=row.warnings,
    )
