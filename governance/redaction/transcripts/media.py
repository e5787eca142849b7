"""Sound, pictures and archives inside a document: nobody can tell from words what is in them, so a redacted copy has none.

vCon may carry a recording in its `body`. What was found in the words could still be heard there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection
from typing import Any

_TYPE_NAMES = ("mediatype", "mimetype", "content_type", "contentType", "mime_type", "mimeType")
_BODY_NAMES = ("body", "content", "data")
_TYPES = re.compile(
    r"\s*(?:audio|video|image)/|\s*application/(?:pdf|zip|gzip|octet-stream|vcon\+gzip)", re.IGNORECASE
)
_SHORTEST = 48
_HEAD = re.compile(
    r"(?:data:[\w./+-]{1,80}(?:;[\w=.-]{1,80})*;base64,)?\s*(?P<head>[A-Za-z0-9+/_-]{24})", re.ASCII
)
_BEGINNINGS = (
    b"RIFF", b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\x1aE\xdf\xa3", b"\x1f\x8b", b"PK\x03\x04",
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"#!AMR", b".snd", b"FORM",
)  # fmt: skip
_BOX = slice(4, 8)  # MP4 names its first box behind four bytes of length


def is_concerned(names: Collection[str]) -> bool:
    """Return whether an object with these names can say that it is sound."""
    return any(name in names for name in _TYPE_NAMES)


def clear(item: dict[str, Any]) -> None:
    """Empty the content of an object that says it is sound, a picture or an archive; what it was and of whom stays."""
    if any(isinstance(item.get(name), str) and _TYPES.match(item[name]) for name in _TYPE_NAMES):
        for name in _BODY_NAMES:
            if isinstance(item.get(name), str):
                item[name] = ""


def is_media(text: str) -> bool:
    """Return whether a string is sound, a picture or an archive in Base64 by its first bytes, whatever stands beside it."""
    head = _HEAD.match(text) if len(text) >= _SHORTEST else None
    if head is None:
        return False
    try:
        first = base64.b64decode(head["head"].replace("-", "+").replace("_", "/"))
    except (binascii.Error, ValueError):
        return False
    return first.startswith(_BEGINNINGS) or first[_BOX] == b"ftyp"
