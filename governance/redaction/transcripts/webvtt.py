"""WebVTT: `WEBVTT`, then cues with a dot in their times; `<v Name>` names the speaker."""

from __future__ import annotations

from collections.abc import Sequence

from governance.redaction.transcripts.cues import read, silent

__all__ = ["NAME", "read", "recognises", "silent"]

NAME = "webvtt"


def recognises(lines: Sequence[str]) -> bool:
    """Whether a text begins as the standard says it must."""
    return bool(lines) and lines[0].startswith("WEBVTT") and lines[0][6:7] in {"", " ", "\t", "\n", "\r"}
