"""JSON, base64url and gzip from somebody else, within bounds: small documents must not become large ones here."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any

import orjson

from governance.errors import InvalidError, TooLargeError

LARGEST_DOCUMENT = 96 << 20
"""Bytes of one document; an hour of two-channel G.711 inside a vCon is 77 MB of base64url."""

MOST_VALUES = 1_000_000
"""Values in one document: a transcript of an hour with word times in three copies has half a million."""

DEEPEST = 48

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")


def load(document: bytes) -> dict[str, Any]:
    """Return the JSON object in `document`.

    Values are counted by their separators before anything is parsed, because parsing is what a bomb waits for.

    Raises `TooLargeError` beyond the bounds and `InvalidError` for anything but one JSON object.
    """
    if len(document) > LARGEST_DOCUMENT:
        raise TooLargeError("the document is larger than what is taken in")
    if document.count(b",") + document.count(b"[") + document.count(b"{") > MOST_VALUES:
        raise TooLargeError("the document holds more values than what is taken in")
    try:
        content = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise InvalidError("the document is no JSON in UTF-8") from None
    if not isinstance(content, dict):
        raise InvalidError("the document is no JSON object")
    _bound_depth(content)
    return content


def _bound_depth(content: object) -> None:
    level: list[object] = [content]
    for _ in range(DEEPEST):
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(v for v in value.values() if isinstance(v, dict | list))
            elif isinstance(value, list):
                inner.extend(v for v in value if isinstance(v, dict | list))
        if not inner:
            return
        level = inner
    raise TooLargeError("the document is nested deeper than what is taken in")


def base64url(text: str, field: str) -> bytes:
    """Return what `text` encodes (RFC 4648 §5, padding optional). Raises `InvalidError` naming `field`."""
    if not _BASE64URL.fullmatch(text):
        raise InvalidError("not base64url", field)
    stripped = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(stripped + "=" * (-len(stripped) % 4))
    except (binascii.Error, ValueError):
        raise InvalidError("not base64url", field) from None


def inflate(data: bytes) -> bytes:
    """Return what the gzip in `data` holds, up to the size of a document.

    Raises `TooLargeError` for a bomb and `InvalidError` for what is no whole gzip.
    """
    gunzip = zlib.decompressobj(wbits=31)
    try:
        content = gunzip.decompress(data, LARGEST_DOCUMENT + 1)
    except zlib.error:
        raise InvalidError("not a gzip") from None
    if len(content) > LARGEST_DOCUMENT:
        raise TooLargeError("the document is larger than what is taken in")
    if not gunzip.eof:
        raise InvalidError("not a whole gzip")
    return content
