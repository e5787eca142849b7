"""Transcripts in and out: one file per format, recognised by what is in it and never by its name.

`read` gives a document whose words have turns and, where the file says so, times; `document.redact(…).dumps()` gives
a file of the same structure without the findings. What no file here recognises is refused with the list of what is.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any, Protocol

from governance.errors import UnsupportedFormatError
from governance.redaction.transcripts.document import (
    BoundWord,
    TranscriptDocument,
    json_dump,
    lines_dump,
)

# Asked in this order: the more telling shapes first, plain text last.
_JSON_FORMATS = ("words", "amazon_transcribe", "deepgram", "wtf", "whisper", "turns", "vcon")
_DEEPEST = 64
_TEXT_FORMATS = ("webvtt", "srt", "plain")


class _JsonFormat(Protocol):
    NAME: str

    def recognises(self, tree: Any) -> bool: ...
    def read(self, tree: Any) -> tuple[list[BoundWord], str | None]: ...


def known() -> tuple[str, ...]:
    """Return the names of the formats that are read."""
    return tuple(str(_module(name).NAME) for name in (*_JSON_FORMATS, *_TEXT_FORMATS))


def read(data: bytes) -> TranscriptDocument:
    """Return the transcript in `data`, whatever its format.

    Raises `UnsupportedFormatError`, naming the formats that are read, for anything else. The message holds nothing of
    the file.
    """
    text = _text(data)
    if text.lstrip()[:1] in {"{", "["}:
        return _read_json(text, data)
    lines = text.splitlines(keepends=True)
    for name in _TEXT_FORMATS:
        module = _module(name)
        if module.recognises(lines):
            bound = module.read(lines)
            return TranscriptDocument(
                module.NAME, None, tuple(bound), lines, lines_dump, module.silent(lines)
            )
    raise _unsupported()


def _read_json(text: str, data: bytes) -> TranscriptDocument:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise _unsupported() from None
    if not _is_writable(tree, text):
        raise UnsupportedFormatError(
            "The document holds halves of characters, which nobody could write back."
        )
    if _is_deeper(tree, _DEEPEST):
        raise UnsupportedFormatError(f"The document is nested more than {_DEEPEST} deep.")
    for name in _JSON_FORMATS:
        module: _JsonFormat = _module(name)
        if module.recognises(tree):
            try:
                bound, language = module.read(tree)
            except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
                raise UnsupportedFormatError(
                    f"The transcript looks like {module.NAME} but breaks its rules."
                ) from None
            return TranscriptDocument(module.NAME, language, tuple(bound), tree, json_dump(data))
    if isinstance(tree, dict) and {"source", "external_id", "started_at"} <= set(tree):
        raise UnsupportedFormatError("This is the metadata of a recording and no transcript.")
    raise _unsupported()


def _is_writable(tree: Any, text: str) -> bool:
    """Whether the document can be written in UTF-8: an escape may name half a surrogate pair, and JSON allows it."""
    if "\\ud" not in text and "\\uD" not in text:
        return True
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _is_deeper(tree: Any, limit: int) -> bool:
    """Whether a document nests deeper than any transcript does; what walks it may then rely on the stack."""
    level = [tree]
    for _ in range(limit):
        level = [
            item
            for value in level
            for item in (
                value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            )
        ]
        if not level:
            return False
    return True


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise _unsupported() from None
    if "\0" in text or not text.strip():
        raise _unsupported()
    return text


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name}")


def _unsupported() -> UnsupportedFormatError:
    return UnsupportedFormatError(f"No transcript format is recognised. Known: {', '.join(known())}.")
