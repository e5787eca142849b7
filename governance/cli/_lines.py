"""Redaction line by line: a JSON object a line in, a JSON object a line out, whatever becomes of each.

A line is a text (`{"id", "text", "language"}`), a transcript with a name (`{"id", "transcript", "language"}`), or a
transcript by itself in any JSON format that is read. A line that fails becomes an object that says why, and never holds
what stood in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from governance.errors import GovernanceError, InvalidError, TooLargeError

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

_LINES, _BYTES = 64, 256 * 1024
_LONGEST_NAME = 128


class Line(NamedTuple):
    """One line and its number, from 1; None where it was longer than lines may be."""

    number: int
    data: bytes | None


class Told(NamedTuple):
    """What a line became, and whether that is a result."""

    line: bytes
    is_redacted: bool


def portions(source: BinaryIO, most: int) -> Iterator[list[Line]]:
    """Yield the lines that hold something, several at a time. What is longer than `most` bytes is not kept."""
    held: list[Line] = []
    size = number = 0
    while data := source.readline(most + 1):
        number += 1
        if is_long := len(data) > most and not data.endswith(b"\n"):
            while (rest := source.readline(_BYTES)) and not rest.endswith(b"\n"):
                pass
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if data.strip():
            held.append(Line(number, None if is_long else data))
            size += len(data)
        if len(held) >= _LINES or size >= _BYTES:
            yield held
            held, size = [], 0
    if held:
        yield held


@dataclass(frozen=True)
class Redactor:
    """Redacts lines under one policy. `reports` says whether each result comes with what was found and where."""

    policy: RedactionPolicy
    language: str | None
    most: int
    reports: bool

    def __call__(self, lines: list[Line]) -> list[Told]:
        """Return what each line became."""
        return [self._one(line) for line in lines]

    def _one(self, line: Line) -> Told:
        name: dict[str, Any] = {}
        try:
            if line.data is None:
                raise TooLargeError(f"the line has more than {self.most} bytes (GOVERNANCE_MAX_TEXT_BYTES)")
            asked = _parsed(line.data)
            kind = _kind(asked)
            if kind != "document":
                name = _name(asked)
            return Told(self._redacted(kind, asked, name, line.data), True)
        except GovernanceError as error:
            return failed(line, error.code, str(error), name)
        except Exception as error:  # noqa: BLE001  # one bad line must not stop the others, nor show its content
            return failed(line, "error", f"it could not be redacted ({type(error).__name__})", name)

    def _redacted(self, kind: str, asked: Any, name: dict[str, Any], data: bytes) -> bytes:
        from governance.redaction import reports

        if kind == "text":
            said = _string(asked, "text")
            done = reports.redact_text(said, self.policy, self._language(asked))
            told = name | {"text": done.content}
            return _dumped(told | done.report if self.reports else told)
        is_string, language = False, self.language
        if kind == "transcript":
            inner, language = asked["transcript"], self._language(asked)
            is_string = not isinstance(inner, dict | list)
            data = _string(asked, "transcript").encode() if is_string else json.dumps(inner).encode()
        done = reports.redact_transcript(data.strip(), self.policy, language)
        if kind == "document" and not self.reports:
            return done.text.encode()
        told = name | {"transcript": done.text if is_string else json.loads(done.text)}
        return _dumped(told | {"report": done.report} if self.reports else told)

    def _language(self, asked: dict[str, Any]) -> str | None:
        return _string(asked, "language") if asked.get("language") is not None else self.language


def failed(line: Line, code: str, because: str, name: dict[str, Any] | None = None) -> Told:
    """Return the object that stands in the place of a line that failed."""
    return Told(_dumped({"line": line.number, **(name or {}), "error": code, "detail": because}), False)


def _parsed(data: bytes) -> Any:
    try:
        asked = json.loads(data.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidError("it is not JSON in UTF-8, or nested too deep") from None
    if not isinstance(asked, dict | list):
        raise InvalidError("it is no JSON object")
    return asked


def _refuse(_constant: str) -> None:
    raise ValueError("JSON has no NaN and no infinity")


def _kind(asked: Any) -> str:
    fields = set(asked) if isinstance(asked, dict) else set()
    for kind in ("text", "transcript"):
        if kind in fields and fields <= {"id", kind, "language"}:
            return kind
    return "document"


def _name(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the id of a text or transcript, as part of the answer.

    Raises `InvalidError` where it is no name, or could be card data: it stands in the answer as it is.
    """
    from governance.redaction import cleartext

    if "id" not in asked:
        return {}
    name = asked["id"]
    if isinstance(name, bool) or not isinstance(name, str | int) or len(str(name)) > _LONGEST_NAME:
        raise InvalidError(f"id: it must be a string or a whole number of up to {_LONGEST_NAME} signs", "id")
    if not str(name).isprintable() or cleartext.holds_card_data(str(name)):
        raise InvalidError("id: it looks like card data, or has control characters", "id")
    return {"id": name}


def _string(asked: dict[str, Any], field: str) -> str:
    said = asked[field]
    if not isinstance(said, str):
        raise InvalidError(f"{field}: it must be a string", field)
    try:
        said.encode()
    except UnicodeEncodeError:
        raise InvalidError(
            f"{field}: it holds half a character, which nobody could write back", field
        ) from None
    return said


def _dumped(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()
