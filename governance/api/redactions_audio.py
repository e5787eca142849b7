"""Redaction of sound without a catalog: a file in, the same without card data out, and nothing of it stored."""

from __future__ import annotations

import base64
import io
import secrets
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from governance.api import upload, uses
from governance.api.deps import Caller, needs
from governance.api.multipart import Parts, Rule
from governance.api.redactions import PROBLEMS, Language, policy_named
from governance.api.shapes import Answer
from governance.errors import ResidueError
from governance.redaction import standalone
from governance.redaction.personal import UnexaminedError
from governance.redaction.residue import Verdict

router = APIRouter(prefix="/v1/redactions", tags=["redaction without a catalog"])

MOST_AUDIO = 64 * 1024 * 1024
Treatment = Literal["silence", "tone"]


class RedactedAudio(Answer):
    """The redacted sound in base64 (null with `report=only`), and the report."""

    audio: Annotated[str | None, Field(repr=False)]
    content_type: str
    report: dict[str, Any]


_AUDIO_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["audio"],
                    "properties": {
                        "audio": {"type": "string", "format": "binary", "description": "64 MiB at most."},
                        "transcript": {
                            "type": "string",
                            "description": "What is said in it, in any known format.",
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/audio",
    openapi_extra=_AUDIO_BODY,
    response_model=RedactedAudio,
    responses={
        200: {
            "description": "JSON, or with `Accept: multipart/mixed` the report and the bytes as two parts.",
            "content": {"multipart/mixed": {}},
        },
        **PROBLEMS,
    },
)
async def redact_audio(
    caller: Annotated[Caller, needs("redaction:use")],
    request: Request,
    language: Language | None = None,
    treatment: Treatment = "silence",
    report: Literal["full", "only"] = "full",
    require_examined: Annotated[bool, Query(description="Refuse where speech was not examined.")] = False,
) -> Response:
    """Redact a sound file: same container, codec, rate and length. Without a transcript only keypad tones are found.

    What nobody could examine (speech without a transcript) is said in the report; `require_examined` refuses it.
    """
    caller.door.rates.redaction(caller.who)
    rules = {
        "audio": Rule(MOST_AUDIO, is_required=True),
        "transcript": Rule(caller.runtime.settings.max_text_bytes),
    }
    with caller.door.slots.one():
        parts = await upload.receive(
            request, caller, rules, MOST_AUDIO + caller.runtime.settings.max_text_bytes
        )
        done, sound = await run_in_threadpool(_audio, caller, parts, language, treatment, require_examined)
        if report == "full" and "multipart/mixed" in request.headers.get("accept", ""):
            return _two_parts(done, sound)
        if report == "full":
            done.audio = base64.b64encode(sound).decode()
        return Response(orjson.dumps(done.model_dump()), media_type="application/json")


def _audio(
    caller: Caller, parts: Parts, language: str | None, treatment: str, require_examined: bool
) -> tuple[RedactedAudio, bytes]:
    policies = caller.policies
    with parts:
        sink = io.BytesIO()
        done = standalone.redact(
            io.BytesIO(parts.text("audio") or b""),
            sink,
            policies.redaction,
            transcript=parts.text("transcript"),
            language=language,
            treatment=treatment,
        )
        if done.examination.outcome is Verdict.RESIDUE:
            raise ResidueError(done.examination.because)
        if require_examined and done.examination.has_unexamined:
            raise UnexaminedError(done.examination.because)
        container = done.facts.container.lower()
        kind = {"wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg", "mp3": "audio/mpeg"}
        uses.note(caller, "audio", len(sink.getvalue()), len(done.spans))
        told = RedactedAudio(
            audio=None,
            content_type=kind.get(container, "application/octet-stream"),
            report=done.report() | {"policy": policy_named(policies)},
        )
        return told, sink.getvalue()


def _two_parts(done: RedactedAudio, sound: bytes) -> Response:
    """Return report and sound as `multipart/mixed` (RFC 2046 §5.1)."""
    boundary = f"part-{secrets.token_hex(16)}".encode()
    report = orjson.dumps(done.report)
    body = b"".join(
        [
            b"--" + boundary + b"\r\nContent-Type: application/json\r\n\r\n" + report + b"\r\n",
            b"--" + boundary + b"\r\nContent-Type: " + done.content_type.encode(),
            b"\r\nContent-Length: " + str(len(sound)).encode() + b"\r\n\r\n",
            sound,
            b"\r\n--" + boundary + b"--\r\n",
        ]
    )
    return Response(body, media_type=f"multipart/mixed; boundary={boundary.decode()}")
