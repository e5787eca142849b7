"""Deepgram, two channels, with the copies it writes on request: utterances, paragraphs, search hits, a summary."""

from __future__ import annotations

from typing import Any

from benchmarks.spoken_cards.formats.rendering import Numbered, Rendering, json_rendering, numbered, one, said
from benchmarks.spoken_cards.truth import Call


def write(call: Call) -> Rendering:
    """Return a call as the pre-recorded API answers with `multichannel`, `utterances`, `smart_format` and `search`."""
    turns = numbered(call)
    channels = [_channel([turn for turn in turns if turn[0].channel == number]) for number in (0, 1)]
    utterances = [
        {**_times(turn), "confidence": 0.98, "channel": turn[0].channel, "transcript": said(turn),
         "words": [{**_word(word), "speaker": 0, "speaker_confidence": 0.9} for word in turn], "speaker": 0, "id": f"utterance-{at}"}
        for at, turn in enumerate(turns)
    ]  # fmt: skip
    summary = {"result": "success", "short": said(turns[len(turns) // 2], "Summary: ")}
    metadata = {
        "request_id": "00000000-0000-4000-8000-000000000000",
        "channels": 2,
        "duration": call.words[-1].end_ms / 1000,
    }
    results = {"channels": channels, "utterances": utterances, "summary": summary}
    return json_rendering("deepgram", {"metadata": metadata, "results": results})


def _channel(turns: list[list[Numbered]]) -> dict[str, Any]:
    words = [word for turn in turns for word in turn]
    paragraphs = [
        {"sentences": [{"text": said(turn), **_times(turn)}], "num_words": len(turn), **_times(turn)}
        for turn in turns
    ]
    alternative = {
        "transcript": said(words),
        "confidence": 0.98,
        "words": [_word(word) for word in words],
        "paragraphs": {"transcript": said(words, "\n"), "paragraphs": paragraphs},
    }
    hits = [{"confidence": 0.9, **_times(turn), "snippet": said(turn)} for turn in turns[1::3]]
    return {"search": [{"query": "card", "hits": hits}], "alternatives": [alternative]}


def _word(word: Numbered) -> dict[str, Any]:
    bare = word.text.strip(".,?!;:").lower() or word.text
    times = {"start": word.word.start_ms / 1000, "end": word.word.end_ms / 1000}
    return {"word": one(word, bare), **times, "confidence": 0.98, "punctuated_word": one(word)}


def _times(turn: list[Numbered]) -> dict[str, float]:
    return {"start": turn[0].word.start_ms / 1000, "end": turn[-1].word.end_ms / 1000}
