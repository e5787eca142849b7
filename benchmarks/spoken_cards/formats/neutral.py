"""Formats between vendors: Twilio's sentences, the World Transcription Format, and a vCon with what it holds beside the words."""

from __future__ import annotations

from typing import Any

from benchmarks.spoken_cards.formats.rendering import (
    Numbered,
    Rendering,
    json_rendering,
    marked,
    numbered,
    one,
    said,
)
from benchmarks.spoken_cards.truth import Call, Kind

_CREATED = "2026-01-01T10:00:00+00:00"


def twilio(call: Call) -> Rendering:
    """Return a call as the sentences of Twilio's Conversational Intelligence: times of sentences only."""
    sentences = [
        {"media_channel": 1 + turn[0].channel, "sentence_index": at, "start_time": f"{turn[0].word.start_ms / 1000:.2f}",
         "end_time": f"{turn[-1].word.end_ms / 1000:.2f}", "transcript": said(turn), "confidence": "0.96", "sid": f"GX{at:032x}"}
        for at, turn in enumerate(numbered(call))
    ]  # fmt: skip
    return json_rendering(
        "twilio", {"meta": {"page": 0, "page_size": 50, "key": "sentences"}, "sentences": sentences}
    )


def wtf(call: Call) -> Rendering:
    """Return a call in the World Transcription Format."""
    return json_rendering("wtf", _transcription(call))


def vcon(call: Call) -> Rendering:
    """Return a call as a vCon: the transcript as an analysis, a summary, and the code's keys in the party history."""
    turns = numbered(call)
    keys = [
        {"party": 0, "time": _CREATED, "event": event, "button": marked(sign, [(0, 1, index)])}
        for index, spoken in enumerate(call.words)
        if spoken.token.kind is Kind.CVV and spoken.token.digits
        for sign in spoken.token.digits
        for event in ("keydown", "keyup")
    ]
    dialog = {"type": "recording", "start": _CREATED, "parties": [0, 1], "duration": call.words[-1].end_ms / 1000,
              "mediatype": "audio/x-wav", "party_history": [{"party": 0, "time": _CREATED, "event": "join"}, *keys]}  # fmt: skip
    conversation = [{"speaker": turn[0].speaker, "message": said(turn)} for turn in turns]
    analysis = [
        {
            "type": "wtf_transcription",
            "dialog": 0,
            "vendor": "spoken-cards",
            "encoding": "json",
            "body": _transcription(call),
        },
        {
            "type": "summary",
            "dialog": 0,
            "vendor": "spoken-cards",
            "encoding": "none",
            "body": said(turns[len(turns) // 2], "They said: "),
        },
        {
            "type": "report",
            "dialog": 0,
            "vendor": "spoken-cards",
            "encoding": "json",
            "body": {"conversation": conversation},
        },
    ]
    tree = {"vcon": "0.4.0", "uuid": "01900000-0000-8000-8000-000000000000", "created_at": _CREATED,
            "parties": [{"name": "caller"}, {"name": "agent"}], "dialog": [dialog], "analysis": analysis, "attachments": []}  # fmt: skip
    return json_rendering("vcon", tree)


def _transcription(call: Call) -> dict[str, Any]:
    turns = numbered(call)
    words = [
        {"id": word.index, **_times([word]), "text": one(word), "confidence": 0.96, "speaker": word.channel,
         "is_punctuation": False}
        for turn in turns
        for word in turn
    ]  # fmt: skip
    segments = [
        {"id": at, **_times(turn), "text": said(turn), "confidence": 0.96, "speaker": turn[0].channel,
         "words": [word.index for word in turn]}
        for at, turn in enumerate(turns)
    ]  # fmt: skip
    transcript = {"text": said([word for turn in turns for word in turn]), "language": call.language,
                  "duration": call.words[-1].end_ms / 1000, "confidence": 0.96}  # fmt: skip
    metadata = {"created_at": _CREATED, "processed_at": _CREATED, "provider": "spoken-cards", "model": "none"}
    return {"transcript": transcript, "segments": segments, "metadata": metadata, "words": words}


def _times(turn: list[Numbered]) -> dict[str, float]:
    return {"start": turn[0].word.start_ms / 1000, "end": turn[-1].word.end_ms / 1000}
