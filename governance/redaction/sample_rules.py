"""What an examiner may report, and who may examine what. Pure.

A place is in the sound or in the words of a transcript; there is no free text in it, so that nobody types in what was missed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from governance.errors import InvalidError
from governance.redaction.review_rules import MOST_WORDS
from governance.redaction.spans import CARD_DATA, Entity

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.spans import Word

TAKEN_FOR = timedelta(hours=8)
"""How long a recording that somebody took is theirs: a working day. Then another may take it."""
MOST_MS = 10 * 60_000
MOST_MISSES = 50


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that was missed: what it is, and where, in the sound, in a transcript, or both."""

    entity: Entity
    stream: int | None = None
    channel: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    position: int | None = None
    first_word: int | None = None
    last_word: int | None = None


@dataclass(frozen=True)
class Seen:
    """What the examiner had before them: streams by position (channels, milliseconds), and the words of each transcript."""

    streams: Mapping[int, tuple[int, int]]
    words: Mapping[int, tuple[int | None, Sequence[Word]]]
    """By position of the transcript: the stream it writes down (None: all of them), and its words."""


def is_taken(taken_by: str | None, taken_at: datetime | None, now: datetime) -> bool:
    """Return whether somebody has a recording of the sample in their hands."""
    return taken_by is not None and taken_at is not None and now - taken_at < TAKEN_FOR


def may_judge(person: str, involved: Collection[str]) -> bool:
    """Return whether a person may judge a recording: not one that they decided about, or whose findings they looked at."""
    return person not in involved


def check(misses: Sequence[Miss], seen: Seen, policy: RedactionPolicy) -> list[Miss]:
    """Return the misses, those in words with the times of these words, where they have any. An empty list is an answer.

    Raises `InvalidError` for a place that is none, and for a kind of data that the policy does not look for.
    """
    if len(misses) > MOST_MISSES:
        raise InvalidError(f"at most {MOST_MISSES} places at a time", "missed")
    return [_checked(one, seen, policy) for one in misses]


def _checked(miss: Miss, seen: Seen, policy: RedactionPolicy) -> Miss:
    if miss.entity not in CARD_DATA and policy.treatment(miss.entity.value) is None:
        raise InvalidError("the policy does not look for this kind of data", "entity")
    in_words = None not in (miss.position, miss.first_word, miss.last_word)
    in_sound = None not in (miss.start_ms, miss.end_ms)
    if in_words == in_sound:
        raise InvalidError("say where: from when to when, or from which word to which word", "missed")
    return _in_words(miss, seen) if in_words else _in_sound(miss, seen)


def _in_words(miss: Miss, seen: Seen) -> Miss:
    if miss.entity is Entity.DTMF:
        raise InvalidError("keys are heard: say from when to when", "entity")
    stream, words = seen.words.get(miss.position or 0, (None, ()))
    first, last = miss.first_word or 0, miss.last_word or 0
    if not 0 <= first <= last < len(words) or last - first >= MOST_WORDS:
        raise InvalidError("there are no such words in the transcript", "last_word")
    said = words[first : last + 1]
    starts = [word.start_ms for word in said if word.start_ms is not None]
    ends = [word.end_ms for word in said if word.end_ms is not None]
    channels = {word.channel for word in said}
    is_timed = len(starts) == len(ends) == len(said)
    return replace(
        miss,
        stream=stream,
        channel=channels.pop() if len(channels) == 1 else None,
        start_ms=min(starts) if is_timed else None,
        end_ms=max(ends) if is_timed else None,
    )


def _in_sound(miss: Miss, seen: Seen) -> Miss:
    stream, start, end = miss.stream or 0, miss.start_ms or 0, miss.end_ms or 0
    channels, length = seen.streams.get(stream, (0, 0))
    if not 0 <= start < end <= length or end - start > MOST_MS:
        raise InvalidError("there is no such place in the sound", "end_ms")
    if miss.channel is not None and not 0 <= miss.channel < channels:
        raise InvalidError("there is no such channel", "channel")
    return replace(miss, stream=stream, position=None, first_word=None, last_word=None)
