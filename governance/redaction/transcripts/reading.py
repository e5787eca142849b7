"""What every reader does alike: words of a stretch of text, times in milliseconds, times that are missing, turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path

FEWEST_DIGITS_OF_A_CARD = 12
"""With so many digits nothing is markup, or the name of a speaker."""

_WORD = re.compile(r"[^\s<>]+")
_TAG = re.compile(
    r"<(?![^<>]*?\d(?:[^<>\d]?\d){11})[^<>]*>"
)  # with as many digits as a card number it is no markup
_ISO_DURATION = re.compile(
    r"P(?:(?P<days>\d{1,4})D)?(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,10}(?:[.,]\d{1,9})?)S)?)?"
)
_CHANNEL = re.compile(r"\d{1,3}", re.ASCII)
_LATEST_MS = 10**14  # some three thousand years: whatever is later is no time
_LONGEST_WORD = 4_096


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found: the words in the order they were spoken, and the language the file names.

    `origin_ms` is the moment of the clock at which the recording began, where the file tells times of day. `opened` are strings
    that hold a document of their own, and hold it as a document in the tree that was read.
    """

    bound: Sequence[BoundWord]
    language: str | None = None
    origin_ms: int = 0
    opened: tuple[Path, ...] = ()


def milliseconds(seconds: Any) -> int | None:
    """Return a number of seconds, or a string of one (`1.5`, `1.5s`), as whole milliseconds; None where there is none.

    Raises `ValueError` for what is no time.
    """
    if seconds is None or seconds == "":
        return None
    return whole_milliseconds(
        float(seconds.removesuffix("s") if isinstance(seconds, str) else seconds) * 1000
    )


def whole_milliseconds(value: Any) -> int | None:
    """Return a number of milliseconds as a whole one; None where there is none. Raises `ValueError` for what is no time."""
    if value is None or value == "":
        return None
    number = round(float(value))
    if abs(number) > _LATEST_MS:
        raise ValueError("later than any recording")
    return value if type(value) is int else number  # not the same number once more for each of 90,000 words


def duration_ms(text: Any) -> int | None:
    """Return an ISO 8601 duration (`PT1M2.5S`) as whole milliseconds; None where there is none.

    Raises `ValueError` for what is no duration.
    """
    if text is None:
        return None
    match = _ISO_DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or text in {"P", "PT"}:
        raise ValueError("no ISO 8601 duration")
    days, hours, minutes = (int(match[name] or 0) for name in ("days", "hours", "minutes"))
    seconds = float((match["seconds"] or "0").replace(",", "."))
    return whole_milliseconds((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)


def words_of(text: str, path: Path, like: Word) -> Iterator[BoundWord]:
    """Yield the words of a string, each with the turn, speaker and times of `like`. Markup in <> is no word."""
    tags = [match.span() for match in _TAG.finditer(text)] if "<" in text else []
    at = 0
    for match in _WORD.finditer(text):
        while at < len(tags) and tags[at][1] <= match.start():
            at += 1
        if at == len(tags) or tags[at][0] >= match.end():
            yield BoundWord(_saying(like, match.group()), path, match.start(), match.end())


def whole(text: str, path: Path, word: Word, copies: tuple[Path, ...] = ()) -> BoundWord:
    """Return a string that is one word, bound without the spaces around it.

    Raises `ValueError` for a string longer than any word, which is a sign that the file is not what it says.
    """
    if len(text) > _LONGEST_WORD:
        raise ValueError("longer than any word")
    said = text.strip()
    start = len(text) - len(text.lstrip())
    return BoundWord(_saying(word, said), path, start, start + len(said), copies)


def _saying(like: Word, text: str) -> Word:
    # Spelled out: `dataclasses.replace` takes ten times as long, and a call has ten thousand words.
    return Word(text, like.start_ms, like.end_ms, like.channel, like.speaker, like.timing, like.turn)


def timing_of(start_ms: int | None, end_ms: int | None, timing: Timing = Timing.EXACT) -> Timing:
    """Return `timing` for a word with both its times, and `none` for one that lacks either."""
    return Timing.NONE if start_ms is None or end_ms is None else timing


def channel_of(value: Any) -> int | None:
    """Return a channel as a file counts it; None where it names none. Raises `ValueError` for what counts no channel."""
    if value is None:
        return None
    if isinstance(value, bool) or not _CHANNEL.fullmatch(str(value)):
        raise ValueError("no channel of a recording")
    return int(value)


def name_of(value: Any) -> str | None:
    """Return what a file says of a speaker as the speaker's name; None where it says nothing."""
    return None if value is None or isinstance(value, (dict, list)) else str(value)


def language_of(value: Any) -> str | None:
    """Return the language a file names, if it is a string."""
    return value if isinstance(value, str) and value else None


def with_turns(bound: Sequence[BoundWord]) -> list[BoundWord]:
    """Return words in order with turns counted by change of speaker or channel."""
    result: list[BoundWord] = []
    turn, last = -1, None
    for one in bound:
        word = one.word
        if (word.channel, word.speaker) != last:
            turn, last = turn + 1, (word.channel, word.speaker)
        said = Word(word.text, word.start_ms, word.end_ms, word.channel, word.speaker, word.timing, turn)
        result.append(BoundWord(said, one.path, one.start, one.end, one.copies))
    return result


def interpolated(bound: Sequence[BoundWord]) -> list[BoundWord]:
    """Return words with missing times filled from their neighbours on the same channel.

    Recognisers leave out the times of exactly the words that matter, those made of digits (WhisperX by design), or
    give them no length (Whisper, where its alignment fails): a word that takes no time is one without a time. `bound`
    is in the order of the file: each channel by itself must be in the order it was spoken in.
    """
    result = [one if _takes_time(one.word) else _timed(one, None, None, Timing.NONE) for one in bound]
    if all(one.word.start_ms is not None and one.word.end_ms is not None for one in result):
        return result
    before, after = _neighbours(result), list(reversed(_neighbours(result[::-1])))
    for at, one in enumerate(result):
        if one.word.start_ms is not None and one.word.end_ms is not None:
            continue
        earlier, later = before[at], after[at]
        start = earlier.end_ms if earlier else (0 if later else None)
        end = later.start_ms if later else start
        if start is None or end is None:
            result[at] = _timed(one, None, None, Timing.NONE)
        else:
            # Behind the last timed word nothing says when the words end: they have no place in the sound.
            timing = Timing.INTERPOLATED if later else Timing.NONE
            result[at] = _timed(one, min(start, end), max(start, end), timing)
    return result


def _takes_time(word: Word) -> bool:
    return word.start_ms is None or word.end_ms is None or word.end_ms > word.start_ms


def _timed(one: BoundWord, start: int | None, end: int | None, timing: Timing) -> BoundWord:
    return replace(one, word=replace(one.word, start_ms=start, end_ms=end, timing=timing))


def _neighbours(bound: Sequence[BoundWord]) -> list[Word | None]:
    """The nearest word before each one, on its channel, that has a time of its own."""
    last: dict[int | None, Word] = {}
    found: list[Word | None] = []
    for one in bound:
        found.append(last.get(one.word.channel))
        if one.word.timing is Timing.EXACT:
            last[one.word.channel] = one.word
    return found
