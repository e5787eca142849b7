"""Transcripts in and out: one file per format, recognised by what is in it and never by its name.

`read` gives a document whose words have turns and, where the file says so, times; `document.redact(…).dumps()` gives
a file of the same structure without the findings. What no file here recognises is refused with the list of what is.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from governance.errors import UnsupportedFormatError
from governance.redaction.transcripts import parsing
from governance.redaction.transcripts.document import TranscriptDocument

# Asked in this order: the more telling shapes first, plain text last.
_JSON_FORMATS = (
    "words", "call_analytics", "contact_lens", "amazon_transcribe", "deepgram", "genesys", "genesys_topic", "audiohook", "twilio",
    "vcon", "wtf", "whisperx", "faster_whisper", "whisper", "turns",
)  # fmt: skip
_TEXT_FORMATS = ("webvtt", "srt", "plain")
_BROKEN = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)
"""What a reader raises where a document breaks the rules of the format it looks like."""


def known() -> tuple[str, ...]:
    """Return the names of the formats that are read."""
    return tuple(str(_module(name).NAME) for name in (*_JSON_FORMATS, *_TEXT_FORMATS))


def unrecognised() -> str:
    """Return the sentence for a file that is none of the formats: it names those that are."""
    return f"No transcript format is recognised. Known: {', '.join(known())}."


def read(data: bytes) -> TranscriptDocument:
    """Return the transcript in `data`, whatever its format.

    Raises `UnsupportedFormatError`, naming the formats that are read, for anything else. The message holds nothing of
    the file.
    """
    source = parsing.source(data)
    file = parsing.json_file(source)
    if file is None:
        return _of_text(source)
    del source  # what is needed of the text stands in the file by now
    return _of_json(file)


def reader_of(tree: Any, *, besides: str = "") -> Any:
    """Return the module that reads a parsed document; None where no format has this shape. `besides` names one not to ask."""
    return next(
        (module for name in _JSON_FORMATS if name != besides and _is_read_by(module := _module(name), tree)),
        None,
    )


def _is_read_by(module: Any, tree: Any) -> bool:
    try:
        return bool(module.recognises(tree))
    except _BROKEN:
        return False  # so odd a document is none of this format


def _of_text(source: parsing.Source) -> TranscriptDocument:
    lines = source.text.splitlines(keepends=True)
    for name in _TEXT_FORMATS:
        module = _module(name)
        if module.recognises(lines):
            bound = tuple(module.read(lines))
            return TranscriptDocument(
                module.NAME,
                None,
                bound,
                lines,
                lambda tree: source.encode("".join(tree)),
                module.silent(lines),
            )
    raise UnsupportedFormatError(unrecognised())


def _of_json(file: parsing.JsonFile) -> TranscriptDocument:
    module = reader_of(file.tree)
    if module is None:
        if isinstance(file.tree, dict) and {"source", "external_id", "started_at"} <= set(file.tree):
            raise UnsupportedFormatError("This is the metadata of a recording and no transcript.")
        raise UnsupportedFormatError(unrecognised())
    try:
        reading = module.read(file.tree)
    except _BROKEN:
        raise UnsupportedFormatError(
            f"The transcript looks like {module.NAME} but breaks its rules."
        ) from None
    dump = parsing.closing(file.dump, reading.opened) if reading.opened else file.dump
    return TranscriptDocument(
        module.NAME, reading.language, tuple(reading.bound), file.tree, dump, origin_ms=reading.origin_ms
    )


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name}")
