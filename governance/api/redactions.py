"""Redaction without a catalog: text and transcripts in, the same without card data out, one by one or many at once.

Nothing is stored. What the second look still finds in a redacted copy is masked too, and where that does not help it
is not given away: the answer is the problem `residue`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from governance.api import upload, uses
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked
from governance.policy import Policies
from governance.redaction import reports

router = APIRouter(prefix="/v1/redactions", tags=["redaction without a catalog"])

MOST_TEXT = 256 * 1024
LONG_TEXT = 64 * 1024
TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
Language = Annotated[str, Query(pattern=TAG, max_length=35)]
LanguageAsked = Annotated[
    str | None, Field(pattern=TAG, max_length=35, description="Left out, it is recognised from the words.")
]
_SAID = 'The caller\'s text, without what policy removes: `"my card is [PAN]"`.'


class TextAsked(Asked):
    """A text, and its language."""

    text: Annotated[
        str, Field(max_length=MOST_TEXT, repr=False, examples=["My card is 4111 1111 1111 1111, thanks"])
    ]
    language: LanguageAsked = None


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
    """The redacted text, what was found, and by what.

    `second_look` is `masked_more` where the second look found what the first had not, and it was masked as well.
    """

    text: Annotated[str, Field(repr=False, description=_SAID)]
    spans: list[TextSpan]
    language: str
    policy: PolicyShape
    detectors: dict[str, str]
    suspected_sad: bool
    second_look: Literal["clean", "masked_more"]


class RedactedTranscript(Answer):
    """The redacted transcript in the format it came in (JSON as JSON, other formats as text), and the report."""

    transcript: Annotated[Any, Field(repr=False)]
    report: dict[str, Any]


def json_body(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    """Return how OpenAPI documents a JSON body that the route reads itself."""
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    }


_WORDS = {"words": [{"text": "hello", "start_ms": 0, "end_ms": 300, "channel": 0}]}
PROBLEMS = documented(401, 403, 408, 413, 415, 422, 429)


@router.post(
    "/text",
    openapi_extra=json_body(TextAsked.model_json_schema(), {"text": "My PIN is 1234"}),
    response_model=RedactedText,
    responses=PROBLEMS,
)
async def redact_text(caller: Annotated[Caller, needs("redaction:use")], request: Request) -> Response:
    """Redact a text."""
    caller.door.rates.redaction(caller.who)
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
    response_model=RedactedTranscript,
    responses=PROBLEMS,
)
async def redact_transcript(
    caller: Annotated[Caller, needs("redaction:use")], request: Request, language: Language | None = None
) -> Response:
    """Redact a transcript: the body is the file, in any format that is read; the answer has the same structure."""
    caller.door.rates.redaction(caller.who)
    body = await upload.body(request, caller.runtime.settings.max_text_bytes)
    return await run_in_threadpool(_transcript, caller, body, language)


def _text(caller: Caller, body: bytes) -> Response:
    try:
        asked = TextAsked.model_validate_json(body)
    except ValidationError as error:
        raise refused(error) from None
    with in_turn(caller, len(body)):
        told, spans = answer_to_text(asked.text, asked.language, caller.policies)
    uses.note(caller, "text", len(body), spans)
    return answered(told)


def _transcript(caller: Caller, body: bytes, language: str | None) -> Response:
    with in_turn(caller, len(body)):
        told, spans = answer_to_transcript(body, language, caller.policies)
    uses.note(caller, "transcript", len(body), spans)
    return answered(told)


def answer_to_text(said: str, language: str | None, policies: Policies) -> tuple[dict[str, Any], int]:
    """Return a `RedactedText` as a JSON object, and how many spans were masked. Raises as `reports.redact_text`."""
    done = reports.redact_text(said, policies.redaction, language)
    report = done.report | {"policy": reports.policy_named(policies)}
    return {"text": done.content, **report}, len(report["spans"])


def answer_to_transcript(data: bytes, language: str | None, policies: Policies) -> tuple[dict[str, Any], int]:
    """Return a `RedactedTranscript` as a JSON object, and how many spans were masked.

    A document comes back number by number as it was, however large the numbers: its text goes into the answer as it is.
    A file of one document a line is no JSON document, and comes back as text. Raises as `reports.redact_transcript`.
    """
    done = reports.redact_transcript(data, policies.redaction, language)
    report = done.report | {"policy": reports.policy_named(policies)}
    transcript: Any = done.text
    if done.is_json:
        with suppress(orjson.JSONDecodeError):
            orjson.loads(transcript)
            transcript = orjson.Fragment(transcript)
    return {"transcript": transcript, "report": report}, len(report["spans"])


def answered(told: dict[str, Any]) -> Response:
    """Return what was made here as the answer: the framework would check and copy every character of it once more."""
    return Response(orjson.dumps(told), media_type="application/json")


def refused(error: ValidationError) -> RequestValidationError:
    """Return the refusal of a body that does not fit its shape, without anything that stood in it."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in found])


def in_turn(caller: Caller, size: int) -> AbstractContextManager[None]:
    """Hold one of the few slots for a long text: a hostile one costs seconds, and must not cost everybody's."""
    return caller.door.large_texts.one() if size > LONG_TEXT else nullcontext()
