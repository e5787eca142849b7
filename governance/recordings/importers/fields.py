"""Single values of a document from somebody else: a text, a moment, a length of time, each within what a call can have."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from governance.errors import InvalidError

_LONGEST_S = 31 * 86400


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC. `assumed` is True where its text had no zone and UTC was taken."""

    at: datetime
    assumed: bool


def text(value: object, field: str, *, most: int = 200, printable: bool = True) -> str | None:
    """Return a text without the space around it, or None where there is none.

    Raises `InvalidError` for anything that is no text, is too long, or holds control characters.
    """
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > most:
        raise InvalidError(f"must be a text of at most {most} characters", field)
    stripped = value.strip()
    if printable and not stripped.isprintable():
        raise InvalidError("control characters are not allowed", field)
    return stripped or None


def moment(value: object, field: str) -> Moment:
    """Return a moment of RFC 3339; early vCons leave the zone out and mean UTC.

    Raises `InvalidError` for anything else, and for years in which no call was recorded.
    """
    if not isinstance(value, str) or not 10 < len(value) <= 40:
        raise InvalidError("must be a moment (RFC 3339)", field)
    try:
        read = datetime.fromisoformat(value)
        at = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidError("must be a moment (RFC 3339)", field) from None
    if not 1970 <= at.year < 2200:
        raise InvalidError("must be a moment that a call could have", field)
    return Moment(at, read.tzinfo is None)


def milliseconds(value: object, field: str) -> int | None:
    """Return seconds as whole milliseconds, or None where there are none.

    Raises `InvalidError` for anything that is no length of time a call could have.
    """
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _LONGEST_S:
        raise InvalidError("must be seconds, up to a month", field)
    return round(value * 1000)


def between_ms(start: datetime, end: datetime) -> int:
    """Return the whole milliseconds from `start` to `end`, negative if it comes before."""
    return (end - start) // timedelta(milliseconds=1)


def uuid_text(value: object, field: str) -> str:
    """Return a UUID in its usual spelling. Raises `InvalidError` for anything else."""
    if not isinstance(value, str) or len(value) > 64:
        raise InvalidError("must be a UUID", field)
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise InvalidError("must be a UUID", field) from None
