"""Bringing a recording in: `POST /v1/recordings`, a multipart body that streams into the vault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from governance.api import upload
from governance.api.deps import Caller, needs
from governance.api.multipart import Parts, Rule
from governance.api.problems import documented
from governance.api.shapes import Answer, RecordingId
from governance.errors import InvalidError
from governance.recordings import additions, intake
from governance.recordings.importers import metadata, sidecar
from governance.recordings.importers.metadata import Medium, Metadata
from governance.recordings.interaction import Interaction, MediaFacts, TranscriptFacts
from governance.redaction import cleartext, transcripts
from governance.vault.service import Sealed

router = APIRouter(prefix="/v1/recordings", tags=["recordings"])

MOST_METADATA = 256 * 1024
_EXAMPLE = {
    "source": "recorder-1",
    "external_id": "2026-03-02-000017",
    "started_at": "2026-03-02T09:00:00Z",
    "agent": {"id": "a-17"},
    "team": "sales",
    "site": "leeds",
    "parties": [{"role": "customer", "tel": "+447700900123", "channel": 1}],
    "language": "en-GB",
    "notice": {"given": True, "kind": "announcement"},
}
_WORDS = {"words": [{"text": "hello", "start_ms": 0, "end_ms": 300, "channel": 0}]}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["metadata", "audio"],
                    "properties": {
                        "metadata": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "What the recorder knows (docs/api.md), 256 KiB at most.",
                        },
                        "audio": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "One part for each stream, in the order of `media` in the metadata.",
                        },
                        "transcript": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "What was said in the first stream, in any format that is read.",
                        },
                    },
                },
                "encoding": {"metadata": {"contentType": "application/json"}},
                "example": {"metadata": _EXAMPLE},
            }
        },
    }
}


class Received(Answer):
    """What became of it. A new recording is in quarantine until redaction and a second look have passed."""

    id: str
    state: Literal["quarantined", "known"]


class Added(Answer):
    """The transcript that was added; the recording waits in quarantine until it has been examined."""

    transcript_id: str
    state: Literal["quarantined"] = "quarantined"


@router.post(
    "",
    status_code=201,
    openapi_extra=_BODY,
    responses={
        200: {"model": Received, "description": "It was there already."},
        **documented(401, 403, 408, 409, 413, 415, 422, 429),
    },
)
async def ingest_recording(
    caller: Annotated[Caller, needs("recording:ingest")],
    request: Request,
    response: Response,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Received:
    """Bring one interaction in, into quarantine, whole or not at all.

    The same again, by source and external id or by `Idempotency-Key`, is answered with 200 and the id it has.
    """
    caller.door.rates.ingest(caller.actor.session_id or caller.actor.id)
    settings = caller.runtime.settings
    rules = {
        "metadata": Rule(MOST_METADATA, is_required=True),
        "audio": Rule(None, most=32, is_required=True),
        "transcript": Rule(settings.max_text_bytes),
    }
    parts = await upload.receive(request, caller, rules, settings.max_upload_bytes)
    found = await run_in_threadpool(_ingest, caller, parts, idempotency_key)
    response.headers["Location"] = f"/v1/recordings/{found.recording_id}"
    response.status_code = 201 if found.created else 200
    return Received(id=found.recording_id, state="quarantined" if found.created else "known")


@router.post(
    "/{recording_id}/transcript",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"example": _WORDS}, "text/vtt": {}, "text/plain": {}},
        }
    },
    responses=documented(401, 403, 404, 408, 409, 413, 415, 422, 429),
)
async def add_transcript(
    caller: Annotated[Caller, needs("recording:ingest")],
    request: Request,
    recording_id: RecordingId,
    language: Annotated[
        str | None, Query(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35)
    ] = None,
) -> Added:
    """Add a transcript to a recording that has none: the body is the file. The recording is examined again.

    It is in quarantine until then, also if it was released before.
    """
    caller.door.rates.ingest(caller.actor.session_id or caller.actor.id)
    body = await upload.body(request, caller.runtime.settings.max_text_bytes)
    return Added(transcript_id=await run_in_threadpool(_add, caller, recording_id, body, language))


def _add(caller: Caller, recording_id: str, body: bytes, language: str | None) -> str:
    transcripts.read(body)  # a file nobody reads would hold the recording back for ever
    return additions.write_down(caller.runtime, caller.actor, recording_id, body, language=language)


def _ingest(caller: Caller, parts: Parts, idempotency_key: str | None) -> intake.Ingested:
    with parts:
        facts = metadata.read(parts.text("metadata") or b"")
        sealed = parts.sealed("audio")
        interaction, placed = _interaction(facts, sealed, parts.text("transcript"))
        cleartext.refuse_in(interaction)
        # From here on `ingest` answers for what was sealed: it keeps all of it or discards it.
        parts.release()
        found = intake.ingest(
            caller.runtime, caller.actor, interaction, sealed=placed, idempotency_key=idempotency_key
        )
    if found.created:
        caller.door.metrics.uploaded(sum(one.bytes for one, _ in sealed))
    return found


def _interaction(
    facts: Metadata, sealed: Sequence[tuple[Sealed, str | None]], transcript: bytes | None
) -> tuple[Interaction, dict[int, Sealed]]:
    """Return the interaction, and what was sealed by the position of its stream."""
    streams = facts.media if facts.media is not None else [Medium(file="audio") for _ in sealed]
    present = [position for position, stream in enumerate(streams) if stream.why_absent is None]
    if len(present) != len(sealed):
        raise InvalidError("there are not as many audio parts as streams in the metadata", "audio")
    placed: dict[int, Sealed] = {}
    declared: dict[int, str | None] = {}
    for position, (one, content_type) in zip(present, sealed, strict=True):
        promised = streams[position].sha256
        if promised is not None and promised.lower() != one.sha256:
            raise InvalidError("the content is not what its hash says", f"media[{position}].sha256")
        if one.bytes == 0:
            raise InvalidError("the audio is empty", "audio")
        placed[position] = one
        declared[position] = content_type if content_type != "application/octet-stream" else None
    media = [
        MediaFacts(
            kind=stream.sort,
            content_type=stream.content_type or declared.get(position),
            why_absent=stream.why_absent,
            started_at=stream.start,
        )
        for position, stream in enumerate(streams)
    ]
    scripts = [TranscriptFacts(transcript, 0, facts.language, "upload")] if transcript else []
    return sidecar.interaction(facts, media, scripts), placed
