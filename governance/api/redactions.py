"""Redaction without a catalog: text, transcripts and sound in, the same without card data out. Nothing is stored.

What the second look still finds in a redacted copy is not given away: the answer is the problem `residue`.
"""

from __future__ import annotations

import base64
import io
import secrets
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from governance.api import upload
from governance.api.deps import Caller, needs
from governance.api.multipart import Parts, Rule
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked
from governance.audit import service as audit
from governance.errors import ResidueError
from governance.policy import Policies
from governance.redaction import reports, standalone
from governance.redaction.personal import UnexaminedError
from governance.redaction.residue import Verdict

router = APIRouter(prefix="/v1/redactions", tags=["redaction without a catalog"])

MOST_AUDIO = 64 * 1024 * 1024
MOST_TEXT = 256 * 1024
LONG_TEXT = 64 * 1024
Language = Annotated[str, Query(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
Treatment = Literal["silence", "tone"]
_SAID = 'The caller\'s text, without what policy removes: `"my card is [PAN]"`.'


class TextAsked(Asked):
    """A text, and its language."""

    text: Annotated[
        str, Field(max_length=MOST_TEXT, repr=False, examples=["My card is 4111 1111 1111 1111, thanks"])
    ]
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")] = "en"


class TextSpan(Answer):
    """A finding in the text that was sent: characters `start` (included) to `end` (excluded)."""

    start: int
    end: int
    entity: str
    score: float
    because: str


class PolicyShape(Answer):
    """Which policy decided: its version, and the digest of everything that applies."""

    version: str
    digest: str


class RedactedText(Answer):
    """The redacted text, what was found, and by what."""

    text: Annotated[str, Field(repr=False, description=_SAID)]
    spans: list[TextSpan]
    language: str
    policy: PolicyShape
    detectors: dict[str, str]
    suspected_sad: bool


class RedactedTranscript(Answer):
    """The redacted transcript in the format it came in (JSON as JSON, other formats as text), and the report."""

    transcript: Annotated[Any, Field(repr=False)]
    report: dict[str, Any]


class RedactedAudio(Answer):
    """The redacted sound in base64 (null with `report=only`), and the report."""

    audio: Annotated[str | None, Field(repr=False)]
    content_type: str
    report: dict[str, Any]


def _json_body(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    }


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
_WORDS = {"words": [{"text": "hello", "start_ms": 0, "end_ms": 300, "channel": 0}]}
_PROBLEMS = documented(401, 403, 408, 413, 415, 422, 429)


@router.post(
    "/text",
    openapi_extra=_json_body(TextAsked.model_json_schema(), {"text": "My PIN is 1234"}),
    responses=_PROBLEMS,
)
async def redact_text(caller: Annotated[Caller, needs("redaction:use")], request: Request) -> RedactedText:
    """Redact a text."""
    _count(caller)
    body = await upload.body(request, MOST_TEXT * 4)
    return await run_in_threadpool(_text, caller, body)


@router.post(
    "/transcript",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"example": _WORDS}, "text/vtt": {}, "text/plain": {}},
        }
    },
    responses=_PROBLEMS,
)
async def redact_transcript(
    caller: Annotated[Caller, needs("redaction:use")], request: Request, language: Language = "en"
) -> RedactedTranscript:
    """Redact a transcript: the body is the file, in any format that is read; the answer has the same structure."""
    _count(caller)
    body = await upload.body(request, caller.runtime.settings.max_text_bytes)
    return await run_in_threadpool(_transcript, caller, body, language)


@router.post(
    "/audio",
    openapi_extra=_AUDIO_BODY,
    response_model=RedactedAudio,
    responses={
        200: {
            "description": "JSON, or with `Accept: multipart/mixed` the report and the bytes as two parts.",
            "content": {"multipart/mixed": {}},
        },
        **_PROBLEMS,
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
    _count(caller)
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


def _count(caller: Caller) -> None:
    caller.door.rates.redaction(caller.actor.session_id or caller.actor.id)


def _policies(caller: Caller) -> Policies:
    return caller.runtime.policies.for_tenant(caller.actor.tenant)


def _policy(policies: Policies) -> dict[str, str]:
    return {"version": policies.redaction.version, "digest": policies.digest}


def _in_turn(caller: Caller, body: bytes) -> AbstractContextManager[None]:
    """Hold one of the few slots for a long text: a hostile one costs seconds, and must not cost everybody's."""
    return caller.door.large_texts.one() if len(body) > LONG_TEXT else nullcontext()


def _text(caller: Caller, body: bytes) -> RedactedText:
    try:
        asked = TextAsked.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in found]) from None
    policies = _policies(caller)
    with _in_turn(caller, body):
        done = reports.redact_text(asked.text, policies.redaction, asked.language)
    if done.left:
        raise ResidueError("The second look found something in the redacted text that may be card data.")
    _record(caller, "text", len(body), done.report)
    return RedactedText(text=done.content, **done.report | {"policy": _policy(policies)})


def _transcript(caller: Caller, body: bytes, language: str) -> RedactedTranscript:
    policies = _policies(caller)
    with _in_turn(caller, body):
        done = reports.redact_transcript(body, policies.redaction, language)
    content = done.content if isinstance(done.content, bytes) else done.content.encode()
    if done.left:
        raise ResidueError(
            "The second look found something in the redacted transcript that may be card data."
        )
    _record(caller, "transcript", len(body), done.report)
    is_json = content.lstrip()[:1] in (b"{", b"[")
    return RedactedTranscript(
        transcript=orjson.loads(content) if is_json else content.decode(),
        report=done.report | {"policy": _policy(policies)},
    )


def _audio(
    caller: Caller, parts: Parts, language: str | None, treatment: str, require_examined: bool
) -> tuple[RedactedAudio, bytes]:
    policies = _policies(caller)
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
        _record(caller, "audio", len(sink.getvalue()), done.report())
        told = RedactedAudio(
            audio=None,
            content_type=kind.get(container, "application/octet-stream"),
            report=done.report() | {"policy": _policy(policies)},
        )
        return told, sink.getvalue()


def _record(caller: Caller, kind: str, size: int, report: dict[str, Any]) -> None:
    """Write to the log that something was redacted: how much and by which policy, and nothing of what it was."""
    with caller.work() as work:
        det = {"kind": kind, "bytes": size, "spans": len(report["spans"])}
        audit.record(work, "redaction.used", det=det)


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
