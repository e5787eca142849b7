"""Genesys: the transcript of a communication, the live notification, and AudioHook; number words beside the same in digits."""

from __future__ import annotations

from typing import Any

from benchmarks.spoken_cards.formats.rendering import (
    Numbered,
    Rendering,
    Said,
    json_rendering,
    marked,
    numbered,
    one,
    said,
)
from benchmarks.spoken_cards.truth import CARD, Call, Kind

_EPOCH_MS = 1_767_225_600_000  # 1 January 2026


def transcript(call: Call) -> Rendering:
    """Return a call as the transcript URL gives it: phrases with words and decorated words, times of the clock."""
    phrases = [
        {"text": said(turn), "decoratedText": _decorated(turn), "stability": 1.0, "confidence": 0.95, "phraseIndex": at,
         "startTimeMs": _EPOCH_MS + turn[0].word.start_ms, "duration": {"milliseconds": _length(turn)},
         "participantPurpose": "external" if turn[0].channel == 0 else "internal",
         "words": [_word(word, one(word)) for word in turn], "decoratedWords": [_word(word, one(word, _digits(word))) for word in _counted(turn)]}
        for at, turn in enumerate(numbered(call))
    ]  # fmt: skip
    script = {
        "transcriptId": "transcript-1",
        "language": call.language,
        "programId": "program-1",
        "phrases": phrases,
    }
    tree = {"organizationId": "organization-1", "conversationId": "conversation-1", "communicationId": "communication-1",
            "mediaType": "call", "startTime": _EPOCH_MS, "duration": {"milliseconds": call.words[-1].end_ms}, "transcripts": [script]}  # fmt: skip
    return json_rendering("genesys", tree)


def notification(call: Call) -> Rendering:
    """Return a call as the notifications of a topic, kept as a list: one utterance each."""
    messages = []
    for at, turn in enumerate(numbered(call)):
        alternative = {
            "confidence": 0.95, "offsetMs": turn[0].word.start_ms, "durationMs": _length(turn),
            "transcript": said(turn), "words": [_heard(word, one(word)) for word in turn],
            "decoratedTranscript": _decorated(turn), "decoratedWords": [_heard(word, one(word, _digits(word))) for word in _counted(turn)],
        }  # fmt: skip
        utterance = {"utteranceId": f"utterance-{at}", "isFinal": True, "channel": "EXTERNAL" if turn[0].channel == 0 else "INTERNAL",
                     "engineProvider": "GENESYS", "dialect": call.language, "alternatives": [alternative]}  # fmt: skip
        messages.append({"topicName": "v2.conversations.conversation-1.transcription",
                         "eventBody": {"conversationId": "conversation-1", "transcripts": [utterance]}})  # fmt: skip
    return json_rendering("genesys_notification", messages)


def audiohook(call: Call) -> Rendering:
    """Return a call as the transcript events of an AudioHook server, kept as a list."""
    messages: list[dict[str, Any]] = []
    for at, turn in enumerate(numbered(call)):
        tokens = [
            {"type": "word", "value": one(word), "confidence": 0.95, "offset": _duration(word.word.start_ms),
             "duration": _duration(word.word.end_ms - word.word.start_ms)}
            for word in turn
        ]  # fmt: skip
        interpretation = {"type": "display", "transcript": said(turn), "tokens": tokens}
        data = {"id": f"entity-{at}", "channelId": turn[0].channel, "isFinal": True, "offset": _duration(turn[0].word.start_ms),
                "duration": _duration(_length(turn)), "alternatives": [{"confidence": 0.95, "interpretations": [interpretation]}]}  # fmt: skip
        messages.append({"version": "2", "type": "event", "seq": at + 1, "clientseq": at + 1, "id": "session-1",
                         "parameters": {"entities": [{"type": "transcript", "data": data}]}})  # fmt: skip
    return json_rendering("audiohook", messages)


def _counted(turn: list[Numbered]) -> list[Numbered]:
    """Return the words that the decorated form has: "double" and "hundred" of a card's number are in its digits already."""
    silent = {Kind.PAN, Kind.CVV, Kind.PIN}
    return [word for word in turn if word.word.token.kind not in silent or word.word.token.digits]


def _digits(word: Numbered) -> str:
    """Return a word of a card as its decorated form: in digits, where it carries any."""
    token = word.word.token
    return (
        token.digits
        if token.kind in CARD and token.digits and not any(map(str.isdigit, token.text))
        else token.text
    )


def _decorated(turn: list[Numbered]) -> Said:
    text, marks = "", []
    for at, word in enumerate(_counted(turn)):
        text += " " if at else ""
        spelt = _digits(word)
        marks.append((len(text), len(text) + len(spelt), word.index))
        text += spelt
    return marked(text, marks)


def _word(word: Numbered, text: Said) -> dict[str, Any]:
    duration = {"milliseconds": word.word.end_ms - word.word.start_ms}
    return {
        "word": text,
        "startTimeMs": _EPOCH_MS + word.word.start_ms,
        "duration": duration,
        "confidence": 0.95,
    }


def _heard(word: Numbered, text: Said) -> dict[str, Any]:
    start, end = word.word.start_ms, word.word.end_ms
    return {
        "word": text,
        "startTimeMs": _EPOCH_MS + start,
        "offsetMs": start,
        "durationMs": end - start,
        "confidence": 0.95,
    }


def _length(turn: list[Numbered]) -> int:
    return turn[-1].word.end_ms - turn[0].word.start_ms


def _duration(milliseconds: int) -> str:
    return f"PT{milliseconds / 1000:.3f}S"
