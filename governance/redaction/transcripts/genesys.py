"""Genesys Cloud, the transcript of a communication: `transcripts[].phrases[].words[]` and, with digits, `decoratedWords[]`.

The number words are read; the decorated ones say the same with digits, at the same moments, and are masked by time and by the
walk. Where a phrase has only decorated words, or none at all, those or its text are read. Times are the clock's or count from
the start of the transcript: both are told by `startTimeMs`, and which of them it is by its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.moments import EPOCH_FROM, Clock, length
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    interpolated,
    language_of,
    name_of,
    timing_of,
    whole,
    whole_milliseconds,
    with_turns,
    words_of,
)

NAME = "genesys"
WORDS = ("words", "decoratedWords")
"""Where Genesys keeps the words of a phrase, the plain ones first."""
_TEXTS = ("text", "decoratedText")


def recognises(tree: Any) -> bool:
    """Whether a document has transcripts made of phrases."""
    scripts = tree.get("transcripts") if isinstance(tree, dict) else None
    return (
        isinstance(scripts, list)
        and bool(scripts)
        and all(isinstance(script, dict) and isinstance(script.get("phrases"), list) for script in scripts)
    )


def read(tree: Any) -> Reading:
    """Return the words of all phrases in the order in which they were spoken, and the language of the transcript.

    The transcripts of one communication follow one another, each with phrases of both sides.
    """
    scripts = tree["transcripts"]
    origin = _origin(tree)
    clock = Clock(origin)
    turns = 0
    found: list[BoundWord] = []
    for number, script in enumerate(scripts):
        for at, phrase in enumerate(script["phrases"]):
            speaker = name_of(phrase.get("participantPurpose"))
            found += rows(phrase, ("transcripts", number, "phrases", at), turns, speaker, clock, _TEXTS)
            turns += 1
    has_times = any(row.word.timing is Timing.EXACT for row in found)
    bound = with_turns(as_spoken(interpolated(found))) if has_times else as_spoken(found)
    languages = [language_of(script.get("language")) for script in scripts]
    return Reading(bound, next((one for one in languages if one is not None), None), origin)


def rows(
    said: dict[str, Any], path: Path, turn: int, speaker: str | None, clock: Clock, texts: tuple[str, ...]
) -> Iterator[BoundWord]:
    """Yield the words of one phrase: by themselves where it has them, else those of the first of its `texts`."""
    for name in WORDS:
        if said.get(name):
            for at, item in enumerate(said[name]):
                start, end = clock.interval(item) or (None, None)
                word = Word("", start, end, None, speaker, timing_of(start, end), turn)
                yield whole(item["word"], (*path, name, at, "word"), word)
            return
    start, end = clock.interval(said) or (None, None)
    like = Word("", start, end, None, speaker, timing_of(start, end, Timing.TURN), turn)
    text = next((name for name in texts if isinstance(said.get(name), str)), None)
    if text is not None:
        yield from words_of(said[text], (*path, text), like)


def _origin(tree: dict[str, Any]) -> int:
    """The clock at the start of the recording: as the file says it, or as its first phrase gives it away."""
    told = [script.get("startTime") for script in tree["transcripts"]] + [tree.get("startTime")]
    starts = [moment for moment in map(_clock_time, told) if moment is not None]
    if starts:
        return min(starts)
    derived: list[int] = []
    for script in tree["transcripts"]:
        for phrase in script["phrases"]:
            begin = _clock_time(phrase.get("startTimeMs"))
            if begin is not None:
                derived.append(begin - ((length(phrase["offset"]) if "offset" in phrase else None) or 0))
    return min(derived, default=_clock_time(tree.get("conversationStartTime")) or 0)


def _clock_time(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    moment = whole_milliseconds(value)
    return moment if moment is not None and moment >= EPOCH_FROM else None
