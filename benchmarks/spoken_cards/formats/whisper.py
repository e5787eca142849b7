"""Whisper and what is built on it: openai-whisper, faster-whisper, WhisperX, with their tokens and their missing times."""

from __future__ import annotations

from typing import Any

from benchmarks.spoken_cards.formats.rendering import (
    Ids,
    Numbered,
    Rendering,
    json_rendering,
    numbered,
    one,
    said,
)
from benchmarks.spoken_cards.truth import Call


def whisper(call: Call) -> Rendering:
    """Return a call as openai-whisper's JSON: one voice, words with a space in front, tokens that decode to the text."""
    turns = numbered(call)
    segments = [
        {**_segment(at, turn), "words": [_word(word) for word in turn]} for at, turn in enumerate(turns)
    ]
    everything = said([word for turn in turns for word in turn], " ")
    return json_rendering("whisper", {"text": everything, "segments": segments, "language": call.language})


def faster_whisper(call: Call) -> Rendering:
    """Return a call as faster-whisper's segments and info, written out as dictionaries."""
    segments = [
        {**_segment(at, turn), "words": [_word(word) for word in turn]}
        for at, turn in enumerate(numbered(call))
    ]
    info = {"language": call.language, "language_probability": 0.99, "duration": call.words[-1].end_ms / 1000}
    return json_rendering("faster_whisper", {"segments": segments, "info": info})


def whisperx(call: Call) -> Rendering:
    """Return a call as WhisperX aligns it: all words twice, those made of digits without times."""
    turns = numbered(call)
    segments = [
        {"start": turn[0].word.start_ms / 1000, "end": turn[-1].word.end_ms / 1000, "text": said(turn, " "),
         "words": [_aligned(word) for word in turn], "speaker": _speaker(turn[0])}
        for turn in turns
    ]  # fmt: skip
    words = [_aligned(word) for turn in turns for word in turn]
    return json_rendering(
        "whisperx", {"segments": segments, "word_segments": words, "language": call.language}
    )


def _segment(at: int, turn: list[Numbered]) -> dict[str, Any]:
    text = said(turn, " ")
    # Made-up numbers, as many as a tokenizer would give: what counts is that they were not emptied.
    tokens = Ids([50364, *(1000 + 7 * (sum(map(ord, word.text)) % 5000) for word in turn), 50864])
    tokens.marks = text.marks
    return {"id": at, "seek": 0, "start": turn[0].word.start_ms / 1000, "end": turn[-1].word.end_ms / 1000, "text": text,
            "tokens": tokens, "temperature": 0.0, "avg_logprob": -0.21, "compression_ratio": 1.3, "no_speech_prob": 0.02}  # fmt: skip


def _word(word: Numbered) -> dict[str, Any]:
    times = {"start": word.word.start_ms / 1000, "end": word.word.end_ms / 1000}
    return {"word": one(word, head=" "), **times, "probability": 0.97}


def _aligned(word: Numbered) -> dict[str, Any]:
    if any(sign.isdigit() for sign in word.text):
        return {"word": one(word), "speaker": _speaker(word)}
    times = {"start": word.word.start_ms / 1000, "end": word.word.end_ms / 1000}
    return {"word": one(word), **times, "score": 0.9, "speaker": _speaker(word)}


def _speaker(word: Numbered) -> str:
    return f"SPEAKER_0{word.channel}"
