"""Errors as RFC 9457 problems: ONE table, from the house's errors to what a client sees.

An error that is not in the table is a 500 that says nothing; it is logged by type and place only, because a driver's
message can quote the row it failed on. What a client sent is never repeated: it may be a card number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from governance import errors
from governance.errors import GovernanceError
from governance.redaction.languages import UnsupportedLanguageError
from governance.redaction.personal import UnexaminedError

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:recording-governance:problem:"


@dataclass(frozen=True)
class Kind:
    """How an error looks from outside. A `mute` one keeps its sentence to itself."""

    status: int
    title: str
    mute: bool = False


PROBLEMS: dict[type[GovernanceError], Kind] = {
    errors.UnauthenticatedError: Kind(401, "Nobody we know"),
    errors.DeniedError: Kind(403, "Not allowed"),
    errors.NotFoundError: Kind(404, "Not there, or not yours"),
    errors.GoneError: Kind(410, "Not there any more"),
    errors.InvalidError: Kind(422, "The request is wrong"),
    UnsupportedLanguageError: Kind(422, "A language that is not known"),
    UnexaminedError: Kind(422, "Not examined"),
    errors.ResidueError: Kind(422, "Something is left in the redacted copy"),
    errors.UnsupportedFormatError: Kind(415, "A format that is not read"),
    errors.ConflictError: Kind(409, "Not in this state"),
    errors.QuarantinedError: Kind(409, "In quarantine"),
    errors.LimitError: Kind(429, "Too often"),
    errors.TooLargeError: Kind(413, "Too large"),
    errors.IntegrityError: Kind(500, "Stored data is not what it should be", mute=True),
    errors.RollbackError: Kind(500, "The log was rolled back", mute=True),
    errors.IncompleteError: Kind(503, "Not complete yet"),
    errors.PolicyError: Kind(500, "A policy cannot be obeyed", mute=True),
    errors.ConfigurationError: Kind(500, "Not configured", mute=True),
}
_UNKNOWN = Kind(500, "Something went wrong")
_UNKNOWN_DETAIL = "The logs have more under this instance."
_ROUTING = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "unsupported-format"}
_RETRY_INCOMPLETE_S = 5
# What pydantic says of these quotes what was sent, or may do so.
_TALKATIVE = {
    "extra_forbidden": "a field that is not known",
    "union_tag_invalid": "none of the kinds that are known",
    "json_invalid": "not JSON",
    "model_attributes_type": "no JSON object, or one without Content-Type: application/json",
    "assertion_error": "not as it should be",
}


def kind_of(error: GovernanceError) -> Kind:
    """Return how `error` looks from outside: by its own class, or the nearest one above that the table names."""
    return next((PROBLEMS[cls] for cls in type(error).__mro__ if cls in PROBLEMS), _UNKNOWN)


def of_error(error: GovernanceError, instance: str) -> Response:
    """Return the problem that `error` is; `instance` is the trace id under which the logs know it."""
    told = member(error, instance)
    headers: dict[str, str] = {}
    if isinstance(error, errors.UnauthenticatedError):
        headers["WWW-Authenticate"] = "Bearer"
    if told["status"] == HTTPStatus.TOO_MANY_REQUESTS and isinstance(error, errors.LimitError):
        headers["Retry-After"] = str(max(1, error.retry_after_s))
    if isinstance(error, errors.IncompleteError):
        headers["Retry-After"] = str(_RETRY_INCOMPLETE_S)
    return Response(orjson.dumps(told), told["status"], headers, MEDIA_TYPE)


def member(error: Exception, instance: str) -> dict[str, Any]:
    """Return the problem that `error` is as a JSON object: for an answer in which some things failed and others did not.

    Of an error that is not the house's own it says nothing, like the answer to a request would.
    """
    if not isinstance(error, GovernanceError):
        return _body(_UNKNOWN.status, "internal", _UNKNOWN.title, _UNKNOWN_DETAIL, instance)
    kind = kind_of(error)
    extra: dict[str, Any] = {}
    if isinstance(error, errors.DeniedError):
        extra["reason"] = error.reason
    if isinstance(error, errors.InvalidError) and error.field is not None:
        extra["field"] = error.field
    detail = kind.title + "." if kind.mute else str(error)
    return _body(kind.status, error.code, kind.title, detail, instance, extra)


def told_by(code: str, detail: str, instance: str) -> dict[str, Any]:
    """Return as a JSON object the problem of an error that was caught elsewhere: by its code, and what it said."""
    found = next((kind for error, kind in PROBLEMS.items() if error.code == code), None)
    if found is None:
        return _body(_UNKNOWN.status, code, _UNKNOWN.title, detail, instance)
    return _body(found.status, code, found.title, f"{found.title}." if found.mute else detail, instance)


def unknown(instance: str) -> Response:
    """Return the problem that says nothing but where the logs have more."""
    return problem(_UNKNOWN.status, "internal", _UNKNOWN.title, _UNKNOWN_DETAIL, instance)


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    instance: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return one problem as a response."""
    body = _body(status, code, title, detail, instance, extra)
    return Response(orjson.dumps(body), status, dict(headers or {}), MEDIA_TYPE)


