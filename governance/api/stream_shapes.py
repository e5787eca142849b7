"""What a live stream says and hears beside the words themselves, and the codes it ends with (RFC 6455 §7.4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance.errors import GovernanceError, InvalidError, TooLargeError, UnsupportedFormatError
from governance.redaction.stream_heard import Released
from governance.redaction.stream_words import FORMATS

NORMAL, UNREADABLE, REFUSED, TOO_LARGE, BROKEN = 1000, 1007, 1008, 1009, 1011
ENDS = frozenset({"end", "CloseStream"})
"""The `type` of a message that ends a call."""


class Start(BaseModel):
    """The first message: how the words come, and in which language (`auto`: found out by listening)."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    type: Literal["start"] = "start"
    format: Annotated[str, Field(max_length=40)] = "governance/words@1"
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,4}(-[A-Za-z0-9]{1,8})*$", max_length=35)] = "auto"
    previews: bool = False


def started(message: Any) -> Start:
    """Return what the first message asks for. Raises `InvalidError`, `UnsupportedFormatError`."""
    try:
        start = Start.model_validate(message)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"][:1])
        shown = place if place in Start.model_fields else "message"
        raise InvalidError(
            "The first message says `format` and `language`, and perhaps `previews`.", shown
        ) from None
    if start.format not in FORMATS:
        raise UnsupportedFormatError(f"This format is not read live. Known: {', '.join(FORMATS)}.", "format")
    return start


def told(one: Released) -> dict[str, Any]:
    """Return a word as it is sent; one that was masked says what it was and why."""
    shown = {
        "text": one.text,
        "channel": one.channel,
        "speaker": one.speaker,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
    }
    return shown | ({"entity": one.entity, "because": one.because} if one.entity is not None else {})


def in_one(released: Sequence[Released]) -> str:
    """Return words as one text, in which a label that follows itself stands once."""
    pieces: list[str] = []
    last: Released | None = None
    for one in released:
        is_again = last is not None and one.entity is not None and one.text == last.text
        if one.text and not is_again:
            pieces.append(one.text)
        last = one
    return " ".join(pieces)


def code_of(error: Exception) -> int:
    """Return the code that a stream is closed with which ends by an error."""
    table: tuple[tuple[type[Exception], int], ...] = (
        (TooLargeError, TOO_LARGE),
        (InvalidError, UNREADABLE),
        (UnsupportedFormatError, UNREADABLE),
        (GovernanceError, REFUSED),
    )
    return next((code for kind, code in table if isinstance(error, kind)), BROKEN)
