"""Hearing and reading: bytes out of the vault, by range, decrypted as they leave and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from governance.api.deps import Caller, needs
from governance.api.problems import documented, problem
from governance.api.shapes import RecordingId
from governance.api.small import SmallBody
from governance.recordings import playback
from governance.recordings.playback import Playback
from governance.vault.cipher import CHUNK

router = APIRouter(prefix="/v1/recordings", tags=["playback"], route_class=SmallBody)

Purpose = Annotated[
    str,
    Query(
        pattern=r"^[a-z][a-z0-9_]{1,39}$", description="Why: a purpose of the policy.", examples=["quality"]
    ),
]
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_BEYOND = 10**15  # further than any recording reaches
_BYTES = {"content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}}


@router.get(
    "/{recording_id}/audio",
    response_class=Response,
    responses={
        200: {"description": "The whole of it.", **_BYTES},
        206: {"description": "The range that was asked for (RFC 9110 §14).", **_BYTES},
        416: {"description": "There is no such range; `Content-Range` has the size."},
        **documented(401, 403, 404, 409),
    },
)
def hear(
    caller: Annotated[Caller, needs("recording:rendition:play", "recording:master:play")],
    recording_id: RecordingId,
    purpose: Purpose,
    level: Literal["rendition", "master"] = "rendition",
    media: Annotated[str | None, Query(pattern=r"^med_[0-9a-f]{32}$")] = None,
    range_header: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
    if_range: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Hear a recording. Every answer, each range of it too, is in the log before its first byte leaves."""
    asked = asked_range(range_header)
    opened = playback.play(
        caller.runtime,
        caller.actor,
        recording_id,
        purpose=purpose,
        level=level,
        media_id=media,
        byte_range=asked if asked is not None and asked[0] >= 0 else None,
    )
    if if_range is not None and if_range.strip() != _tag(opened):
        asked = None  # what the client has is a part of something else: it gets the whole
    return answer(opened, asked, caller.trace)


@router.get(
    "/{recording_id}/transcript",
    response_class=Response,
    responses={
        200: {
            "description": "The masked transcript, in the format it came in.",
            "content": {"application/json": {}},
        },
        **documented(401, 403, 404, 409),
    },
)
def read(
    caller: Annotated[Caller, needs("recording:transcript:read")],
    recording_id: RecordingId,
    purpose: Purpose,
    position: Annotated[int, Query(ge=0, lt=64)] = 0,
) -> Response:
    """Read the masked transcript of a recording, for a purpose."""
    opened = playback.read_transcript(
        caller.runtime, caller.actor, recording_id, purpose=purpose, position=position
    )
    return answer(opened, None, caller.trace)


def asked_range(header: str | None) -> tuple[int, int | None] | None:
    """Return first and last byte that are asked for; a suffix has its negative length as first. None: everything.

    Several ranges, and what is no range, are ignored (RFC 9110 §14.2).
    """
    match = _RANGE.fullmatch((header or "").strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if first == "":
        return (-int(last), None) if int(last) else (_BEYOND, None)
    if last and int(last) < int(first):
        return None
    return int(first), int(last) if last else None


def _tag(opened: Playback) -> str:
    return f'"{opened.sha256}"'


def answer(opened: Playback, asked: tuple[int, int | None] | None, trace: str) -> Response:
    """Return the bytes that were asked for, decrypted as they leave; 416 where there is no such range."""
    size = opened.bytes
    headers = {"Accept-Ranges": "bytes", "ETag": _tag(opened), "Cache-Control": "no-store"}
    start, end, status = 0, size, 200
    if asked is not None:
        start = max(0, size + asked[0]) if asked[0] < 0 else asked[0]
        end = min(size, asked[1] + 1) if asked[1] is not None else size
        if start >= size:
            opened.reader.close()
            headers["Content-Range"] = f"bytes */{size}"
            return problem(
                416,
                "range-not-satisfiable",
                "No such range",
                "The recording is shorter.",
                trace,
                headers=headers,
            )
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    opened.reader.seek(start)
    # The first chunk is authenticated before the answer begins: damage there is an error and not a broken line.
    first = opened.reader.read(min(CHUNK, end - start))
    chunks = _chunks(opened, first or b"", end - start)
    return StreamingResponse(chunks, status, headers, media_type=opened.content_type)


def _chunks(opened: Playback, first: bytes, wanted: int) -> Iterator[bytes]:
    """Yield `wanted` bytes, decrypted one chunk at a time, on the threads of the pool."""
    try:
        sent = 0
        chunk = first
        while chunk:
            sent += len(chunk)
            yield chunk
            if sent >= wanted:
                return
            chunk = opened.reader.read(min(CHUNK, wanted - sent)) or b""
    finally:
        opened.reader.close()