def _body(
    status: int, code: str, title: str, detail: str, instance: str, extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "type": _TYPE + code,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:trace:{instance}",
        **(extra or {}),
    }


def places(found: list[Any]) -> list[dict[str, str]]:
    """Return where the request is wrong and what should be there, without a word of what was sent."""
    listed = []
    for one in found[:16]:
        steps = list(one["loc"])
        if one["type"] == "extra_forbidden":
            steps = steps[:-1]  # the last step is the sender's own text
        if one["type"] == "json_invalid":
            steps = steps[:1]  # how far into the text helps nobody who writes JSON by program
        what = _TALKATIVE.get(one["type"]) or str(one["msg"]).removeprefix("Value error, ")
        listed.append({"place": ".".join(str(step) for step in steps), "what": what})
    return listed


async def on_error(request: Request, error: Exception) -> Response:
    """Answer an error of the house."""
    assert isinstance(error, GovernanceError)
    return of_error(error, trace_of(request))


async def on_validation(request: Request, error: Exception) -> Response:
    """Answer a request that does not fit its documented shape."""
    assert isinstance(error, RequestValidationError)
    kind, listed = PROBLEMS[errors.InvalidError], places(list(error.errors()))
    detail = "; ".join(f"{one['place']}: {one['what']}" for one in listed)
    extra = {"field": listed[0]["place"] if listed else "body", "errors": listed}
    return problem(kind.status, errors.InvalidError.code, kind.title, detail, trace_of(request), extra)


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework itself refuses: a route or method that does not exist, a body that cannot be read."""
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    code = _ROUTING.get(error.status_code, "invalid")
    return problem(
        error.status_code, code, title, f"{title}.", trace_of(request), headers=dict(error.headers or {})
    )


def trace_of(request: Request) -> str:
    """Return the trace id that the envelope gave the request."""
    return str(request.scope.get("governance.trace", "unknown"))


_SHAPE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "examples": [f"{_TYPE}denied"]},
        "title": {"type": "string", "examples": ["Not allowed"]},
        "status": {"type": "integer", "examples": [403]},
        "detail": {"type": "string", "examples": ["The role does not have this permission."]},
        "instance": {"type": "string", "examples": ["urn:trace:0199d5f2c7a07b1e8c55c3d1f0a9b2e4"]},
        "reason": {"type": "string", "description": "Of a refusal: a code of a closed vocabulary."},
        "field": {"type": "string", "description": "Where the request is wrong; never what was there."},
    },
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI documents the problems that a route can answer."""
    titles: dict[int, list[str]] = {}
    for kind in (*PROBLEMS.values(), _UNKNOWN):
        titles.setdefault(kind.status, []).append(kind.title)
    return {
        status: {
            "description": " / ".join(titles.get(status, [HTTPStatus(status).phrase])),
            "content": {MEDIA_TYPE: {"schema": _SHAPE}},
        }
        for status in sorted({*statuses, 422, 500})
    }
