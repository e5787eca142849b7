"""Spans that somebody else knows of: a recorder, or the desktop of an agent, that says when a payment page was open.

They are cut out of sound and picture like whatever was found. Their reason is a code of a few words and nothing freer: what
a window was called can hold a name or a number, and reasons stand in reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

from governance.errors import InvalidError

MOST = 10_000
_LATEST_MS = 48 * 3600 * 1000
_REASON = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Given:
    """A span that the caller gave: milliseconds from the start, on every channel and in the picture, and why."""

    start_ms: int
    end_ms: int
    reason: str
    channel: int | None = None


def read(body: bytes) -> tuple[Given, ...]:
    """Return the spans of a JSON array of `{"start_ms", "end_ms", "reason"}`.

    Raises `InvalidError` for anything else: a span that was not understood would stay visible.
    """
    try:
        told = orjson.loads(body)
    except ValueError as error:
        raise InvalidError("The given spans are not JSON.", "spans") from error
    if not isinstance(told, list) or len(told) > MOST:
        raise InvalidError(f"Given spans are an array of {MOST} at most.", "spans")
    return tuple(_one(span, at) for at, span in enumerate(told))


def _one(span: Any, at: int) -> Given:
    if not isinstance(span, dict) or set(span) != {"start_ms", "end_ms", "reason"}:
        raise InvalidError(f"Given span {at} has not start_ms, end_ms and reason and nothing else.", "spans")
    start, end, reason = span["start_ms"], span["end_ms"], span["reason"]
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= _LATEST_MS:
        raise InvalidError(f"Given span {at} has no times that follow one another.", "spans")
    if not isinstance(reason, str) or not _REASON.fullmatch(reason):
        raise InvalidError(
            f"Given span {at} has a reason that is no short code of lower-case letters.", "spans"
        )
    return Given(start, end, reason)
