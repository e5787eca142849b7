"""Live words in the shapes of recognisers: Deepgram, Amazon Transcribe streaming, AudioHook, and our own.

A message holds results, each partial or final, each with words of one voice. What a message says beside its words is passed over; what
is not as the shape wants it is refused, by place and never by value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance.errors import InvalidError
from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.reading import duration_ms

WORDS_AT_MOST = 2_000
LONGEST_WORD = 4_096
_VOICE_AT_MOST = 64
_DAYS_S = 7 * 24 * 3600
_CHANNEL = re.compile(r"(?:ch_)?(\d{1,3})")

Text = Annotated[str, Field(max_length=LONGEST_WORD)]
Seconds = Annotated[float, Field(ge=0, le=_DAYS_S, allow_inf_nan=False)]
Milliseconds = Annotated[int, Field(ge=0, le=_DAYS_S * 1000)]
Voice = Annotated[str, Field(max_length=_VOICE_AT_MOST)] | Annotated[int, Field(ge=0, le=1_000_000)]
Channel = Annotated[int, Field(ge=0, le=999)]
Some = Field(default=(), max_length=64)
Many = Field(default=(), max_length=WORDS_AT_MOST)


@dataclass(frozen=True, slots=True)
class Said:
    """Words of one result. Those that are not final may still be replaced by a later one."""

    words: tuple[Word, ...]
    is_final: bool


class _Shape(BaseModel):
    """Fields beside those that are read are passed over: recognisers add some without notice."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class _DeepgramWord(_Shape):
    word: Text
    punctuated_word: Text | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    speaker: Voice | None = None


class _DeepgramAlternative(_Shape):
    transcript: Annotated[str, Field(max_length=256 * 1024)] = ""
    words: tuple[_DeepgramWord, ...] = Many


class _DeepgramChannel(_Shape):
    alternatives: tuple[_DeepgramAlternative, ...] = Some


class _Deepgram(_Shape):
    type: Annotated[str, Field(max_length=64)] = "Results"
    channel_index: tuple[Channel, ...] = Some
    is_final: bool = False
    channel: _DeepgramChannel | Any = None


class _TranscribeItem(_Shape):
    Content: Text
    Type: Annotated[str, Field(max_length=64)] = "pronunciation"
    StartTime: Seconds | None = None
    EndTime: Seconds | None = None
    Speaker: Voice | None = None


class _TranscribeAlternative(_Shape):
    Transcript: Annotated[str, Field(max_length=256 * 1024)] = ""
    Items: tuple[_TranscribeItem, ...] = Many


class _TranscribeResult(_Shape):
    IsPartial: bool
    ChannelId: Annotated[str, Field(pattern=r"^(?:ch_)?\d{1,3}$")] | None = None
    Alternatives: tuple[_TranscribeAlternative, ...] = Some


class _TranscribeResults(_Shape):
    Results: tuple[_TranscribeResult, ...] = Some


class _Transcribe(_Shape):
    Transcript: _TranscribeResults


class _HookToken(_Shape):
    type: Annotated[str, Field(max_length=64)] = "word"
    value: Text
    offset: Annotated[str, Field(max_length=64)] | None = None
    duration: Annotated[str, Field(max_length=64)] | None = None


class _HookInterpretation(_Shape):
    type: Annotated[str, Field(max_length=64)] = "display"
    transcript: Annotated[str, Field(max_length=256 * 1024)] = ""
    tokens: tuple[_HookToken, ...] = Many


class _HookAlternative(_Shape):
    interpretations: tuple[_HookInterpretation, ...] = Some


class _HookTranscript(_Shape):
    voice: Voice | None = Field(default=None, alias="channelId")
    is_final: bool = Field(alias="isFinal")
    alternatives: tuple[_HookAlternative, ...] = Some


class _Word(_Shape):
    text: Text
    start_ms: Milliseconds | None = None
    end_ms: Milliseconds | None = None
    channel: Channel | None = None
    speaker: Voice | None = None


class _Words(_Shape):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="forbid")

    type: Literal["words"] = "words"
    final: bool
    words: tuple[_Word, ...] = Many


def _word(
    text: str, start: float | None, end: float | None, channel: int | None, speaker: Voice | None
) -> Word:
    has_times = start is not None and end is not None
    return Word(
        text.strip(),
        round(start * 1000) if start is not None and has_times else None,
        round(end * 1000) if end is not None and has_times else None,
        channel,
        None if speaker is None else str(speaker),
        Timing.EXACT if has_times else Timing.NONE,
    )


