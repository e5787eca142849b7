"""The same call in each vendor's format: one writer a format, from what the vendors' documents say, with every copy they write."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.spoken_cards.formats import amazon, deepgram, genesys, neutral, subtitles, whisper, words
from benchmarks.spoken_cards.formats.rendering import Rendering
from benchmarks.spoken_cards.truth import Call

WRITERS: dict[str, Callable[[Call], Rendering]] = {
    "words": words.write,
    "amazon_transcribe": amazon.transcribe,
    "call_analytics": amazon.call_analytics,
    "contact_lens": amazon.contact_lens,
    "deepgram": deepgram.write,
    "whisper": whisper.whisper,
    "faster_whisper": whisper.faster_whisper,
    "whisperx": whisper.whisperx,
    "genesys": genesys.transcript,
    "genesys_notification": genesys.notification,
    "audiohook": genesys.audiohook,
    "twilio": neutral.twilio,
    "vcon": neutral.vcon,
    "wtf": neutral.wtf,
    "plain": subtitles.plain,
    "webvtt": subtitles.webvtt,
    "srt": subtitles.srt,
}
"""Format → its writer."""

WITHOUT_WORD_TIMES = frozenset({"contact_lens", "twilio", "plain", "webvtt", "srt"})
"""Formats in which only turns have times, or nothing has."""


def write(name: str, call: Call) -> Rendering:
    """Return a call as a file of a format."""
    return WRITERS[name](call)
