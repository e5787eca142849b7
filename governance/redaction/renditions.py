"""The sound of a recording with its spans cut out, each as policy treats its kind of data."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from governance.redaction import audio, rules
from governance.redaction.spans import TimeSpan

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy


def cut(source: BinaryIO, spans: Sequence[TimeSpan], policy: RedactionPolicy) -> BytesIO:
    """Return the sound without the spans, in memory: clear bytes do not touch a disk."""
    toned = [span for span in spans if rules.audio_action(span.entity, policy) == "tone"]
    silenced = [span for span in spans if span not in toned]
    sink = BytesIO()
    audio.redact(source, sink, silenced, "silence", policy.guard_band_ms)
    if toned:
        second = BytesIO()
        audio.redact(sink, second, toned, "tone", policy.guard_band_ms)
        return second
    return sink
