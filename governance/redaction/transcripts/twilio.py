"""Twilio Conversation Intelligence: `sentences[]` with their channel and times as strings of seconds, and `words[]` of each.

The words are not documented field by field: what is read of one is its `word`, `text`, `transcript` or `value`, with
`start_time`/`end_time`, `start`/`end` or `from`/`to` in seconds. Sentences without words are read whole, with their own times.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.moments import Clock
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    channel_of,
    interpolated,
    language_of,
    timing_of,
    whole,
    with_turns,
    words_of,
)

NAME = "twilio"
_TEXTS = ("word", "text", "transcript", "value")
_CHANNELS = ("media_channel", "channel")


def recognises(tree: Any) -> bool:
    """Whether a document is a page of sentences, each with its number in the transcript."""
    sentences = tree.get("sentences") if isinstance(tree, dict) else None
    return (
        isinstance(sentences, list)
        and bool(sentences)
        and all(
            isinstance(one, dict)
            and "transcript" in one
            and ("sentence_index" in one or any(name in one for name in _CHANNELS))
            for one in sentences
        )
    )


def read(tree: Any) -> Reading:
    """Return the words of all sentences in the order in which they were spoken.

    Twilio counts channels from 1, so that the first is 0 here; a file that counts from 0 is taken at its word.
    """
    sentences = tree["sentences"]
    numbers = [_channel(one) for one in sentences]
    first = 0 if any(number == 0 for number in numbers) else 1
    several = len({number for number in numbers if number is not None}) > 1
    clock = Clock()
    rows: list[BoundWord] = []
    for at, (sentence, number) in enumerate(zip(sentences, numbers, strict=True)):
        channel = number - first if number is not None and several else None
        rows += _rows(sentence, at, channel, None if number is None else f"channel {number}", clock)
    has_times = any(row.word.timing is Timing.EXACT for row in rows)
    bound = with_turns(as_spoken(interpolated(rows))) if has_times else as_spoken(rows)
    return Reading(bound, language_of(tree.get("language_code") or tree.get("language")))


def _rows(
    sentence: dict[str, Any], at: int, channel: int | None, speaker: str | None, clock: Clock
) -> Iterator[BoundWord]:
    path: Path = ("sentences", at)
    start, end = clock.interval(sentence) or (None, None)
    words = sentence.get("words")
    if not words:
        like = Word("", start, end, channel, speaker, timing_of(start, end, Timing.TURN), at)
        yield from words_of(sentence.get("transcript") or "", (*path, "transcript"), like)
        return
    for number, item in enumerate(words):
        name = next((name for name in _TEXTS if isinstance(item.get(name), str)), _TEXTS[0])
        began, ended = clock.interval(item) or (None, None)
        word = Word("", began, ended, channel, speaker, timing_of(began, ended), at)
        yield whole(item[name], (*path, "words", number, name), word)


def _channel(sentence: dict[str, Any]) -> int | None:
    return channel_of(next((sentence[name] for name in _CHANNELS if sentence.get(name) is not None), None))
