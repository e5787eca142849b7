"""Text formats: lines of "Agent: …", WebVTT and SRT."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.spoken_cards.formats.rendering import Numbered, Rendering, numbered, said, text_rendering
from benchmarks.spoken_cards.truth import Call

_NAMES = {"A": "Agent", "C": "Customer", "I": "System", "O": "Other"}
_LONGEST = 12  # words of a cue: a number is split over cues as it is in real files


def plain(call: Call) -> Rendering:
    """Return a call as lines that begin with a name and a colon."""
    return text_rendering("plain", [said(turn, f"{_NAMES[turn[0].speaker]}: ") for turn in numbered(call)])


def webvtt(call: Call) -> Rendering:
    """Return a call as WebVTT with voice tags."""
    lines: list[str] = ["WEBVTT", ""]
    for cue in _cues(call):
        lines += [_timing(cue, "."), said(cue, f"<v {_NAMES[cue[0].speaker]}>"), ""]
    return text_rendering("webvtt", lines)


def srt(call: Call) -> Rendering:
    """Return a call as SRT."""
    lines: list[str] = []
    for count, cue in enumerate(_cues(call), 1):
        lines += [str(count), _timing(cue, ","), said(cue), ""]
    return text_rendering("srt", lines)


def _cues(call: Call) -> Iterator[list[Numbered]]:
    for turn in numbered(call):
        for at in range(0, len(turn), _LONGEST):
            yield turn[at : at + _LONGEST]


def _timing(cue: list[Numbered], comma: str) -> str:
    clock: Callable[[int], str] = lambda ms: (  # noqa: E731
        f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{comma}{ms % 1000:03}"
    )
    return f"{clock(cue[0].word.start_ms)} --> {clock(cue[-1].word.end_ms)}"
