"""SubRip: a counter, a line of two times with commas, then text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from governance.redaction.transcripts.cues import TIMING, read, silent

__all__ = ["NAME", "read", "recognises", "silent"]

NAME = "srt"


def recognises(lines: Sequence[str]) -> bool:
    """Whether the first lines with something in them are a counter and two times."""
    filled = [line for line in lines[:20] if line.strip()]
    return len(filled) > 1 and bool(re.fullmatch(r"\s*\d+\s*", filled[0])) and bool(TIMING.match(filled[1]))
