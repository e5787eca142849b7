"""Redaction of sound without a catalog: a file in, the same without card data out.

What is answered at once is stored nowhere. What takes too long to wait for, or whoever would rather not wait
(`Prefer: respond-async`, RFC 7240 §4.1), gets a job instead: `redaction_jobs`.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from governance.api import upload, uses
from governance.api.deps import Caller, needs
from governance.api.mixed import Mixed
from governance.api.multipart import Parts, Rule
from governance.api.redaction_jobs import JobShape, shape
from governance.api.redactions import PROBLEMS, Language
from governance.api.shapes import Answer
from governance.redaction import audio, jobs, reports, standalone
from governance.redaction.engines import writing
from governance.redaction.job_rules import COME_BACK_S, is_for_a_job
from governance.redaction.jobs import Asked, Seen
from governance.vault.service import Sealed

router = APIRouter(prefix="/v1/redactions", tags=["redaction without a catalog"])

MOST_AUDIO = 64 * 1024 * 1024
Treatment = Literal["silence", "tone"]
_ASYNC = "respond-async"


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
                        "audio": {
                            "type": "string",
                            "format": "binary",
                            "description": "Long or large: a job.",
                        },
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
        202: {
            "model": JobShape,
            "description": "It takes longer than policy lets somebody wait, or `Prefer: respond-async` was asked for: a "
            "job does it. `Location` is the job, `Retry-After` says when to look.",
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
    prefer: Annotated[
        list[Annotated[str, StringConstraints(max_length=200)]] | None,
        Header(description="`respond-async`: a job, whatever the length.", max_length=8),
    ] = None,
) -> Response:
    """Redact a sound file: same container, codec, rate and length. Without a transcript keypad tones and runs of spoken
    English digits are found.

    What nobody could examine (speech without a transcript) is said in the report; `require_examined` refuses it.
    """
    caller.door.rates.redaction(caller.who)
    asked = Asked(language, treatment, report == "only", require_examined)
    settings = caller.runtime.settings
    most = max(MOST_AUDIO + settings.max_text_bytes, settings.max_upload_bytes)
    rules = {"transcript": Rule(settings.max_text_bytes)}
    if _prefers_a_job(prefer or ()):
        await run_in_threadpool(_check_room, caller)
        rules["audio"] = Rule(None, is_required=True)
        parts = await upload.receive(request, caller, rules, most)
        taken = await run_in_threadpool(_taken, caller, parts, asked)
        taken.headers["Preference-Applied"] = _ASYNC
        return taken
    rules["audio"] = Rule(MOST_AUDIO, is_required=True, overflows=True)
    with caller.door.slots.one():
        parts = await upload.receive(request, caller, rules, most)
        if await run_in_threadpool(_is_for_a_job, caller, parts, language):
            return await run_in_threadpool(_taken, caller, parts, asked)
        done, sound = await run_in_threadpool(_audio, caller, parts, asked)
        if report == "full" and "multipart/mixed" in request.headers.get("accept", ""):
            return _two_parts(done, sound)
        if report == "full":
            done.audio = base64.b64encode(sound).decode()
        return Response(orjson.dumps(done.model_dump()), media_type="application/json")


def _prefers_a_job(preferences: Sequence[str]) -> bool:
    """Return whether one of the preferences is `respond-async` (RFC 7240 §4.1)."""
    named = [one.partition(";")[0].strip().lower() for line in preferences for one in line.split(",")]
    return _ASYNC in named


def _check_room(caller: Caller) -> None:
    with caller.work(write=False) as work:
        jobs.check_room(work)


def _is_for_a_job(caller: Caller, parts: Parts, language: str | None) -> bool:
    """Return whether what came is too large or too long for an answer at once. What came goes if it is no sound."""
    policy = caller.runtime.policies.for_tenant(caller.actor.tenant).redaction
    bounds, body = policy.jobs, parts.text("audio")
    if body is None:
        return True
    try:
        # An engine takes as long as the sound, or longer: nobody waits for it.
        is_heard = parts.text("transcript") is None and writing.is_asked(policy, language)
        return is_heard or is_for_a_job(len(body), audio.describe(io.BytesIO(body)).duration_ms, bounds)
    except BaseException:
        parts.__exit__(None, None, None)
        raise


def _taken(caller: Caller, parts: Parts, asked: Asked) -> Response:
    """Return the answer that a job does it. From here on the job answers for what lies in the vault."""
    with parts:
        sealed = [one for one, _ in parts.sealed("audio")]
        sound: Sealed | bytes = sealed[0] if sealed else parts.text("audio") or b""
        parts.release()
        job = jobs.take_in(caller.runtime, caller.actor, asked, sound, parts.text("transcript"))
    headers = {"Location": f"/v1/redactions/jobs/{job.id}", "Retry-After": str(COME_BACK_S)}
    body = shape(Seen(job, job.state)).model_dump_json()
    return Response(body, 202, headers, "application/json")


def _audio(caller: Caller, parts: Parts, asked: Asked) -> tuple[RedactedAudio, bytes]:
    policies = caller.policies
    with parts:
        sink = io.BytesIO()
        done = standalone.redact(
            io.BytesIO(parts.text("audio") or b""),
            sink,
            policies.redaction,
            transcript=parts.text("transcript"),
            language=asked.language,
            treatment=asked.treatment,
        )
        done.refuse_unless_clean(must_be_examined=asked.must_be_examined)
        uses.note(caller, "audio", len(sink.getvalue()), len(done.spans))
        told = RedactedAudio(
            audio=None,
            content_type=done.content_type,
            report=done.report() | {"policy": reports.policy_named(policies)},
        )
        return told, sink.getvalue()


def _two_parts(done: RedactedAudio, sound: bytes) -> Response:
    mixed = Mixed(orjson.dumps(done.report), done.content_type, len(sound))
    return Response(b"".join(mixed.portions([sound])), media_type=mixed.content_type)
