"""Many texts and transcripts in one request: each has its own answer, and one that is wrong fails none of the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Self

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints, ValidationError, model_validator
from starlette.concurrency import run_in_threadpool

from governance import log
from governance.api import problems, upload, uses
from governance.api.deps import Caller, needs
from governance.api.redactions import (
    MOST_TEXT,
    PROBLEMS,
    LanguageAsked,
    answer_to_text,
    answer_to_transcript,
    answered,
    in_turn,
    json_body,
)
from governance.api.shapes import Answer, Asked, Plain
from governance.errors import GovernanceError, InvalidError, TooLargeError, UnsupportedFormatError

router = APIRouter(prefix="/v1/redactions", tags=["redaction without a catalog"])

MOST_ITEMS = 500
_log = log.get("governance.api")


class BatchItem(Asked):
    """A text, or a transcript in any format that is read: JSON as JSON, other formats as a string.

    `id` is the caller's own name for it and stands in the answer, so it must not look like card data.
    """

    id: Annotated[
        str,
        StringConstraints(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$"),
        Plain,
        Field(examples=["a-1"]),
    ]
    text: Annotated[str | None, Field(max_length=MOST_TEXT, repr=False)] = None
    transcript: Annotated[dict[str, Any] | list[Any] | str | None, Field(repr=False)] = None
    language: LanguageAsked = None

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if (self.text is None) == (self.transcript is None):
            raise ValueError("a text or a transcript, and not both")
        return self


class BatchAnswer(Answer):
    """What became of one item, at the place it had: `result` as its own route answers it, or a `problem` (RFC 9457).

    `id` is null where the item had none that could be repeated.
    """

    id: str | None
    result: Annotated[dict[str, Any] | None, Field(repr=False)] = None
    problem: dict[str, Any] | None = None


class RedactedBatch(Answer):
    """The answers in the order of the items, and how many of them are results and problems."""

    items: list[BatchAnswer]
    redacted: int
    failed: int


_BODY = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_ITEMS,
            "items": BatchItem.model_json_schema(),
        }
    },
}
_EXAMPLE = {
    "items": [
        {"id": "note-1", "text": "My PIN is 1234"},
        {"id": "call-7", "transcript": {"words": [{"text": "hello"}]}, "language": "en"},
    ]
}
_Told = tuple[dict[str, Any], int]


@router.post(
    "/batch", openapi_extra=json_body(_BODY, _EXAMPLE), response_model=RedactedBatch, responses=PROBLEMS
)
async def redact_batch(caller: Annotated[Caller, needs("redaction:use")], request: Request) -> Response:
    """Redact up to 500 texts and transcripts. The answer is 200 whatever became of them: look at each."""
    body = await upload.body(request, caller.runtime.settings.max_text_bytes)
    return await run_in_threadpool(_batch, caller, body)


def _batch(caller: Caller, body: bytes) -> Response:
    with in_turn(caller, len(body)):
        items = _items(body)
        caller.door.rates.redaction(caller.who, len(items))
        answers = [_answer(caller, item) for item in items]
    done = [told for told, _ in answers]
    redacted = sum("result" in told for told in done)
    uses.note(caller, "batch", len(body), sum(spans for _, spans in answers))
    return answered({"items": done, "redacted": redacted, "failed": len(done) - redacted})


def _items(body: bytes) -> Sequence[Any]:
    """Return the items of a batch, whatever they are. Raises `InvalidError`, `TooLargeError`."""
    try:
        tree = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidError("The body is not JSON, or nested too deep.", "body") from None
    items = tree.get("items") if isinstance(tree, dict) and len(tree) == 1 else None
    if not isinstance(items, list) or not items:
        raise InvalidError('The body must be {"items": […]} with one item at least.', "body")
    if len(items) > MOST_ITEMS:
        raise TooLargeError(f"A batch may have {MOST_ITEMS} items at most.")
    return items


def _refuse(_constant: str) -> None:
    raise ValueError("JSON has no NaN and no infinity")


def _answer(caller: Caller, item: Any) -> _Told:
    name: str | None = None
    problem: Exception
    try:
        asked = BatchItem.model_validate(item)
        name = asked.id
        told, spans = _redacted(caller, asked)
    except ValidationError as error:
        name, problem = _name(item), _wrong(error)
    except GovernanceError as error:
        problem = error
    except Exception as error:  # noqa: BLE001 - the other items have their answer; this one learns where to ask
        _log.error("item of a batch failed", **log.nameless(error))
        problem = error
    else:
        return {"id": name, "result": told}, spans
    return {"id": name, "problem": problems.member(problem, caller.trace)}, 0


def _wrong(error: ValidationError) -> InvalidError:
    found = problems.places(error.errors(include_url=False, include_context=False, include_input=False))
    because = "; ".join(f"{one['place'] or 'item'}: {one['what']}" for one in found)
    return InvalidError(because, found[0]["place"] or "item")


def _name(item: Any) -> str | None:
    """Return the id of an item that is wrong in another place; None where the id itself is not to be repeated."""
    try:
        return BatchItem.model_validate({"id": item["id"], "text": ""}).id
    except (ValidationError, TypeError, KeyError, IndexError):
        return None


def _redacted(caller: Caller, asked: BatchItem) -> _Told:
    if asked.text is not None:
        return answer_to_text(asked.text, asked.language, caller.policies)
    try:
        # An escape may name half a character, and then nobody could write the document back: the reader refuses it.
        said = asked.transcript if isinstance(asked.transcript, str) else json.dumps(asked.transcript)
        data = said.encode()
    except (UnicodeEncodeError, RecursionError):
        raise UnsupportedFormatError(
            "The transcript is no text that could be written, or nested too deep."
        ) from None
    return answer_to_transcript(data, asked.language, caller.policies)
