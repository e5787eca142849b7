"""What every reader does alike: words of a stretch of text, times in milliseconds, times that are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path

_WORD = re.compile(r"[^\s<>]+")
_TAG = re.compile(
    r"<(?![^<>]*?\d(?:[^<>\d]?\d){11})[^<>]*>"
)  # with as many digits as a card number it is no markup


def milliseconds(seconds: Any) -> int | None:
    """Return a number of seconds, or a string of one, as whole milliseconds; None where there is none."""
    if seconds is None or seconds == "":
        return None
    return round(float(seconds) * 1000)


def words_of(text: str, path: Path, like: Word) -> Iterator[BoundWord]:
    """Yield the words of a string, each with the turn, speaker and times of `like`. Markup in <> is no word."""
    tags = [match.span() for match in _TAG.finditer(text)]
    for match in _WORD.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in tags):
            yield BoundWord(replace(like, text=match.group()), path, match.start(), match.end())


def whole(text: str, path: Path, word: Word, copies: tuple[Path, ...] = ()) -> BoundWord:
    """Return a string that is one word, bound without the spaces around it."""
    start = len(text) - len(text.lstrip())
    return BoundWord(
        replace(word, text=text.strip()), path, start, len(text.rstrip()) if text.strip() else start, copies
    )


def with_turns(bound: Sequence[BoundWord]) -> list[BoundWord]:
    """Return words in order with turns counted by change of speaker or channel."""
    result: list[BoundWord] = []
    turn = 0
    for at, one in enumerate(bound):
        if at and (one.word.speaker, one.word.channel) != (
            bound[at - 1].word.speaker,
            bound[at - 1].word.channel,
        ):
            turn += 1
        result.append(replace(one, word=replace(one.word, turn=turn)))
    return result


def interpolated(bound: Sequence[BoundWord]) -> list[BoundWord]:
    """Return words with missing times filled from their neighbours on the same channel.

    Recognisers leave out the times of exactly the words that matter, those made of digits (WhisperX by design), or
    give them no length (Whisper, where its alignment fails): a word that takes no time is one without a time.
    """
    bound = [one if _takes_time(one.word) else _untimed(one) for one in bound]
    result = list(bound)
    for at, one in enumerate(bound):
        if one.word.start_ms is not None and one.word.end_ms is not None:
            continue
        before = _timed(bound, at, -1)
        after = _timed(bound, at, 1)
        start = before.end_ms if before else (0 if after else None)
        end = after.start_ms if after else (before.end_ms if before else None)
        if start is None or end is None:
            result[at] = replace(one, word=replace(one.word, start_ms=None, end_ms=None, timing=Timing.NONE))
            continue
        # Behind the last timed word nothing says when the words end: they have no place in the sound.
        timing = Timing.INTERPOLATED if after else Timing.NONE
        word = replace(one.word, start_ms=min(start, end), end_ms=max(start, end), timing=timing)
        result[at] = replace(one, word=word)
    return result


def _takes_time(word: Word) -> bool:
    return word.start_ms is None or word.end_ms is None or word.end_ms > word.start_ms


def _untimed(one: BoundWord) -> BoundWord:
    return replace(one, word=replace(one.word, start_ms=None, end_ms=None, timing=Timing.NONE))


def _timed(bound: Sequence[BoundWord], at: int, step: int) -> Word | None:
    place = at + step
    while 0 <= place < len(bound):
        word = bound[place].word
        if word.channel == bound[at].word.channel and word.timing is Timing.EXACT:
            return word
        place += step
    return None
