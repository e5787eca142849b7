"""The same call in each vendor's format: one writer a format, from what the vendors' documents say, with every copy they write."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.spoken_cards.formats import subtitles, words
from benchmarks.spoken_cards.formats.rendering import Rendering
from benchmarks.spoken_cards.truth import Call

WRITERS: dict[str, Callable[[Call], Rendering]] = {
    "words": words.write,
    "plain": subtitles.plain,
    "webvtt": subtitles.webvtt,
    "srt": subtitles.srt,
}
"""Format → its writer."""

TIMED = frozenset({"words"})
"""Formats in which every word has times of its own."""


def write(name: str, call: Call) -> Rendering:
    """Return a call as a file of a format."""
    return WRITERS[name](call)
