"""One conversation in the shape of every vendor, with copies where vendors keep copies."""

from __future__ import annotations

import json
from typing import Any

from tests.redaction import vendors_of_calls as calls
from tests.redaction.conversation import (
    CODE,
    PAN,
    SPOKEN_CODE,
    SPOKEN_PAN,
    TURNS,
    UNITS,
    extras,
    flat,
    timed,
)

__all__ = ["ALL", "CODE", "JSON", "PAN", "SPOKEN_CODE", "SPOKEN_PAN", "TIMED", "UNITS", "timed"]


def ours() -> bytes:
    words = [
        {"text": r["text"], "start_ms": int(r["start"] * 1000), "end_ms": int(r["end"] * 1000),
         "channel": int(r["speaker"] == "agent"), "speaker": r["speaker"]}
        for r in timed()
    ]  # fmt: skip
    return json.dumps(
        {"format": "governance/words@1", "language": "en", "words": words, "extras": extras()}
    ).encode()


def amazon() -> bytes:
    items = [
        {"type": "pronunciation", "start_time": str(r["start"]), "end_time": str(r["end"]),
         "speaker_label": f"spk_{int(r['speaker'] == 'agent')}",
         "alternatives": [{"confidence": "0.99", "content": r["text"]}, {"confidence": "0.01", "content": "fore"}]}
        for r in timed()
    ]  # fmt: skip
    items.append({"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]})
    segment = {
        "id": 0,
        "items": [at for at, _ in enumerate(items)],
        "transcript": flat(),
        "start_time": "0.5",
        "end_time": "30.0",
    }
    results = {
        "transcripts": [{"transcript": flat()}],
        "items": items,
        "audio_segments": [segment],
        "channel_labels": {
            "number_of_channels": 1,
            "channels": [{"channel_label": "ch_0", "items": [dict(item) for item in items]}],
        },
        "language_code": "en-US",
    }
    return json.dumps(
        {"jobName": "j", "status": "COMPLETED", "results": results, "extras": extras()}
    ).encode()


def deepgram() -> bytes:
    words = [
        {"word": r["text"], "punctuated_word": r["text"].capitalize(), "start": r["start"], "end": r["end"],
         "confidence": 0.9, "speaker": int(r["speaker"] == "agent")}
        for r in timed()
    ]  # fmt: skip
    cut = len(words) // 2
    utterances = [
        {"start": part[0]["start"], "end": part[-1]["end"], "words": [dict(word) for word in part],
         "transcript": " ".join(word["word"] for word in part)}
        for part in (words[:cut], words[cut:])
    ]  # fmt: skip
    alternative = {
        "transcript": flat(),
        "confidence": 0.9,
        "words": words,
        "paragraphs": {
            "transcript": "\n\n" + flat(),
            "paragraphs": [{"sentences": [{"text": flat(), "start": 0.5, "end": 30.0}], "num_words": 40}],
        },
        "entities": [
            {"label": "CREDIT_CARD", "value": " ".join(SPOKEN_PAN), "start_word": 10, "end_word": 25}
        ],
        "summaries": [{"summary": f"The card is {PAN}.", "start_word": 0, "end_word": 40}],
        "topics": [{"text": " ".join(["it's", *SPOKEN_PAN]), "topics": [{"topic": "payment"}]}],
    }
    hits = [{"confidence": 0.9, "start": 4.0, "end": 12.0, "snippet": " ".join(SPOKEN_PAN)}]
    results = {
        "channels": [
            {
                "detected_language": "en",
                "alternatives": [alternative],
                "search": [{"query": "card", "hits": hits}],
            }
        ],
        "utterances": utterances,
    }
    return json.dumps({"metadata": {"duration": 30.0}, "results": results, "extras": extras()}).encode()


def whisper() -> bytes:
    rows = timed()
    segments = []
    for number in range(0, len(rows), 10):
        part = rows[number : number + 10]
        segments.append({
            "id": number, "start": part[0]["start"], "end": part[-1]["end"], "text": " " + " ".join(r["text"] for r in part),
            "tokens": list(range(50_000, 50_010)),
            "words": [{"word": " " + r["text"], "start": r["start"], "end": r["end"], "probability": 0.9} for r in part],
        })  # fmt: skip
    return json.dumps(
        {"language": "en", "text": " " + flat(), "segments": segments, "extras": extras()}
    ).encode()


def faster_whisper() -> bytes:
    """The generator written out, segments and words as rows of their values."""
    segments = [
        [one["id"], 0, one["start"], one["end"], one["text"], one["tokens"], 0.0, -0.2, 1.3, 0.01,
         [[word["start"], word["end"], word["word"], 0.9] for word in one["words"]]]
        for one in json.loads(whisper())["segments"]
    ]  # fmt: skip
    info = {"language": "en", "language_probability": 0.99, "duration": 30.0, "extras": extras()}
    return json.dumps([segments, info]).encode()


def whisperx() -> bytes:
    """Aligned and diarised: words made of digits have no time, here none of the number words has."""
    segments, words = [], []
    for speaker, rows in calls.turns_of_words():
        aligned = [
            {"word": row["text"], "speaker": speaker}
            if row["text"] in UNITS
            else {
                "word": row["text"],
                "start": row["start"],
                "end": row["end"],
                "score": 0.9,
                "speaker": speaker,
            }
            for row in rows
        ]
        segments.append({
            "start": rows[0]["start"], "end": rows[-1]["end"], "text": " ".join(row["text"] for row in rows), "speaker": speaker,
            "words": aligned, "chars": [{"char": sign} for sign in " ".join(row["text"] for row in calls.decorated(rows))],
        })  # fmt: skip
        words += [dict(word) for word in aligned]
    return json.dumps(
        {"segments": segments, "word_segments": words, "language": "en", "extras": extras()}
    ).encode()


def wtf() -> bytes:
    rows = timed()
    words = [
        {"id": at, "start": r["start"], "end": r["end"], "text": r["text"], "speaker": r["speaker"]}
        for at, r in enumerate(rows)
    ]
    segments = [
        {"id": turn, "start": 0.0, "end": 1.0, "text": " ".join(said), "speaker": speaker, "words": [0, 1]}
        for turn, (speaker, said) in enumerate(TURNS)
    ]
    body = {
        "transcript": {"text": flat(), "language": "en-US", "duration": 30.0, "confidence": 1.0},
        "segments": segments, "words": words, "metadata": {"provider": "p", "model": "m"}, "extensions": {"vendor": extras()},
    }  # fmt: skip
    return json.dumps(body).encode()


def turns() -> bytes:
    rows: list[dict[str, Any]] = [{"speaker": speaker, "message": " ".join(said)} for speaker, said in TURNS]
    rows[0]["extras"] = extras()
    return json.dumps(rows).encode()


def vcon() -> bytes:
    """Texts, keys and three transcripts: turns, WTF, and Deepgram's as a string of JSON."""
    texts = [
        {"type": "text", "start": f"2026-03-19T22:0{at}:00Z", "parties": [int(speaker == "agent"), int(speaker != "agent")],
         "mediatype": "text/plain", "encoding": "none", "body": " ".join(said)}
        for at, (speaker, said) in enumerate(TURNS)
    ]  # fmt: skip
    history = [
        {"party": 0, "time": f"2026-03-19T22:10:{at:02}.000Z", "event": event, "button": digit}
        for at, digit in enumerate(PAN)
        for event in ("keydown", "keyup")
    ]
    history += [{"party": 0, "time": "2026-03-19T22:11:00Z", "event": "dtmfdown", "dtmf": CODE[0]}]
    recording = {"type": "recording", "start": "2026-03-19T22:00:00Z", "parties": [0, 1], "mediatype": "audio/x-wav",
                 "encoding": "base64url", "body": "UklGRioeAABXQVZFZm10IBQAAAAxAAEAQB8AAFkG" * 4, "party_history": history}  # fmt: skip
    return json.dumps({
        "vcon": "0.4.0", "uuid": "u", "created_at": "2026-03-19T22:00:00Z", "parties": [{"name": "A"}, {"name": "B"}],
        "dialog": [*texts, recording],
        "analysis": [
            {"type": "transcript", "vendor": "v", "body": json.loads(turns()), "encoding": "json"},
            {"type": "wtf_transcription", "vendor": "v", "body": json.loads(wtf()), "encoding": "json"},
            {"type": "transcript", "vendor": "deepgram", "body": deepgram().decode()},
            {"type": "summary", "vendor": "v", "body": f"card {PAN}", "encoding": "none"},
        ],
        "attachments": [{"purpose": "lawful_basis", "encoding": "json", "body": {"note": f"card {PAN}"}}],
    }).encode()  # fmt: skip


def _cue(at: int, point: str) -> str:
    begin, end = (f"{at // 60:02}:{at % 60:02}", f"{(at + 1) // 60:02}:{(at + 1) % 60:02}")
    return f"00:{begin}{point}000 --> 00:{end}{point}500"


def webvtt() -> bytes:
    cues = [f"{_cue(at, '.')}\n<v {speaker}>{' '.join(said)}" for at, (speaker, said) in enumerate(TURNS)]
    return ("WEBVTT\n\nNOTE paid with " + PAN + "\n\n" + "\n\n".join(cues) + "\n").encode()


def srt() -> bytes:
    cues = [
        f"{at + 1}\n{_cue(at, ',')}\n{speaker}: {' '.join(said)}" for at, (speaker, said) in enumerate(TURNS)
    ]
    return ("\n\n".join(cues) + "\n").encode()


def plain() -> bytes:
    return (
        "\n".join(f"{speaker}: {' '.join(said)}" for speaker, said in TURNS) + f"\nNote: {PAN}\n"
    ).encode()


ALL = {
    "governance/words@1": ours, "amazon-transcribe": amazon, "amazon-call-analytics": calls.call_analytics,
    "amazon-contact-lens": calls.contact_lens, "deepgram": deepgram, "genesys": calls.genesys,
    "genesys-notification": calls.genesys_topic, "audiohook": calls.audiohook, "twilio": calls.twilio, "whisper": whisper,
    "faster-whisper": faster_whisper, "whisperx": whisperx, "wtf": wtf, "conversation-turns": turns, "vcon": vcon,
    "webvtt": webvtt, "srt": srt, "plain-text": plain,
}  # fmt: skip
JSON = tuple(name for name in ALL if name not in {"webvtt", "srt", "plain-text"})
TIMED = (
    "governance/words@1", "amazon-transcribe", "amazon-call-analytics", "deepgram", "genesys", "genesys-notification", "audiohook",
    "twilio", "whisper", "faster-whisper", "wtf",
)  # fmt: skip
"""The formats in which every word has times of its own."""