def _deepgram(message: Any) -> Iterator[Said]:
    read = _Deepgram.model_validate(message)
    if read.type != "Results":
        return
    heard = _DeepgramChannel.model_validate(read.channel)
    channel = read.channel_index[0] if len(read.channel_index) > 1 and read.channel_index[1] > 1 else None
    for best in heard.alternatives[:1]:
        words = [
            _word(one.punctuated_word or one.word, one.start, one.end, channel, one.speaker)
            for one in best.words
        ]
        yield Said(tuple(words or _loose(best.transcript, channel)), read.is_final)


def _transcribe(message: Any) -> Iterator[Said]:
    if isinstance(message, dict) and "TranscriptEvent" in message:
        message = message["TranscriptEvent"]
    for result in _Transcribe.model_validate(message).Transcript.Results:
        found = _CHANNEL.fullmatch(result.ChannelId or "")
        channel = int(found[1]) if found else None
        for best in result.Alternatives[:1]:
            words: list[Word] = []
            for item in best.Items:
                if item.Type == "punctuation" and words:
                    words[-1] = _with(words[-1], item.Content)
                else:
                    words.append(_word(item.Content, item.StartTime, item.EndTime, channel, item.Speaker))
            yield Said(tuple(words or _loose(best.Transcript, channel)), not result.IsPartial)


def _audiohook(message: Any) -> Iterator[Said]:
    for at, entity in enumerate(_entities(message)):
        if at >= WORDS_AT_MOST:
            raise InvalidError("Too many entities in one message.", "entities")
        read = _HookTranscript.model_validate(entity)
        spoken = [one for best in read.alternatives[:1] for one in best.interpretations]
        best = next((one for one in spoken if one.type == "lexical"), spoken[0] if spoken else None)
        if best is None:
            continue
        words: list[Word] = []
        for token in best.tokens:
            if token.type in {"punctuation", "punct"} and words:
                words[-1] = _with(words[-1], token.value)
            else:
                words.append(_hooked(token, read.voice))
        yield Said(tuple(words or _loose(best.transcript, None, read.voice)), read.is_final)


def _hooked(token: _HookToken, voice: Voice | None) -> Word:
    try:
        start, length = duration_ms(token.offset), duration_ms(token.duration)
    except (ValueError, OverflowError):
        raise InvalidError("A time is no ISO 8601 duration.", "tokens.offset") from None
    end = start + length if start is not None and length is not None else None
    return _word(
        token.value,
        start / 1000 if start is not None else None,
        end / 1000 if end is not None else None,
        None,
        voice,
    )


def _entities(message: Any) -> Iterator[Any]:
    """Yield the transcripts of an event, of one wrapped or one bare; messages of other kinds have none."""
    if not isinstance(message, dict):
        raise InvalidError("A message is a JSON object.", "message")
    if "alternatives" in message:
        yield message
    elif message.get("type") == "transcript":
        yield message.get("data")
    else:
        parameters = message.get("parameters")
        listed = parameters.get("entities") if isinstance(parameters, dict) else message.get("entities")
        for entity in listed if isinstance(listed, list) else ():
            if isinstance(entity, dict) and entity.get("type") == "transcript":
                yield entity.get("data")


def _ours(message: Any) -> Iterator[Said]:
    read = _Words.model_validate(message)
    words = [
        _word(
            one.text,
            one.start_ms / 1000 if one.start_ms is not None else None,
            one.end_ms / 1000 if one.end_ms is not None else None,
            one.channel,
            one.speaker,
        )
        for one in read.words
    ]
    yield Said(tuple(words), read.final)


def _loose(text: str, channel: int | None, speaker: Voice | None = None) -> list[Word]:
    """Return the words of a sentence that comes without them."""
    found = [_word(one, None, None, channel, speaker) for one in text.split()]
    if len(found) > WORDS_AT_MOST or any(len(one.text) > LONGEST_WORD for one in found):
        raise InvalidError("A sentence has too many words, or one is longer than any word.", "transcript")
    return found


def _with(word: Word, sign: str) -> Word:
    return Word(word.text + sign.strip(), word.start_ms, word.end_ms, word.channel, word.speaker, word.timing)


FORMATS: dict[str, Callable[[Any], Iterator[Said]]] = {
    "governance/words@1": _ours,
    "deepgram": _deepgram,
    "amazon-transcribe": _transcribe,
    "audiohook": _audiohook,
}
"""The shapes that are read, by name."""


def read(form: str, message: Any) -> list[Said]:
    """Return what a message in one of `FORMATS` says. Raises `InvalidError`, which names the place and never what stood there."""
    try:
        found = list(FORMATS[form](message))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "message"
        raise InvalidError(f"The message is not as {form} sends it.", place) from None
    if sum(len(one.words) for one in found) > WORDS_AT_MOST:
        raise InvalidError(f"A message may have {WORDS_AT_MOST} words at most.", "message")
    return found
